"""disabled accounts count nowhere

Revision: 0013, after: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OF_DISABLED = "user_id IN (SELECT id FROM users WHERE disabled)"
COUNT_ANEW = (
    "UPDATE series SET revision = revision + 1, catalogue_revision = revision + 1, recount_revision = revision + 1"
    f" WHERE id IN (SELECT series_id FROM ballots WHERE {OF_DISABLED})"
)


def upgrade() -> None:
    op.add_column("users", sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("disabled_note", sa.String(length=200), nullable=True))
    with op.batch_alter_table("audit_entries") as batch:
        batch.add_column(sa.Column("person_id", BIG, nullable=True))
        batch.create_foreign_key(
            op.f("fk_audit_entries_person_id_users"), "users", ["person_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_index("ix_audit_entries_actor_id_id", ["actor_id", "id"])
        batch.create_index("ix_audit_entries_person_id_id", ["person_id", "id"])
    hold_lists_of_disabled_accounts()


def hold_lists_of_disabled_accounts() -> None:
    """Until now they counted. What counters there are is counted anew."""
    op.execute("UPDATE users SET disabled_at = CURRENT_TIMESTAMP WHERE disabled")
    op.execute(
        "UPDATE ballots SET held = 'disabled', held_since = CURRENT_TIMESTAMP, held_until = NULL, held_note = NULL"
        f" WHERE {OF_DISABLED} AND (held IS NULL OR held <> 'admin')"
    )
    op.execute(COUNT_ANEW)


def downgrade() -> None:
    op.execute(COUNT_ANEW)
    op.execute("UPDATE ballots SET held = NULL, held_since = NULL WHERE held = 'disabled'")
    with op.batch_alter_table("audit_entries") as batch:
        batch.drop_index("ix_audit_entries_person_id_id")
        batch.drop_index("ix_audit_entries_actor_id_id")
        batch.drop_constraint(op.f("fk_audit_entries_person_id_users"), type_="foreignkey")
        batch.drop_column("person_id")
    op.drop_column("users", "disabled_note")
    op.drop_column("users", "disabled_at")
