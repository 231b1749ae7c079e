"""the notes on a moment

Revision: 0007, after: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_notes_moment_id_label", "notes", ["moment_id", "label"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_notes_moment_id_label", table_name="notes")
