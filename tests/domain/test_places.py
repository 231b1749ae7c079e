import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.ballot import Ballot
from ranker.domain.places import Places, Placing
from tests.domain import oracle
from tests.domain.strategies import EPISODES, UNKNOWN_MOMENT, Poll, ballots, catalogue_of, catalogues, horizons, polls
from tests.domain.test_tally import padded

sizes = st.integers(1, 8)


def counted(poll: Poll, size: int) -> Places:
    places = Places(poll.catalogue, EPISODES, size)
    for ballot in poll.ballots:
        places.shift([ballot], [1])
    return places


def placing(poll: Poll, moment: int, horizon: int, size: int) -> Placing:
    """Read off the ballots one by one."""
    cut = [oracle.cut(poll, ballot, horizon).order for ballot in poll.ballots]
    offered = sum(moment in oracle.offer(poll, ballot) for ballot in poll.ballots)
    return Placing(offered, tuple(sum(order[at : at + 1] == (moment,) for order in cut) for at in range(size)))


@given(polls(), sizes)
def test_each_place_at_every_horizon_is_counted_as_the_ballots_say(poll: Poll, size: int) -> None:
    places = counted(poll, size)
    for moment, label in zip(poll.catalogue.ids.tolist(), poll.catalogue.labels.tolist(), strict=True):
        for horizon in range(label, EPISODES + 1):
            assert places.placing(moment, horizon) == placing(poll, moment, horizon, size)


@given(polls(least_moments=1), sizes)
def test_a_moment_beyond_the_horizon_has_no_place(poll: Poll, size: int) -> None:
    places = counted(poll, size)
    for moment, label in zip(poll.catalogue.ids.tolist(), poll.catalogue.labels.tolist(), strict=True):
        assert all(places.placing(moment, horizon).listed == 0 for horizon in range(label))


@given(polls(), sizes)
def test_a_horizon_beyond_the_last_episode_is_the_last(poll: Poll, size: int) -> None:
    places = counted(poll, size)
    for moment in poll.catalogue.ids.tolist():
        assert places.placing(moment, 99) == places.placing(moment, EPISODES)


@given(polls(), sizes, st.data())
def test_counting_a_ballot_and_taking_it_back_changes_nothing(poll: Poll, size: int, data: st.DataObject) -> None:
    places, ballot = counted(poll, size), data.draw(ballots(poll.catalogue))
    places.shift([ballot], [3])
    places.shift([ballot, ballot], [-1, -2])
    assert places == counted(poll, size)


@given(polls(), sizes)
def test_counting_many_at_once_equals_counting_one_by_one(poll: Poll, size: int) -> None:
    places = Places(poll.catalogue, EPISODES, size)
    progress = np.array([ballot.progress for ballot in poll.ballots], np.int64)
    editions = np.array([ballot.edition for ballot in poll.ballots], np.int64)
    places.add_many(progress, editions, padded(poll.ballots))
    assert places == counted(poll, size)


def test_many_ballots_are_counted_across_several_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ranker.domain.places.BALLOTS_AT_ONCE", 3)
    catalogue = catalogue_of((11, 1, 1), (12, 2, 1), (13, 3, 2))
    poll = Poll(catalogue, (Ballot(3, 2, (13, 12, 11)), Ballot(2, 1, (12, 11))) * 4)
    places = Places(catalogue, EPISODES, 10)
    places.shift(poll.ballots, [1] * len(poll.ballots))
    assert places == counted(poll, 10)


@given(catalogues(), sizes, st.data())
def test_places_kept_up_with_every_save_equal_a_recount(catalogue: object, size: int, data: st.DataObject) -> None:
    places = Places(catalogue, EPISODES, size)  # type: ignore[arg-type]
    newest: dict[int, Ballot] = {}
    saves = st.lists(st.tuples(st.integers(0, 3), ballots(catalogue)), max_size=15)  # type: ignore[arg-type]
    for fan, ballot in data.draw(saves):
        if fan in newest:
            places.shift([newest[fan], ballot], [-1, 1])
        else:
            places.shift([ballot], [1])
        newest[fan] = ballot
    assert places == counted(Poll(catalogue, tuple(newest.values())), size)  # type: ignore[arg-type]


@given(polls(least_moments=1), sizes, horizons)
def test_the_places_in_single_ballots_are_those_that_are_counted(poll: Poll, size: int, horizon: int) -> None:
    places = counted(poll, size)
    for moment, label in zip(poll.catalogue.ids.tolist(), poll.catalogue.labels.tolist(), strict=True):
        if label <= horizon:
            found = places.places_in(poll.ballots, moment, horizon)
            assert places.placing(moment, horizon).at == tuple(found.count(place) for place in range(1, size + 1))


def test_a_late_favourite_pushes_down_what_stood_above_the_rest() -> None:
    catalogue = catalogue_of((11, 1, 1), (12, 2, 1), (13, 5, 1))
    places = counted(Poll(catalogue, (Ballot(5, 1, (13, 11, 12)),)), 3)
    assert [places.placing(11, horizon).at for horizon in (1, 2, 4, 5)] == [(1, 0, 0)] * 3 + [(0, 1, 0)]
    assert [places.placing(12, horizon).at for horizon in (1, 2, 4, 5)] == [(0,) * 3, (0, 1, 0), (0, 1, 0), (0, 0, 1)]


def test_an_unknown_moment_has_no_place() -> None:
    places = counted(Poll(catalogue_of((11, 1, 1)), (Ballot(5, 1, (UNKNOWN_MOMENT, 11)),)), 3)
    assert places.placing(UNKNOWN_MOMENT, 5) == Placing(0, (0, 0, 0))
    assert places.places_in([Ballot(5, 1, (UNKNOWN_MOMENT, 11))], UNKNOWN_MOMENT, 5) == [None]
    assert places.placing(11, 5) == Placing(1, (1, 0, 0))


def test_what_stands_below_the_last_place_has_none() -> None:
    catalogue = catalogue_of((11, 1, 1), (12, 1, 1), (13, 1, 1))
    places = counted(Poll(catalogue, (Ballot(1, 1, (11, 12, 13)),)), 2)
    assert places.placing(13, 1) == Placing(1, (0, 0))
    assert places.placing(13, 1).elsewhere == 1
    assert places.places_in([Ballot(1, 1, (11, 12, 13))], 13, 1) == [None]


def test_the_commonest_places_are_those_most_lists_agree_on() -> None:
    assert Placing(9, (1, 3, 0, 3)).commonest == (2, 4)
    assert Placing(9, (0, 0)).commonest == ()
    assert Placing(9, (1, 3, 0, 3)).listed == 7


def test_places_over_different_moments_differ() -> None:
    assert Places(catalogue_of((11, 1, 1)), EPISODES, 10) != Places(catalogue_of((12, 1, 1)), EPISODES, 10)
    assert Places(catalogue_of((11, 1, 1)), EPISODES, 10) != "places"
