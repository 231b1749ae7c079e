import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.ballot import (
    BALLOT_SIZE,
    BallotRefused,
    BallotTooLong,
    RepeatedMoment,
    UnseenMoment,
    check_order,
    keep_hidden_places,
)


@given(st.data())
def test_any_order_of_offered_moments_that_fits_is_accepted(data: st.DataObject) -> None:
    offered = data.draw(st.sets(st.integers()))
    order = data.draw(st.permutations(sorted(offered)))
    check_order(order[:BALLOT_SIZE], offered)


def test_a_list_holds_ten_moments_and_no_more() -> None:
    check_order(range(10), range(11))
    with pytest.raises(BallotTooLong, match=r"^10$"):
        check_order(range(11), range(11))


def test_a_series_may_have_a_shorter_ballot() -> None:
    with pytest.raises(BallotTooLong, match=r"^3$"):
        check_order([1, 2, 3, 4], {1, 2, 3, 4}, size=3)


def test_a_moment_is_in_a_list_only_once() -> None:
    with pytest.raises(RepeatedMoment):
        check_order([1, 2, 1], {1, 2})


def test_a_moment_that_was_not_offered_is_refused() -> None:
    with pytest.raises(UnseenMoment):
        check_order([1, 3], {1, 2})


def test_every_refusal_is_a_refused_ballot() -> None:
    for refusal in (BallotTooLong, RepeatedMoment, UnseenMoment):
        assert issubclass(refusal, BallotRefused)


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[int], set[int], list[int]]:
    """A stored list, the entries its owner does not see, and a new order of some seen and some new ones."""
    stored = draw(st.lists(st.integers(0, 30), unique=True, max_size=10))
    hidden = draw(st.sets(st.sampled_from(stored))) if stored else set()
    choices = [entry for entry in range(40) if entry not in hidden]
    return stored, hidden, draw(st.lists(st.sampled_from(choices), unique=True, max_size=10))


@given(edits())
def test_nothing_is_lost_or_added_when_hidden_entries_return(edit: tuple[list[int], set[int], list[int]]) -> None:
    _, hidden, visible = edit
    assert sorted(keep_hidden_places(*edit)) == sorted([*visible, *hidden])


@given(edits())
def test_the_visible_entries_keep_their_new_order(edit: tuple[list[int], set[int], list[int]]) -> None:
    _, hidden, visible = edit
    assert [entry for entry in keep_hidden_places(*edit) if entry not in hidden] == visible


@given(edits())
def test_the_hidden_entries_keep_their_order(edit: tuple[list[int], set[int], list[int]]) -> None:
    stored, hidden, _ = edit
    merged = keep_hidden_places(*edit)
    assert [entry for entry in merged if entry in hidden] == [entry for entry in stored if entry in hidden]


@given(edits())
def test_a_hidden_entry_keeps_its_place_or_goes_to_the_end(edit: tuple[list[int], set[int], list[int]]) -> None:
    stored, hidden, _ = edit
    merged = keep_hidden_places(*edit)
    for entry in hidden:
        kept = merged.index(entry) == stored.index(entry)
        at_the_end = hidden.issuperset(merged[merged.index(entry) :]) and merged.index(entry) < stored.index(entry)
        assert kept or at_the_end


@given(edits())
def test_a_list_as_long_as_before_keeps_every_hidden_place(edit: tuple[list[int], set[int], list[int]]) -> None:
    stored, hidden, _ = edit
    reversed_order = [entry for entry in reversed(stored) if entry not in hidden]
    merged = keep_hidden_places(stored, hidden, reversed_order)
    assert all(merged.index(entry) == stored.index(entry) for entry in hidden)


def test_a_hidden_favourite_stays_at_the_top() -> None:
    assert keep_hidden_places(["secret", "a", "b"], {"secret"}, ["b", "a"]) == ("secret", "b", "a")


def test_a_hidden_entry_moves_up_when_the_list_gets_too_short() -> None:
    assert keep_hidden_places(["a", "b", "c", "secret"], {"secret"}, ["c"]) == ("c", "secret")
