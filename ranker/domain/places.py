"""Where the ballots place each moment, at every horizon: exact integers, so that a recount must agree.

At a horizon an entry stands one place below the entries above it that lie within the horizon. So it comes in at its
own label, and moves one place down at the label of each entry above it that lies further on. Kept are those changes
from one horizon to the next, for each moment and place: a ballot of ten touches a hundred counters at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ranker.domain.ballot import Ballot
from ranker.domain.tally import Arrays, Catalogue, IntArray, distinct_offers

BALLOTS_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True)
class Placing:
    """Where the lists place one moment: `offered` could choose it, `at[p]` of them have it at place p+1."""

    offered: int
    at: tuple[int, ...]

    @property
    def listed(self) -> int:
        """How many lists have the moment in one of their places."""
        return sum(self.at)

    @property
    def elsewhere(self) -> int:
        """How many lists could choose the moment and have it in none of their places."""
        return self.offered - self.listed

    @property
    def most(self) -> int:
        """How many lists agree on the commonest place."""
        return max(self.at)

    @property
    def commonest(self) -> tuple[int, ...]:
        """The places, counted from 1, that more lists give it than any other; none when no list has it."""
        return tuple(place for place, lists in enumerate(self.at, 1) if lists == self.most) if self.listed else ()


class Places:
    """The counters of one series. An entry that is not in the catalogue or in its ballot's offer is skipped.

    The catalogue holds the moments that have places, so no retired ones. Labels are 1..`episodes`; `size` is the
    number of places. What stands below the last one, as it may for a while when a moment comes back to full lists,
    has no place. Threads that share the counters need a lock.
    """

    def __init__(self, catalogue: Catalogue, episodes: int, size: int) -> None:
        self.catalogue = catalogue
        self.episodes = episodes
        self.size = size
        moments = len(catalogue.ids)
        # Skipped entries are counted too, as a moment and at a horizon beyond the last, where nobody reads.
        self._changes = np.zeros((moments + 1, episodes + 2, size + 1), np.int32)
        self._offered: IntArray = np.zeros(moments, np.int64)

    @classmethod
    def put_together(cls, arrays: Arrays) -> "Places":
        """The counters from `arrays()`. Raises KeyError, ValueError for what none were taken apart into."""
        episodes, size = arrays["bounds"].tolist()
        places = cls(Catalogue.put_together(arrays), episodes, size)
        places._changes[:-1, :-1, :-1] = arrays["changes"].reshape(len(places.catalogue.ids), episodes + 1, size)
        places._offered = arrays["offered"].astype(np.int64).reshape(len(places.catalogue.ids))
        return places

    def arrays(self) -> Arrays:
        """Copies of all that is counted and read."""
        return {
            **self.catalogue.arrays(),
            "bounds": np.array([self.episodes, self.size], np.int64),
            "changes": self._changes[:-1, :-1, :-1].copy(),
            "offered": self._offered.copy(),
        }

    def placing(self, moment: int, horizon: int) -> Placing:
        """Where the moment with this id stands in the ballots cut to `horizon` (0..episodes); nowhere if unknown."""
        index = self.catalogue.index_of.get(moment)
        if index is None:
            return Placing(0, (0,) * self.size)
        at = self._changes[index, : min(horizon, self.episodes) + 1, : self.size].sum(axis=0)
        return Placing(int(self._offered[index]), tuple(at.tolist()))

    def places_in(self, ballots: Sequence[Ballot], moment: int, horizon: int) -> list[int | None]:
        """The place, counted from 1, of a moment in each of these ballots cut to `horizon`; None where it has none."""
        progress, editions, orders = _columns(ballots)
        index = self._entries(np.minimum(progress, horizon), editions, orders)
        counted = index < len(self.catalogue.ids)
        its = counted & (orders == moment)
        places = (np.cumsum(counted, axis=1) * its).sum(axis=1)
        return [place if 0 < place <= self.size else None for place in places.tolist()]

    def shift(self, ballots: Sequence[Ballot], times: Sequence[int]) -> None:
        """Counts each ballot so many times; a negative number takes back what was counted before."""
        self.add_many(*_columns(ballots), np.array(times, np.int64))

    def add_many(
        self, progress: IntArray, editions: IntArray, orders: IntArray, counts: IntArray | None = None
    ) -> None:
        """Counts n ballots, each `counts` times (once if omitted); the arrays are those of `Tally.add_many`."""
        if len(progress) == 0:
            return
        times = np.ones(len(progress), np.int64) if counts is None else counts
        self._add_offers(progress, editions, times)
        for start in range(0, len(progress), BALLOTS_AT_ONCE):
            chunk = slice(start, start + BALLOTS_AT_ONCE)
            index = self._entries(progress[chunk], editions[chunk], orders[chunk])
            self._add_entries(index.T, times[chunk].astype(np.int32))

    def alike(self, other: "Places") -> bool:
        """Whether both count places of the same moments over the same episodes, whatever they have counted."""
        return self._changes.shape == other._changes.shape and self.catalogue.same_as(other.catalogue)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Places):
            return NotImplemented
        return (
            self.alike(other)
            and np.array_equal(self._offered, other._offered)
            and np.array_equal(self._changes[:-1, :-1, :-1], other._changes[:-1, :-1, :-1])
        )

    __hash__ = None  # type: ignore[assignment]

    def _add_offers(self, progress: IntArray, editions: IntArray, times: IntArray) -> None:
        offers, offer_of = distinct_offers(progress, editions)
        ballots = np.bincount(offer_of, times, len(offers)).astype(np.int64)
        self._offered += ballots @ self.catalogue.within(*np.array(offers, np.int64).T)

    def _entries(self, progress: IntArray, editions: IntArray, orders: IntArray) -> IntArray:
        """The index in the catalogue of each entry that counts, M for any other: (n, k)."""
        index = self.catalogue.indices(orders)
        labels = np.append(self.catalogue.labels, self.episodes + 1)[index]
        published = np.append(self.catalogue.editions, 0)[index]
        counts = (labels <= progress[:, None]) & (published <= editions[:, None])
        return np.where(counts, index, len(self.catalogue.ids))

    def _add_entries(self, index: IntArray, times: NDArray[np.int32]) -> None:
        """Counts the entries of n ballots; `index` (k, n) are their indices, best first."""
        labels = np.append(self.catalogue.labels, self.episodes + 1)[index]
        story = labels * len(index) + np.arange(len(index))[:, None]
        # For each entry, in the order of the story: how many of those above the one in hand have come in before it.
        above = np.zeros_like(index)
        for entry, moment in enumerate(index):
            self._count(moment, labels[entry], above[entry], times)
            moves = labels[:entry] > labels[entry]
            whose, when, place = (
                np.broadcast_to(moment, moves.shape)[moves],
                labels[:entry][moves],
                above[:entry][moves],
            )
            many = np.broadcast_to(times, moves.shape)[moves]
            self._count(whose, when, place, -many)
            self._count(whose, when, place + 1, many)
            above += story[entry] < story

    def _count(self, moments: IntArray, labels: IntArray, places: IntArray, times: NDArray[np.int32]) -> None:
        _, horizons, room = self._changes.shape
        counter = (moments * horizons + labels) * room + np.minimum(places, self.size)
        np.add.at(self._changes.reshape(-1), counter, times)


def _columns(ballots: Sequence[Ballot]) -> tuple[IntArray, IntArray, IntArray]:
    """The ballots as `Places.add_many` takes them."""
    orders = np.full((len(ballots), max((len(ballot.order) for ballot in ballots), default=0)), -1, np.int64)
    for row, ballot in zip(orders, ballots, strict=True):
        row[: len(ballot.order)] = ballot.order
    progress = np.array([ballot.progress for ballot in ballots], np.int64)
    return progress, np.array([ballot.edition for ballot in ballots], np.int64), orders
