"""What fans have declared, written, shared and asked for."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ranker.models.base import PUBLIC_ID_LENGTH, Base, Id, Instant, SeriesId, UserId, new_public_id, now


class Progress(Base):
    """The position a fan has declared for a series, and what the counting rules ask of how they came there.

    since: when they first declared one, as far as was written down. jumped_at: when they last went on by more than one
    episode at once, beyond the furthest they had been.
    """

    __tablename__ = "progress"
    __table_args__ = (CheckConstraint("position >= 0", name="position"), {"sqlite_with_rowid": False})

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    position: Mapped[int]
    # Up to here the fan has been told what they unlocked.
    greeted: Mapped[int] = mapped_column(default=0, server_default="0")
    furthest: Mapped[int] = mapped_column(default=0, server_default="0")
    since: Mapped[dt.datetime | None] = mapped_column(Instant, default=now)
    jumped_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class MetMoment(Base):
    """A moment a fan has been shown by itself after unlocking it, and left in the pool."""

    __tablename__ = "met_moments"
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    moment_id: Mapped[int] = mapped_column(ForeignKey("moments.id"), primary_key=True)


class Note(Base):
    """A sentence by a fan on a moment. Its label is the larger of the moment's and the author's progress at writing.

    A fan who writes again further on, or further back, overwrites nothing: of the notes they may see, the one written
    furthest on counts. An empty one says that there is none.
    """

    __tablename__ = "notes"
    __table_args__ = (
        Index("ix_notes_moment_id_label", "moment_id", "label"),  # for those who read what fans wrote on a moment
        Index("uq_notes_public_id", "public_id", unique=True),
        {"sqlite_with_rowid": False},
    )

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    moment_id: Mapped[int] = mapped_column(ForeignKey("moments.id"), primary_key=True)
    label: Mapped[int] = mapped_column(primary_key=True)
    # What a report names it by, for notes are shown without names.
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), default=new_public_id)
    # Taken off the moment's page by the desk; its author still reads it in their list.
    hidden: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    text: Mapped[str] = mapped_column(String(280), deferred=True, deferred_raiseload=True)
    written: Mapped[int]


class SharedList(Base):
    """A list that its owner shows to anybody, up to the episode `cap` (0: nothing but places, locks and teasers)."""

    __tablename__ = "shared_lists"
    __table_args__ = (CheckConstraint("cap >= 0", name="cap"), {"sqlite_with_rowid": False})

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    cap: Mapped[int]


class PrivateFeed(Base):
    """An address with which a feed reader follows a series for a fan, up to the episode `cap`. Only its hash is kept.

    It tells no more than the fan may see themselves; `public_id` is what its entries are known by.
    """

    __tablename__ = "private_feeds"
    __table_args__ = (CheckConstraint("cap >= 0", name="cap"), {"sqlite_with_rowid": False})

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=new_public_id)
    cap: Mapped[int]
    created_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)


class Suggestion(Base):
    """A moment a fan would like to see ranked. Nobody but them and the desk ever reads it.

    Its label is the larger of its episode's position and the author's progress when they wrote it. `moment_id` is the
    moment it became (accepted), or that it is the same as (merged); `reason` is what the author is told when declined.
    """

    __tablename__ = "suggestions"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'accepted', 'merged', 'declined', 'withdrawn')", name="state"),
        Index("ix_suggestions_series_id_state", "series_id", "state"),
    )

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=new_public_id)
    user_id: Mapped[UserId] = mapped_column(index=True)
    series_id: Mapped[SeriesId]
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"))
    label: Mapped[int]
    title: Mapped[str] = mapped_column(String(120), deferred=True, deferred_raiseload=True)
    text: Mapped[str] = mapped_column(String(500), deferred=True, deferred_raiseload=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    reason: Mapped[str | None] = mapped_column(String(280), deferred=True, deferred_raiseload=True)
    moment_id: Mapped[int | None] = mapped_column(ForeignKey("moments.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Report(Base):
    """What a fan says is not right, until the desk has looked; and what was done about it.

    Its subject is what is set: the fan whose name it is about, the note, else the moment. Its label is the reporter's
    progress when they wrote it. Of one that says "too early", the episodes are where the moment stood and where it
    should wait; `applied` is whether it moved at once. Of one on a name, `name` is what was read, at a list of the
    series, and `applied` whether the desk has given another for it. The reporter is None when their account is gone.
    """

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("kind in ('early', 'wrong', 'duplicate', 'spoils', 'unkind')", name="kind"),
        CheckConstraint("state in ('open', 'upheld', 'dismissed', 'reverted')", name="state"),
        Index("ix_reports_series_id_state", "series_id", "state"),
    )

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=new_public_id)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    series_id: Mapped[SeriesId]
    kind: Mapped[str] = mapped_column(String(10))
    moment_id: Mapped[int | None] = mapped_column(ForeignKey("moments.id"), index=True)
    note_id: Mapped[str | None] = mapped_column(ForeignKey("notes.public_id", ondelete="CASCADE"), index=True)
    named_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str | None] = mapped_column(String(30))
    name_key: Mapped[str | None] = mapped_column(String(30))
    label: Mapped[int]
    applied: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    text: Mapped[str] = mapped_column(String(280), deferred=True, deferred_raiseload=True)
    from_episode_id: Mapped[int | None] = mapped_column(ForeignKey("episodes.id"))
    to_episode_id: Mapped[int | None] = mapped_column(ForeignKey("episodes.id"))
    same_as: Mapped[int | None] = mapped_column(ForeignKey("moments.id"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    created_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
