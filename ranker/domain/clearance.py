"""Who may see what: the one comparison everything else rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NOTHING_WATCHED = 0


class View(StrEnum):
    """The two ways to look at a ranking, each with its own promise.

    MASKED shows that a locked moment is there and when it unlocks; SEALED shows nothing of it at all.
    """

    MASKED = "masked"
    SEALED = "sealed"


class Method(StrEnum):
    """The ways to turn ballots into an order: spoiler-fair Borda, classic Borda, the fair score without hindsight."""

    FAIR = "fair"
    CLASSIC = "classic"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Clearance:
    """The right to see everything whose label is at most `position` (0: nothing watched yet)."""

    position: int = NOTHING_WATCHED

    def permits(self, label: int) -> bool:
        return label <= self.position

    def looking_back_to(self, position: int) -> Clearance:
        """The clearance as it was at an earlier episode; never a greater one."""
        return Clearance(max(NOTHING_WATCHED, min(self.position, position)))


@dataclass(frozen=True, slots=True)
class EpisodeCode:
    """Where an episode stands: `position` counts 1..E across seasons."""

    position: int
    season: int
    number: int

    def __str__(self) -> str:
        return f"S{self.season}·E{self.number}"
