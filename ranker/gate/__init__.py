"""The one gate: every read of spoilerable content, for one viewer, at a clearance fixed when the gate is opened.

What leaves it are the frozen values of `domain/values.py`. Titles, descriptions and names of what lies beyond the
clearance are not loaded at all, so that nothing after the gate can leak them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, func, null, select, tuple_

from ranker.database import plain
from ranker.domain.agreement import Comparison
from ranker.domain.clearance import NOTHING_WATCHED, Clearance, EpisodeCode, Method, View
from ranker.domain.index import IndexedMoment, MomentIndex
from ranker.domain.paths import Paths
from ranker.domain.values import (
    EpisodeRow,
    LockedMoment,
    Rail,
    Ranking,
    Season,
    SeriesCard,
    ShelfRow,
    Standing,
    VisibleMoment,
)
from ranker.extensions import db
from ranker.gate.crowd import beside_the_others
from ranker.gate.duels import Duels
from ranker.gate.from_fans import FromFans
from ranker.gate.movement import Movement, Place, movement_since
from ranker.gate.own_list import OwnList
from ranker.gate.paths import read_paths
from ranker.gate.reception import Reception
from ranker.gate.renumbering import position_now
from ranker.models import PUBLISHED, Episode, Moment, Picture, Progress, SavedBallot, Series, now
from ranker.tallies import Numbers, SeriesState, Tallies

Query: TypeAlias = "Select[*tuple[Any, ...]]"
Stand: TypeAlias = tuple[SeriesState, Clearance]


class NotHere(LookupError):
    """There is no such series or moment, or none this viewer may know of: one case."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a fan with an account, or a visitor whose progress (by series slug) is kept in the session."""

    user_id: int | None = None
    name: str | None = None
    is_admin: bool = False
    curates: int = 0
    view: View = View.MASKED
    reveals_singly: bool = False
    language: str | None = None
    declared: Mapping[str, int] = field(default_factory=dict)
    # By series slug, of which numbering of its episodes a declared position is; the first unless it says.
    numbered: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_fan(self) -> bool:
        return self.user_id is not None

    @property
    def has_desk(self) -> bool:
        """Whether they look after all series, or after some."""
        return self.is_admin or self.curates > 0

    @property
    def sealed(self) -> bool:
        return self.view is View.SEALED


def shelf(viewer: Viewer) -> tuple[ShelfRow, ...]:
    """Every series, by title, with where the viewer is in it."""
    return shelf_of(every_stand(viewer), series_with_a_list(viewer))


def shelf_of(stands: Sequence[Stand], listed: Collection[int]) -> tuple[ShelfRow, ...]:
    """The rows of these series; `listed` are the ids of those the viewer has a list of."""
    codes = _codes_at({state.id: clearance.position for state, clearance in stands})
    return tuple(
        ShelfRow(state.card, clearance.position, codes.get(state.id), state.id in listed) for state, clearance in stands
    )


def every_stand(viewer: Viewer) -> list[Stand]:
    """Every series, by title, with what the viewer may see of it."""
    query = _series_with_progress(viewer.is_fan).order_by(func.lower(Series.title), Series.slug)
    found = db.session.execute(query, {"user_id": viewer.user_id})
    return [(state, _clearance(viewer, state, position)) for state, position in map(_state, found)]


def open_gate(viewer: Viewer, slug: str, tallies: Tallies) -> Gate:
    """The gate to one series for one viewer. Raises NotHere when there is no such series."""
    query = _one_series_with_progress(viewer.is_fan)
    row = db.session.execute(query, {"slug": slug, "user_id": viewer.user_id}).first()
    if row is None:
        raise NotHere(slug)
    state, position = _state(row)
    return Gate(viewer, state, _clearance(viewer, state, position), tallies, row.greeted or 0)


def every_series() -> tuple[SeriesState, ...]:
    """Every series there is, for what is done to all of them."""
    return tuple(_state(row)[0] for row in db.session.execute(_series_with_progress(False)))


def state_of(slug: str) -> SeriesState:
    """One series, for what is done to all of it. Raises NotHere."""
    row = db.session.execute(_series_with_progress(False).where(Series.slug == slug)).first()
    if row is None:
        raise NotHere(slug)
    return _state(row)[0]


@dataclass(frozen=True)
class Gate:
    """What one viewer may know of one series."""

    viewer: Viewer
    state: SeriesState
    clearance: Clearance
    tallies: Tallies
    greeted: int = 0

    @property
    def series(self) -> SeriesCard:
        return self.state.card

    @property
    def sealed(self) -> bool:
        return self.viewer.sealed

    @property
    def horizon(self) -> int:
        """The episode rankings are computed for: the viewer's own when sealed, else the last."""
        return self.clearance.position if self.sealed else self.state.card.episode_count

    def sealed_at(self, position: int) -> Gate:
        """The same series as it looked from an earlier episode: sealed there. It can only look back."""
        viewer = replace(self.viewer, view=View.SEALED)
        return Gate(viewer, self.state, self.clearance.looking_back_to(position), self.tallies)

    def looking_only_to(self, position: int) -> Gate:
        """The same series in the same view, of which nothing beyond `position` is unlocked, be it seen or not."""
        return replace(self, clearance=self.clearance.looking_back_to(position))

    # Episodes

    @cached_property
    def rail(self) -> Rail:
        """Where the viewer stands. It is read once for each position, until the catalogue changes."""
        key = self.series, self.state.id, self.state.catalogue_revision, self.clearance.position
        return self.tallies.rails.of(key, self._read_rail)

    @cached_property
    def codes(self) -> dict[int, EpisodeCode]:
        """The code of every episode by its position, in story order."""
        return {row.position: row.code for season in self.rail.seasons for row in season.episodes}

    def _read_rail(self) -> Rail:
        seasons: dict[int, list[EpisodeRow]] = {}
        for row in self._read_episodes():
            seasons.setdefault(row.code.season, []).append(row)
        return Rail(
            self.series,
            self.clearance.position,
            tuple(Season(number, tuple(episodes)) for number, episodes in seasons.items()),
            self.state.numbering,
        )

    def _read_episodes(self) -> tuple[EpisodeRow, ...]:
        """Every episode in story order; the title of one that lies ahead is not loaded."""
        reached = (Episode.position <= self.clearance.position) & self._as_numbered
        query = (
            select(Episode.position, Episode.season, Episode.number, case((reached, Episode.title)).label("title"))
            .join(Series, Series.id == Episode.series_id)
            .where(Episode.series_id == self.state.id)
            .order_by(Episode.position)
        )
        return tuple(
            EpisodeRow(code_of(row), row.title, self.clearance.permits(row.position))
            for row in db.session.execute(query)
        )

    # The community ranking

    def ranking_key(self, method: Method) -> tuple[object, ...]:
        """All that a ranking depends on, so that it may be kept under this key. The key stays on the server.

        What it is compared with follows from the day, for only a new revision takes snapshots away.
        """
        return self.state.id, self.counted.revision, self.clearance.position, self.viewer.view, method, self.today

    @cached_property
    def counted(self) -> SeriesState:
        """The series as new as its numbers are for this viewer: with a replica, they may be a moment behind."""
        return self.tallies.state_for(self.state, self.viewer.user_id)

    @cached_property
    def today(self) -> dt.date:
        return now().date()

    def ranking(self, method: Method) -> Ranking:
        """The community ranking at this viewer's horizon, locked rows in place or, when sealed, not there at all.

        First watch makes sense from an episode only, so it is always sealed.
        """
        if method is Method.FIRST and not self.sealed:
            return self.sealed_at(self.clearance.position).ranking(method)
        numbers = self.tallies.numbers(self.counted, method, self.horizon)
        moments = self.moments_by_id()
        movement = self._movement(method, numbers)
        risen = movement.places if movement else {}
        standings = [
            Standing(number.rank, moments[id], number.score, number.margin, number.offered, risen.get(id))
            for id, number in numbers.of.items()
            if id in moments
        ]
        ordered = tuple(sorted(standings, key=_reading_order))
        since = movement.since if movement else None
        return Ranking(self.series, self.viewer.view, method, self.horizon, numbers.lists, ordered, since)

    def _movement(self, method: Method, numbers: Numbers) -> Movement | None:
        ranks = {id: number.rank for id, number in numbers.of.items() if number.rank is not None}
        return movement_since(Place(self.state.id, method, self.horizon), self.today, ranks) if ranks else None

    def paths(self, method: Method) -> Paths:
        """The rank of every visible moment as the ranking looked from each episode up to the viewer's."""
        return read_paths(self, method, self.visible_moments())

    def path_of(self, public_id: str, method: Method) -> Paths:
        """The same, of one moment alone. Raises NotHere for a moment this viewer cannot see."""
        paths = read_paths(self, method, self.visible_moments(Moment.public_id == public_id))
        if not paths.paths:
            raise NotHere(public_id)
        return paths

    @cached_property
    def duels(self) -> Duels:
        """The moments this viewer may see, one against one."""
        return Duels(self)

    # Moments

    def moment(self, public_id: str) -> VisibleMoment | LockedMoment:
        """The moment, or its lock when masked. Raises NotHere for an unknown id and, when sealed, for a locked one."""
        visible = db.session.execute(self._visible().where(Moment.public_id == public_id)).first()
        if visible is not None:
            return visible_moment_of(visible)
        locked = db.session.execute(self._locked().where(Moment.public_id == public_id)).first()
        if locked is None or self.sealed:
            raise NotHere(public_id)
        return _locked_moment(locked)

    def picture_name(self, public_id: str) -> str:
        """What the files of a moment's picture are called. Raises NotHere when the viewer may see none."""
        name = select(Picture.name).where(Picture.moment_id == Moment.id, Picture.current).scalar_subquery()
        visible = self._published(name.label("name")).where(Episode.position <= self.clearance.position)
        found = db.session.execute(visible.where(Moment.public_id == public_id)).first()
        if found is None or found.name is None:
            raise NotHere(public_id)
        return str(found.name)

    def survivor_of(self, public_id: str) -> str | None:
        """The public id of the moment this one was merged into, if the viewer may see both; None else."""
        reached = Episode.position <= self.clearance.position
        merged = (
            select(Moment.merged_into)
            .join(Episode, Moment.episode_id == Episode.id)
            .where(Moment.series_id == self.state.id, Moment.public_id == public_id, reached)
        )
        found = db.session.execute(self._visible().where(Moment.id == merged.scalar_subquery())).first()
        return found.public_id if found is not None else None

    def reception(self, public_id: str) -> Reception:
        """What fans make of a moment. Raises NotHere for one this viewer cannot see."""
        for id in self.visible_named(public_id):
            return Reception(self, id)
        raise NotHere(public_id)

    def visible_named(self, *public_ids: str) -> dict[int, VisibleMoment]:
        """Those of the moments with these public ids that this viewer has reached, by internal id."""
        return self.visible_moments(Moment.public_id.in_(public_ids))

    def moments_by_id(self, *only: ColumnElement[bool]) -> dict[int, VisibleMoment | LockedMoment]:
        """Every published moment there is for this viewer (that meets the conditions), by internal id."""
        moments: dict[int, VisibleMoment | LockedMoment] = dict(self.visible_moments(*only))
        if not self.sealed:
            moments |= {row.id: _locked_moment(row) for row in db.session.execute(self._locked().where(*only))}
        return moments

    @cached_property
    def index(self) -> MomentIndex:
        """Which moments there are, visible or not; it is read once, until the catalogue changes."""
        return self.tallies.indexes.of((self.state.id, self.state.catalogue_revision), self._read_index)

    def _read_index(self) -> MomentIndex:
        rows = db.session.execute(self._published(Moment.public_id))
        return MomentIndex.of(IndexedMoment(row.id, row.public_id, row.position) for row in rows)

    def visible_moments(self, *only: ColumnElement[bool]) -> dict[int, VisibleMoment]:
        """Every published moment this viewer has reached (that meets the conditions), by internal id."""
        return {row.id: visible_moment_of(row) for row in db.session.execute(self._visible().where(*only))}

    def _visible(self) -> Query:
        return self._published(*of_visible()).where(Episode.position <= self.clearance.position)

    def _locked(self) -> Query:
        return self._published(Moment.teaser).where(Episode.position > self.clearance.position)

    def _published(self, *columns: Any) -> Query:
        return (
            select(Moment.id, Episode.position, Episode.season, Episode.number, *columns)
            .join(Episode, Moment.episode_id == Episode.id)
            .join(Series, Series.id == Moment.series_id)
            .where(Moment.series_id == self.state.id, Moment.status == PUBLISHED, self._as_numbered)
        )

    @property
    def _as_numbered(self) -> ColumnElement[bool]:
        """Whether positions still mean what they meant when the clearance was fixed; if not, there is nothing here."""
        return Series.numbering == self.state.numbering

    # The fan's own list

    @cached_property
    def own_list(self) -> OwnList:
        """The list of the fan who looks. For a visitor it is empty."""
        return OwnList(self)

    @cached_property
    def from_fans(self) -> FromFans:
        """What the fan who looks has suggested and reported, and what they may say of what they see."""
        return FromFans(self)

    def beside_the_others(self) -> Comparison:
        """The fan's list beside the order of everybody else, sealed where the fan stands in either view."""
        return beside_the_others(self)


@cache
def _one_series_with_progress(of_fan: bool) -> Query:
    """The series with the slug `:slug`. Nearly every request asks this, so the statement is made once."""
    return _series_with_progress(of_fan).where(Series.slug == bindparam("slug"))


def _series_with_progress(of_fan: bool) -> Query:
    """Every series beside the position the fan `:user_id` has declared for it in the database (NULL: none)."""
    series, progress = plain(Series), plain(Progress)  # for nearly every request asks for them
    columns = (
        series.c.id,
        series.c.slug,
        series.c.title,
        series.c.year,
        series.c.network,
        series.c.attribution,
        series.c.ballot_size,
        series.c.episode_count,
        series.c.edition,
        series.c.revision,
        series.c.catalogue_revision,
        series.c.recount_revision,
        series.c.snapshot_day,
        series.c.next_release_at,
        series.c.numbering,
        series.c.compacted_revision,
    )
    if not of_fan:  # a join on "no user" would read everybody's progress
        return select(*columns, null().label("position"), null().label("greeted"))
    mine = and_(progress.c.series_id == series.c.id, progress.c.user_id == bindparam("user_id"))
    return select(*columns, progress.c.position, progress.c.greeted).select_from(series.outerjoin(progress, mine))


def series_with_a_list(viewer: Viewer) -> dict[int, int]:
    """The version of the fan's list in each series where they have one, by series id. It stays on the server."""
    if not viewer.is_fan:
        return {}
    query = select(SavedBallot.series_id, SavedBallot.version)
    rows = db.session.execute(query.where(SavedBallot.user_id == viewer.user_id, SavedBallot.counting))
    return {row.series_id: row.version for row in rows}


def _state(row: Row[Any]) -> tuple[SeriesState, int | None]:
    card = SeriesCard(row.slug, row.title, row.year, row.network, row.attribution, row.ballot_size, row.episode_count)
    revisions = row.revision, row.catalogue_revision, row.recount_revision
    upkeep = row.snapshot_day, row.next_release_at, row.compacted_revision
    return SeriesState(row.id, card, row.edition, *revisions, *upkeep, row.numbering), row.position


def _clearance(viewer: Viewer, state: SeriesState, position: int | None) -> Clearance:
    """What the viewer has declared, never beyond the last episode; nothing declared is nothing seen."""
    declared = position if viewer.is_fan else _declared(viewer, state)
    return Clearance(state.card.episode_count).looking_back_to(declared or NOTHING_WATCHED)


def _declared(viewer: Viewer, state: SeriesState) -> int | None:
    """What a visitor has declared, in the numbering of today."""
    position, then = viewer.declared.get(state.card.slug), viewer.numbered.get(state.card.slug, 0)
    if not position or then == state.numbering:
        return position
    return position_now(state.id, position, then, state.numbering)


def _codes_at(positions: Mapping[int, int]) -> dict[int, EpisodeCode]:
    """The episode code at one position of each series, by series id."""
    query = select(Episode.series_id, Episode.position, Episode.season, Episode.number).where(
        tuple_(Episode.series_id, Episode.position).in_(list(positions.items()))
    )
    return {series_id: EpisodeCode(*code) for series_id, *code in db.session.execute(query)}


def code_of(row: Row[Any]) -> EpisodeCode:
    return EpisodeCode(row.position, row.season, row.number)


def of_visible() -> tuple[Any, ...]:
    """What is read of a moment that may be seen; of a locked one, its teaser."""
    picture = select(Picture.alt).where(Picture.moment_id == Moment.id, Picture.current).scalar_subquery()
    return Moment.public_id, Moment.title, Moment.description, picture.label("picture")


def visible_moment_of(row: Row[Any]) -> VisibleMoment:
    return VisibleMoment(row.public_id, row.title, row.description, code_of(row), row.picture)


def _locked_moment(row: Row[Any]) -> LockedMoment:
    return LockedMoment(code_of(row), row.teaser)


def story_order(moment: VisibleMoment | LockedMoment) -> tuple[object, ...]:
    """By episode, and there by what a row shows. Only a visible moment has an id to settle what is still alike."""
    if isinstance(moment, LockedMoment):
        return moment.unlocks.position, *_nothing_first(moment.teaser)
    return moment.episode.position, moment.title, moment.public_id


def _reading_order(standing: Standing) -> tuple[object, ...]:
    """By rank; inside a tie by label, then by what the row itself shows, so that no order tells of what it hides."""
    moment = standing.moment
    tie = story_order(moment)
    if standing.rank is not None and isinstance(moment, VisibleMoment):
        tie = moment.episode.position, moment.public_id
    numbers = standing.score, standing.offered, standing.margin, standing.risen
    return standing.rank or 0, *tie, *(part for number in numbers for part in _nothing_first(number))


def _nothing_first(shown: str | float | None) -> tuple[object, ...]:
    """To sort by what may not be there: that is no 0 and no empty text, for a row shows the difference."""
    return (False,) if shown is None else (True, shown)
