"""What admins do: series, episodes and moments. Nobody's ballot is hurt by any of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ranker.database import one_writer_at_a_time, writing
from ranker.exchange import EpisodeIn, MomentIn, SeriesFile
from ranker.models import PUBLISHED, RETIRED, Episode, Moment, Series, new_public_id


class SlugTaken(ValueError):
    """Another series has this address already."""


class EpisodeTaken(ValueError):
    """The series has this season and number already."""


class EpisodeNotLast(ValueError):
    """A new episode has to come after all others."""


class UnknownEpisode(LookupError):
    """The series has no such episode."""


class UnknownMoment(LookupError):
    """There is no such moment."""


@dataclass(frozen=True, slots=True)
class MomentText:
    """What an admin writes of a moment. `position` is that of the episode by whose end all of it has been seen."""

    title: str
    description: str
    teaser: str | None
    position: int


@dataclass(frozen=True, slots=True)
class AddedSeries:
    """A series just added: its internal id, and that of each moment by its key in the file."""

    id: int
    moments: Mapping[str, int]


def add_series(file: SeriesFile) -> AddedSeries:
    """Adds a series with its episodes and moments, all published at once, in one edition. Raises SlugTaken."""
    try:
        with writing() as session:
            return _insert_series(session, file)
    except IntegrityError as error:
        raise SlugTaken(file.slug) from error


def edit_series(slug: str, title: str, year: int | None, network: str | None, ballot_size: int) -> None:
    with writing() as session:
        values = {"title": title, "year": year, "network": network, "ballot_size": ballot_size}
        session.execute(update(Series).where(Series.slug == slug).values(**values))
        touch(session, _series_id(session, slug))


def add_episode(slug: str, episode: EpisodeIn) -> int:
    """Adds the episode that airs next and returns its position. Raises EpisodeTaken, EpisodeNotLast."""
    with writing() as session:
        one_writer_at_a_time(session)
        series_id = _series_id(session, slug)
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
        position = last.position + 1 if last is not None else 1
        session.execute(insert(Episode).values(series_id=series_id, position=position, **episode.model_dump()))
        session.execute(update(Series).where(Series.id == series_id).values(episode_count=position))
        touch(session, series_id)
    return position


def add_moment(slug: str, text: MomentText) -> str:
    """Publishes a new moment, in an edition of its own, for no ballot saved before was offered it.

    Raises UnknownEpisode. Returns its public id.
    """
    public_id = new_public_id()
    with writing() as session:
        series_id = _series_id(session, slug)
        edition = _next_edition(session, series_id)
        session.execute(
            insert(Moment).values(
                series_id=series_id,
                episode_id=_episode_id(session, series_id, text.position),
                public_id=public_id,
                title=text.title,
                description=text.description,
                teaser=text.teaser,
                status=PUBLISHED,
                edition=edition,
            )
        )
        touch(session, series_id)
    return public_id


def edit_moment(public_id: str, text: MomentText) -> None:
    """Changes a moment's words or its episode. When its label moves, the series is counted anew."""
    with writing() as session:
        moment = _moment(session, public_id)
        episode_id = _episode_id(session, moment.series_id, text.position)
        label_moves = episode_id != moment.episode_id
        session.execute(
            update(Moment)
            .where(Moment.id == moment.id)
            .values(title=text.title, description=text.description, teaser=text.teaser, episode_id=episode_id)
        )
        touch(session, moment.series_id, recount=label_moves)


def retire_moment(public_id: str) -> None:
    """Takes a moment out of rankings and pools. Ballots keep their entries for it and skip over them."""
    _set_status(public_id, RETIRED)


def restore_moment(public_id: str) -> None:
    _set_status(public_id, PUBLISHED)


def _set_status(public_id: str, status: str) -> None:
    with writing() as session:
        moment = _moment(session, public_id)
        session.execute(update(Moment).where(Moment.id == moment.id).values(status=status))
        touch(session, moment.series_id)


def _insert_series(session: Session, file: SeriesFile) -> AddedSeries:
    values = file.model_dump(exclude={"format", "episodes", "moments"})
    series_id: int = session.execute(
        insert(Series)
        .values(**values, episode_count=len(file.episodes), edition=1 if file.moments else 0)
        .returning(Series.id)
    ).scalar_one()
    episodes = [
        {"series_id": series_id, "position": position, **episode.model_dump()}
        for position, episode in enumerate(file.episodes, 1)
    ]
    session.execute(insert(Episode), episodes)
    return AddedSeries(series_id, _insert_moments(session, series_id, file.moments))


def _insert_moments(session: Session, series_id: int, moments: Sequence[MomentIn]) -> dict[str, int]:
    codes = select(Episode.season, Episode.number, Episode.id).where(Episode.series_id == series_id)
    episodes = {(season, number): id for season, number, id in session.execute(codes)}
    rows = [
        {
            "series_id": series_id,
            "episode_id": episodes[moment.season, moment.episode],
            "public_id": new_public_id(),
            "title": moment.title,
            "description": moment.description,
            "teaser": moment.teaser,
            "status": PUBLISHED,
            "edition": 1,
        }
        for moment in moments
    ]
    if rows:
        session.execute(insert(Moment), rows)
    ids = dict(session.execute(select(Moment.public_id, Moment.id).where(Moment.series_id == series_id)).all())
    return {moment.key: ids[str(row["public_id"])] for moment, row in zip(moments, rows, strict=True)}


def touch(session: Session, series_id: int, recount: bool = False) -> None:
    """Tells every process that the series' catalogue changed, and whether its ballots have to be counted anew."""
    revision = Series.revision + 1
    values = {"revision": revision, "catalogue_revision": revision}
    if recount:
        values["recount_revision"] = revision
    session.execute(update(Series).where(Series.id == series_id).values(**values))


def _next_edition(session: Session, series_id: int) -> int:
    statement = update(Series).where(Series.id == series_id).values(edition=Series.edition + 1)
    edition: int = session.execute(statement.returning(Series.edition)).scalar_one()
    return edition


def _series_id(session: Session, slug: str) -> int:
    return session.scalars(select(Series.id).where(Series.slug == slug)).one()


def _episode_id(session: Session, series_id: int, position: int) -> int:
    query = select(Episode.id).where(Episode.series_id == series_id, Episode.position == position)
    episode_id = session.scalar(query)
    if episode_id is None:
        raise UnknownEpisode
    return episode_id


def _moment(session: Session, public_id: str) -> Moment:
    moment = session.scalar(select(Moment).where(Moment.public_id == public_id))
    if moment is None:
        raise UnknownMoment
    return moment
