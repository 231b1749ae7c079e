"""A whole series as the desk reads it: to compare a file with it, and to make a file of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ranker.exchange import EpisodeIn, MomentIn, SeriesFile
from ranker.extensions import db
from ranker.models import Episode, Moment, Series, WaitingImport

if TYPE_CHECKING:
    from ranker.desk import Desk


def whole_series(desk: Desk, slug: str) -> SeriesFile:
    """A series with all there is of it. Raises NotHere."""
    desk.series_card(slug)
    return series_as_file(slug)


def waiting_file(desk: Desk, slug: str, user_id: int) -> tuple[str, bytes] | None:
    """The name and the bytes of the file that waits for this person's word on it. Raises NotHere."""
    desk.series_card(slug)
    query = (
        select(WaitingImport.name, WaitingImport.content)
        .join(Series, Series.id == WaitingImport.series_id)
        .where(Series.slug == slug, WaitingImport.user_id == user_id)
    )
    row = db.session.execute(query).first()
    return (row.name, row.content) if row else None


def series_as_file(slug: str) -> SeriesFile:
    """A series with its moments of every status in story order, their public ids as keys."""
    series = db.session.execute(
        select(
            Series.id,
            Series.title,
            Series.year,
            Series.network,
            Series.attribution,
            Series.ballot_size,
        ).where(Series.slug == slug)
    ).one()
    facts = series._asdict()
    series_id = facts.pop("id")
    return SeriesFile.model_construct(
        format="ranker.series/1", slug=slug, **facts, episodes=_episodes(series_id), moments=_moments(series_id)
    )


def _episodes(series_id: int) -> tuple[EpisodeIn, ...]:
    query = (
        select(Episode.season, Episode.number, Episode.title, Episode.airdate, Episode.runtime)
        .where(Episode.series_id == series_id)
        .order_by(Episode.position)
    )
    return tuple(EpisodeIn.model_construct(**row._asdict()) for row in db.session.execute(query))


def _moments(series_id: int) -> tuple[MomentIn, ...]:
    query = (
        select(
            Moment.public_id.label("key"),
            Moment.title,
            Moment.description,
            Moment.teaser,
            Episode.season,
            Episode.number.label("episode"),
            Moment.status,
        )
        .join(Episode, Episode.id == Moment.episode_id)
        .where(Moment.series_id == series_id)
        .order_by(Episode.position, Moment.id)
    )
    return tuple(MomentIn.model_construct(**row._asdict()) for row in db.session.execute(query))
