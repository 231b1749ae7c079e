"""What hangs on a series, in numbers: for whoever means to hide it from everybody, or to delete it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from ranker.extensions import db
from ranker.models import Episode, Moment, Note, Picture, Progress, Report, SavedBallot, Series, Suggestion

if TYPE_CHECKING:
    from ranker.desk import Desk


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much there is of a series, and from fans in it. progress: how many fans have said how far they are.

    lists: how many fans have one. from_fans: suggestions and reports, decided ones too.
    """

    episodes: int
    moments: int
    pictures: int
    progress: int
    lists: int
    notes: int
    from_fans: int

    @property
    def of_fans(self) -> bool:
        """Whether fans have anything here that they would miss."""
        return bool(self.progress or self.lists)


def holdings(desk: Desk, slug: str) -> Holdings:
    """Raises NotHere."""
    desk.series_card(slug)
    id = select(Series.id).where(Series.slug == slug).scalar_subquery()
    moments = select(Moment.id).where(Moment.series_id == id)
    counted = (
        Episode.series_id == id,
        Moment.series_id == id,
        Picture.moment_id.in_(moments) & Picture.current,
        Progress.series_id == id,
        (SavedBallot.series_id == id) & SavedBallot.counting,
        Note.moment_id.in_(moments) & (Note.text != ""),
    )
    from_fans = _number_of(Suggestion.series_id == id) + _number_of(Report.series_id == id)
    found: Sequence[int] = db.session.execute(select(*map(_number_of, counted), from_fans)).one()
    return Holdings(*found)


def _number_of(which: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(which).scalar_subquery()
