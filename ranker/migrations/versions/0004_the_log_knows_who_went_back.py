"""the log knows who went back

Revision: 0004, after: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ballot_changes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("path", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("ballot_changes", schema=None) as batch_op:
        batch_op.drop_column("path")
