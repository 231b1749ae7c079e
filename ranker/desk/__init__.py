"""The desk: the only reads of spoilerable content that do not go through the gate.

Admins look after everything, curators after their series. What somebody may not look after does not exist for them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from ranker.desk.episodes import DeskEpisode, DeskSeason, seasons_of
from ranker.desk.moments import DeskMoment, every_moment, moment_of
from ranker.domain.values import SeriesCard
from ranker.extensions import db
from ranker.gate import NotHere, Query, Viewer, state_of
from ranker.models import Curator, Moment, Series

__all__ = ["EVERYTHING", "Desk", "DeskEpisode", "DeskMoment", "DeskSeason", "DeskSeries", "NoDesk", "open_desk"]


class NoDesk(PermissionError):
    """Only admins and curators have a desk."""


@dataclass(frozen=True, slots=True)
class DeskSeries(SeriesCard):
    """A series as the desk has it: it may be a draft, which there is nowhere else."""

    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Desk:
    """What one person may read at the desk. Raises NotHere for what there is not, or not for them: one case.

    `curated` are the slugs of the series a curator looks after; an admin looks after all.
    """

    is_admin: bool
    curated: frozenset[str]

    def looks_after(self, slug: str) -> bool:
        return self.is_admin or slug in self.curated

    def all_series(self) -> tuple[DeskSeries, ...]:
        rows = db.session.execute(_series().order_by(func.lower(Series.title), Series.slug))
        return tuple(DeskSeries(*row) for row in rows if self.looks_after(row.slug))

    def series_card(self, slug: str) -> DeskSeries:
        row = db.session.execute(_series().where(Series.slug == slug)).first()
        if row is None or not self.looks_after(slug):
            raise NotHere(slug)
        return DeskSeries(*row)

    def seasons(self, slug: str) -> tuple[DeskSeason, ...]:
        """Every episode in story order, by season. Raises NotHere."""
        return seasons_of(self, slug)

    def numbering(self, slug: str) -> int:
        """How often the episodes were numbered anew: a form of before means other episodes by its positions."""
        self.series_card(slug)
        return state_of(slug).numbering

    def moment(self, public_id: str) -> DeskMoment:
        row = db.session.execute(every_moment().where(Moment.public_id == public_id)).first()
        if row is None or not self.looks_after(row.slug):
            raise NotHere(public_id)
        return moment_of(row)


EVERYTHING = Desk(is_admin=True, curated=frozenset())  # for whoever runs the machine


def open_desk(viewer: Viewer) -> Desk:
    """The desk of an admin or a curator. Raises NoDesk for anybody else."""
    if viewer.is_admin:
        return Desk(True, frozenset())
    if not viewer.has_desk:
        raise NoDesk
    query = select(Series.slug).join(Curator, Curator.series_id == Series.id).where(Curator.user_id == viewer.user_id)
    return Desk(False, frozenset(db.session.scalars(query)))


def _series() -> Query:
    return select(
        Series.slug,
        Series.title,
        Series.year,
        Series.network,
        Series.attribution,
        Series.ballot_size,
        Series.episode_count,
        Series.is_open,
    )
