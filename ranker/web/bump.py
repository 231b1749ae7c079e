"""The bump chart: where the lines of ranks run, as coordinates of an SVG that stretches to any width and height."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ranker.domain.clearance import EpisodeCode
from ranker.domain.paths import Path, Paths

SIDE = 1_000  # the drawing's width and height, in its own units
LAST = 900  # where the last episode stands; from there each line leads to its label
EVEN_RANKS = 12  # up to here ranks stand at even distances, further down ever closer
STEEPNESS = 4.0
SOME_RANKS = (1, 5, 10, 20, 50, 100, 200, 500, 1_000)
FEW_EPISODES = 16
MOST_TICKS = 12
ROOM = 3  # ranks that a path has the height of, unless it is always the first

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A path as it is drawn: `curve` and `points` are SVG path data."""

    path: Path
    curve: str
    points: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A label at one side of the chart, `at` percent of its width or height. `spare` ones may go where it is narrow."""

    at: float
    words: str
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """The lines in the order of their labels, which stand beside the chart at even distances, the best of now first."""

    lines: tuple[Line, ...]
    ranks: tuple[Tick, ...]
    episodes: tuple[Tick, ...]
    seasons: tuple[Tick, ...]


def chart_of(paths: Paths, shown: Sequence[Path]) -> Chart:
    """The chart of the `shown` paths, at least one, which all have a rank now."""
    across = _places_of(len(paths.episodes), LAST)
    worst = max(rank for path in shown for rank in path.ranks if rank)
    down = Depth(worst, len(shown))
    lines = (_line(path, across, down, (SIDE, down.label(index))) for index, path in enumerate(shown))
    return _chart(paths, lines, [(rank, down.of(rank)) for rank in _told(worst)], across)


def chart_alone(paths: Paths, path: Path) -> Chart:
    """The chart of one path that has a rank now, without a label; only rank 1 and its worst are named."""
    across = _places_of(len(paths.episodes), SIDE)
    worst = max(rank for rank in path.ranks if rank)
    down = Depth(worst, max(worst, ROOM) if worst > 1 else 1)
    return _chart(paths, [_line(path, across, down)], [(rank, down.of(rank)) for rank in sorted({1, worst})], across)


def _chart(paths: Paths, lines: Iterable[Line], ranks: Iterable[tuple[int, float]], across: Sequence[float]) -> Chart:
    return Chart(
        tuple(lines),
        tuple(Tick(y / SIDE * 100, str(rank)) for rank, y in ranks),
        tuple(_episode_ticks(paths.episodes, across)),
        tuple(_season_ticks(paths.episodes, across)),
    )


@dataclass(frozen=True, slots=True)
class Depth:
    """How far down a rank stands among `labels` labels, when `worst` is the last of the ranks that are drawn."""

    worst: int
    labels: int

    def of(self, rank: int) -> float:
        """Rank 1 stands beside the first label and the worst beside the last one."""
        share = _stretched(rank) / _stretched(self.worst) if self.worst > 1 else 0.0
        return self.label(share * (self.labels - 1))

    def label(self, index: float) -> float:
        return (index + 0.5) / self.labels * SIDE


def _stretched(rank: int) -> float:
    if rank <= EVEN_RANKS:
        return rank - 1.0
    return EVEN_RANKS - 1 + STEEPNESS * math.log(rank / EVEN_RANKS)


def _told(worst: int) -> Sequence[int]:
    """The ranks whose height is named."""
    return range(1, worst + 1) if worst <= EVEN_RANKS else [rank for rank in SOME_RANKS if rank <= worst]


def _places_of(episodes: int, last: int) -> list[float]:
    return [last * index / max(1, episodes - 1) for index in range(episodes)]


def _line(path: Path, across: Sequence[float], down: Depth, *label: Point) -> Line:
    points = [(x, down.of(rank)) if rank else None for x, rank in zip(across, path.ranks, strict=True)]
    there = [point for point in points if point]
    dots = there if len(points) <= FEW_EPISODES else there[:1]
    curve = "".join(_strokes([*points, *label]))
    return Line(path, curve, "".join(f"M{x:.0f} {y:.0f}h0" for x, y in dots))


def _strokes(points: Sequence[Point | None]) -> Iterator[str]:
    """From point to point, level where a point is and steepest half-way; where one is missing nothing is drawn."""
    before = None
    for point in points:
        if point and not before:
            yield f"M{point[0]:.0f} {point[1]:.0f}"
        elif point and before and point[1] == before[1]:
            yield f"H{point[0]:.0f}"
        elif point and before:
            middle = (before[0] + point[0]) / 2
            yield f"C{middle:.0f} {before[1]:.0f} {middle:.0f} {point[1]:.0f} {point[0]:.0f} {point[1]:.0f}"
        before = point


def _episode_ticks(episodes: Sequence[EpisodeCode], across: Sequence[float]) -> Iterator[Tick]:
    """Each episode's number, or every fifth or so; none where seasons are so many that they are named instead."""
    seasons = {code.season for code in episodes}
    if len(episodes) > FEW_EPISODES and len(seasons) > 1:
        return
    step = next(
        step for step in (1, 5, 10, 20, 50, 100, 1_000) if len(episodes) <= max(FEW_EPISODES, step * MOST_TICKS)
    )
    for index, (code, x) in enumerate(zip(episodes, across, strict=True)):
        if step == 1 or code.number == 1 or code.number % step == 0:
            yield Tick(x / SIDE * 100, f"E{code.number}", spare=len(episodes) > 8 and index % 2 == 1)


def _season_ticks(episodes: Sequence[EpisodeCode], across: Sequence[float]) -> Iterator[Tick]:
    """Where each season begins."""
    begins = {code.season: x for code, x in reversed(list(zip(episodes, across, strict=True)))}
    if len(begins) > 1:
        for index, season in enumerate(sorted(begins)):
            yield Tick(begins[season] / SIDE * 100, f"S{season}", spare=len(begins) > 6 and index % 2 == 1)
