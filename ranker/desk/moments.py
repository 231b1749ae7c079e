"""The moments of a series as the desk reads them: all of them, with how many lists hold each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, func, select

from ranker.domain.clearance import EpisodeCode
from ranker.domain.values import SeriesCard
from ranker.extensions import db
from ranker.gate import Query, state_of
from ranker.models import PROPOSED, PUBLISHED, RETIRED, Episode, Moment, Series
from ranker.tallies import Tallies

if TYPE_CHECKING:
    from ranker.desk import Desk


class Sort(StrEnum):
    """The orders the table can stand in."""

    STORY = "story"
    TITLE = "title"
    LISTS = "lists"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows of the table somebody asked for, and in which order. Nothing asked for is every row."""

    words: str = ""
    season: int | None = None
    status: str | None = None
    without_teaser: bool = False
    sort: Sort = Sort.STORY
    backwards: bool = False

    @property
    def narrows(self) -> bool:
        return bool(self.words or self.season or self.status or self.without_teaser)


@dataclass(frozen=True, slots=True)
class DeskMoment:
    """A moment with everything there is to know of it. `merged_into` is the public id of the one it is the same as."""

    public_id: str
    series_slug: str
    title: str
    description: str
    teaser: str | None
    status: str
    episode: EpisodeCode
    merged_into: str | None = None

    @property
    def is_draft(self) -> bool:
        return self.status == PROPOSED


@dataclass(frozen=True, slots=True)
class TableRow:
    """A moment in the table; `lists` is how many counting lists hold it."""

    moment: DeskMoment
    lists: int


@dataclass(frozen=True, slots=True)
class MomentTable:
    """The rows somebody asked for, and how many there are of each status without asking."""

    series: SeriesCard
    asked: Asked
    rows: tuple[TableRow, ...]
    by_status: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.by_status.values())


def moment_table(desk: Desk, slug: str, asked: Asked, tallies: Tallies) -> MomentTable:
    """The table of a series' moments: one query, and the counts the ranking is made from. Raises NotHere."""
    card = desk.series_card(slug)
    listed = tallies.listed(state_of(slug))
    found = db.session.execute(every_moment().where(Series.slug == slug).order_by(Episode.position, Moment.id)).all()
    rows = [TableRow(moment_of(row), listed.get(row.id, 0)) for row in found]
    by_status = {status: sum(row.moment.status == status for row in rows) for status in (PUBLISHED, PROPOSED, RETIRED)}
    return MomentTable(card, asked, tuple(_in_order([row for row in rows if _meets(row, asked)], asked)), by_status)


def statuses(desk: Desk, slug: str) -> dict[str, int]:
    """How many moments of a series have each status. Raises NotHere."""
    desk.series_card(slug)
    query = (
        select(Moment.status, func.count())
        .join(Series, Series.id == Moment.series_id)
        .where(Series.slug == slug)
        .group_by(Moment.status)
    )
    return {status: number for status, number in db.session.execute(query)}  # noqa: C416


def lists_holding(desk: Desk, public_id: str, tallies: Tallies) -> int:
    """How many counting lists hold a moment. Raises NotHere."""
    slug = desk.moment(public_id).series_slug
    query = select(Moment.id).where(Moment.public_id == public_id)
    return tallies.listed(state_of(slug)).get(db.session.scalars(query).one(), 0)


def lists_by_moment(desk: Desk, slug: str, tallies: Tallies) -> Mapping[str, int]:
    """How many counting lists hold each moment, by public id; those that none holds are left out. Raises NotHere."""
    desk.series_card(slug)
    listed = tallies.listed(state_of(slug))
    query = select(Moment.id, Moment.public_id).join(Series, Series.id == Moment.series_id).where(Series.slug == slug)
    return {public_id: listed[id] for id, public_id in db.session.execute(query) if listed.get(id)}


def moments_named(desk: Desk, slug: str, public_ids: list[str]) -> tuple[DeskMoment, ...]:
    """Those moments of a series, in story order; what is not one of them is left out. Raises NotHere for the series."""
    desk.series_card(slug)
    query = every_moment().where(Series.slug == slug, Moment.public_id.in_(public_ids))
    return tuple(moment_of(row) for row in db.session.execute(query.order_by(Episode.position, Moment.id)))


def every_moment() -> Query:
    survivors = Moment.__table__.alias("survivors")
    return (
        select(
            Moment.id,
            Moment.public_id,
            Moment.title,
            Moment.description,
            Moment.teaser,
            Moment.status,
            survivors.c.public_id.label("merged_into"),
            Series.slug,
            Episode.position,
            Episode.season,
            Episode.number,
        )
        .join(Episode, Episode.id == Moment.episode_id)
        .join(Series, Series.id == Moment.series_id)
        .outerjoin(survivors, survivors.c.id == Moment.merged_into)
    )


def moment_of(row: Row[Any]) -> DeskMoment:
    code = EpisodeCode(row.position, row.season, row.number)
    return DeskMoment(
        row.public_id, row.slug, row.title, row.description, row.teaser, row.status, code, row.merged_into
    )


def _meets(row: TableRow, asked: Asked) -> bool:
    moment = row.moment
    text = f"{moment.title} {moment.description} {moment.teaser or ''}".casefold()
    return (
        all(word in text for word in asked.words.casefold().split())
        and asked.season in (None, moment.episode.season)
        and asked.status in (None, moment.status)
        and not (asked.without_teaser and moment.teaser)
    )


def _in_order(rows: list[TableRow], asked: Asked) -> list[TableRow]:
    """Story order inside what is alike, whichever way the table runs."""
    keys = {
        Sort.STORY: lambda row: row.moment.episode.position,
        Sort.TITLE: lambda row: row.moment.title.casefold(),
        Sort.LISTS: lambda row: row.lists,
        Sort.STATUS: lambda row: row.moment.status,
    }
    return sorted(rows, key=keys[asked.sort], reverse=asked.backwards)
