"""How far a fan's list agrees with the order of the others, and where the two differ most."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from ranker.domain.values import VisibleMoment

NAMED = 3
FEW_ENTRIES = 5


@dataclass(frozen=True, slots=True)
class Placed:
    """A moment between a fan and the others. mine: its place in the fan's list, None if it is not in it.

    first, last: the others' places that it shares with those it ties with; equal when it ties with none.
    """

    moment: VisibleMoment
    mine: int | None
    first: int
    last: int

    @property
    def tied(self) -> bool:
        return self.first < self.last

    @property
    def favour(self) -> float:
        """How many places higher the fan puts it than the others, the middle of a tie; below 0: lower."""
        return (self.first + self.last) / 2 - self.mine if self.mine is not None else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """A fan's list beside the order of the others, both among the moments that the fan has reached.

    lists: how many lists of others are counted; without any there is no `ranking`. size: the places of a list.
    entries: how many the fan's list has. mine: these in their order. ranking: every moment in the order of the others.
    """

    lists: int
    size: int
    entries: int
    mine: tuple[Placed, ...]
    ranking: tuple[Placed, ...]

    @property
    def agreement(self) -> float | None:
        """Kendall's tau-b over the fan's entries; None while there are fewer than two, or the others order none."""
        places = [entry.mine for entry in self.mine if entry.mine is not None]
        return tau_b(places, [entry.first for entry in self.mine])

    @property
    def few(self) -> bool:
        """Whether there are so few entries that each of them turns the agreement around."""
        return len(self.mine) < FEW_ENTRIES

    @property
    def crowd(self) -> tuple[Placed, ...]:
        """The others' first moments, as many as fit in a list without cutting a tie."""
        return tuple(entry for entry in self.ranking if entry.last <= self.size)

    @property
    def shared(self) -> int:
        """How many of the others' first moments are in the fan's list."""
        return sum(entry.mine is not None for entry in self.crowd)

    @property
    def loved_more(self) -> tuple[Placed, ...]:
        """What the fan puts furthest above where the others have it, the furthest first."""
        return tuple(sorted((one for one in self.mine if one.favour > 0), key=lambda one: -one.favour)[:NAMED])

    @property
    def loved_less(self) -> tuple[Placed, ...]:
        """What the fan puts furthest below where the others have it, the furthest first."""
        return tuple(sorted((one for one in self.mine if one.favour < 0), key=lambda one: one.favour)[:NAMED])

    @property
    def left_out(self) -> tuple[Placed, ...]:
        """The others' favourites that are not in the fan's list."""
        return tuple(entry for entry in self.crowd if entry.mine is None)[:NAMED]


def compare(mine: Sequence[VisibleMoment], ranks: Mapping[VisibleMoment, int], lists: int, size: int) -> Comparison:
    """A fan's list `mine`, best first, beside the `ranks` (1 2 2 4) that `lists` lists of others give every moment."""
    places = {moment: place for place, moment in enumerate(mine, 1)}
    ties = Counter(ranks.values())
    ranking = [
        Placed(moment, places.get(moment), rank, rank + ties[rank] - 1)
        for moment, rank in sorted(ranks.items(), key=lambda one: (one[1], _in_a_tie(one[0])))
    ]
    listed = sorted((entry for entry in ranking if entry.mine), key=lambda entry: entry.mine or 0)
    return Comparison(lists, size, len(mine), tuple(listed), tuple(ranking))


def tau_b(one: Sequence[int], other: Sequence[int]) -> float | None:
    """Kendall's tau-b of two rankings of the same things, as ranks (1 is best, equal numbers tie): −1 to 1.

    (C − D) / sqrt((pairs not tied in one)·(pairs not tied in the other)), where C pairs stand in the same order in both
    and D in opposite ones. None when one of them orders no pair. Source: M. G. Kendall, "The treatment of ties in
    ranking problems", Biometrika 33 (1945).
    """
    signs = [(_sign(a - b), _sign(x - y)) for (a, x), (b, y) in combinations(list(zip(one, other, strict=True)), 2)]
    ordered = sum(left != 0 for left, _ in signs) * sum(right != 0 for _, right in signs)
    return sum(left * right for left, right in signs) / math.sqrt(ordered) if ordered else None


def _sign(difference: int) -> int:
    return (difference > 0) - (difference < 0)


def _in_a_tie(moment: VisibleMoment) -> tuple[int, str]:
    return moment.episode.position, moment.public_id
