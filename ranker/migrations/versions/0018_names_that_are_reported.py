"""names that are reported

Revision: 0018, after: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAMED = "fk_reports_named_id_users"


def upgrade() -> None:
    # Nothing refers to reports, so that on SQLite a batch may make the table anew: it cannot add a key otherwise.
    with op.batch_alter_table("reports") as reports:
        reports.add_column(sa.Column("named_id", BIG, nullable=True))
        reports.add_column(sa.Column("name", sa.String(length=30), nullable=True))
        reports.add_column(sa.Column("name_key", sa.String(length=30), nullable=True))
        reports.create_foreign_key(op.f(NAMED), "users", ["named_id"], ["id"], ondelete="CASCADE")
        reports.create_index("ix_reports_named_id", ["named_id"])
    op.create_table(
        "taken_names",
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("name_key", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("given", sa.String(length=30), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_taken_names_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "name_key", name=op.f("pk_taken_names")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_taken_names_name_key", "taken_names", ["name_key"])


def downgrade() -> None:
    op.drop_table("taken_names")
    op.execute("DELETE FROM reports WHERE named_id IS NOT NULL")
    with op.batch_alter_table("reports") as reports:
        reports.drop_index("ix_reports_named_id")
        reports.drop_constraint(op.f(NAMED), type_="foreignkey")
        reports.drop_column("name_key")
        reports.drop_column("name")
        reports.drop_column("named_id")
