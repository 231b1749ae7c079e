import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.ballot import Ballot
from ranker.domain.tally import Catalogue, PairCounts, Tally
from tests.domain import oracle
from tests.domain.strategies import UNKNOWN_MOMENT, Poll, ballots, catalogue_of, catalogues, orders, polls

ABC = catalogue_of((11, 1, 1), (12, 2, 1), (13, 3, 2))


def same(one: PairCounts, other: PairCounts) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("offered", "wins", "listed", "above")
    )


def padded(ballots: tuple[Ballot, ...]) -> np.ndarray:
    width = max((len(ballot.order) for ballot in ballots), default=0)
    rows = [[*ballot.order, *[-1] * (width - len(ballot.order))] for ballot in ballots]
    return np.array(rows, np.int64).reshape(len(ballots), width)


def add_all(tally: Tally, ballots: tuple[Ballot, ...], counts: np.ndarray | None = None) -> None:
    progress = np.array([ballot.progress for ballot in ballots], np.int64)
    editions = np.array([ballot.edition for ballot in ballots], np.int64)
    tally.add_many(progress, editions, padded(ballots), counts)


@given(polls())
def test_each_pair_is_counted_as_the_ballots_say(poll: Poll) -> None:
    counts = poll.counts()
    ids = poll.catalogue.ids.tolist()
    for a, one in enumerate(ids):
        assert counts.offered[a, a] == sum(one in oracle.offer(poll, ballot) for ballot in poll.ballots)
        assert counts.listed[a] == sum(one in oracle.entries(poll, ballot) for ballot in poll.ballots)
        assert counts.wins[a, a] == counts.above[a, a] == 0
        for b, other in enumerate(ids):
            if a != b:
                found = (counts.offered[a, b], counts.wins[a, b], counts.wins[b, a])
                assert found == oracle.duel(poll, one, other)


@given(polls())
def test_a_ballot_above_another_means_both_are_listed(poll: Poll) -> None:
    counts = poll.counts()
    ranked = [oracle.entries(poll, ballot) for ballot in poll.ballots]
    for a, one in enumerate(poll.catalogue.ids):
        for b, other in enumerate(poll.catalogue.ids):
            both = [order for order in ranked if one in order and other in order]
            assert counts.above[a, b] == sum(order.index(one) < order.index(other) for order in both)


@given(polls(), st.data())
def test_adding_a_ballot_and_removing_it_changes_nothing(poll: Poll, data: st.DataObject) -> None:
    tally, ballot = poll.tally(), data.draw(ballots(poll.catalogue))
    tally.add(ballot, 3)
    assert tally != poll.tally()
    tally.remove(ballot, 3)
    assert tally == poll.tally()


@given(polls(), st.data())
def test_replacing_a_ballot_is_removing_the_old_one_and_adding_the_new_one(poll: Poll, data: st.DataObject) -> None:
    before, after = data.draw(ballots(poll.catalogue)), data.draw(ballots(poll.catalogue))
    assert replaced(poll, before, after) == poll.among((*poll.ballots, after)).tally()


@given(polls(), st.data())
def test_an_edit_under_the_same_offer_counts_as_the_new_order(poll: Poll, data: st.DataObject) -> None:
    before = data.draw(ballots(poll.catalogue))
    after = Ballot(before.progress, before.edition, data.draw(orders(poll.catalogue)))
    assert replaced(poll, before, after) == poll.among((*poll.ballots, after)).tally()


def replaced(poll: Poll, before: Ballot, after: Ballot) -> Tally:
    tally = poll.among((*poll.ballots, before)).tally()
    tally.replace(before, after)
    return tally


@given(polls(), st.data())
def test_a_first_ballot_replaces_nothing_and_a_withdrawn_one_is_replaced_by_nothing(
    poll: Poll, data: st.DataObject
) -> None:
    tally, ballot = poll.tally(), data.draw(ballots(poll.catalogue))
    tally.replace(None, ballot)
    assert tally == poll.among((*poll.ballots, ballot)).tally()
    tally.replace(ballot, None)
    assert tally == poll.tally()
    tally.replace(None, None)
    assert tally == poll.tally()


@given(polls())
def test_counting_many_at_once_equals_counting_one_by_one(poll: Poll) -> None:
    tally = Tally(poll.catalogue)
    add_all(tally, poll.ballots)
    assert tally == poll.tally()


@given(polls(), st.data())
def test_a_ballot_that_counts_several_times_equals_several_ballots(poll: Poll, data: st.DataObject) -> None:
    times = data.draw(st.lists(st.integers(1, 4), min_size=len(poll.ballots), max_size=len(poll.ballots)))
    at_once, one_by_one = Tally(poll.catalogue), Tally(poll.catalogue)
    add_all(at_once, poll.ballots, np.array(times, np.int64))
    for ballot, count in zip(poll.ballots, times, strict=True):
        one_by_one.add(ballot, count)
    repeated = tuple(ballot for ballot, count in zip(poll.ballots, times, strict=True) for _ in range(count))
    assert at_once == one_by_one == poll.among(repeated).tally()


def test_many_ballots_are_counted_across_several_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ranker.domain.tally.PAIRS_AT_ONCE", 4)
    ballots = (Ballot(3, 2, (11, 13, 12)), Ballot(2, 1, (12, 11)), Ballot(3, 1, ()), Ballot(1, 2, (11,))) * 5
    tally = Tally(ABC)
    add_all(tally, ballots)
    assert tally == Poll(ABC, ballots).tally()


@given(catalogues(), st.data())
def test_a_tally_kept_up_with_every_save_equals_a_recount(catalogue: Catalogue, data: st.DataObject) -> None:
    tally = Tally(catalogue)
    newest: dict[int, Ballot] = {}
    for fan, ballot in data.draw(st.lists(st.tuples(st.integers(0, 3), ballots(catalogue)), max_size=15)):
        tally.replace(newest.get(fan), ballot)
        newest[fan] = ballot
    assert tally == Poll(catalogue, tuple(newest.values())).tally()


@given(polls(), st.data())
def test_a_tally_extended_by_new_moments_equals_a_recount(poll: Poll, data: st.DataObject) -> None:
    known = poll.catalogue
    kept = [index for index in range(len(known.ids)) if data.draw(st.booleans())]
    smaller = Catalogue(known.ids[kept], known.labels[kept], known.editions[kept])
    unpublished = set(known.ids.tolist()) - set(smaller.ids.tolist())
    saved = tuple(
        Ballot(ballot.progress, ballot.edition, tuple(moment for moment in ballot.order if moment not in unpublished))
        for ballot in poll.ballots
    )
    assert Poll(smaller, saved).tally().extended(known) == poll.among(saved).tally()


def test_a_catalogue_that_lost_or_moved_a_moment_is_no_extension() -> None:
    tally = Tally(ABC)
    for other in (catalogue_of((11, 1, 1), (12, 2, 1)), catalogue_of((11, 1, 1), (12, 2, 1), (13, 4, 2))):
        with pytest.raises(ValueError, match="no extension"):
            tally.extended(other)


@given(polls())
def test_an_entry_out_of_its_ballots_offer_is_skipped(poll: Poll) -> None:
    cleaned = tuple(
        Ballot(ballot.progress, ballot.edition, tuple(oracle.entries(poll, ballot))) for ballot in poll.ballots
    )
    assert poll.tally() == poll.among(cleaned).tally()


def test_unseen_unpublished_and_unknown_entries_count_for_nothing() -> None:
    seen_only, with_others = Tally(ABC), Tally(ABC)
    seen_only.add(Ballot(2, 1, (11,)))
    with_others.add(Ballot(2, 1, (13, UNKNOWN_MOMENT, 11)))
    assert seen_only == with_others


@given(polls())
def test_empty_ballots_are_counted_but_prefer_nothing(poll: Poll) -> None:
    blank = Poll(poll.catalogue, tuple(Ballot(ballot.progress, ballot.edition, ()) for ballot in poll.ballots))
    assert blank.tally().ballots == poll.tally().ballots == len(poll.ballots)
    assert np.array_equal(blank.counts().offered, poll.counts().offered)
    assert not blank.counts().wins.any()


@given(polls(), st.data())
def test_counts_among_some_moments_are_that_part_of_all_counts(poll: Poll, data: st.DataObject) -> None:
    among = np.array(data.draw(st.permutations(poll.everything.tolist())), np.int64)[:3]
    counts, part = poll.counts(), np.ix_(among, among)
    expected = PairCounts(counts.offered[part], counts.wins[part], counts.listed[among], counts.above[part])
    assert same(poll.tally().counts(among), expected)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_copy_of_a_tally_leads_a_life_of_its_own(duplicate: object) -> None:
    tally = Poll(ABC, (Ballot(3, 2, (13, 11)),)).tally()
    other = duplicate(tally)  # type: ignore[operator]
    assert other == tally
    other.add(Ballot(3, 2, (12, 11)))
    assert other != tally
    assert tally.ballots == 1


def test_tallies_over_different_catalogues_differ() -> None:
    assert Tally(ABC) != Tally(catalogue_of((11, 1, 1)))
    assert Tally(ABC) != "a tally"


def test_a_catalogue_needs_a_label_for_each_id() -> None:
    with pytest.raises(ValueError, match="one label"):
        Catalogue(np.array([1, 2]), np.array([1]), np.array([1, 1]))
