"""The admins' desk: the only reads of spoilerable content that do not go through the gate."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Row, func, select

from ranker.domain.clearance import EpisodeCode
from ranker.domain.values import SeriesCard
from ranker.extensions import db
from ranker.gate import NotHere, Query, Viewer
from ranker.models import Episode, Moment, SavedBallot, Series


class NotAnAdmin(PermissionError):
    """Only admins have a desk."""


@dataclass(frozen=True, slots=True)
class DeskEpisode:
    code: EpisodeCode
    title: str | None


@dataclass(frozen=True, slots=True)
class DeskSeason:
    number: int
    episodes: tuple[DeskEpisode, ...]


@dataclass(frozen=True, slots=True)
class DeskMoment:
    """A moment with everything there is to know of it; `ballots` is how many counting lists hold it."""

    public_id: str
    series_slug: str
    title: str
    description: str
    teaser: str | None
    status: str
    episode: EpisodeCode
    ballots: int = 0


@dataclass(frozen=True, slots=True)
class DeskSeries:
    series: SeriesCard
    seasons: tuple[DeskSeason, ...]
    moments: tuple[DeskMoment, ...]


class Desk:
    """What an admin may read. Raises NotAnAdmin for anybody else, NotHere for what there is not."""

    def __init__(self, viewer: Viewer) -> None:
        if not viewer.is_admin:
            raise NotAnAdmin

    def all_series(self) -> tuple[SeriesCard, ...]:
        rows = db.session.execute(_series().order_by(func.lower(Series.title)))
        return tuple(SeriesCard(*row) for row in rows)

    def series_card(self, slug: str) -> SeriesCard:
        row = db.session.execute(_series().where(Series.slug == slug)).first()
        if row is None:
            raise NotHere(slug)
        return SeriesCard(*row)

    def series(self, slug: str) -> DeskSeries:
        card = self.series_card(slug)
        rows = db.session.execute(_moments().where(Series.slug == slug).order_by(Episode.position, Moment.id)).all()
        held = _ballots_by_moment(slug)
        return DeskSeries(card, self.seasons(slug), tuple(_moment(row, held.get(row.id, 0)) for row in rows))

    def seasons(self, slug: str) -> tuple[DeskSeason, ...]:
        query = (
            select(Episode.position, Episode.season, Episode.number, Episode.title)
            .join(Series, Series.id == Episode.series_id)
            .where(Series.slug == slug)
            .order_by(Episode.position)
        )
        seasons: dict[int, list[DeskEpisode]] = {}
        for position, season, number, title in db.session.execute(query):
            seasons.setdefault(season, []).append(DeskEpisode(EpisodeCode(position, season, number), title))
        return tuple(DeskSeason(number, tuple(episodes)) for number, episodes in seasons.items())

    def moment(self, public_id: str) -> DeskMoment:
        row = db.session.execute(_moments().where(Moment.public_id == public_id)).first()
        if row is None:
            raise NotHere(public_id)
        return _moment(row, _ballots_by_moment(row.slug).get(row.id, 0))


def _series() -> Query:
    return select(
        Series.slug,
        Series.title,
        Series.year,
        Series.network,
        Series.attribution,
        Series.ballot_size,
        Series.episode_count,
    )


def _moments() -> Query:
    return (
        select(
            Moment.id,
            Moment.public_id,
            Moment.title,
            Moment.description,
            Moment.teaser,
            Moment.status,
            Series.slug,
            Episode.position,
            Episode.season,
            Episode.number,
        )
        .join(Episode, Episode.id == Moment.episode_id)
        .join(Series, Series.id == Moment.series_id)
    )


def _moment(row: Row[Any], ballots: int) -> DeskMoment:
    code = EpisodeCode(row.position, row.season, row.number)
    return DeskMoment(row.public_id, row.slug, row.title, row.description, row.teaser, row.status, code, ballots)


def _ballots_by_moment(slug: str) -> Counter[int]:
    """How many counting lists hold each moment, by internal id."""
    orders = db.session.scalars(
        select(SavedBallot.moments)
        .join(Series, Series.id == SavedBallot.series_id)
        .where(Series.slug == slug, SavedBallot.counting)
    )
    return Counter(chain.from_iterable(orders))
