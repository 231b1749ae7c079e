"""the desk writes down what was done, and curators

Revision: 0002, after: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("users") as users:
        users.add_column(sa.Column("curates", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "curators",
        sa.Column("user_id", id, nullable=False),
        sa.Column("series_id", id, nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_curators_series_id_series")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_curators_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "series_id", name=op.f("pk_curators")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", id, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", id, nullable=True),
        sa.Column("actor", sa.String(length=30), nullable=False),
        sa.Column("series_id", id, nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_audit_entries_actor_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_audit_entries_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_action", "audit_entries", ["action"])
    op.create_index("ix_audit_entries_series_id_id", "audit_entries", ["series_id", "id"])


def downgrade() -> None:
    op.drop_table("audit_entries")
    op.drop_table("curators")
    with op.batch_alter_table("users") as users:
        users.drop_column("curates")
