"""Ballots that may leave the site: only as far as several fans agree word for word, so that none of them stands out.

This is k-anonymity (Samarati and Sweeney, 1998): what is published of a fan is published of at least k - 1 others, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

DEFAULT_K, LEAST_K = 5, 2

Order: TypeAlias = tuple[int, ...]
Cast: TypeAlias = tuple[int, Order]


@dataclass(frozen=True, slots=True)
class SharedRow:
    """What `count` fans have in common: how far they were when they saved their list, and how it begins, best first.

    complete: whether that is all of every one of these lists; if not, some or all of them go on.
    """

    progress: int
    order: Order
    count: int
    complete: bool


def shared_rows(cast: Mapping[Cast, int], k: int) -> tuple[SharedRow, ...]:
    """The ballots `cast`, (progress, order) to how often, as rows of at least `k` fans each (k ≥ 2, else ValueError).

    A list that too few share loses its last place, and so on, until enough of those that are left agree at one
    progress; what never comes together is left out. Each fan is in one row at most. The rows stand by progress, the
    largest first, and depend on nothing but how often each ballot was cast.
    """
    if k < LEAST_K:
        raise ValueError(f"a row has to be shared by {LEAST_K} at least")
    rows: list[SharedRow] = []
    by_length, cut = _by_length(cast), set[Cast]()
    for length in range(max(by_length, default=0), 0, -1):
        for (progress, order), fans in by_length[length].items():
            if fans >= k:
                rows.append(SharedRow(progress, order, fans, (progress, order) not in cut))
            else:
                shorter = progress, order[:-1]
                by_length[length - 1][shorter] += fans
                cut.add(shorter)
    return tuple(sorted(rows, key=lambda row: (row.progress, -row.count, row.order)))


def merged_orders(rows: tuple[SharedRow, ...]) -> tuple[tuple[int, Order], ...]:
    """The same rows without how far anybody was: (count, order), the largest first."""
    counts: dict[Order, int] = defaultdict(int)
    for row in rows:
        counts[row.order] += row.count
    return tuple(sorted(((count, order) for order, count in counts.items()), key=lambda one: (-one[0], one[1])))


def _by_length(cast: Mapping[Cast, int]) -> dict[int, dict[Cast, int]]:
    by_length: dict[int, dict[Cast, int]] = defaultdict(lambda: defaultdict(int))
    for (progress, order), fans in cast.items():
        by_length[len(order)][progress, order] = fans
    return by_length
