"""One moment against another: who wins, how sure that is, and whether anything wins against everything.

A duel is judged by the ballots that were offered both moments. Only the visible ones of a pair matter to it, so a
duel is the same in every view and at every horizon that holds the pair.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations
from math import sqrt

import numpy as np

from ranker.domain.borda import CONFIDENCE
from ranker.domain.tally import BoolArray, IntArray, PairCounts
from ranker.domain.values import VisibleMoment


class Outcome(StrEnum):
    """How a duel ends for its first moment; OPEN where no ballot decides it."""

    WON = "won"
    LOST = "lost"
    TIED = "tied"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Duel:
    """Ballots `offered` both moments, those that rank the first above the other (`wins`), and the reverse (`losses`).

    Ranked above not-ranked counts; a ballot that ranks neither decides nothing.
    """

    offered: int
    wins: int
    losses: int

    @property
    def decided(self) -> int:
        return self.wins + self.losses

    @property
    def neither(self) -> int:
        return self.offered - self.decided

    @property
    def outcome(self) -> Outcome:
        if not self.decided:
            return Outcome.OPEN
        if self.wins == self.losses:
            return Outcome.TIED
        return Outcome.WON if self.wins > self.losses else Outcome.LOST

    @property
    def share(self) -> float:
        """The part 0..1 of the deciding ballots that the first moment wins; one half when none decides."""
        return self.wins / self.decided if self.decided else 0.5

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of `share`, 0..1; all of it when no ballot decides.

        Wilson's score interval, which holds for few ballots and near 0 and 1 too: E. B. Wilson, Probable inference,
        the law of succession, and statistical inference, JASA 22 (1927); recommended by L. Brown, T. Cai and
        A. DasGupta, Interval estimation for a binomial proportion, Statistical Science 16 (2001).
        """
        if not self.decided:
            return 0.0, 1.0
        ballots, z2 = self.decided, CONFIDENCE**2
        middle = (self.wins + z2 / 2) / (ballots + z2)
        half = CONFIDENCE * sqrt(self.wins * self.losses / ballots + z2 / 4) / (ballots + z2)
        # Of an interval that begins at 0 or ends at 1 the formula may miss that end by a rounding.
        low = middle - half if self.wins else 0.0
        high = middle + half if self.losses else 1.0
        return low, high

    @property
    def clear(self) -> bool:
        """Whether the interval leaves one half out, so that chance alone would hardly do it."""
        low, high = self.interval
        return not low <= 0.5 <= high

    @property
    def reversed(self) -> "Duel":
        """The same duel seen from the other moment."""
        return Duel(self.offered, self.losses, self.wins)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two moments, and their duel from the first one's side."""

    one: VisibleMoment
    other: VisibleMoment
    duel: Duel

    @property
    def leader_first(self) -> "Meeting":
        """The same meeting with the winner, if there is one, as its first moment."""
        lost = self.duel.outcome is Outcome.LOST
        return Meeting(self.other, self.one, self.duel.reversed) if lost else self


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A moment with its community rank (None without ballots) and its duels, one for each row; None with itself."""

    rank: int | None
    moment: VisibleMoment
    duels: tuple[Duel | None, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Some moments against each other, in community order: part 1..`parts` of all `total`; part 0 is all at once."""

    rows: tuple[BoardRow, ...]
    part: int
    parts: int
    total: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one of the visible moments beats every other one.

    winner: the Condorcet winner, if there is one. clear: how many of its duels are. smith: the smallest set of moments
    that beat all the others, in community order. circle: three of them that beat each other in turn, or none.
    """

    winner: VisibleMoment | None
    clear: int
    smith: tuple[VisibleMoment, ...]
    circle: tuple[VisibleMoment, ...]


@dataclass(frozen=True, eq=False)
class DuelCounts:
    """The duels of r moments against c moments: int64 arrays (r, c), the rows' side. A moment has none with itself."""

    offered: IntArray
    wins: IntArray
    losses: IntArray

    @classmethod
    def among(cls, counts: PairCounts) -> "DuelCounts":
        """The duels of m moments among each other, and in a last row and column those of a moment nobody knows."""
        offered, wins = np.pad(counts.offered, (0, 1)), np.pad(counts.wins, (0, 1))
        return cls(offered, wins, wins.T)

    @property
    def beats(self) -> BoolArray:
        """Whether more ballots rank the row's moment above the column's than the reverse."""
        return self.wins > self.losses

    def part(self, rows: Sequence[int], columns: Sequence[int]) -> "DuelCounts":
        """The duels of these rows with these columns, by index."""
        pick = np.ix_(rows, columns)
        return DuelCounts(self.offered[pick], self.wins[pick], self.losses[pick])

    def rows(self) -> list[list[Duel]]:
        """The same as values."""
        columns = (self.offered.tolist(), self.wins.tolist(), self.losses.tolist())
        return [[Duel(*counts) for counts in zip(*row, strict=True)] for row in zip(*columns, strict=True)]


def condorcet_winner(beats: BoolArray) -> int | None:
    """The index of the moment that beats every other one; None if none does or there is but one.

    `beats` (m, m): whether more ballots rank the row's moment above the column's than the reverse.
    """
    others = len(beats) - 1
    winners = np.flatnonzero(beats.sum(axis=1) == others)
    return int(winners[0]) if others > 0 and len(winners) else None


def smith_set(beats: BoolArray) -> list[int]:
    """The smallest set of moments each of which beats every moment outside: indices, in order; `beats` (m, m).

    A moment with the most wins, draws counted half, is in it; whatever one in the set does not beat is in it too.
    Source: J. H. Smith, Aggregation of preferences with variable electorate, Econometrica 41 (1973).
    """
    if not len(beats):
        return []
    unbeaten = ~beats
    np.fill_diagonal(unbeaten, False)
    inside = np.zeros(len(beats), np.bool_)
    inside[np.argmax(beats.sum(axis=1) - beats.sum(axis=0))] = True
    while True:
        grown = inside | unbeaten[inside].any(axis=0)
        if (grown == inside).all():
            return np.flatnonzero(inside).tolist()
        inside = grown


def circle(beats: BoolArray, among: Sequence[int]) -> tuple[int, int, int] | None:
    """Three of the indices `among` that beat each other in a circle, the first such in their order, if there is one."""
    for one, other, third in permutations(among, 3):
        if beats[one, other] and beats[other, third] and beats[third, one]:
            return one, other, third
    return None
