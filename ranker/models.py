"""The tables. Columns that can spoil are deferred and refuse to load by themselves: only the gate selects them."""

from __future__ import annotations

import datetime as dt
import secrets
from itertools import islice
from typing import Annotated, Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from ranker.domain.ballot import Ballot

PUBLISHED, RETIRED, PROPOSED = "published", "retired", "proposed"
PUBLIC_ID_LENGTH = 12
PACKED_ID = np.dtype("<u4")

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_public_id() -> str:
    """12 characters that say nothing: not when a moment was made, nor after which."""
    return secrets.token_hex(PUBLIC_ID_LENGTH // 2)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Instant(TypeDecorator[dt.datetime]):
    """A moment in time, always in UTC, also on SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return value.astimezone(dt.UTC) if value is not None else None

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=dt.UTC)


class MomentOrder(TypeDecorator[tuple[int, ...]]):
    """An order of moments as one value: their ids, best first, four bytes each."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> bytes | None:
        return None if value is None else np.asarray(value, dtype=PACKED_ID).tobytes()

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[int, ...] | None:
        return None if value is None else tuple(np.frombuffer(value, dtype=PACKED_ID).tolist())


class MomentOrders(TypeDecorator[tuple[tuple[int, ...], ...]]):
    """Several orders as one value, oldest first: each is its length and then its ids, four bytes each."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: tuple[tuple[int, ...], ...] | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return np.asarray([number for order in value for number in (len(order), *order)], dtype=PACKED_ID).tobytes()

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[tuple[int, ...], ...] | None:
        if value is None:
            return None
        numbers = iter(np.frombuffer(value, dtype=PACKED_ID).tolist())
        return tuple(tuple(islice(numbers, length)) for length in numbers)


class PackedBallot(TypeDecorator[Ballot]):
    """A whole ballot as one value: its progress, its edition, then its order."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Ballot | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return np.asarray((value.progress, value.edition, *value.order), dtype=PACKED_ID).tobytes()

    def process_result_value(self, value: Any, dialect: Dialect) -> Ballot | None:
        if value is None:
            return None
        progress, edition, *order = np.frombuffer(value, dtype=PACKED_ID).tolist()
        return Ballot(progress, edition, tuple(order))


Id = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]
UserId = Annotated[int, mapped_column(ForeignKey("users.id", ondelete="CASCADE"))]
SeriesId = Annotated[int, mapped_column(ForeignKey("series.id"))]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class User(Base):
    """Somebody with an account. Without a password hash nobody can log in to it."""

    __tablename__ = "users"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(30))
    name_key: Mapped[str] = mapped_column(String(30), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_admin: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    view: Mapped[str] = mapped_column(String(10), default="masked", server_default="masked")
    reveals_singly: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    session_epoch: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)

    # What Flask-Login asks of a user.
    is_active = True
    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        return f"{self.id}:{self.session_epoch}"


class Series(Base):
    """A series. `revision` grows by one with each change that touches its ranking and never leaves the server."""

    __tablename__ = "series"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    year: Mapped[int | None]
    network: Mapped[str | None] = mapped_column(String(80))
    attribution: Mapped[str | None] = mapped_column(String(200))
    ballot_size: Mapped[int] = mapped_column(default=10, server_default="10")
    episode_count: Mapped[int] = mapped_column(default=0, server_default="0")
    edition: Mapped[int] = mapped_column(default=0, server_default="0")
    revision: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    catalogue_revision: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    recount_revision: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class Episode(Base):
    """An episode; its `position` counts 1..E across the seasons of its series. Its title is labelled by it."""

    __tablename__ = "episodes"
    __table_args__ = (
        UniqueConstraint("series_id", "position"),
        UniqueConstraint("series_id", "season", "number"),
        CheckConstraint("position >= 1", name="position"),
    )

    id: Mapped[Id]
    series_id: Mapped[SeriesId]
    position: Mapped[int]
    season: Mapped[int]
    number: Mapped[int]
    title: Mapped[str | None] = mapped_column(String(200), deferred=True, deferred_raiseload=True)
    airdate: Mapped[dt.date | None]
    runtime: Mapped[int | None]


class Moment(Base):
    """A titled scene. Its label is the position of the episode by whose end all of it has been seen."""

    __tablename__ = "moments"
    __table_args__ = (
        CheckConstraint("status in ('proposed', 'published', 'retired')", name="status"),
        Index("ix_moments_series_id_status", "series_id", "status"),
    )

    id: Mapped[Id]
    series_id: Mapped[SeriesId]
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"), index=True)
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=new_public_id)
    title: Mapped[str] = mapped_column(String(120), deferred=True, deferred_raiseload=True)
    description: Mapped[str] = mapped_column(Text, default="", deferred=True, deferred_raiseload=True)
    teaser: Mapped[str | None] = mapped_column(String(120), deferred=True, deferred_raiseload=True)
    status: Mapped[str] = mapped_column(String(10), default=PROPOSED)
    edition: Mapped[int | None]


class Progress(Base):
    """The position a fan has declared for a series."""

    __tablename__ = "progress"
    __table_args__ = (CheckConstraint("position >= 0", name="position"), {"sqlite_with_rowid": False})

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    position: Mapped[int]
    # Up to here the fan has been told what they unlocked.
    greeted: Mapped[int] = mapped_column(default=0, server_default="0")


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
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    moment_id: Mapped[int] = mapped_column(ForeignKey("moments.id"), primary_key=True)
    label: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(280), deferred=True, deferred_raiseload=True)
    written: Mapped[int]


class SavedBallot(Base):
    """A fan's list as it stood at one progress. The newest of a fan's rows for a series is the one that counts."""

    __tablename__ = "ballots"
    __table_args__ = (
        Index(
            "uq_ballots_counting",
            "user_id",
            "series_id",
            unique=True,
            sqlite_where=text("counting"),
            postgresql_where=text("counting"),
        ),
        {"sqlite_with_rowid": False},
    )

    # The series first: a recount reads one series in one sweep.
    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    progress: Mapped[int] = mapped_column(primary_key=True)
    moments: Mapped[tuple[int, ...]] = mapped_column(MomentOrder)
    edition: Mapped[int]
    version: Mapped[int]
    counting: Mapped[bool]
    past: Mapped[tuple[tuple[int, ...], ...]] = mapped_column(MomentOrders, default=())
    future: Mapped[tuple[tuple[int, ...], ...]] = mapped_column(MomentOrders, default=())
    saved_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)


class BallotChange(Base):
    """One line of the log the live tally follows: what counted before a save, and what counts after it."""

    __tablename__ = "ballot_changes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    before: Mapped[Ballot | None] = mapped_column(PackedBallot)
    after: Mapped[Ballot | None] = mapped_column(PackedBallot)
