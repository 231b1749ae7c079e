"""series that are drafts, and what is left of those that were deleted

Revision: 0020, after: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # Not in batch mode: that would copy the table, which SQLite can do without for this one.
    op.add_column("series", sa.Column("is_open", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.create_table(
        "deleted_series",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("numbering", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deleted_series")),
    )
    op.create_index("ix_deleted_series_slug", "deleted_series", ["slug"])
    with op.batch_alter_table("audit_entries") as batch:
        batch.add_column(sa.Column("deleted_series_id", BIG, nullable=True))
        batch.create_foreign_key(
            op.f("fk_audit_entries_deleted_series_id_deleted_series"), "deleted_series", ["deleted_series_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("audit_entries") as batch:
        batch.drop_constraint(op.f("fk_audit_entries_deleted_series_id_deleted_series"), type_="foreignkey")
        batch.drop_column("deleted_series_id")
    op.drop_table("deleted_series")
    op.drop_column("series", "is_open")
