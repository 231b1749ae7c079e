"""Ballots that leave the site: k fans or more behind each row, nothing but beginnings of lists, always the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.anonymity import SharedRow, merged_orders, shared_rows

A, B, C, D = 1, 2, 3, 4

orders = st.permutations([A, B, C, D]).flatmap(lambda order: st.integers(0, 4).map(lambda n: tuple(order[:n])))
casts = st.dictionaries(st.tuples(st.integers(0, 2), orders), st.integers(1, 9), max_size=30)
ks = st.integers(2, 6)


def lists_of(cast: Mapping[tuple[int, tuple[int, ...]], int]) -> list[tuple[int, tuple[int, ...]]]:
    return list(chain.from_iterable(repeat(one, times) for one, times in cast.items()))


@given(casts, ks)
def test_whatever_is_published_is_shared_by_k_fans(cast: dict[tuple[int, tuple[int, ...]], int], k: int) -> None:
    rows = shared_rows(cast, k)
    assert all(row.count >= k for row in rows)
    assert all(count >= k for count, _ in merged_orders(rows))
    assert len({(row.progress, row.order) for row in rows}) == len(rows)


@given(casts, ks)
def test_every_row_is_how_the_lists_of_as_many_fans_begin_and_nobody_is_in_two(
    cast: dict[tuple[int, tuple[int, ...]], int], k: int
) -> None:
    """Longest rows first, each takes as many lists as it counts; they must be there, and begin like it."""
    left = Counter(lists_of(cast))
    for row in sorted(shared_rows(cast, k), key=lambda row: -len(row.order)):
        assert row.order
        alike = [one for one in left if one[0] == row.progress and one[1][: len(row.order)] == row.order]
        assert sum(left[one] for one in alike) == row.count  # all that are left, so that they fit in one way only
        assert row.complete == all(one[1] == row.order for one in alike)
        for one in alike:
            del left[one]
    assert sum(row.count for row in shared_rows(cast, k)) + left.total() == sum(cast.values())


@given(casts, ks)
def test_what_is_left_out_could_not_be_published(cast: dict[tuple[int, tuple[int, ...]], int], k: int) -> None:
    rows = shared_rows(cast, k)
    for progress in {progress for progress, _ in cast}:
        for first in (A, B, C, D):
            fans = sum(times for (at, order), times in cast.items() if at == progress and order[:1] == (first,))
            told = sum(row.count for row in rows if row.progress == progress and row.order[0] == first)
            assert 0 <= fans - told < k


@given(casts, ks, st.randoms())
def test_nothing_depends_on_the_order_the_ballots_come_in(
    cast: dict[tuple[int, tuple[int, ...]], int], k: int, chance: object
) -> None:
    shuffled = list(cast.items())
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert shared_rows(dict(shuffled), k) == shared_rows(cast, k)


def test_lists_are_cut_until_enough_fans_share_what_is_left() -> None:
    cast = {(3, (A, B, C)): 5, (3, (A, B, D)): 2, (3, (A, B)): 1, (3, (A, C)): 2, (3, (B, A)): 1}
    assert shared_rows(cast, 3) == (SharedRow(3, (A, B, C), 5, True), SharedRow(3, (A, B), 3, False))
    assert shared_rows(cast, 5) == (SharedRow(3, (A,), 5, False), SharedRow(3, (A, B, C), 5, True))


def test_fans_who_were_at_other_episodes_are_not_alike() -> None:
    cast = {(1, (A,)): 2, (2, (A,)): 3}
    assert shared_rows(cast, 3) == (SharedRow(2, (A,), 3, True),)
    assert merged_orders(shared_rows(cast, 2)) == ((5, (A,)),)


def test_an_empty_list_says_nothing_and_no_row_is_of_one_alone() -> None:
    assert shared_rows({(1, ()): 9}, 2) == ()
    with pytest.raises(ValueError, match="2 at least"):
        shared_rows({(1, (A,)): 9}, 1)
