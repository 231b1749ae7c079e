"""The one gate: every read of spoilerable content, for one viewer, at a clearance fixed when the gate is opened.

What leaves it are the frozen values of `domain/values.py`. Titles, descriptions and names of what lies beyond the
clearance are not loaded at all, so that nothing after the gate can leak them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, and_, func, select, tuple_

from ranker.domain.ballot import Ballot, check_order, keep_hidden_places
from ranker.domain.clearance import NOTHING_WATCHED, Clearance, EpisodeCode, Method, View
from ranker.domain.values import (
    EpisodeRow,
    ListEntry,
    LockedMoment,
    MyList,
    Rail,
    Ranking,
    Season,
    SeriesCard,
    ShelfRow,
    Standing,
    VisibleMoment,
)
from ranker.extensions import db
from ranker.models import PUBLIC_ID_LENGTH, PUBLISHED, Episode, Moment, Progress, SavedBallot, Series
from ranker.tallies import SeriesState, Tallies

Query: TypeAlias = "Select[*tuple[Any, ...]]"


class NotHere(LookupError):
    """There is no such series or moment, or none this viewer may know of: one case."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a fan with an account, or a visitor whose progress (by series slug) is kept in the session."""

    user_id: int | None = None
    name: str | None = None
    is_admin: bool = False
    view: View = View.MASKED
    declared: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_fan(self) -> bool:
        return self.user_id is not None

    @property
    def sealed(self) -> bool:
        return self.view is View.SEALED


@dataclass(frozen=True, slots=True)
class StoredList:
    """A fan's list as the database keeps it, locked and retired entries included. Never leaves the server."""

    version: int
    ballot: Ballot | None

    @property
    def order(self) -> tuple[int, ...]:
        return self.ballot.order if self.ballot else ()


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """A row of the list page, with the internal id that the page itself does not get."""

    id: int
    token: str
    moment: VisibleMoment | LockedMoment


def shelf(viewer: Viewer) -> tuple[ShelfRow, ...]:
    """Every series, by title, with where the viewer is in it."""
    query = _series_with_progress(viewer).order_by(func.lower(Series.title), Series.slug)
    listed = _series_with_a_list(viewer)
    rows = [(state, _clearance(viewer, state, position)) for state, position in map(_state, db.session.execute(query))]
    codes = _codes_at({state.id: clearance.position for state, clearance in rows})
    return tuple(
        ShelfRow(state.card, clearance.position, codes.get(state.id), state.id in listed) for state, clearance in rows
    )


def open_gate(viewer: Viewer, slug: str, tallies: Tallies) -> Gate:
    """The gate to one series for one viewer. Raises NotHere when there is no such series."""
    row = db.session.execute(_series_with_progress(viewer).where(Series.slug == slug)).first()
    if row is None:
        raise NotHere(slug)
    state, position = _state(row)
    return Gate(viewer, state, _clearance(viewer, state, position), tallies)


@dataclass(frozen=True)
class Gate:
    """What one viewer may know of one series."""

    viewer: Viewer
    state: SeriesState
    clearance: Clearance
    tallies: Tallies

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

    # Episodes

    @cached_property
    def rail(self) -> Rail:
        titles = self._episode_titles()
        seasons: dict[int, list[EpisodeRow]] = {}
        for code in self.codes.values():
            row = EpisodeRow(code, titles.get(code.position), self.clearance.permits(code.position))
            seasons.setdefault(code.season, []).append(row)
        return Rail(
            self.series,
            self.clearance.position,
            tuple(Season(number, tuple(episodes)) for number, episodes in seasons.items()),
        )

    def _episode_titles(self) -> dict[int, str | None]:
        query = select(Episode.position, Episode.title).where(
            Episode.series_id == self.state.id, Episode.position <= self.clearance.position
        )
        return dict(db.session.execute(query).all())

    @cached_property
    def codes(self) -> dict[int, EpisodeCode]:
        """The code of every episode by its position, in story order."""
        query = (
            select(Episode.position, Episode.season, Episode.number)
            .where(Episode.series_id == self.state.id)
            .order_by(Episode.position)
        )
        return {
            position: EpisodeCode(position, season, number) for position, season, number in db.session.execute(query)
        }

    # The community ranking

    def ranking_key(self, method: Method) -> tuple[object, ...]:
        """All that a ranking depends on, so that it may be kept under this key. The key stays on the server."""
        return self.state.id, self.state.revision, self.clearance.position, self.viewer.view, method

    def ranking(self, method: Method) -> Ranking:
        """The community ranking at this viewer's horizon, locked rows in place or, when sealed, not there at all."""
        numbers = self.tallies.numbers(self.state, method, self.horizon)
        moments = self._moments_by_id()
        standings = [
            Standing(number.rank, moments[id], number.score, number.margin, number.offered)
            for id, number in numbers.of.items()
            if id in moments
        ]
        ordered = tuple(sorted(standings, key=_reading_order))
        return Ranking(self.series, self.viewer.view, method, self.horizon, numbers.lists, ordered)

    def standing_of(self, public_id: str, method: Method) -> Standing:
        """One row of the ranking. Raises NotHere for a moment this viewer cannot see."""
        for standing in self.ranking(method).standings:
            if isinstance(standing.moment, VisibleMoment) and standing.moment.public_id == public_id:
                return standing
        raise NotHere(public_id)

    # Moments

    def moment(self, public_id: str) -> VisibleMoment | LockedMoment:
        """The moment, or its lock when masked. Raises NotHere for an unknown id and, when sealed, for a locked one."""
        visible = db.session.execute(self._visible().where(Moment.public_id == public_id)).first()
        if visible is not None:
            return _visible_moment(visible)
        locked = db.session.execute(self._locked().where(Moment.public_id == public_id)).first()
        if locked is None or self.sealed:
            raise NotHere(public_id)
        return _locked_moment(locked)

    def _moments_by_id(self, *only: ColumnElement[bool]) -> dict[int, VisibleMoment | LockedMoment]:
        """Every published moment there is for this viewer (that meets the conditions), by internal id."""
        moments: dict[int, VisibleMoment | LockedMoment] = {
            row.id: _visible_moment(row) for row in db.session.execute(self._visible().where(*only))
        }
        if not self.sealed:
            moments |= {row.id: _locked_moment(row) for row in db.session.execute(self._locked().where(*only))}
        return moments

    def _visible(self) -> Query:
        return self._published(Moment.public_id, Moment.title, Moment.description).where(
            Episode.position <= self.clearance.position
        )

    def _locked(self) -> Query:
        return self._published(Moment.teaser).where(Episode.position > self.clearance.position)

    def _published(self, *columns: Any) -> Query:
        return (
            select(Moment.id, Episode.position, Episode.season, Episode.number, *columns)
            .join(Episode, Moment.episode_id == Episode.id)
            .where(Moment.series_id == self.state.id, Moment.status == PUBLISHED)
        )

    # The fan's own list

    @cached_property
    def stored_list(self) -> StoredList:
        query = select(SavedBallot.version, SavedBallot.progress, SavedBallot.edition, SavedBallot.moments).where(
            SavedBallot.user_id == self.viewer.user_id, SavedBallot.series_id == self.state.id, SavedBallot.counting
        )
        row = db.session.execute(query).first()
        if row is None:
            return StoredList(0, None)
        return StoredList(row.version, Ballot(row.progress, row.edition, row.moments))

    def my_list(self) -> MyList:
        """The fan's list: a locked entry keeps its place when masked and is not there when sealed."""
        entries = tuple(ListEntry(place, row.token, row.moment) for place, row in enumerate(self._shown, 1))
        placed = {row.id for row in self._shown}
        pool = [_visible_moment(row) for row in db.session.execute(self._visible()) if row.id not in placed]
        return MyList(self.series, self.stored_list.version, entries, tuple(sorted(pool, key=_story_order)))

    @property
    def has_list(self) -> bool:
        return bool(self._shown)

    def place_in_my_list(self, public_id: str) -> int | None:
        """The place a visible moment has in the fan's list as they see it, if any."""
        places = (place for place, row in enumerate(self._shown, 1) if row.token == public_id)
        return next(places, None)

    def order_from(self, tokens: Sequence[str]) -> tuple[int, ...]:
        """The whole order that a form with these tokens means; entries out of the fan's sight keep their places.

        Raises UnseenMoment for a token that names nothing this viewer may choose, be it known elsewhere or not;
        RepeatedMoment and BallotTooLong as `check_order` does.
        """
        choices = self._choices(tokens)
        check_order(tokens, choices.keys(), self.series.ballot_size)
        return keep_hidden_places(self.stored_list.order, self._out_of_sight, [choices[token] for token in tokens])

    def _choices(self, tokens: Iterable[str]) -> dict[str, int]:
        """What each of these tokens stands for, as far as this viewer may choose it."""
        named = Moment.public_id.in_([token[:PUBLIC_ID_LENGTH] for token in tokens])
        visible = {row.public_id: row.id for row in db.session.execute(self._visible().where(named))}
        return visible | {row.token: row.id for row in self._shown}

    @cached_property
    def _stored_moments(self) -> dict[int, VisibleMoment | LockedMoment]:
        """The entries of the stored list that exist for this viewer."""
        return self._moments_by_id(Moment.id.in_(self.stored_list.order)) if self.stored_list.order else {}

    @cached_property
    def _shown(self) -> tuple[ShownEntry, ...]:
        rows = (
            ShownEntry(id, _token(self._stored_moments[id], place), self._stored_moments[id])
            for place, id in enumerate(self.stored_list.order, 1)
            if id in self._stored_moments
        )
        return tuple(islice(rows, self.series.ballot_size))

    @property
    def _out_of_sight(self) -> set[int]:
        """Entries of the stored list that no row of the page stands for: retired ones and, when sealed, locked ones."""
        shown = {row.id for row in self._shown}
        visible = {id for id, moment in self._stored_moments.items() if not moment.locked}
        return set(self.stored_list.order) - shown - visible


def _series_with_progress(viewer: Viewer) -> Query:
    """Every series beside the position this viewer has declared for it in the database (NULL: none)."""
    mine = and_(Progress.series_id == Series.id, Progress.user_id == viewer.user_id)
    return select(
        Series.id,
        Series.slug,
        Series.title,
        Series.year,
        Series.network,
        Series.attribution,
        Series.ballot_size,
        Series.episode_count,
        Series.edition,
        Series.revision,
        Series.catalogue_revision,
        Series.recount_revision,
        Progress.position,
    ).outerjoin(Progress, mine)


def _series_with_a_list(viewer: Viewer) -> set[int]:
    query = select(SavedBallot.series_id).where(SavedBallot.user_id == viewer.user_id, SavedBallot.counting)
    return set(db.session.scalars(query))


def _state(row: Row[Any]) -> tuple[SeriesState, int | None]:
    card = SeriesCard(row.slug, row.title, row.year, row.network, row.attribution, row.ballot_size, row.episode_count)
    revisions = row.revision, row.catalogue_revision, row.recount_revision
    return SeriesState(row.id, card, row.edition, *revisions), row.position


def _clearance(viewer: Viewer, state: SeriesState, position: int | None) -> Clearance:
    """What the viewer has declared, never beyond the last episode; nothing declared is nothing seen."""
    declared = position if viewer.is_fan else viewer.declared.get(state.card.slug)
    return Clearance(state.card.episode_count).looking_back_to(declared or NOTHING_WATCHED)


def _codes_at(positions: Mapping[int, int]) -> dict[int, EpisodeCode]:
    """The episode code at one position of each series, by series id."""
    query = select(Episode.series_id, Episode.position, Episode.season, Episode.number).where(
        tuple_(Episode.series_id, Episode.position).in_(list(positions.items()))
    )
    return {series_id: EpisodeCode(*code) for series_id, *code in db.session.execute(query)}


def _code(row: Row[Any]) -> EpisodeCode:
    return EpisodeCode(row.position, row.season, row.number)


def _visible_moment(row: Row[Any]) -> VisibleMoment:
    return VisibleMoment(row.public_id, row.title, row.description, _code(row))


def _locked_moment(row: Row[Any]) -> LockedMoment:
    return LockedMoment(_code(row), row.teaser)


def _token(moment: VisibleMoment | LockedMoment, stored_place: int) -> str:
    """What names an entry in a form. A locked one is named by its place, for its id would say something."""
    return f"locked-{stored_place}" if isinstance(moment, LockedMoment) else moment.public_id


def _story_order(moment: VisibleMoment | LockedMoment) -> tuple[int, str]:
    if isinstance(moment, LockedMoment):
        return moment.unlocks.position, moment.teaser or ""
    return moment.episode.position, moment.title


def _reading_order(standing: Standing) -> tuple[object, ...]:
    """By rank; inside a tie by label, then by what the row itself shows, so that no order tells of what it hides."""
    moment = standing.moment
    tie = _story_order(moment)
    if standing.rank is not None and isinstance(moment, VisibleMoment):
        tie = moment.episode.position, moment.public_id
    return standing.rank or 0, *tie, standing.offered, standing.margin or 0.0
