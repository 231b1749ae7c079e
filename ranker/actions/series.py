"""Adding and editing series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, func, insert, select, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ranker.actions.audit import Actor, Deed, record
from ranker.actions.catalogue import touch
from ranker.database import insert as upsert
from ranker.database import writing
from ranker.exchange import MomentIn, SeriesFile
from ranker.extensions import db
from ranker.models import PROPOSED, DeletedSeries, Episode, Moment, Series, WaitingSeries, new_public_id


class SlugTaken(ValueError):
    """Another series has this address already."""


@dataclass(frozen=True, slots=True)
class AddedSeries:
    """A series just added: its internal id, and that of each moment by its key in the file."""

    id: int
    moments: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """What an admin writes of a series. `ballot_size` is how many places a list has, 1..50."""

    title: str
    year: int | None
    network: str | None
    ballot_size: int


def add_series(actor: Actor, file: SeriesFile, draft: bool = False) -> AddedSeries:
    """Adds a series with its episodes and moments, all in one edition but for drafts. Raises SlugTaken.

    draft: there is nothing of it but at the desk, until it is shown.
    """
    try:
        with writing() as session:
            added = _insert_series(session, file, draft)
            after = {"title": file.title, "episodes": len(file.episodes), "moments": len(file.moments)}
            if draft:
                after["draft"] = True
            record(session, actor, Deed("series.add", file.slug, added.id, after=after))
            return added
    except IntegrityError as error:
        raise SlugTaken(file.slug) from error


def keep_new_series(user_id: int, name: str, content: bytes) -> None:
    """Keeps a file of a new series until its owner has seen what is in it; it takes the place of the one before."""
    with writing() as session:
        said = {"name": name[:200], "content": content}
        statement = upsert(WaitingSeries).values(user_id=user_id, **said)
        session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=said))


def drop_new_series(user_id: int) -> None:
    with writing() as session:
        session.execute(delete(WaitingSeries).where(WaitingSeries.user_id == user_id))


def edit_series(actor: Actor, slug: str, facts: SeriesFacts) -> None:
    with writing() as session:
        known = session.execute(
            select(Series.id, Series.title, Series.year, Series.network, Series.ballot_size).where(Series.slug == slug)
        ).one()
        before = SeriesFacts(*known[1:])
        session.execute(update(Series).where(Series.id == known.id).values(**asdict(facts)))
        record(session, actor, Deed("series.edit", slug, known.id, asdict(before), asdict(facts)))
        touch(session, known.id)


def _insert_series(session: Session, file: SeriesFile, draft: bool) -> AddedSeries:
    values = {**file.model_dump(exclude={"format", "episodes", "moments"}), **_unlike_any_before(file.slug)}
    edition = 1 if file.moments else 0
    series_id: int = session.execute(
        insert(Series)
        .values(**values, episode_count=len(file.episodes), edition=edition, is_open=not draft)
        .returning(Series.id)
    ).scalar_one()
    episodes = [
        {"series_id": series_id, "position": position, **episode.model_dump()}
        for position, episode in enumerate(file.episodes, 1)
    ]
    session.execute(insert(Episode), episodes)
    return AddedSeries(series_id, _insert_moments(session, series_id, file.moments))


def _unlike_any_before(slug: str) -> dict[str, object]:
    """What keeps a series from being taken for one that was deleted: by its id, or by what visitors declared there.

    SQLite gives the highest id again once its row is gone; PostgreSQL gives none twice.
    """
    before = select(func.max(DeletedSeries.numbering) + 1).where(DeletedSeries.slug == slug).scalar_subquery()
    numbering: dict[str, object] = {"numbering": func.coalesce(before, 0)}
    if db.engine.dialect.name != "sqlite":
        return numbering
    ever = union_all(select(Series.id), select(DeletedSeries.id)).subquery()
    return {"id": select(func.coalesce(func.max(ever.c.id), 0) + 1).scalar_subquery(), **numbering}


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
            "status": moment.status,
            "edition": None if moment.status == PROPOSED else 1,
        }
        for moment in moments
    ]
    if rows:
        session.execute(insert(Moment), rows)
    ids = dict(session.execute(select(Moment.public_id, Moment.id).where(Moment.series_id == series_id)).all())
    return {moment.key: ids[str(row["public_id"])] for moment, row in zip(moments, rows, strict=True)}
