"""Lists after two moments turned out to be one, compared with what somebody would do by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.merging import ListHistory, Order, merged_history, merged_order

MERGED, SURVIVOR = 1, 2
orders = st.lists(st.integers(1, 7), unique=True, max_size=7).map(tuple)
histories = st.builds(
    ListHistory, orders, st.lists(orders, max_size=5).map(tuple), st.lists(orders, max_size=5).map(tuple)
)


def by_hand(order: Order) -> Order:
    """Strikes out the worse of the two, then writes the survivor over what is left of them."""
    left = list(order)
    if MERGED in left and SURVIVOR in left:
        left.remove(max(MERGED, SURVIVOR, key=left.index))
    return tuple(SURVIVOR if moment == MERGED else moment for moment in left)


@given(orders)
def test_a_merged_list_is_what_somebody_would_make_of_it_by_hand(order: Order) -> None:
    assert merged_order(order, MERGED, SURVIVOR) == by_hand(order)


@given(orders)
def test_merging_again_changes_nothing(order: Order) -> None:
    once = merged_order(order, MERGED, SURVIVOR)
    assert merged_order(once, MERGED, SURVIVOR) == once


@given(histories)
def test_undo_and_redo_lead_through_the_same_lists_without_a_step_that_does_nothing(history: ListHistory) -> None:
    merged = merged_history(history, MERGED, SURVIVOR)
    walked = [*merged.past, merged.order, *reversed(merged.future)]
    every = [by_hand(order) for order in (*history.past, history.order, *reversed(history.future))]
    assert walked == [order for place, order in enumerate(every) if place == 0 or order != every[place - 1]]
    assert merged.order == by_hand(history.order)


def test_the_survivor_takes_the_better_place_whichever_of_the_two_had_it() -> None:
    assert merged_order((5, MERGED, 6, SURVIVOR), MERGED, SURVIVOR) == (5, SURVIVOR, 6)
    assert merged_order((SURVIVOR, 5, MERGED), MERGED, SURVIVOR) == (SURVIVOR, 5)
    assert merged_order((5, MERGED), MERGED, SURVIVOR) == (5, SURVIVOR)
