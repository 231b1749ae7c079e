"""Adding episodes."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from ranker.actions.audit import Actor, Deed, record
from ranker.actions.catalogue import series_id_of, touch
from ranker.database import one_writer_at_a_time, writing
from ranker.exchange import EpisodeIn
from ranker.models import Episode, Series


class EpisodeTaken(ValueError):
    """The series has this season and number already."""


class EpisodeNotLast(ValueError):
    """A new episode has to come after all others."""


def add_episode(actor: Actor, slug: str, episode: EpisodeIn) -> int:
    """Adds the episode that airs next and returns its position. Raises EpisodeTaken, EpisodeNotLast."""
    with writing() as session:
        one_writer_at_a_time(session)
        series_id = series_id_of(session, slug)
        last = session.execute(
            select(Episode.position, Episode.season, Episode.number)
            .where(Episode.series_id == series_id)
            .order_by(Episode.position.desc())
            .limit(1)
        ).first()
        taken = select(Episode.id).filter_by(series_id=series_id, season=episode.season, number=episode.number)
        if session.scalar(taken) is not None:
            raise EpisodeTaken
        if last is not None and (episode.season, episode.number) < (last.season, last.number):
            raise EpisodeNotLast
        position: int = last.position + 1 if last is not None else 1
        session.execute(insert(Episode).values(series_id=series_id, position=position, **episode.model_dump()))
        session.execute(update(Series).where(Series.id == series_id).values(episode_count=position))
        record(session, actor, Deed("episode.add", slug, series_id, after=episode.model_dump(mode="json")))
        touch(session, series_id)
    return position
