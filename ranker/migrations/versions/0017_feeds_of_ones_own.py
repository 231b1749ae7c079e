"""feeds of one's own

Revision: 0017, after: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "private_feeds",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("public_id", sa.String(12), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cap >= 0", name=op.f("ck_private_feeds_cap")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_private_feeds_series_id_series")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_private_feeds_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "series_id", name=op.f("pk_private_feeds")),
        sa.UniqueConstraint("public_id", name=op.f("uq_private_feeds_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_private_feeds_token_hash")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("private_feeds")
