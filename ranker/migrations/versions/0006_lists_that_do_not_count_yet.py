"""lists that do not count yet

Revision: 0006, after: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in batch mode: that would copy the tables, which SQLite can do without for these.
    op.add_column("ballots", sa.Column("held", sa.String(length=10), nullable=True))
    op.add_column("ballots", sa.Column("held_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("ballots", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("ballots", sa.Column("held_note", sa.String(length=200), nullable=True))
    op.add_column("ballots", sa.Column("vouched", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("ballots", sa.Column("digest", sa.BigInteger(), nullable=True))
    for name, known, ordered_by in (
        ("ix_ballots_held", "held", "held_until"),
        ("ix_ballots_digest", "digest", "digest"),
    ):
        condition = sa.text(f"{known} is not null")
        op.create_index(name, "ballots", ["series_id", ordered_by], sqlite_where=condition, postgresql_where=condition)
    op.add_column("ballot_changes", sa.Column("path_after", sa.LargeBinary(), nullable=True))
    op.add_column("progress", sa.Column("furthest", sa.Integer(), server_default="0", nullable=False))
    op.add_column("progress", sa.Column("since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("progress", sa.Column("jumped_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE progress SET furthest = position")
    op.add_column("series", sa.Column("next_release_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("series", "next_release_at")
    op.drop_column("ballot_changes", "path_after")
    for column in ("jumped_at", "since", "furthest"):
        op.drop_column("progress", column)
    for index in ("ix_ballots_digest", "ix_ballots_held"):
        op.drop_index(index, "ballots")
    for column in ("digest", "vouched", "held_note", "held_until", "held_since", "held"):
        op.drop_column("ballots", column)
