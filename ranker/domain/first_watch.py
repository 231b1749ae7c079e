"""First watch: a ranking without hindsight. At each horizon only lists count whose fans then stood at or before it.

A fan's *path* is their lists by progress, without those that were older than one at lower progress (the fan had gone
back): each stands from its own progress on, up to before the next. So at the progress of a list the counters change by
that list coming and the one before it going, and the counters at a horizon are the sum of all changes up to there.
Kept are only these changes, one matrix for each position, among the moments that could be chosen there.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ranker.domain.ballot import Ballot
from ranker.domain.tally import Arrays, BoolArray, Catalogue, Contests, IntArray, Offer, Tally

Path: TypeAlias = Sequence[Ballot]
Step: TypeAlias = tuple[int, Ballot]
# The offers that there are, of shape (n, 2), and how many lists had each: (n,).
Offers: TypeAlias = tuple[IntArray, IntArray]


@dataclass(frozen=True, eq=False)
class SavedLists:
    """n lists, ordered by fan and then by progress, no two of a fan at the same progress.

    `fans`, `progress`, `versions` (growing with each save of a fan) and `editions` are (n,), `orders` is (n, k): moment
    ids, best first, unused places filled with -1.
    """

    fans: IntArray
    progress: IntArray
    versions: IntArray
    editions: IntArray
    orders: IntArray


Wins: TypeAlias = NDArray[np.signedinteger[Any]]


@dataclass(eq=False)
class Change:
    """What changes at one position. `wins` (k, k) is as in `Contests`, among the k moments with label ≤ position;
    `offers` says how many lists of each offer come and go, `moves` how many have come and gone in all.

    These matrices are what the counters weigh, so they are int16 as long as `moves`, which no entry exceeds, allows it.
    """

    wins: Wins
    offers: Counter[Offer]
    moves: int = 0

    def make_room(self, moves: int) -> None:
        """For so many more lists that come or go."""
        self.moves += moves
        self.wins = self.wins.astype(_roomy(self.moves), copy=False)


class FirstWatch:
    """The counters of one series. An entry outside its ballot's offer is skipped, as if it were not listed.

    `catalogue` holds the moments by label. Threads that share the counters need a lock.
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue.by_label()
        self._changes: dict[int, Change] = {}

    @classmethod
    def counted(cls, catalogue: Catalogue, batches: Iterable[SavedLists]) -> "FirstWatch":
        """The counters of all these lists, in batches that each hold all lists of its fans.

        A batch may hold lists that do not stand; they count for nothing.
        """
        first = cls(catalogue)
        steps: dict[int, _Steps] = {}
        for lists in batches:
            first._count(lists, steps)
        while steps:  # one after the other, for each weighs much more before than after
            position, taken = steps.popitem()
            first._changes[position] = taken.change()
        return first

    @classmethod
    def put_together(cls, arrays: Arrays) -> "FirstWatch":
        """The counters from `arrays()`. Raises KeyError, ValueError for what none were taken apart into."""
        first = cls(Catalogue.put_together(arrays))
        positions, moves = arrays["positions"].tolist(), arrays["moves"].tolist()
        ends = np.cumsum([first._size(position) ** 2 for position in positions])[:-1]
        pieces = np.split(arrays["wins"], ends)[: len(positions)]
        for position, moved, wins in zip(positions, moves, pieces, strict=True):
            size = first._size(position)
            first._changes[position] = Change(wins.reshape(size, size).astype(_roomy(moved)), Counter(), moved)
        for position, *offer, ballots in arrays["offers"].reshape(-1, 4).tolist():
            first._changes[position].offers[offer[0], offer[1]] = ballots
        return first

    def arrays(self) -> Arrays:
        """Copies of all that is counted: of the positions at which anything changes one after the other."""
        changes = sorted(self._changes.items())
        offers = [
            (position, *offer, ballots) for position, change in changes for offer, ballots in change.offers.items()
        ]
        wins = [change.wins.astype(np.int32).ravel() for _, change in changes]
        return {
            **self.catalogue.arrays(),
            "positions": np.array([position for position, _ in changes], np.int64),
            "moves": np.array([change.moves for _, change in changes], np.int64),
            "wins": np.concatenate([np.zeros(0, np.int32), *wins]),
            "offers": np.array(offers, np.int64).reshape(-1, 4),
        }

    def replace(self, before: Path, after: Path) -> None:
        """Take back what a fan's path was and count what it is now.

        What both have in common may be left out of both, up to the last list of it that stands below a difference.
        """
        steps = Counter(_steps(after))
        steps.subtract(_steps(before))
        self._take(steps)

    def contests(self, horizon: int, among: IntArray) -> Contests:
        """The counts of the lists that stand at `horizon`, of the m moments at the indices `among` of the catalogue.

        `among` (m,) are moments with label ≤ `horizon`.
        """
        size = self._size(horizon)
        wins = np.zeros((size, size), np.int32)
        for change in self._up_to(horizon):
            reach = len(change.wins)
            wins[:reach, :reach] += change.wins
        return self._contests(wins, self._offers(horizon), among)

    def contests_at_every_horizon(self, among: IntArray, episodes: int) -> Iterator[Contests]:
        """`contests` at each horizon 0..`episodes`, each by adding what changes there.

        `among` (m,) are indices of the catalogue in growing order; at a horizon those of them with label ≤ horizon.
        """
        offered, wins = np.zeros((2, len(among), len(among)), np.int64)
        for horizon in range(episodes + 1):
            here = among[self.catalogue.labels[among] <= horizon]
            block = np.s_[: len(here), : len(here)]
            if change := self._changes.get(horizon):
                changed = self._contests(change.wins, _in_arrays(change.offers), here)
                offered[block] += changed.offered
                wins[block] += changed.wins
            yield Contests(offered[block].copy(), wins[block].copy())

    def ballots_offered(self, horizon: int, among: IntArray) -> int:
        """How many of the lists that stand at `horizon` were offered at least one of the moments `among`."""
        offers, ballots = self._offers(horizon)
        return int(ballots[self.catalogue.within(*offers.T)[:, among].any(axis=1)].sum())

    def extended(self, catalogue: Catalogue) -> "FirstWatch":
        """The same counters over a catalogue that holds all moments of this one, and perhaps some published since.

        No list counted so far was offered those. Raises ValueError if a moment is missing or has another label or
        edition: that asks for a recount.
        """
        larger = FirstWatch(catalogue)
        index = larger.catalogue.indices_of(self.catalogue)
        for position, change in self._changes.items():
            wins, size = larger._no_wins(position).astype(change.wins.dtype), len(change.wins)
            wins[np.ix_(index[:size], index[:size])] = change.wins
            larger._changes[position] = Change(wins, Counter(change.offers), change.moves)
        return larger

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FirstWatch):
            return NotImplemented
        return self.catalogue.same_as(other.catalogue) and self._felt() == other._felt()

    def _felt(self) -> Mapping[int, tuple[bytes, Mapping[Offer, int]]]:
        """The changes that change anything, in a form that compares."""
        return {
            position: (
                change.wins.astype(np.int64).tobytes(),
                {offer: count for offer, count in change.offers.items() if count},
            )
            for position, change in self._changes.items()
            if change.wins.any() or any(change.offers.values())
        }

    def _size(self, position: int) -> int:
        """How many moments have a label up to `position`."""
        return int(np.searchsorted(self.catalogue.labels, position, side="right"))

    def _no_wins(self, position: int) -> NDArray[np.int16]:
        size = self._size(position)
        return np.zeros((size, size), np.int16)

    def _up_to(self, horizon: int) -> Iterator[Change]:
        return (change for position, change in self._changes.items() if position <= horizon)

    def _offers(self, horizon: int) -> Offers:
        """Those of the lists that stand at `horizon`."""
        ballots: Counter[Offer] = Counter()
        for change in self._up_to(horizon):
            ballots.update(change.offers)
        return _in_arrays(ballots)

    def _contests(self, wins: Wins, offers: Offers, among: IntArray) -> Contests:
        return Contests(self._offered(offers, among), wins[np.ix_(among, among)].astype(np.int64))

    def _offered(self, offers: Offers, among: IntArray) -> IntArray:
        """Lists that were offered both moments of each pair: those whose offer reaches the later label and edition."""
        of, ballots = offers
        labels, label_of = np.unique(self.catalogue.labels[among], return_inverse=True)
        editions, edition_of = np.unique(self.catalogue.editions[among], return_inverse=True)
        reached = np.zeros((len(labels) + 1, len(editions) + 1), np.int64)
        furthest = (
            np.searchsorted(labels, of[:, 0], side="right"),
            np.searchsorted(editions, of[:, 1], side="right"),
        )
        np.add.at(reached, furthest, ballots)
        at_least = reached[::-1, ::-1].cumsum(axis=0).cumsum(axis=1)[::-1, ::-1]
        pairs: IntArray = at_least[
            np.maximum.outer(label_of, label_of) + 1, np.maximum.outer(edition_of, edition_of) + 1
        ]
        return pairs

    def _count(self, lists: SavedLists, steps: dict[int, "_Steps"]) -> None:
        standing = np.flatnonzero(_stand(lists.fans, lists.versions))
        for position in np.unique(lists.progress[standing]).tolist():
            places = np.flatnonzero(lists.progress[standing] == position)
            places_before = places[places > 0] - 1
            follows = lists.fans[standing[places_before]] == lists.fans[standing[places_before + 1]]
            taken = steps.setdefault(position, _Steps(Tally(self._catalogue_at(position))))
            taken.count(lists, standing[places], 1)
            taken.count(lists, standing[places_before[follows]], -1)

    def _catalogue_at(self, position: int) -> Catalogue:
        reach, known = slice(self._size(position)), self.catalogue
        return Catalogue(known.ids[reach], known.labels[reach], known.editions[reach])

    def _take(self, steps: Mapping[Step, int]) -> None:
        for (position, ballot), by in steps.items():
            if by:
                change = self._changes.setdefault(position, Change(self._no_wins(position), Counter()))
                change.make_room(abs(by))
                change.offers[ballot.progress, ballot.edition] += by
                self._shift_wins(change.wins, ballot, by)

    def _shift_wins(self, wins: Wins, ballot: Ballot, by: int) -> None:
        """Each entry wins against all its ballot was offered but itself and the entries above it."""
        reach = len(wins)
        known = self.catalogue
        offered = (known.labels[:reach] <= ballot.progress) & (known.editions[:reach] <= ballot.edition)
        beaten = by * offered.astype(wins.dtype)
        for moment in ballot.order:
            entry = known.index_of.get(moment, reach)
            if entry < reach and offered[entry]:
                beaten[entry] = 0
                wins[entry] += beaten


@dataclass
class _Steps:
    """The lists that come and go at one position while they are counted, and how many those are."""

    tally: Tally
    moves: int = 0

    def count(self, lists: SavedLists, rows: IntArray, times: int) -> None:
        counts = np.full(len(rows), times, np.int64)
        self.tally.add_many(lists.progress[rows], lists.editions[rows], lists.orders[rows], counts)
        self.moves += len(rows)

    def change(self) -> Change:
        wins = self.tally.counts(np.arange(len(self.tally.catalogue.ids))).wins
        return Change(wins.astype(_roomy(self.moves)), Counter(self.tally.offers), self.moves)


def _roomy(moves: int) -> type[np.int16 | np.int32]:
    return np.int16 if moves <= np.iinfo(np.int16).max else np.int32


def _in_arrays(ballots: Counter[Offer]) -> Offers:
    used = {offer: count for offer, count in ballots.items() if count}
    return np.array(list(used), np.int64).reshape(-1, 2), np.array(list(used.values()), np.int64)


def path_from(lists: Iterable[tuple[int, Ballot]], progress: int) -> tuple[Ballot, ...]:
    """The part of a fan's path that a list saved at `progress` changes, and the list below it, which stays.

    `lists` are all lists of the fan with their versions, ordered by progress.
    """
    path: list[Ballot] = []
    newest = -1
    for version, ballot in lists:
        if version > newest:
            path.append(ballot)
            newest = version
    below = sum(ballot.progress < progress for ballot in path)
    return tuple(path[max(0, below - 1) :])


def path_after(path: Path, saved: Ballot) -> Path:
    """What becomes of a path when its fan saves a list: those saved further on stand no longer."""
    return *(ballot for ballot in path if ballot.progress < saved.progress), saved


def _steps(path: Path) -> Mapping[Step, int]:
    """What a path changes, and how often: at each of its positions a list comes, and the one before it goes."""
    steps: Counter[Step] = Counter((ballot.progress, ballot) for ballot in path)
    steps.subtract((ballot.progress, before) for before, ballot in pairwise(path))
    return steps


def _stand(fans: IntArray, versions: IntArray) -> BoolArray:
    """Which of n lists, ordered by fan and progress, are newer than all the same fan has at lower progress: (n,)."""
    if len(fans) == 0:
        return np.zeros(0, np.bool_)
    turn = np.cumsum(np.diff(fans, prepend=fans[0]) != 0)
    mark = turn * (versions.max() + 1) + versions  # those of a fan are larger than those of all fans before
    newest = np.maximum.accumulate(mark)
    return np.append(True, mark[1:] > newest[:-1])
