"""Keeping counters of one series up with the database, whatever it is that they count."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar

import numpy as np
from sqlalchemy import Connection, LargeBinary, select, type_coerce

from ranker.database import snapshot
from ranker.domain.ballot import Ballot
from ranker.domain.tally import Catalogue, IntArray
from ranker.domain.values import SeriesCard
from ranker.extensions import db
from ranker.models import COUNTED, PACKED_ID, PUBLISHED, BallotChange, Episode, Moment, SavedBallot

BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the log: what counted before a change, what counts after it, the `path` of a fan who had gone back.

    `path_after` is there where a list was held or let go: then both paths are whole.
    """

    before: Ballot | None
    after: Ballot | None
    path: tuple[Ballot, ...] = ()
    path_after: tuple[Ballot, ...] | None = None


@dataclass(frozen=True, slots=True)
class SeriesState:
    """A series with the numbers that say how fresh a tally of it must be. The numbers never leave the server.

    snapshot_day: the day (UTC) of the newest snapshot of its standings. next_release_at: when a held list may count.
    numbering: how often its episodes were numbered anew; what was a position before then may be another one now.
    """

    id: int
    card: SeriesCard
    edition: int
    revision: int
    catalogue_revision: int
    recount_revision: int
    snapshot_day: dt.date | None = None
    next_release_at: dt.datetime | None = None
    numbering: int = 0


class Counters(Protocol):
    """What is counted from the ballots of one series, and the revisions it agrees with."""

    revision: int
    catalogue_revision: int

    @classmethod
    def load(cls, connection: Connection, series_id: int, known: Self | None) -> Self:
        """The counters as `connection` sees the database; `known` are those from before, if they are of any use."""

    def follow(self, changes: Sequence[Change], revision: int) -> None:
        """Takes in what changed up to `revision`."""


Kind = TypeVar("Kind", bound=Counters)
Answer = TypeVar("Answer")


class Followed(Generic[Kind]):
    """One kind of counters of one series, kept up with the database."""

    def __init__(self, kind: type[Kind], series_id: int) -> None:
        self._kind = kind
        self._series_id = series_id
        self._lock = threading.Lock()
        self._counters: Kind | None = None

    def read(self, series: SeriesState, answer: Callable[[Kind], Answer]) -> Answer:
        """What `answer` finds in the counters once they are as new as `series`. It must not keep hold of them."""
        if self._is_behind(series):
            # Whoever waits here must not hold the connection that the one who loads may need.
            db.session.commit()
        with self._lock:
            return answer(self._catch_up(series))

    def _is_behind(self, series: SeriesState) -> bool:
        counters = self._counters
        return counters is None or counters.revision < series.revision

    def _catch_up(self, series: SeriesState) -> Kind:
        counters = self._counters
        if counters is None or counters.catalogue_revision < series.catalogue_revision:
            with snapshot() as connection:
                counters = self._kind.load(connection, self._series_id, counters)
        if counters.revision < series.revision:
            counters.follow(changes_between(self._series_id, counters.revision, series.revision), series.revision)
        self._counters = counters
        return counters


def changes_between(series_id: int, after: int, up_to: int) -> list[Change]:
    """The ballots that changed in the revisions after+1..up_to, oldest first.

    It stops at the revision the reader knows of: a later ballot may hold moments the reader's catalogue has not.
    """
    query = (
        select(BallotChange.before, BallotChange.after, BallotChange.path, BallotChange.path_after)
        .where(BallotChange.series_id == series_id, BallotChange.revision > after, BallotChange.revision <= up_to)
        .order_by(BallotChange.revision)
    )
    rows = db.session.execute(query)
    return [Change(before, after, path or (), path_after) for before, after, path, path_after in rows]


def ballot_counted_at(series_id: int, user_id: int | None, revision: int) -> Ballot | None:
    """The ballot of this fan that counters of this revision hold, if they hold one.

    That is the one that counts now, unless it has changed since. It is read before the log: so whatever is saved in
    between is in the log, with what counted before.
    """
    now = select(SavedBallot.progress, SavedBallot.edition, SavedBallot.moments).where(
        SavedBallot.user_id == user_id, SavedBallot.series_id == series_id, COUNTED
    )
    counting = db.session.execute(now).first()
    since = (
        select(BallotChange.before)
        .where(BallotChange.series_id == series_id, BallotChange.revision > revision, BallotChange.user_id == user_id)
        .order_by(BallotChange.revision)
    )
    changed = db.session.execute(since.limit(1)).first()
    if changed is not None:
        before: Ballot | None = changed.before
        return before
    return Ballot(*counting) if counting is not None else None


def read_catalogue(connection: Connection, series_id: int) -> tuple[Catalogue, IntArray]:
    """All moments ever published in a series, and the indices of those that are published now."""
    query = (
        select(Moment.id, Episode.position, Moment.edition, Moment.status)
        .join(Episode, Moment.episode_id == Episode.id)
        .where(Moment.series_id == series_id, Moment.edition.is_not(None))
        .order_by(Moment.id)
    )
    rows = connection.execute(query).all()
    ids, labels, editions = (np.array([row[column] for row in rows], dtype=np.int64) for column in range(3))
    live = np.flatnonzero([row.status == PUBLISHED for row in rows])
    return Catalogue(ids, labels, editions), live


def counting_ballots(connection: Connection, series_id: int) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Every ballot of a series that counts, in batches: progress (n,), editions (n,) and `padded` orders (n, k)."""
    packed = type_coerce(SavedBallot.moments, LargeBinary)
    query = select(SavedBallot.progress, SavedBallot.edition, packed).where(SavedBallot.series_id == series_id, COUNTED)
    rows = connection.execute(query.execution_options(stream_results=True))
    for batch in rows.partitions(BATCH):
        progress, editions, orders = zip(*batch, strict=True)
        yield np.array(progress), np.array(editions), padded(orders)


def padded(orders: Sequence[bytes]) -> IntArray:
    """Packed orders as one array of shape (ballots, longest order), filled up with -1."""
    lengths = np.fromiter(map(len, orders), dtype=np.int64, count=len(orders)) // PACKED_ID.itemsize
    table = np.full((len(orders), max(1, int(lengths.max()))), -1, dtype=np.int64)
    table[np.arange(table.shape[1]) < lengths[:, None]] = np.frombuffer(b"".join(orders), dtype=PACKED_ID)
    return table
