"""Where viewers stand: every series there is, and how much of it is unlocked for whom. A draft is not there at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Row, Select, and_, bindparam, func, null, select, tuple_

from ranker.database import plain
from ranker.domain.clearance import NOTHING_WATCHED, Clearance, EpisodeCode
from ranker.domain.values import SeriesCard, ShelfRow
from ranker.extensions import db
from ranker.gate.renumbering import position_now
from ranker.gate.viewer import Viewer
from ranker.models import Episode, Progress, SavedBallot, Series
from ranker.tallies import SeriesState

Query: TypeAlias = "Select[*tuple[Any, ...]]"
Stand: TypeAlias = tuple[SeriesState, Clearance]


class NotHere(LookupError):
    """There is no such series or moment, or none this viewer may know of: one case."""


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
    query = _open_series(viewer.is_fan).order_by(func.lower(Series.title), Series.slug)
    found = db.session.execute(query, {"user_id": viewer.user_id})
    return [(state, _clearance(viewer, state, position)) for state, position in map(_state, found)]


def stand_in(viewer: Viewer, slug: str) -> tuple[SeriesState, Clearance, int]:
    """The series, what the viewer may see of it, and up to where they were told what they unlocked. Raises NotHere."""
    query = _one_series_with_progress(viewer.is_fan)
    row = db.session.execute(query, {"slug": slug, "user_id": viewer.user_id}).first()
    if row is None:
        raise NotHere(slug)
    state, position = _state(row)
    return state, _clearance(viewer, state, position), row.greeted or 0


def series_with_a_list(viewer: Viewer) -> dict[int, int]:
    """The version of the fan's list in each series where they have one, by series id. It stays on the server."""
    if not viewer.is_fan:
        return {}
    query = select(SavedBallot.series_id, SavedBallot.version)
    rows = db.session.execute(query.where(SavedBallot.user_id == viewer.user_id, SavedBallot.counting))
    return {row.series_id: row.version for row in rows}


def every_series() -> tuple[SeriesState, ...]:
    """Every series there is, drafts too, for what is done to all of them."""
    return tuple(_state(row)[0] for row in db.session.execute(_series_with_progress(False)))


def state_of(slug: str) -> SeriesState:
    """One series, be it a draft, for what is done to all of it. Raises NotHere."""
    row = db.session.execute(_series_with_progress(False).where(Series.slug == slug)).first()
    if row is None:
        raise NotHere(slug)
    return _state(row)[0]


@cache
def _one_series_with_progress(of_fan: bool) -> Query:
    """The series with the slug `:slug`. Nearly every request asks this, so the statement is made once."""
    return _open_series(of_fan).where(Series.slug == bindparam("slug"))


def _open_series(of_fan: bool) -> Query:
    """The same as `_series_with_progress`, without drafts: there are none but at the desk."""
    return _series_with_progress(of_fan).where(plain(Series).c.is_open)


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
