"""What a feed of a series tells: which moments moved from one day to the next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ranker.domain.values import Moment, SeriesCard


@dataclass(frozen=True, slots=True)
class Moved:
    """A moment that rose by so many places (below 0: fell) to a rank."""

    rank: int
    risen: int
    moment: Moment


@dataclass(frozen=True, slots=True)
class DayOfMovement:
    """What had moved by a day (UTC) since the day before it that is known; `more`: how many moved besides."""

    day: dt.date
    moved: tuple[Moved, ...]
    more: int

    @property
    def total(self) -> int:
        return len(self.moved) + self.more


@dataclass(frozen=True, slots=True)
class MovementFeed:
    """The days on which anything moved, newest first. `updated` is the last day that was looked at."""

    series: SeriesCard
    days: tuple[DayOfMovement, ...]
    updated: dt.date


@dataclass(frozen=True, slots=True)
class OwnFeed:
    """That a fan has an address of their own for it, up to which position it tells, and when it was made."""

    cap: int
    made: dt.datetime
