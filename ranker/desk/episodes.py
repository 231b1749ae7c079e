"""The episodes of a series as the desk reads them, and what hangs on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select

from ranker.domain.clearance import EpisodeCode
from ranker.extensions import db
from ranker.gate import NotHere, code_of, state_of
from ranker.models import Episode, Moment, Progress, SavedBallot

if TYPE_CHECKING:
    from ranker.desk import Desk


@dataclass(frozen=True, slots=True)
class DeskEpisode:
    """An episode with all there is to know of it. moments: how many have its label, published or not."""

    code: EpisodeCode
    title: str | None
    airdate: dt.date | None
    runtime: int | None
    moments: int

    @property
    def season(self) -> int:
        return self.code.season

    @property
    def number(self) -> int:
        return self.code.number


@dataclass(frozen=True, slots=True)
class DeskSeason:
    number: int
    episodes: tuple[DeskEpisode, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """What a change of the episodes from a position on reaches: fans who stand there or beyond, the lists that count
    and were saved there or beyond, moments with a label there or beyond, episodes."""

    fans: int
    lists: int
    moments: int
    episodes: int


def seasons_of(desk: Desk, slug: str) -> tuple[DeskSeason, ...]:
    """Every episode in story order. Raises NotHere."""
    desk.series_card(slug)
    seasons: dict[int, list[DeskEpisode]] = {}
    for episode in _episodes(Episode.series_id == state_of(slug).id):
        seasons.setdefault(episode.season, []).append(episode)
    return tuple(DeskSeason(number, tuple(episodes)) for number, episodes in seasons.items())


def episode_named(desk: Desk, slug: str, season: int, number: int) -> DeskEpisode:
    """The episode of this season and number. Raises NotHere."""
    desk.series_card(slug)
    of_series = Episode.series_id == state_of(slug).id
    for episode in _episodes(of_series, Episode.season == season, Episode.number == number):
        return episode
    raise NotHere(f"S{season}·E{number}")


def reach_from(desk: Desk, slug: str, position: int, to: int | None = None) -> Reach:
    """What there is from a position on, up to the position `to` if there is one. Raises NotHere."""
    desk.series_card(slug)
    series_id = state_of(slug).id

    def count(table: Any, column: Any, *only: ColumnElement[bool]) -> int:
        here = column >= position if to is None else column.between(position, to)
        return db.session.scalar(select(func.count()).select_from(table).where(*only, here)) or 0

    counting = SavedBallot.counting.is_(True), SavedBallot.series_id == series_id
    labelled = Moment.__table__.join(Episode.__table__, Moment.episode_id == Episode.id)
    return Reach(
        fans=count(Progress, Progress.position, Progress.series_id == series_id),
        lists=count(SavedBallot, SavedBallot.progress, *counting),
        moments=count(labelled, Episode.position, Moment.series_id == series_id),
        episodes=count(Episode, Episode.position, Episode.series_id == series_id),
    )


def _episodes(*only: ColumnElement[bool]) -> Iterable[DeskEpisode]:
    hanging = select(func.count()).where(Moment.episode_id == Episode.id).scalar_subquery()
    columns = Episode.position, Episode.season, Episode.number, Episode.title, Episode.airdate, Episode.runtime
    query = select(*columns, hanging.label("moments")).where(*only).order_by(Episode.position)
    for row in db.session.execute(query):
        yield DeskEpisode(code_of(row), row.title, row.airdate, row.runtime, row.moments)
