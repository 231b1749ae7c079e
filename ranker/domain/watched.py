"""What somebody has watched by the file of another site, and how far that brings them in a series here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ranker.domain.clearance import EpisodeCode
from ranker.domain.values import SeriesCard

Numbered = tuple[int, int]  # season, number


@dataclass(frozen=True, slots=True)
class WatchedShow:
    """A show of a file, with the season and number of each episode that is watched."""

    title: str
    year: int | None
    episodes: frozenset[Numbered]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a file goes in a series. position: the last episode of which it and all before it are watched.

    gap: the first episode that is not, where later ones are; later: how many.
    """

    position: int
    gap: EpisodeCode | None
    later: int


@dataclass(frozen=True, slots=True)
class Headway:
    """A series that is in a file and here. here, there: where the fan is, and where the file would bring them.

    unclear: several shows of the file, or several series here, go by this title.
    """

    series: SeriesCard
    here: EpisodeCode | None
    there: EpisodeCode | None
    gap: EpisodeCode | None = None
    later: int = 0
    numbering: int = 0
    unclear: bool = False

    @property
    def ahead(self) -> int:
        """How many episodes further; never back."""
        if self.unclear or self.there is None:
            return 0
        return max(0, self.there.position - (self.here.position if self.here else 0))


@dataclass(frozen=True, slots=True)
class WatchedHere:
    """What a file says of the series here, and how many of its shows are not here."""

    headways: tuple[Headway, ...]
    elsewhere: int


def reach_of(codes: Mapping[int, EpisodeCode], watched: frozenset[Numbered]) -> Reach:
    """How far these episodes go without a gap, from the first on. codes: of every episode, by position."""
    seen = {position for position, code in codes.items() if (code.season, code.number) in watched}
    position = 0
    while position + 1 in seen:
        position += 1
    later = sum(one > position for one in seen)
    return Reach(position, codes.get(position + 1) if later else None, later)


def same_year(one: int | None, other: int | None) -> bool:
    """Whether two years may be of one show: sites differ by one where it began around New Year."""
    return one is None or other is None or abs(one - other) <= 1
