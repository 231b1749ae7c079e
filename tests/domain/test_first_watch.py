"""First watch by the saves of a few fans who go forth and back: followed, recounted, and read off the lists by hand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.ballot import Ballot
from ranker.domain.borda import INDIFFERENCE, fair
from ranker.domain.first_watch import FirstWatch, SavedLists, path_after, path_from
from ranker.domain.tally import Catalogue
from tests.domain import oracle
from tests.domain.strategies import EDITIONS, EPISODES, Poll, ballots, catalogue_of, catalogues

AB = catalogue_of((11, 1, 1), (12, 2, 1))
FANS = 3


@dataclass
class Fan:
    """The table of lists, as far as it is this fan's: one row for each progress, with its version."""

    rows: dict[int, tuple[int, Ballot]] = field(default_factory=dict)

    @property
    def newest(self) -> Ballot | None:
        return max(self.rows.values(), default=(0, None))[1]

    def by_progress(self) -> list[tuple[int, Ballot]]:
        return [self.rows[progress] for progress in sorted(self.rows)]

    def save(self, ballot: Ballot) -> tuple[Ballot, ...]:
        """Saves a list and returns the path that the log carries."""
        newest = self.newest
        back = newest is not None and ballot.progress < newest.progress
        logged = path_from(self.by_progress(), ballot.progress)[:-1] if back else ()
        version = max((version for version, _ in self.rows.values()), default=0) + 1
        self.rows[ballot.progress] = version, ballot
        return logged

    def list_at(self, horizon: int) -> Ballot | None:
        """The definition: the newest list among those saved at or before the horizon."""
        reached = [row for progress, row in self.rows.items() if progress <= horizon]
        return max(reached, key=lambda row: row[0])[1] if reached else None


@dataclass
class Community:
    catalogue: Catalogue
    fans: list[Fan] = field(default_factory=lambda: [Fan() for _ in range(FANS)])

    def poll_at(self, horizon: int) -> Poll:
        lists = (fan.list_at(horizon) for fan in self.fans)
        return Poll(self.catalogue, tuple(ballot for ballot in lists if ballot is not None))

    def recounted(self, fans_at_once: int = FANS) -> FirstWatch:
        starts = range(0, len(self.fans), fans_at_once)
        batches = (self.lists_of(range(start, min(start + fans_at_once, len(self.fans)))) for start in starts)
        return FirstWatch.counted(self.catalogue, batches)

    def lists_of(self, fans: range) -> SavedLists:
        rows = [(number, *row) for number in fans for row in self.fans[number].by_progress()]
        width = max((len(ballot.order) for _, _, ballot in rows), default=0)
        numbers = [(fan, ballot.progress, version, ballot.edition) for fan, version, ballot in rows]
        orders = [[*ballot.order, *[-1] * (width - len(ballot.order))] for _, _, ballot in rows]
        columns = np.array(numbers, np.int64).reshape(-1, 4).T
        return SavedLists(*columns, np.array(orders, np.int64).reshape(len(rows), width))


def followed(first: FirstWatch, fan: Fan, ballot: Ballot) -> None:
    """What a line of the log does to the counters."""
    newest = fan.newest
    path = fan.save(ballot)
    before = (*path, newest) if newest is not None else ()
    first.replace(before, path_after(before, ballot))


@st.composite
def saves(draw: st.DrawFn) -> tuple[Catalogue, list[tuple[int, Ballot]]]:
    catalogue = draw(catalogues())
    return catalogue, draw(st.lists(st.tuples(st.integers(0, FANS - 1), ballots(catalogue)), max_size=12))


Saves = tuple[Catalogue, list[tuple[int, Ballot]]]


def lived(saves: Saves) -> tuple[Community, FirstWatch]:
    catalogue, sequence = saves
    community, first = Community(catalogue), FirstWatch(catalogue)
    for fan, ballot in sequence:
        followed(first, community.fans[fan], ballot)
    return community, first


def horizons_of(first: FirstWatch) -> Iterator[tuple[int, np.ndarray]]:
    """Each horizon with the indices of its moments, in an order of no meaning."""
    for horizon in range(EPISODES + 2):
        yield horizon, np.flatnonzero(first.catalogue.labels <= horizon)[::-1]


@given(saves())
def test_counters_kept_up_with_every_save_equal_a_recount(saves: Saves) -> None:
    community, first = lived(saves)
    assert first == community.recounted()


@given(saves())
def test_a_recount_in_batches_equals_one_of_all_at_once(saves: Saves) -> None:
    community, _ = lived(saves)
    assert community.recounted(fans_at_once=1) == community.recounted()


def test_more_lists_than_sixteen_bits_hold_are_counted_exactly() -> None:
    """The counters begin small and grow when they have to, at a recount and while they follow."""
    limit = np.iinfo(np.int16).max
    for recounted in (limit - 2, limit, limit + 2):
        first = FirstWatch.counted(AB, [alike(recounted)])
        for _ in range(4):
            first.replace((), (Ballot(2, 1, (11, 12)),))
        contests = first.contests(2, np.arange(2))
        assert contests.wins.tolist() == [[0, recounted + 4], [0, 0]]
        assert first == FirstWatch.counted(AB, [alike(recounted + 4)])


def alike(fans: int) -> SavedLists:
    """The same list of so many fans."""
    once = np.ones(fans, np.int64)
    return SavedLists(np.arange(fans), 2 * once, once, once, np.tile(np.array([11, 12]), (fans, 1)))


@given(saves())
def test_at_each_horizon_each_pair_is_counted_as_the_lists_that_stood_there_say(saves: Saves) -> None:
    community, first = lived(saves)
    for horizon, among in horizons_of(first):
        poll, counts = community.poll_at(horizon), first.contests(horizon, among)
        ids = first.catalogue.ids[among].tolist()
        assert first.ballots_offered(horizon, among) == sum(
            bool(oracle.offer(poll, ballot) & set(ids)) for ballot in poll.ballots
        )
        for a, one in enumerate(ids):
            assert counts.offered[a, a] == sum(one in oracle.offer(poll, ballot) for ballot in poll.ballots)
            for b, other in enumerate(ids):
                if a != b:
                    found = (counts.offered[a, b], counts.wins[a, b], counts.wins[b, a])
                    assert found == oracle.duel(poll, one, other)


@given(saves())
def test_all_horizons_at_once_say_the_same_as_each_by_itself(saves: Saves) -> None:
    first = lived(saves)[1]
    labels = first.catalogue.labels
    some = np.flatnonzero(first.catalogue.ids % 3 > 0)
    for horizon, contests in enumerate(first.contests_at_every_horizon(some, EPISODES)):
        alone = first.contests(horizon, some[labels[some] <= horizon])
        assert np.array_equal(contests.offered, alone.offered)
        assert np.array_equal(contests.wins, alone.wins)


@given(saves())
def test_the_score_is_the_fair_score_of_the_lists_that_stood_at_the_horizon(saves: Saves) -> None:
    community, first = lived(saves)
    for horizon, among in horizons_of(first):
        if len(among) < 2:
            continue
        poll, scores = community.poll_at(horizon), fair(first.contests(horizon, among)).score
        ids = first.catalogue.ids[among].tolist()
        for index, moment in enumerate(ids):
            exact = oracle.fair_score(poll, moment, ids, Fraction(INDIFFERENCE))
            assert scores[index] == pytest.approx(float(exact), abs=1e-12)


@given(saves(), catalogues())
def test_counters_extended_by_moments_published_later_equal_a_recount(saves: Saves, added: Catalogue) -> None:
    catalogue, sequence = saves
    fresh = ~np.isin(added.ids, catalogue.ids)
    later = added.editions[fresh] + EDITIONS + 1  # no list so far was offered them
    larger = Catalogue(
        np.append(added.ids[fresh], catalogue.ids),
        np.append(added.labels[fresh], catalogue.labels),
        np.append(later, catalogue.editions),
    )
    assert lived(saves)[1].extended(larger) == lived((larger, sequence))[1]


def test_a_catalogue_that_moved_a_moment_is_no_extension() -> None:
    with pytest.raises(ValueError, match="no extension"):
        FirstWatch(AB).extended(catalogue_of((11, 2, 1), (12, 2, 1)))


def test_what_a_fan_saved_later_does_not_change_what_they_thought_before() -> None:
    community, first = Community(AB), FirstWatch(AB)
    followed(first, community.fans[0], Ballot(1, 1, (11,)))
    before = first.contests(1, np.array([0])).offered.tolist()
    followed(first, community.fans[0], Ballot(2, 1, (12, 11)))
    assert first.contests(1, np.array([0])).offered.tolist() == before == [[1]]
    assert first.contests(2, np.array([0, 1])).wins.tolist() == [[0, 0], [1, 0]]


def test_a_list_saved_after_going_back_takes_the_place_of_all_that_was_saved_further_on() -> None:
    fan = Fan()
    for progress in (1, 2, 4):
        assert fan.save(Ballot(progress, 1, (11,))) == ()
    assert [ballot.progress for ballot in fan.save(Ballot(2, 1, (11, 12)))] == [1, 2]
    assert fan.list_at(5) == Ballot(2, 1, (11, 12))
    assert [ballot.progress for ballot in path_from(fan.by_progress(), 0)] == [1, 2]


def test_a_fan_who_only_goes_forward_needs_no_path_in_the_log() -> None:
    first, fan = FirstWatch(AB), Fan()
    for progress in (0, 1, 1, 2):
        before = fan.newest
        ballot = Ballot(progress, 1, (11, 12)[:progress])
        assert fan.save(ballot) == ()
        path = (before,) if before else ()
        first.replace(path, path_after(path, ballot))
    assert first == Community(AB, [fan]).recounted()


def test_first_watches_over_different_catalogues_differ() -> None:
    assert FirstWatch(AB) != FirstWatch(catalogue_of((11, 1, 1)))
    assert FirstWatch(AB) != "a first watch"
