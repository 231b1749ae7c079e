"""How far a fan agrees with the others: tau-b against its definition, and where the two differ."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.agreement import Comparison, compare, tau_b
from ranker.domain.clearance import EpisodeCode
from ranker.domain.values import VisibleMoment

ranks = st.integers(1, 6)
rankings = st.lists(st.tuples(ranks, ranks), max_size=10).map(lambda pairs: tuple(zip(*pairs, strict=True)) or ((), ()))


def moment(name: str, episode: int = 1) -> VisibleMoment:
    return VisibleMoment(name, f"Title {name}", "", EpisodeCode(episode, 1, episode))


A, B, C, D, E, F = (moment(name) for name in "abcdef")


def by_definition(one: tuple[int, ...], other: tuple[int, ...]) -> float | None:
    """Every pair looked at for itself."""
    agreeing = opposed = tied_in_one = tied_in_other = pairs = 0
    for i, j in combinations(range(len(one)), 2):
        pairs += 1
        tied_in_one += one[i] == one[j]
        tied_in_other += other[i] == other[j]
        if one[i] != one[j] and other[i] != other[j]:
            same = (one[i] < one[j]) == (other[i] < other[j])
            agreeing, opposed = agreeing + same, opposed + (not same)
    if pairs in (tied_in_one, tied_in_other):
        return None
    return (agreeing - opposed) / math.sqrt((pairs - tied_in_one) * (pairs - tied_in_other))


@given(rankings)
def test_tau_b_is_what_its_definition_says(both: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    expected = by_definition(*both)
    found = tau_b(*both)
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-12))


@given(rankings)
def test_agreement_is_mutual_and_turns_round_with_one_of_the_two(both: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    one, other = both
    found = tau_b(one, other)
    assert tau_b(other, one) == found
    turned = tau_b([-rank for rank in one], other)
    assert turned == (None if found is None else pytest.approx(-found))


@given(st.permutations(range(6)).flatmap(lambda order: st.tuples(st.just(order), st.integers(2, 6))))
def test_the_same_order_is_one_and_the_other_way_round_is_minus_one(case: tuple[list[int], int]) -> None:
    order, size = case
    some = order[:size]
    assert tau_b(some, some) == pytest.approx(1)
    assert tau_b(some, [-rank for rank in some]) == pytest.approx(-1)


def test_known_answers() -> None:
    assert tau_b([1, 2, 3, 4], [1, 2, 4, 3]) == pytest.approx(2 / 3)
    assert tau_b([1, 2, 3], [1, 1, 3]) == pytest.approx(2 / math.sqrt(6))
    assert tau_b([1], [1]) is None
    assert tau_b([1, 2], [5, 5]) is None


def compared(*mine: VisibleMoment, size: int = 3) -> Comparison:
    """Beside others who rank A first, B and C second, then D, and E and F last."""
    return compare(mine, {A: 1, B: 2, C: 2, D: 4, E: 5, F: 5}, lists=9, size=size)


def named(entries: object) -> str:
    return "".join(entry.moment.public_id for entry in entries)  # type: ignore[attr-defined]


def test_agreement_looks_at_the_entries_of_the_list_alone() -> None:
    assert compared(A, D, F).agreement == pytest.approx(1)
    assert compared(F, D, A).agreement == pytest.approx(-1)
    assert compared(B, C).agreement is None
    assert compared(A).agreement is None


def test_a_difference_counts_from_the_middle_of_a_tie() -> None:
    mine = compared(F, B, A).mine
    assert [(entry.mine, entry.first, entry.last, entry.favour) for entry in mine] == [
        (1, 5, 6, 4.5),
        (2, 2, 3, 0.5),
        (3, 1, 1, -2.0),
    ]


def test_what_is_loved_more_and_less_comes_with_the_furthest_first() -> None:
    beside = compared(F, D, E, C, A, B, size=6)
    assert named(beside.loved_more) == "fed"
    assert named(beside.loved_less) == "abc"


def test_the_first_of_the_others_are_as_many_as_fit_without_cutting_a_tie() -> None:
    assert named(compared(A, B, size=3).crowd) == "abc"
    assert named(compared(A, B, size=2).crowd) == "a"
    assert named(compared(A, B, size=5).crowd) == "abcd"
    assert named(compared(A, B, size=6).crowd) == "abcdef"


def test_favourites_that_were_left_out_and_those_that_are_shared() -> None:
    beside = compared(C, F, size=4)
    assert named(beside.left_out) == "abd"
    assert beside.shared == 1


def test_without_others_there_is_nothing_to_compare() -> None:
    beside = compare([A, B], {}, lists=0, size=10)
    assert (beside.entries, beside.mine, beside.crowd, beside.agreement) == (2, (), (), None)
