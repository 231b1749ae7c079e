"""What every change to a series' catalogue shares: finding its rows, and telling every process that it changed."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ranker.actions.snapshots import drop_snapshots
from ranker.models import Episode, Series
from ranker.tallies import SeriesState


class EpisodesRenumbered(Exception):
    """The episodes of the series were numbered anew meanwhile: what was said of positions means others now."""


class UnknownEpisode(LookupError):
    """The series has no such episode."""


def touch(session: Session, series_id: int, recount: bool = False) -> None:
    """Tells every process that the series' catalogue changed, and whether its ballots have to be counted anew.

    Then its snapshots go as well, for they counted under the labels of before.
    """
    revision = Series.revision + 1
    values = {"revision": revision, "catalogue_revision": revision}
    if recount:
        values["recount_revision"] = revision
    session.execute(update(Series).where(Series.id == series_id).values(**values))
    if recount:
        drop_snapshots(session, series_id)


def expect_numbering(session: Session, series: SeriesState) -> None:
    """That positions still mean what they meant when `series` was read. Raises EpisodesRenumbered.

    Ask after the first write of a position, for whoever numbers episodes anew lets all of those be done first.
    """
    if session.scalar(select(Series.numbering).where(Series.id == series.id)) != series.numbering:
        raise EpisodesRenumbered


def next_edition(session: Session, series_id: int) -> int:
    """A new edition of the catalogue: no ballot saved before was offered what is published in it."""
    statement = update(Series).where(Series.id == series_id).values(edition=Series.edition + 1)
    edition: int = session.execute(statement.returning(Series.edition)).scalar_one()
    return edition


def series_id_of(session: Session, slug: str) -> int:
    return session.scalars(select(Series.id).where(Series.slug == slug)).one()


def episode_id_at(session: Session, series_id: int, position: int) -> int:
    """The episode at a position of a series. Raises UnknownEpisode."""
    query = select(Episode.id).where(Episode.series_id == series_id, Episode.position == position)
    episode_id = session.scalar(query)
    if episode_id is None:
        raise UnknownEpisode
    return episode_id
