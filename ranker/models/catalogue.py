"""Series, their episodes and moments."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ranker.models.base import PUBLIC_ID_LENGTH, Base, Id, Instant, SeriesId, new_public_id, now

PUBLISHED, RETIRED, PROPOSED = "published", "retired", "proposed"


class Series(Base):
    """A series. `revision` grows by one with each change that touches its ranking and never leaves the server."""

    __tablename__ = "series"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    year: Mapped[int | None]
    network: Mapped[str | None] = mapped_column(String(80))
    # Whether it is there for everybody. A draft is there at the desk alone.
    is_open: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    attribution: Mapped[str | None] = mapped_column(String(200))
    ballot_size: Mapped[int] = mapped_column(default=10, server_default="10")
    episode_count: Mapped[int] = mapped_column(default=0, server_default="0")
    edition: Mapped[int] = mapped_column(default=0, server_default="0")
    revision: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    catalogue_revision: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    recount_revision: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    # How often its episodes were numbered anew (`Renumbering`): positions kept elsewhere say of which time they are.
    numbering: Mapped[int] = mapped_column(default=0, server_default="0")
    # The day (UTC) of the newest snapshot of its standings.
    snapshot_day: Mapped[dt.date | None]
    # When the first of the lists that wait begins to count.
    next_release_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    # The log of what counts holds every change after this revision; and that at which the counters were last kept.
    log_from: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    compacted_revision: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class DeletedSeries(Base):
    """What is left of a series that was deleted, so that none that comes later is taken for it.

    Its id is given to no other one, and whoever takes its slug counts on from its `numbering`: what visitors declared
    there unlocks nothing.
    """

    __tablename__ = "deleted_series"

    id: Mapped[Id] = mapped_column(autoincrement=False)
    slug: Mapped[str] = mapped_column(String(80), index=True)
    title: Mapped[str] = mapped_column(String(200))
    numbering: Mapped[int]


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


class Renumbering(Base):
    """An episode that came between others or went from between them: what it made of the positions of before.

    See `domain/renumbering.py`. `numbering` is that of the series from then on.
    """

    __tablename__ = "renumberings"
    __table_args__ = ({"sqlite_with_rowid": False},)

    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    numbering: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    shift: Mapped[int | None]


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
    # The moment this one turned out to be the same as; it is retired then.
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("moments.id"), index=True)
    # The desk has decided where it belongs after a fan said it was shown too early: reports only ask from then on.
    settled: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class Picture(Base):
    """A picture of a moment; `name` is that of its files. The former ones are kept so that they can be brought back."""

    __tablename__ = "pictures"
    __table_args__ = (
        Index(
            "uq_pictures_current",
            "moment_id",
            unique=True,
            sqlite_where=text("current"),
            postgresql_where=text("current"),
        ),
    )

    id: Mapped[Id]
    moment_id: Mapped[int] = mapped_column(ForeignKey("moments.id"), index=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    alt: Mapped[str] = mapped_column(String(200), deferred=True, deferred_raiseload=True)
    current: Mapped[bool]
    added_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)
