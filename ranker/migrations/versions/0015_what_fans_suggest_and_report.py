"""what fans suggest and report

Columns come and go by themselves, not in a batch: on SQLite a batch makes the table anew, and dropping the old one
would take along what refers to it.

Revision: 0015, after: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NO = sa.text("false")
ANY_ID = {
    "sqlite": "lower(hex(randomblob(6)))",
    "postgresql": "substr(md5(random()::text || user_id || '-' || moment_id || '-' || label), 1, 12)",
}


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    instant = sa.DateTime(timezone=True)
    op.add_column("moments", sa.Column("settled", sa.Boolean(), server_default=NO, nullable=False))
    op.add_column("notes", sa.Column("hidden", sa.Boolean(), server_default=NO, nullable=False))
    op.add_column("notes", sa.Column("public_id", sa.String(length=12), server_default="", nullable=False))
    op.execute(f"UPDATE notes SET public_id = {ANY_ID[op.get_bind().dialect.name]}")
    op.create_index("uq_notes_public_id", "notes", ["public_id"], unique=True)
    op.create_table(
        "suggestions",
        sa.Column("id", big, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("user_id", big, nullable=False),
        sa.Column("series_id", big, nullable=False),
        sa.Column("episode_id", big, nullable=False),
        sa.Column("label", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=280), nullable=True),
        sa.Column("moment_id", big, nullable=True),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("decided_at", instant, nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'accepted', 'merged', 'declined', 'withdrawn')", name=op.f("ck_suggestions_state")
        ),
        *_keys("suggestions", user_id="users", series_id="series", episode_id="episodes", moment_id="moments"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_suggestions_public_id")),
    )
    op.create_index("ix_suggestions_series_id_state", "suggestions", ["series_id", "state"])
    op.create_index("ix_suggestions_user_id", "suggestions", ["user_id"])
    op.create_table(
        "reports",
        sa.Column("id", big, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("user_id", big, nullable=True),
        sa.Column("series_id", big, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("moment_id", big, nullable=True),
        sa.Column("note_id", sa.String(length=12), nullable=True),
        sa.Column("label", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=280), nullable=False),
        sa.Column("from_episode_id", big, nullable=True),
        sa.Column("to_episode_id", big, nullable=True),
        sa.Column("same_as", big, nullable=True),
        sa.Column("applied", sa.Boolean(), server_default=NO, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("decided_at", instant, nullable=True),
        sa.CheckConstraint("kind in ('early', 'wrong', 'duplicate', 'spoils', 'unkind')", name=op.f("ck_reports_kind")),
        sa.CheckConstraint("state in ('open', 'upheld', 'dismissed', 'reverted')", name=op.f("ck_reports_state")),
        *_keys(
            "reports",
            user_id="users",
            series_id="series",
            moment_id="moments",
            from_episode_id="episodes",
            to_episode_id="episodes",
            same_as="moments",
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["notes.public_id"], name=op.f("fk_reports_note_id_notes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("public_id", name=op.f("uq_reports_public_id")),
    )
    op.create_index("ix_reports_series_id_state", "reports", ["series_id", "state"])
    for column in ("user_id", "moment_id", "note_id"):
        op.create_index(f"ix_reports_{column}", "reports", [column])


def downgrade() -> None:
    op.drop_table("reports")
    op.drop_table("suggestions")
    op.drop_index("uq_notes_public_id", "notes")
    op.drop_column("notes", "public_id")
    op.drop_column("notes", "hidden")
    op.drop_column("moments", "settled")


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    """Foreign keys to the ids of other tables. What is a fan's goes with them; a report stays, without a name."""
    gone = {"suggestions": "CASCADE", "reports": "SET NULL"}[table]
    return [
        sa.ForeignKeyConstraint(
            [column],
            [f"{target}.id"],
            name=op.f(f"fk_{table}_{column}_{target}"),
            ondelete=gone if target == "users" else None,
        )
        for column, target in columns.items()
    ]
