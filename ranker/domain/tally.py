"""The counters every ranking of a series follows from: exact integers, so that a recount must agree.

Ballots are grouped by offer o = (progress, edition). Kept are V[o], the ballots with that offer; T[o][a],
those of them that list moment a; and X[a][b], the ballots that list both and put a above b. No horizon needs
to know more about the ballots (DESIGN.md, section 4).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ranker.domain.ballot import Ballot

IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
Offer: TypeAlias = tuple[int, int]
Pair: TypeAlias = tuple[int, int]
# Counters taken apart into arrays of integers by name, from which they can be put together again.
Arrays: TypeAlias = Mapping[str, NDArray[np.signedinteger[Any]]]

# Measured: add_many is fastest while the pairs it counts in one step fit the processor's cache.
PAIRS_AT_ONCE = 500_000


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All M moments ever published in a series, retired ones included, in any order.

    `ids`, `labels` (1..E) and `editions` (the edition each was published in) are int64 arrays of shape (M,).
    Ids are distinct and not negative. Raises ValueError if the shapes differ.
    """

    ids: IntArray
    labels: IntArray
    editions: IntArray

    def __post_init__(self) -> None:
        if not self.ids.shape == self.labels.shape == self.editions.shape == (len(self.ids),):
            raise ValueError("a catalogue needs one label and one edition for each id")

    @classmethod
    def put_together(cls, arrays: Arrays) -> "Catalogue":
        """The catalogue from `arrays()`. Raises KeyError, ValueError for what no catalogue was taken apart into."""
        return cls(*(arrays[name].astype(np.int64) for name in ("ids", "labels", "editions")))

    def arrays(self) -> Arrays:
        return {"ids": self.ids, "labels": self.labels, "editions": self.editions}

    @cached_property
    def index_of(self) -> Mapping[int, int]:
        """From a moment's id to its index in the arrays."""
        return {moment: index for index, moment in enumerate(self.ids.tolist())}

    def same_as(self, other: "Catalogue") -> bool:
        """Whether both hold the same moments in the same order, with the same labels and editions."""
        return (
            np.array_equal(self.ids, other.ids)
            and np.array_equal(self.labels, other.labels)
            and np.array_equal(self.editions, other.editions)
        )

    def within(self, progress: IntArray, editions: IntArray) -> BoolArray:
        """Which moments each of n offers holds: (n,) and (n,) to (n, M)."""
        return (self.labels <= progress[:, None]) & (self.editions <= editions[:, None])

    def by_label(self) -> "Catalogue":
        """The same moments in the order of their labels."""
        return _selected(self, np.argsort(self.labels, kind="stable"))

    def indices_of(self, smaller: "Catalogue") -> IntArray:
        """The index here of each moment of `smaller`, a catalogue of which this one is an extension.

        Raises ValueError if a moment is missing or has another label or edition.
        """
        index = self.indices(smaller.ids)
        if (index == len(self.ids)).any() or not smaller.same_as(_selected(self, index)):
            raise ValueError("the catalogue is no extension of the one that was counted")
        return index

    def indices(self, moments: IntArray) -> IntArray:
        """The index of each id, M for one the catalogue does not hold; same shape as `moments`."""
        beyond = len(self._index_at) - 1
        return self._index_at[np.minimum(moments, beyond)]

    @cached_property
    def _index_at(self) -> IntArray:
        """The index of each id up to the largest, and M for whatever is none; -1 looks it up at the end, as numpy does.

        Ids are given in order, so that such a table is small; looking them up by bisection took half of a recount.
        """
        table = np.full(int(self.ids.max(initial=0)) + 2, len(self.ids), np.int64)
        table[self.ids] = np.arange(len(self.ids))
        return table


@dataclass(frozen=True, eq=False)
class Contests:
    """What the ballots say about each pair of m moments, as exact int64 counts of ballots.

    `offered` (m, m): ballots whose offer holds both; on the diagonal, ballots that were offered the moment.
    `wins` (m, m): ballots offered both that rank the row's moment above the column's, unlisted ones below all
    listed; zero diagonal.
    """

    offered: IntArray
    wins: IntArray


@dataclass(frozen=True, eq=False)
class PairCounts(Contests):
    """And about each moment: `listed` (m,) are the ballots that list it, `above` (m, m) those that list both moments
    and put the row's first."""

    listed: IntArray
    above: IntArray


class Tally:
    """The counters of one series. An entry outside its ballot's offer is skipped, as if it were not listed.

    Only a ballot that was added may be removed or replaced. Threads that share a tally need a lock.
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, catalogue: Catalogue) -> None:
        size = len(catalogue.ids)
        self.catalogue = catalogue
        self._rows: dict[Offer, int] = {}
        self._offer_ballots: IntArray = np.zeros(0, np.int64)
        self._listed: IntArray = np.zeros((0, size), np.int64)
        self._above: IntArray = np.zeros((size, size), np.int64)

    @classmethod
    def put_together(cls, arrays: Arrays) -> "Tally":
        """The tally from `arrays()`. Raises KeyError, ValueError for what no tally was taken apart into."""
        tally = cls(Catalogue.put_together(arrays))
        size, offers = len(tally.catalogue.ids), arrays["offers"].reshape(-1, 2)
        tally._rows = {(progress, edition): row for row, (progress, edition) in enumerate(offers.tolist())}
        tally._offer_ballots = arrays["ballots"].astype(np.int64).reshape(len(offers))
        tally._listed = arrays["listed"].astype(np.int64).reshape(len(offers), size)
        tally._above = arrays["above"].astype(np.int64).reshape(size, size)
        return tally

    def arrays(self) -> Arrays:
        """Copies of all that is counted."""
        used = len(self._rows)
        return {
            **self.catalogue.arrays(),
            "offers": np.array(list(self._rows), np.int64).reshape(used, 2),
            "ballots": self._offer_ballots[:used].copy(),
            "listed": self._listed[:used].copy(),
            "above": self._above.copy(),
        }

    @property
    def ballots(self) -> int:
        """How many ballots are counted, empty ones included: those are indifferent."""
        return int(self._offer_ballots.sum())

    @property
    def listed(self) -> Mapping[int, int]:
        """How many ballots list each moment, by id, retired ones included."""
        return dict(zip(self.catalogue.ids.tolist(), self._listed.sum(axis=0).tolist(), strict=True))

    @property
    def offers(self) -> Mapping[Offer, int]:
        """How many ballots had each offer."""
        return {offer: int(self._offer_ballots[row]) for offer, row in self._rows.items()}

    def add(self, ballot: Ballot, count: int = 1) -> None:
        """Count a ballot, `count` times."""
        self._shift(ballot, count)

    def remove(self, ballot: Ballot, count: int = 1) -> None:
        """Take back a ballot that was counted before."""
        self._shift(ballot, -count)

    def replace(self, before: Ballot | None, after: Ballot | None) -> None:
        """Take back `before` and count `after`; under an unchanged offer only what differs is touched."""
        if before is not None and after is not None and _offer(before) == _offer(after):
            self._reorder(before, after)
            return
        if before is not None:
            self.remove(before)
        if after is not None:
            self.add(after)

    def add_many(
        self, progress: IntArray, editions: IntArray, orders: IntArray, counts: IntArray | None = None
    ) -> None:
        """Count n ballots at once, each `counts` times (once if omitted; below 0 they are taken back).

        `progress` and `editions` are (n,) and not negative, `orders` is (n, k): moment ids, best first, none
        twice in a row, unused places filled with -1. Exact while all counts together stay below 2**53.
        """
        if len(progress) == 0:
            return
        times = np.ones(len(progress), np.int64) if counts is None else counts
        offers, offer_of = distinct_offers(progress, editions)
        rows = np.array([self._row(offer) for offer in offers], np.int64)[offer_of]
        self._offer_ballots += _histogram(rows, times, len(self._offer_ballots))
        within = self.catalogue.within(*np.array(offers, np.int64).T)
        within = np.append(within, np.zeros((len(offers), 1), np.bool_), axis=1)
        for chunk in self._chunks(*orders.shape):
            index = self.catalogue.indices(orders[chunk])
            skipped = ~within[offer_of[chunk, None], index]
            index[skipped] = len(self.catalogue.ids)
            self._add_entries(rows[chunk], index, times[chunk])
            self._add_pairs(index, times[chunk])

    def extended(self, catalogue: Catalogue) -> "Tally":
        """The same counters over a catalogue that holds all moments of this one and perhaps more.

        Raises ValueError if a moment is missing or has another label or edition: that asks for a recount.
        """
        index = catalogue.indices_of(self.catalogue)
        tally = Tally(catalogue)
        tally._rows = dict(self._rows)
        tally._offer_ballots = self._offer_ballots.copy()
        tally._listed = np.zeros((len(self._listed), len(catalogue.ids)), np.int64)
        tally._listed[:, index] = self._listed
        tally._above[np.ix_(index, index)] = self._above
        return tally

    def ballots_offered(self, among: IntArray) -> int:
        """How many ballots were offered at least one of the moments at these indices of the catalogue."""
        labels, editions = self.catalogue.labels[among], self.catalogue.editions[among]
        return sum(
            int(self._offer_ballots[row])
            for (progress, edition), row in self._rows.items()
            if np.any((labels <= progress) & (editions <= edition))
        )

    def counts(self, among: IntArray) -> PairCounts:
        """The counts of the m moments at the catalogue indices `among` (m,), in that order.

        The products run in float64, where the linear algebra is fast and integers below 2**53 are exact.
        """
        used = len(self._rows)
        progress, editions = np.array(list(self._rows), np.int64).reshape(used, 2).T
        within = self.catalogue.within(progress, editions)[:, among].astype(np.float64)
        listed = self._listed[:used, among]
        above = self._above[np.ix_(among, among)]
        offered = within.T @ (self._offer_ballots[:used, None] * within)
        wins = (listed.T.astype(np.float64) @ within).astype(np.int64) - above.T
        np.fill_diagonal(wins, 0)
        return PairCounts(offered.astype(np.int64), wins, listed.sum(axis=0), above)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tally):
            return NotImplemented
        return (
            self.catalogue.same_as(other.catalogue)
            and np.array_equal(self._above, other._above)
            and dict(self._used_offers()) == dict(other._used_offers())
        )

    def __copy__(self) -> "Tally":
        return self.extended(self.catalogue)

    def _shift(self, ballot: Ballot, by: int) -> None:
        row, entries = self._row(_offer(ballot)), self._entries(ballot)
        self._offer_ballots[row] += by
        self._listed[row, entries] += by
        self._shift_pairs(list(combinations(entries, 2)), by)

    def _reorder(self, before: Ballot, after: Ballot) -> None:
        row, old, new = self._row(_offer(before)), self._entries(before), self._entries(after)
        self._listed[row, [entry for entry in old if entry not in new]] -= 1
        self._listed[row, [entry for entry in new if entry not in old]] += 1
        old_pairs, new_pairs = set(combinations(old, 2)), set(combinations(new, 2))
        self._shift_pairs(old_pairs - new_pairs, -1)
        self._shift_pairs(new_pairs - old_pairs, 1)

    def _shift_pairs(self, pairs: Collection[Pair], by: int) -> None:
        for pair in pairs:
            self._above[pair] += by

    def _entries(self, ballot: Ballot) -> list[int]:
        known = self.catalogue
        indices = [known.index_of[moment] for moment in ballot.order if moment in known.index_of]
        return [
            index
            for index in indices
            if known.labels[index] <= ballot.progress and known.editions[index] <= ballot.edition
        ]

    def _row(self, offer: Offer) -> int:
        if offer not in self._rows:
            self._make_room(len(self._rows) + 1)
            self._rows[offer] = len(self._rows)
        return self._rows[offer]

    def _make_room(self, rows: int) -> None:
        room = len(self._offer_ballots)
        if rows > room:
            spare = max(rows - room, room)
            self._offer_ballots = np.pad(self._offer_ballots, (0, spare))
            self._listed = np.pad(self._listed, ((0, spare), (0, 0)))

    def _chunks(self, ballots: int, places: int) -> Iterator[slice]:
        # A step visits every counter once, so it should hold no fewer pairs than there are counters.
        pairs = max(PAIRS_AT_ONCE, self._above.size)
        step = max(1, pairs // max(1, places * (places - 1) // 2))
        return (slice(start, start + step) for start in range(0, ballots, step))

    def _add_entries(self, rows: IntArray, index: IntArray, times: IntArray) -> None:
        columns = len(self.catalogue.ids) + 1
        codes = rows[:, None] * columns + index
        added = _histogram(codes, times[:, None], len(self._listed) * columns)
        self._listed += added.reshape(-1, columns)[:, :-1]

    def _add_pairs(self, index: IntArray, times: IntArray) -> None:
        columns = len(self.catalogue.ids) + 1
        upper, lower = np.triu_indices(index.shape[1], 1)
        by_place = np.ascontiguousarray(index.T)
        codes = by_place[upper] * columns + by_place[lower]
        self._above += _histogram(codes, times, columns**2).reshape(columns, columns)[:-1, :-1]

    def _used_offers(self) -> Iterator[tuple[Offer, tuple[int, bytes]]]:
        for offer, row in self._rows.items():
            if self._offer_ballots[row] or self._listed[row].any():
                yield offer, (int(self._offer_ballots[row]), self._listed[row].tobytes())


def _offer(ballot: Ballot) -> Offer:
    return ballot.progress, ballot.edition


def distinct_offers(progress: IntArray, editions: IntArray) -> tuple[list[Offer], IntArray]:
    span = int(editions.max()) + 1
    codes, offer_of = np.unique(progress * span + editions, return_inverse=True)
    return [divmod(code, span) for code in codes.tolist()], offer_of


def _histogram(codes: IntArray, times: IntArray, bins: int) -> IntArray:
    """How often each of 0..bins-1 occurs in `codes`, an occurrence counting `times` (broadcast to it)."""
    if (times == 1).all():
        return np.bincount(codes.ravel(), minlength=bins)
    weights = np.broadcast_to(times, codes.shape).ravel()
    return np.bincount(codes.ravel(), weights, bins).astype(np.int64)


def _selected(catalogue: Catalogue, index: IntArray) -> Catalogue:
    return Catalogue(catalogue.ids[index], catalogue.labels[index], catalogue.editions[index])
