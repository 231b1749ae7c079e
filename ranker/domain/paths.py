"""How the story changes a ranking: the rank of each moment as the ranking looked from episode to episode."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ranker.domain.clearance import EpisodeCode, Method
from ranker.domain.movement import reranked
from ranker.domain.tally import IntArray
from ranker.domain.values import SeriesCard, VisibleMoment

TOLD = 3


@dataclass(frozen=True, slots=True)
class Course:
    """Where a moment stood when it came and where it stands now, both among the `of` moments that were there then.

    So it is overtaken or overtakes, and does not fall because somebody came after it.
    """

    then: int
    now: int
    of: int

    @property
    def rise(self) -> int:
        """How many places it rose (below 0: fell)."""
        return self.then - self.now


@dataclass(frozen=True, slots=True)
class Path:
    """One moment's rank at each episode of its `Paths`; None before its own episode, and where there are no lists."""

    moment: VisibleMoment
    ranks: tuple[int | None, ...]
    course: Course | None = None

    @property
    def begins(self) -> int | None:
        """The index of the first episode it has a rank at."""
        return next((index for index, rank in enumerate(self.ranks) if rank is not None), None)

    @property
    def now(self) -> int | None:
        return self.ranks[-1] if self.ranks else None

    @property
    def best(self) -> int | None:
        return min((rank for rank in self.ranks if rank is not None), default=None)


@dataclass(frozen=True)
class Paths:
    """Every visible moment's path up to where the viewer stands, the best of now first; without ranks in story order.

    The ranks at an episode are those of the ranking sealed there, so that a path says nothing of what came later.
    """

    series: SeriesCard
    method: Method
    episodes: tuple[EpisodeCode, ...]
    paths: tuple[Path, ...]

    @property
    def decided(self) -> bool:
        """Whether there is any rank at all."""
        return any(path.now is not None for path in self.paths)

    @cached_property
    def risers(self) -> tuple[Path, ...]:
        """Those that rose most since they came, at most TOLD of them."""
        risen = [path for path in self.paths if path.course and path.course.rise > 0]
        return tuple(sorted(risen, key=lambda path: -_rise(path))[:TOLD])

    @cached_property
    def fallers(self) -> tuple[Path, ...]:
        """Those that fell most since they came, at most TOLD of them."""
        fallen = [path for path in self.paths if path.course and path.course.rise < 0]
        return tuple(sorted(fallen, key=_rise)[:TOLD])


def _rise(path: Path) -> int:
    return path.course.rise if path.course else 0


def courses_of(ranks: IntArray) -> list[Course | None]:
    """The course of each of m moments from their `ranks` (episodes, m), 0 where there is none; None without one now."""
    if not len(ranks):
        return [None] * ranks.shape[1]
    courses: list[Course | None] = [None] * ranks.shape[1]
    begins = np.where((ranks > 0).any(axis=0) & (ranks[-1] > 0), (ranks > 0).argmax(axis=0), -1)
    for row in np.unique(begins[begins >= 0]):
        there = np.flatnonzero((ranks[row] > 0) & (ranks[-1] > 0))
        then, now = reranked(ranks[row][there]), reranked(ranks[-1][there])
        for place in np.flatnonzero(begins[there] == row):
            courses[there[place]] = Course(int(then[place]), int(now[place]), len(there))
    return courses
