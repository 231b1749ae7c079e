"""First watch: what fans thought when they stood at an episode, without what they thought of it later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
from sqlalchemy import Connection, LargeBinary, Row, func, select, type_coerce

from ranker.domain.borda import competition_ranks, fair, fair_score
from ranker.domain.first_watch import FirstWatch, SavedLists, path_after
from ranker.domain.tally import Arrays, Catalogue, IntArray
from ranker.models import PACKED_ID, SavedBallot, Series
from ranker.tallies.log import Change
from ranker.tallies.numbers import Numbers, RankTable, numbers_of
from ranker.tallies.recounting import padded, read_catalogue

BATCH = 10_000
LISTS_AT_ONCE = 100_000  # no fan has as many, for there is one at most for each episode
COLUMNS = 4  # of numbers before the moments of a list


class FirstWatchCounters:
    """Counters that agree with all lists as they were at `revision`."""

    kind: ClassVar[str] = "first"

    def __init__(self, first: FirstWatch, live: IntArray, series: Row[Any]) -> None:
        """`live` are the ids of the moments that are published."""
        self.first = first
        self.live = np.flatnonzero(np.isin(first.catalogue.ids, live))
        self.episodes: int = series.episode_count
        self.revision: int = series.revision
        self.catalogue_revision: int = series.catalogue_revision
        self.recount_revision: int = series.recount_revision
        self._numbers: dict[int, Numbers] = {}
        self._ranks: RankTable | None = None

    @classmethod
    def load(cls, connection: Connection, series_id: int, known: FirstWatchCounters | None) -> FirstWatchCounters:
        """Those of `known` are kept when only texts or moments were added since; a moved label asks for a recount."""
        series = connection.execute(select(Series.__table__).where(Series.id == series_id)).one()
        catalogue, live = read_catalogue(connection, series_id)
        if known is None or known.recount_revision != series.recount_revision:
            return cls(count(connection, series_id, catalogue), catalogue.ids[live], series)
        counters = cls(known.first.extended(catalogue), catalogue.ids[live], series)
        counters.revision = known.revision
        return counters

    def follow(self, changes: Sequence[Change], revision: int) -> None:
        for change in changes:
            if change.path_after is not None:
                self.first.replace(change.path, change.path_after)
                continue
            before = (*change.path, change.before) if change.before else ()
            self.first.replace(before, path_after(before, change.after) if change.after else ())
        self.revision = revision
        self._numbers.clear()
        self._ranks = None

    @classmethod
    def put_together(cls, arrays: Arrays, series: Row[Any]) -> FirstWatchCounters:
        return cls(FirstWatch.put_together(arrays), np.zeros(0, np.int64), series)

    def arrays(self) -> Arrays:
        return self.first.arrays()

    def agree_with(self, other: FirstWatchCounters) -> bool:
        return self.first == other.first

    def numbers(self, horizon: int) -> Numbers:
        """What the lists say that stood at `horizon`, of the published moments with a label up to there."""
        if horizon not in self._numbers:
            among = self.live[self.first.catalogue.labels[self.live] <= horizon]
            lists = self.first.ballots_offered(horizon, among)
            scores = fair(self.first.contests(horizon, among))
            self._numbers[horizon] = numbers_of(self.first.catalogue.ids[among], lists, scores)
        return self._numbers[horizon]

    def ranks(self) -> RankTable:
        """The ranks of the published moments at every horizon."""
        if self._ranks is None:
            # `live` is in the order of the labels, so that what a horizon sees of it stands in front.
            ranks = np.zeros((self.episodes + 1, len(self.live)), np.int64)
            contests = self.first.contests_at_every_horizon(self.live, self.episodes)
            for horizon, seen in enumerate(contests):
                if seen.offered.any():
                    ranks[horizon, : len(seen.offered)] = competition_ranks(fair_score(seen))
            self._ranks = RankTable(self.first.catalogue.ids[self.live], ranks, self.recount_revision)
        return self._ranks


def count(connection: Connection, series_id: int, catalogue: Catalogue) -> FirstWatch:
    """A recount: every list at every progress, not only those that count today; but none that is held."""
    return FirstWatch.counted(catalogue, read_lists(connection, series_id))


def read_lists(connection: Connection, series_id: int) -> Iterator[SavedLists]:
    """All lists of a series but held ones, in batches that each hold all lists of its fans."""
    packed = type_coerce(SavedBallot.moments, LargeBinary)
    of_series = (SavedBallot.series_id == series_id) & SavedBallot.held.is_(None)
    longest = connection.execute(select(func.max(func.length(packed))).where(of_series)).scalar() or 0
    query = (
        select(SavedBallot.user_id, SavedBallot.progress, SavedBallot.version, SavedBallot.edition, packed)
        .where(of_series)
        .order_by(SavedBallot.user_id, SavedBallot.progress)
    )
    table = np.empty((LISTS_AT_ONCE + BATCH, COLUMNS + longest // PACKED_ID.itemsize), np.int64)
    read = 0
    for batch in connection.execute(query.execution_options(stream_results=True)).partitions(BATCH):
        fill(table[read : read + len(batch)], batch)
        read += len(batch)
        if read > LISTS_AT_ONCE:
            whole = int(np.searchsorted(table[:read, 0], table[read - 1, 0]))
            yield as_lists(table[:whole])
            table[: read - whole] = table[whole:read].copy()
            read -= whole
    yield as_lists(table[:read])


def fill(table: IntArray, rows: Sequence[Row[*tuple[Any, ...]]]) -> None:
    """A line for each row: its numbers, and the moments it lists, filled up with -1."""
    *columns, orders = zip(*rows, strict=True)
    listed = padded(orders)
    table[:, :COLUMNS] = np.array(columns).T
    table[:, COLUMNS:] = -1
    table[:, COLUMNS : COLUMNS + listed.shape[1]] = listed[:, : table.shape[1] - COLUMNS]


def as_lists(table: IntArray) -> SavedLists:
    fans, progress, versions, editions = table[:, :COLUMNS].T
    return SavedLists(fans, progress, versions, editions, table[:, COLUMNS:])
