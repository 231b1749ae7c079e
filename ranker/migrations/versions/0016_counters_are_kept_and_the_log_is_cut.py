"""counters are kept, and the log is cut

Revision: 0016, after: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tally_snapshots",
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("recount_revision", sa.BigInteger(), nullable=False),
        sa.Column("checksum", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_tally_snapshots_series_id_series")),
        sa.PrimaryKeyConstraint("series_id", "kind", name=op.f("pk_tally_snapshots")),
        sqlite_with_rowid=False,
    )
    # Not in batch mode: that would copy the table, which SQLite can do without for these.
    op.add_column("series", sa.Column("log_from", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("series", sa.Column("compacted_revision", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("series", "compacted_revision")
    op.drop_column("series", "log_from")
    op.drop_table("tally_snapshots")
