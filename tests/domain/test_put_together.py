"""Counters taken apart and put together again are what they were, and go on counting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.first_watch import FirstWatch
from ranker.domain.places import Places
from ranker.domain.tally import Tally
from ranker.tallies.packing import Damaged, packed, unpacked
from tests.domain.strategies import EPISODES, Poll, ballots, polls
from tests.domain.test_places import counted, sizes


@given(polls(), st.data())
def test_a_tally_is_put_together_again(poll: Poll, data: st.DataObject) -> None:
    tally, more = poll.tally(), data.draw(ballots(poll.catalogue))
    again = Tally.put_together(unpacked(packed(tally.arrays())))
    assert again == tally
    for one in (tally, again):
        one.add(more)
    assert again == tally
    assert again.offers == tally.offers


@given(polls(), sizes, st.data())
def test_places_are_put_together_again(poll: Poll, size: int, data: st.DataObject) -> None:
    places, more = counted(poll, size), data.draw(ballots(poll.catalogue))
    again = Places.put_together(unpacked(packed(places.arrays())))
    assert again == places
    for one in (places, again):
        one.shift([more], [1])
    assert again == places
    for moment in poll.catalogue.ids.tolist():
        assert again.placing(moment, EPISODES) == places.placing(moment, EPISODES)


@given(polls(), st.data())
def test_first_watch_is_put_together_again(poll: Poll, data: st.DataObject) -> None:
    first, more = FirstWatch(poll.catalogue), data.draw(ballots(poll.catalogue))
    for ballot in poll.ballots:
        first.replace((), (ballot,))
    again = FirstWatch.put_together(unpacked(packed(first.arrays())))
    assert again == first
    for one in (first, again):
        one.replace((), (more,))
    assert again == first


@given(polls(), st.data())
def test_what_was_taken_apart_does_not_change_with_what_is_counted_later(poll: Poll, data: st.DataObject) -> None:
    tally = poll.tally()
    parts = tally.arrays()
    tally.add(data.draw(ballots(poll.catalogue)), 7)
    assert Tally.put_together(parts) == poll.tally()


@pytest.mark.parametrize("content", [b"", b"not compressed", packed({})[:-1]])
def test_what_was_never_packed_is_refused(content: bytes) -> None:
    with pytest.raises(Damaged):
        unpacked(content)


@given(polls(least_moments=1), st.data())
def test_what_lacks_its_end_is_refused(poll: Poll, data: st.DataObject) -> None:
    import zlib

    whole = zlib.decompress(packed(poll.tally().arrays()))
    with pytest.raises(Damaged):
        unpacked(zlib.compress(whole[: data.draw(st.integers(0, len(whole) - 1))]))
