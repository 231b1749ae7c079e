"""the first tables

Revision: 0001, after:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("network", sa.String(length=80), nullable=True),
        sa.Column("attribution", sa.String(length=200), nullable=True),
        sa.Column("ballot_size", sa.Integer(), server_default="10", nullable=False),
        sa.Column("episode_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("edition", sa.Integer(), server_default="0", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("catalogue_revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("recount_revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("slug", name=op.f("uq_series_slug")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("name_key", sa.String(length=30), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("is_admin", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("view", sa.String(length=10), server_default="masked", nullable=False),
        sa.Column("reveals_singly", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("session_epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name_key", name=op.f("uq_users_name_key")),
    )
    op.create_table(
        "ballot_changes",
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("after", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_ballot_changes_series_id_series")),
        sa.PrimaryKeyConstraint("series_id", "revision", name=op.f("pk_ballot_changes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ballots",
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("moments", sa.LargeBinary(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("counting", sa.Boolean(), nullable=False),
        sa.Column("past", sa.LargeBinary(), nullable=False),
        sa.Column("future", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_ballots_series_id_series")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_ballots_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("series_id", "user_id", "progress", name=op.f("pk_ballots")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.create_index(
            "uq_ballots_counting",
            ["user_id", "series_id"],
            unique=True,
            sqlite_where=sa.text("counting"),
            postgresql_where=sa.text("counting"),
        )

    op.create_table(
        "episodes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("season", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("airdate", sa.Date(), nullable=True),
        sa.Column("runtime", sa.Integer(), nullable=True),
        sa.CheckConstraint("position >= 1", name=op.f("ck_episodes_position")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_episodes_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episodes")),
        sa.UniqueConstraint("series_id", "position", name=op.f("uq_episodes_series_id_position")),
        sa.UniqueConstraint("series_id", "season", "number", name=op.f("uq_episodes_series_id_season_number")),
    )
    op.create_table(
        "progress",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("greeted", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_progress_position")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_progress_series_id_series")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_progress_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "series_id", name=op.f("pk_progress")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "moments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("teaser", sa.String(length=120), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.CheckConstraint("status in ('proposed', 'published', 'retired')", name=op.f("ck_moments_status")),
        sa.ForeignKeyConstraint(["episode_id"], ["episodes.id"], name=op.f("fk_moments_episode_id_episodes")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_moments_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_moments_public_id")),
    )
    with op.batch_alter_table("moments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_moments_episode_id"), ["episode_id"], unique=False)
        batch_op.create_index("ix_moments_series_id_status", ["series_id", "status"], unique=False)

    op.create_table(
        "met_moments",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("moment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["moment_id"], ["moments.id"], name=op.f("fk_met_moments_moment_id_moments")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_met_moments_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "moment_id", name=op.f("pk_met_moments")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notes",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("moment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=280), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["moment_id"], ["moments.id"], name=op.f("fk_notes_moment_id_moments")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notes_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "moment_id", "label", name=op.f("pk_notes")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("notes")
    op.drop_table("met_moments")
    with op.batch_alter_table("moments", schema=None) as batch_op:
        batch_op.drop_index("ix_moments_series_id_status")
        batch_op.drop_index(batch_op.f("ix_moments_episode_id"))

    op.drop_table("moments")
    op.drop_table("progress")
    op.drop_table("episodes")
    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_ballots_counting", sqlite_where=sa.text("counting"), postgresql_where=sa.text("counting")
        )

    op.drop_table("ballots")
    op.drop_table("ballot_changes")
    op.drop_table("users")
    op.drop_table("series")
