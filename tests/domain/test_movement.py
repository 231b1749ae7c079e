"""What has moved between two rankings."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.movement import places_risen

ranks = st.integers(0, 6)


@given(st.lists(st.tuples(ranks, ranks), max_size=12))
def test_a_rise_is_counted_in_moments_overtaken(both: list[tuple[int, int]]) -> None:
    before, now = np.array(both, np.int64).reshape(-1, 2).T
    common = [index for index, pair in enumerate(both) if all(pair)]

    def better(side: list[int], index: int) -> int:
        return sum(side[other] < side[index] for other in common)

    expected = [
        better(before.tolist(), index) - better(now.tolist(), index) if index in common else 0
        for index in range(len(both))
    ]
    assert places_risen(before, now).tolist() == expected


def test_nobody_falls_because_somebody_came() -> None:
    before, now = np.array([1, 2, 0]), np.array([2, 3, 1])
    assert places_risen(before, now).tolist() == [0, 0, 0]
    assert places_risen(np.array([1, 2, 3]), np.array([2, 1, 2])).tolist() == [-1, 1, 1]
