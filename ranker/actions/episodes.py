"""Adding episodes at the end and between others, changing them, and taking one away that nothing hangs on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, exists, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from ranker.actions.audit import Actor, Deed, record
from ranker.actions.catalogue import UnknownEpisode, series_id_of, touch
from ranker.actions.renumbering import FAR, renumber, take_the_series
from ranker.database import one_writer_at_a_time, writing
from ranker.domain.renumbering import Renumbering
from ranker.exchange import EpisodeIn
from ranker.exchange.series import HIGHEST_NUMBER, MOST_EPISODES
from ranker.models import Episode, Moment, Series

Code = tuple[int, int]  # season and number


class EpisodeTaken(ValueError):
    """The series has this season and number already."""


class EpisodeNotLast(ValueError):
    """It would come between others, and nobody has said whether those who are beyond it have seen it."""


class EpisodeOutOfOrder(ValueError):
    """With this season and number it would stand elsewhere in the story."""


class EpisodeInUse(ValueError):
    """Moments hang on it, be they published or not. Nothing was changed."""


class OnlyEpisode(ValueError):
    """A series has one episode at least. Nothing was changed."""


class TooManyEpisodes(ValueError):
    """A series has so many episodes at most. Nothing was changed."""


def add_episode(actor: Actor, slug: str, episode: EpisodeIn) -> int:
    """Adds the episode that airs next and returns its position.

    Raises EpisodeTaken, EpisodeNotLast, TooManyEpisodes.
    """
    with writing() as session:
        one_writer_at_a_time(session)
        series_id = series_id_of(session, slug)
        position = _free_position(session, series_id, episode)
        count = _count(session, series_id)
        if position <= count:
            raise EpisodeTaken if _code(episode) in _codes(session, series_id) else EpisodeNotLast
        session.execute(insert(Episode).values(series_id=series_id, position=position, **episode.model_dump()))
        session.execute(update(Series).where(Series.id == series_id).values(episode_count=position))
        record(session, actor, Deed("episode.add", slug, series_id, after=episode.model_dump(mode="json")))
        touch(session, series_id)
    return position


def insert_episode(actor: Actor, slug: str, episode: EpisodeIn, *, seen: bool) -> int:
    """Puts an episode between others, where its season and number say, and returns its position.

    Where there is one of this number already, it and those right after it in the season are numbered one higher. All
    that is kept by position follows its episode. seen: whether those who have seen the next one have seen this one too
    (it was missing here); if not, they stand before it and say themselves when they have.
    Raises TooManyEpisodes.
    """
    with writing() as session:
        series_id = series_id_of(session, slug)
        take_the_series(session, series_id)
        position = _free_position(session, series_id, episode)
        renumber(session, series_id, Renumbering(position, 1 if seen else None))
        make_room(session, series_id, _code(episode))
        session.execute(insert(Episode).values(series_id=series_id, position=position, **episode.model_dump()))
        session.execute(update(Series).where(Series.id == series_id).values(episode_count=Series.episode_count + 1))
        after = {**episode.model_dump(mode="json"), "position": position, "seen": seen}
        record(session, actor, Deed("episode.insert", slug, series_id, after=after))
        touch(session, series_id, recount=True)
    return position


def edit_episode(actor: Actor, slug: str, code: Code, episode: EpisodeIn) -> None:
    """Changes what is said of an episode; it keeps its place in the story.

    Raises UnknownEpisode, EpisodeTaken, EpisodeOutOfOrder.
    """
    with writing() as session:
        one_writer_at_a_time(session)
        series_id = series_id_of(session, slug)
        known = episode_of(session, series_id, code)
        others = [other for other in _codes(session, series_id) if other != code]
        if _code(episode) in others:
            raise EpisodeTaken
        if sum(other < _code(episode) for other in others) != known.position - 1:
            raise EpisodeOutOfOrder
        session.execute(update(Episode).where(Episode.id == known.id).values(**episode.model_dump()))
        deed = Deed("episode.edit", slug, series_id, _fields(known), episode.model_dump(mode="json"))
        record(session, actor, deed)
        touch(session, series_id)


def delete_episode(actor: Actor, slug: str, code: Code, *, close_gap: bool) -> None:
    """Takes an episode away; what is kept by position follows, and whoever stood at it stands at the one before.

    close_gap: whether those right after it in its season are numbered one lower.
    Raises UnknownEpisode, EpisodeInUse, OnlyEpisode.
    """
    with writing() as session:
        series_id = series_id_of(session, slug)
        take_the_series(session, series_id)
        known = episode_of(session, series_id, code)
        if session.scalar(select(exists().where(Moment.episode_id == known.id))):
            raise EpisodeInUse
        if _count(session, series_id) == 1:
            raise OnlyEpisode
        session.execute(delete(Episode).where(Episode.id == known.id))
        renumber(session, series_id, Renumbering(known.position, -1))
        if close_gap:
            _number_anew(session, series_id, run_from(_codes(session, series_id), (code[0], code[1] + 1)), -1)
        record(session, actor, Deed("episode.delete", slug, series_id, before=_fields(known)))
        touch(session, series_id, recount=True)


def make_room(session: Session, series_id: int, code: Code) -> None:
    """Numbers those one higher that stand where an episode of this code comes. Raises TooManyEpisodes."""
    run = run_from(_codes(session, series_id), code)
    if run and run[-1][1] == HIGHEST_NUMBER:
        raise TooManyEpisodes
    _number_anew(session, series_id, run, 1)


def run_from(codes: set[Code], first: Code) -> list[Code]:
    """The episodes of a season from `first` on, up to the first number that is missing."""
    season, number = first
    run: list[Code] = []
    while (season, number) in codes:
        run.append((season, number))
        number += 1
    return run


def _number_anew(session: Session, series_id: int, codes: list[Code], by: int) -> None:
    """In two steps, so that no two are ever called the same."""
    if not codes:
        return
    which = Episode.series_id == series_id, Episode.season == codes[0][0]
    run = Episode.number.between(codes[0][1], codes[-1][1])
    session.execute(update(Episode).where(*which, run).values(number=Episode.number + by + FAR))
    session.execute(update(Episode).where(*which, Episode.number > FAR // 2).values(number=Episode.number - FAR))


def episode_of(session: Session, series_id: int, code: Code) -> Row[*tuple[Any, ...]]:
    """The episode of this season and number. Raises UnknownEpisode."""
    columns = Episode.id, Episode.position, Episode.season, Episode.number, Episode.title, Episode.airdate
    query = select(*columns, Episode.runtime).where(Episode.series_id == series_id)
    found = session.execute(query.where(tuple_(Episode.season, Episode.number) == code)).first()
    if found is None:
        raise UnknownEpisode
    return found


def _fields(row: Row[*tuple[Any, ...]]) -> dict[str, object]:
    fields = {name: value for name, value in row._asdict().items() if name not in ("id", "position")}
    return EpisodeIn.model_construct(**fields).model_dump(mode="json")


def _free_position(session: Session, series_id: int, episode: EpisodeIn) -> int:
    """Where in the story it belongs. Raises TooManyEpisodes."""
    codes = _codes(session, series_id)
    if len(codes) >= MOST_EPISODES:
        raise TooManyEpisodes
    return 1 + sum(code < _code(episode) for code in codes)


def _codes(session: Session, series_id: int) -> set[Code]:
    query = select(Episode.season, Episode.number).where(Episode.series_id == series_id)
    return {(season, number) for season, number in session.execute(query)}


def _count(session: Session, series_id: int) -> int:
    return session.scalar(select(func.count()).where(Episode.series_id == series_id)) or 0


def _code(episode: EpisodeIn) -> Code:
    return episode.season, episode.number
