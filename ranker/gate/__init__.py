"""The one gate: every read of spoilerable content, for one viewer, at a clearance fixed when the gate is opened.

What leaves it are the frozen values of `domain/values.py`. Titles, descriptions and names of what lies beyond the
clearance are not loaded at all, so that nothing after the gate can leak them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, case, select

from ranker.domain.agreement import Comparison
from ranker.domain.clearance import Clearance, EpisodeCode, Method, View
from ranker.domain.index import IndexedMoment, MomentIndex
from ranker.domain.paths import Paths
from ranker.domain.values import (
    EpisodeRow,
    LockedMoment,
    Rail,
    Ranking,
    Season,
    SeriesCard,
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
from ranker.gate.rows import code_of, locked_moment_of, of_visible, reading_order, story_order, visible_moment_of
from ranker.gate.stands import NotHere, Query, every_series, shelf, stand_in, state_of
from ranker.gate.viewer import Viewer
from ranker.models import PUBLISHED, Episode, Moment, Picture, Series, now
from ranker.tallies import Numbers, SeriesState, Tallies

__all__ = [
    "Gate",
    "NotHere",
    "Query",
    "Viewer",
    "code_of",
    "every_series",
    "open_gate",
    "shelf",
    "state_of",
    "story_order",
]


def open_gate(viewer: Viewer, slug: str, tallies: Tallies) -> Gate:
    """The gate to one series for one viewer. Raises NotHere when there is no such series."""
    state, clearance, greeted = stand_in(viewer, slug)
    return Gate(viewer, state, clearance, tallies, greeted)


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
        ordered = tuple(sorted(standings, key=reading_order))
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
        return locked_moment_of(locked)

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
            moments |= {row.id: locked_moment_of(row) for row in db.session.execute(self._locked().where(*only))}
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
