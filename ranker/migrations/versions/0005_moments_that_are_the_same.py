"""moments that are the same

Revision: 0005, after: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("moments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("merged_into", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index("ix_moments_merged_into", ["merged_into"], unique=False)
        batch_op.create_foreign_key(op.f("fk_moments_merged_into_moments"), "moments", ["merged_into"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("moments", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_moments_merged_into_moments"), type_="foreignkey")
        batch_op.drop_index("ix_moments_merged_into")
        batch_op.drop_column("merged_into")
