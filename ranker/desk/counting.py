"""Which lists of a series do not count, and what the ranking would be with them, as the desk reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, and_, case, func, select

from ranker.desk.moments import DeskMoment, every_moment, moment_of
from ranker.domain.ballot import Ballot
from ranker.domain.clearance import EpisodeCode, Method
from ranker.domain.counting import Hold, Reason
from ranker.domain.values import SeriesCard
from ranker.extensions import db
from ranker.gate import state_of
from ranker.gate.own_list import held_by
from ranker.models import PUBLISHED, Episode, Moment, Progress, SavedBallot, Series, User
from ranker.tallies import Tallies
from ranker.tallies.numbers import Number

if TYPE_CHECKING:
    from ranker.desk import Desk

A_PAGE = 50
# Those of disabled accounts are a matter of the accounts: see `people`.
HELD = SavedBallot.counting & (SavedBallot.held != Reason.DISABLED)
LET_COUNT = SavedBallot.counting & SavedBallot.vouched


class Shown(StrEnum):
    """The parts of the page."""

    HELD = "held"
    COUNTED = "counted"
    RANKING = "ranking"


@dataclass(frozen=True, slots=True)
class DeskList:
    """A fan's list that does not count, or counts because an admin says so (then `hold` is None).

    order: what is in it, best first. at: how far the fan is now; None: nothing watched yet. group: a number that
    identical lists share. alike: how many held lists are the same as this one, itself included.
    """

    name: str
    order: tuple[DeskMoment, ...]
    at: EpisodeCode | None
    saved: dt.datetime
    hold: Hold | None
    group: int
    alike: int


@dataclass(frozen=True, slots=True)
class DeskLists:
    """A page of them, `page` (1..pages) of `pages`; and how many there are of each part."""

    series: SeriesCard
    lists: tuple[DeskList, ...]
    page: int
    totals: Mapping[Shown, int]
    shown: Shown

    @property
    def pages(self) -> int:
        return max(1, -(-self.totals[self.shown] // A_PAGE))


@dataclass(frozen=True, slots=True)
class RankedBoth:
    """A moment's place in the ranking as it is, and in what it would be if the held lists counted, too."""

    moment: DeskMoment
    now: Number
    then: Number

    @property
    def rises(self) -> int:
        """By how many ranks the moment would rise; below 0 it would fall."""
        return (self.now.rank or 0) - (self.then.rank or 0) if self.now.rank and self.then.rank else 0


@dataclass(frozen=True, slots=True)
class WithAndWithout:
    """The fair ranking of the whole series without the held lists, as it is, and with them."""

    lists_now: int
    lists_then: int
    rows: tuple[RankedBoth, ...]

    @property
    def moved(self) -> int:
        return sum(row.rises != 0 for row in self.rows)


def totals(desk: Desk, slug: str) -> dict[Shown, int]:
    """How many lists are held, and how many count because an admin says so. Raises NotHere."""
    desk.series_card(slug)
    held, counted = (
        db.session.scalar(select(func.count()).select_from(SavedBallot).join(Series).where(Series.slug == slug, which))
        for which in (HELD, LET_COUNT)
    )
    return {Shown.HELD: held or 0, Shown.COUNTED: counted or 0, Shown.RANKING: 0}


def desk_lists(desk: Desk, slug: str, shown: Shown, page: int) -> DeskLists:
    """A page of lists; one there is not is the last one. Identical ones stand together. Raises NotHere."""
    there = DeskLists(desk.series_card(slug), (), 1, totals(desk, slug), shown)
    if shown is Shown.RANKING:
        return there
    page = min(max(1, page), there.pages)
    query = _lists(HELD if shown is Shown.HELD else LET_COUNT).where(Series.slug == slug)
    rows = db.session.execute(query.limit(A_PAGE).offset((page - 1) * A_PAGE)).all()
    groups: dict[object, int] = {}
    placed = every_moment().where(Moment.id.in_({id for row in rows for id in row.moments}))
    moments = {row.id: moment_of(row) for row in db.session.execute(placed)}
    lists = tuple(_desk_list(row, moments, groups.setdefault(row.digest or row.name, len(groups))) for row in rows)
    return replace(there, lists=lists, page=page)


def with_and_without(desk: Desk, slug: str, tallies: Tallies) -> WithAndWithout:
    """Both rankings beside each other, in the order of the one that counts. Raises NotHere."""
    desk.series_card(slug)
    state = state_of(slug)
    columns = SavedBallot.progress, SavedBallot.edition, SavedBallot.moments
    held = db.session.execute(select(*columns).where(SavedBallot.series_id == state.id, HELD)).all()
    ballots = [Ballot(*row) for row in held]
    at = Method.FAIR, state.card.episode_count
    now, then = tallies.numbers(state, *at), tallies.numbers_with(state, ballots, *at)
    published = every_moment().where(Series.slug == slug, Moment.status == PUBLISHED)
    rows = [
        RankedBoth(moment_of(row), now.of[row.id], then.of[row.id])
        for row in db.session.execute(published.order_by(Episode.position, Moment.id))
        if row.id in now.of
    ]
    return WithAndWithout(now.lists, then.lists, tuple(sorted(rows, key=lambda row: row.now.rank or 0)))


def _lists(which: ColumnElement[bool]) -> Any:
    same = SavedBallot.__table__.alias("same")
    alike = (
        select(func.count())
        .where(same.c.series_id == SavedBallot.series_id, same.c.digest == SavedBallot.digest)
        .where(same.c.counting, same.c.held == Reason.ALIKE)
        .correlate(SavedBallot)
        .scalar_subquery()
    )
    return (
        select(
            User.name,
            SavedBallot.moments,
            SavedBallot.saved_at,
            SavedBallot.held,
            SavedBallot.held_since,
            SavedBallot.held_until,
            SavedBallot.held_note,
            SavedBallot.digest,
            alike.label("alike"),
            Episode.position,
            Episode.season,
            Episode.number,
        )
        .join(User, User.id == SavedBallot.user_id)
        .join(Series, Series.id == SavedBallot.series_id)
        .outerjoin(Progress, and_(Progress.user_id == User.id, Progress.series_id == Series.id))
        .outerjoin(Episode, and_(Episode.series_id == Series.id, Episode.position == Progress.position))
        .where(which)
        .order_by(
            SavedBallot.held != Reason.ALIKE,
            case((SavedBallot.held == Reason.ALIKE, SavedBallot.digest)),
            SavedBallot.held_since,
            User.name_key,
        )
    )


def _desk_list(row: Row[*tuple[Any, ...]], moments: Mapping[int, DeskMoment], group: int) -> DeskList:
    code = EpisodeCode(row.position, row.season, row.number) if row.position else None
    hold = held_by(row)
    alike = row.alike if hold is not None and hold.reason is Reason.ALIKE else 1
    order = tuple(moments[id] for id in row.moments if id in moments)
    return DeskList(row.name, order, code, row.saved_at, hold, group, alike)
