"""What rows of the database become, and in which order they are read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from ranker.domain.clearance import EpisodeCode
from ranker.domain.values import LockedMoment, Standing, VisibleMoment
from ranker.models import Moment, Picture


def code_of(row: Row[Any]) -> EpisodeCode:
    return EpisodeCode(row.position, row.season, row.number)


def of_visible() -> tuple[Any, ...]:
    """What is read of a moment that may be seen; of a locked one, its teaser."""
    picture = select(Picture.alt).where(Picture.moment_id == Moment.id, Picture.current).scalar_subquery()
    return Moment.public_id, Moment.title, Moment.description, picture.label("picture")


def visible_moment_of(row: Row[Any]) -> VisibleMoment:
    return VisibleMoment(row.public_id, row.title, row.description, code_of(row), row.picture)


def locked_moment_of(row: Row[Any]) -> LockedMoment:
    return LockedMoment(code_of(row), row.teaser)


def story_order(moment: VisibleMoment | LockedMoment) -> tuple[object, ...]:
    """By episode, and there by what a row shows. Only a visible moment has an id to settle what is still alike."""
    if isinstance(moment, LockedMoment):
        return moment.unlocks.position, *_nothing_first(moment.teaser)
    return moment.episode.position, moment.title, moment.public_id


def reading_order(standing: Standing) -> tuple[object, ...]:
    """By rank; inside a tie by label, then by what the row itself shows, so that no order tells of what it hides."""
    moment = standing.moment
    tie = story_order(moment)
    if standing.rank is not None and isinstance(moment, VisibleMoment):
        tie = moment.episode.position, moment.public_id
    numbers = standing.score, standing.offered, standing.margin, standing.risen
    return standing.rank or 0, *tie, *(part for number in numbers for part in _nothing_first(number))


def _nothing_first(shown: str | float | None) -> tuple[object, ...]:
    """To sort by what may not be there: that is no 0 and no empty text, for a row shows the difference."""
    return (False,) if shown is None else (True, shown)
