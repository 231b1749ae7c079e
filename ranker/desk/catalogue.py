"""A whole series as the desk reads it: to compare a file with it, and to make a file of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ranker.exchange import EpisodeIn, MomentIn, SeriesFile
from ranker.extensions import db
from ranker.models import AuditEntry, Episode, Moment, Series, WaitingImport, WaitingSeries

if TYPE_CHECKING:
    from ranker.desk import Desk

IMPORTED, TAKEN_BACK = "series.import", "series.import_undo"  # what the audit calls an import, and its undoing


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


def waiting_series(user_id: int) -> tuple[str, bytes] | None:
    """The name and the bytes of the file of a new series that waits for this admin's word on it."""
    row = db.session.execute(
        select(WaitingSeries.name, WaitingSeries.content).where(WaitingSeries.user_id == user_id)
    ).first()
    return (row.name, row.content) if row else None


@dataclass(frozen=True, slots=True)
class LastImport:
    """An import that can be taken back, as far as the audit knows: its entry there, when it was, and by whom."""

    entry: int
    at: dt.datetime
    actor: str


def last_import(slug: str) -> LastImport | None:
    """The last import into a series that was not taken back. Each that was took back the last one before it."""
    query = (
        select(AuditEntry.id, AuditEntry.at, AuditEntry.actor, AuditEntry.action)
        .join(Series, Series.id == AuditEntry.series_id)
        .where(Series.slug == slug, AuditEntry.action.in_((IMPORTED, TAKEN_BACK)))
        .order_by(AuditEntry.id.desc())
    )
    taken_back = 0
    for row in db.session.execute(query):
        if row.action == TAKEN_BACK:
            taken_back += 1
        elif not taken_back:
            return LastImport(row.id, row.at, row.actor)
        else:
            taken_back -= 1
    return None


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
