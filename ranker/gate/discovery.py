"""The part of the gate that looks over all series at once: what is new for a viewer, and what they can find.

Every series is seen as far as its own clearance goes. A series in which nothing is watched yet has its title alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, false, func, select

from ranker.domain.clearance import NOTHING_WATCHED
from ranker.domain.finding import has_words, unnamed
from ranker.domain.values import FoundIn, HomeRow, VisibleMoment
from ranker.extensions import db
from ranker.gate import Gate
from ranker.gate.rows import of_visible, visible_moment_of
from ranker.gate.stands import Query, Stand, every_stand, series_with_a_list, shelf_of
from ranker.gate.viewer import Viewer
from ranker.models import PUBLISHED, Episode, Moment, Series
from ranker.tallies import SeriesState, Tallies

NEWEST = 3
FOUND_EACH = 8

Stands = Sequence[Stand]


def home(viewer: Viewer, tallies: Tallies) -> tuple[HomeRow, ...]:
    """Every series, by title, with where the viewer is, what they unlocked last, and how they agree with the others."""
    stands, lists = every_stand(viewer), series_with_a_list(viewer)
    newest = _newest(stands)
    return tuple(
        HomeRow(row, newest.get(state.id, ()), _agreement(Gate(viewer, state, clearance, tallies), lists.get(state.id)))
        for row, (state, clearance) in zip(shelf_of(stands, lists), stands, strict=True)
    )


def search(viewer: Viewer, words: str) -> tuple[FoundIn, ...]:
    """What has all of these words in its title: series, and the moments in them that the viewer has reached."""
    stands = every_stand(viewer)
    unlocked = _by_series(_unlocked(stands).order_by(Episode.position, Moment.title, Moment.public_id))
    rows = (_found_in(state, unlocked.get(state.id, ()), words) for state, _ in stands)
    return tuple(row for row in rows if row.named or row.total)


def _found_in(state: SeriesState, moments: tuple[VisibleMoment, ...], words: str) -> FoundIn:
    others = unnamed(moments, words)
    found = tuple(moment for index, moment in enumerate(moments) if index not in others)
    return FoundIn(state.card, has_words(state.card.title, words), found[:FOUND_EACH], len(found))


def _newest(stands: Stands) -> Mapping[int, tuple[VisibleMoment, ...]]:
    """The visible moments furthest on in the story, by series."""
    newest_first = Episode.position.desc(), Moment.public_id
    turn = func.row_number().over(partition_by=Moment.series_id, order_by=newest_first)
    turns = _only_unlocked(select(Moment.id, turn.label("turn")).join(Episode, _its_episode()), stands).subquery()
    first = select(turns.c.id).where(turns.c.turn <= NEWEST)
    return _by_series(_unlocked(stands).where(Moment.id.in_(first)).order_by(*newest_first))


def _agreement(gate: Gate, version: int | None) -> float | None:
    """Kept under all that it depends on: it is sealed where the fan stands, so that the view is no part of that."""
    if version is None:
        return None
    key = gate.state.id, gate.state.revision, gate.viewer.user_id, version, gate.clearance.position
    return gate.tallies.agreements.of(key, lambda: gate.beside_the_others().agreement)


def _unlocked(stands: Stands) -> Query:
    columns = Episode.position, Episode.season, Episode.number, *of_visible()
    return _only_unlocked(select(Moment.series_id, Moment.id, *columns).join(Episode, _its_episode()), stands)


def _only_unlocked(query: Query, stands: Stands) -> Query:
    reached = {state.id: clearance.position for state, clearance in stands if clearance.position != NOTHING_WATCHED}
    if not reached:
        return query.where(false())
    clearance = case(reached, value=Moment.series_id, else_=NOTHING_WATCHED)
    numbering = case({state.id: state.numbering for state, _ in stands}, value=Series.id)
    here = Moment.series_id.in_(reached), Moment.status == PUBLISHED, Episode.position <= clearance
    # Where episodes were numbered anew meanwhile, positions mean others: then there is nothing here, as in `Gate`.
    return query.join(Series, Series.id == Moment.series_id).where(*here, Series.numbering == numbering)


def _its_episode() -> ColumnElement[bool]:
    return Moment.episode_id == Episode.id


def _by_series(query: Query) -> Mapping[int, tuple[VisibleMoment, ...]]:
    found: dict[int, list[VisibleMoment]] = defaultdict(list)
    rows: Iterable[Any] = db.session.execute(query)
    for row in rows:
        found[row.series_id].append(visible_moment_of(row))
    return {series_id: tuple(moments) for series_id, moments in found.items()}
