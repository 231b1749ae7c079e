"""episodes that come between others, and new series that wait for a word

Revision: 0014, after: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("series") as series:
        series.add_column(sa.Column("numbering", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "renumberings",
        sa.Column("series_id", big, nullable=False),
        sa.Column("numbering", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shift", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_renumberings_series_id_series")),
        sa.PrimaryKeyConstraint("series_id", "numbering", name=op.f("pk_renumberings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "waiting_series",
        sa.Column("user_id", big, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_waiting_series_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_waiting_series")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("waiting_series")
    op.drop_table("renumberings")
    with op.batch_alter_table("series") as series:
        series.drop_column("numbering")
