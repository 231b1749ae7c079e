"""The live tally: each process keeps the counters of a series in memory and follows the log of ballot changes.

Ballots are the only truth. Before it answers, a tally asks for the changes after the revision it has; so a fan always
sees their own save, any number of processes agree, and a read does not grow with the number of ballots.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, LargeBinary, Row, select, type_coerce

from ranker.database import snapshot
from ranker.domain.ballot import Ballot
from ranker.domain.borda import Horizons, classic_at_every_horizon, competition_ranks, fair_at_every_horizon
from ranker.domain.clearance import Method
from ranker.domain.tally import Catalogue, IntArray, Tally
from ranker.domain.values import SeriesCard
from ranker.extensions import db
from ranker.models import PACKED_ID, PUBLISHED, BallotChange, Episode, Moment, SavedBallot, Series

KEPT_SERIES = 32
BATCH = 50_000

Change = tuple[Ballot | None, Ballot | None]


@dataclass(frozen=True, slots=True)
class SeriesState:
    """A series with the numbers that say how fresh a tally of it must be. The numbers never leave the server."""

    id: int
    card: SeriesCard
    edition: int
    revision: int
    catalogue_revision: int
    recount_revision: int


@dataclass(frozen=True, slots=True)
class Number:
    """What the ballots say of one moment: see `Standing` for the units."""

    rank: int | None
    score: float | None
    margin: float | None
    offered: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the ballots say of every moment at one horizon, by internal moment id."""

    lists: int
    of: Mapping[int, Number]


class Tallies:
    """The tallies of the series this process has been asked about lately."""

    def __init__(self, kept: int = KEPT_SERIES) -> None:
        self._kept = kept
        self._followed: OrderedDict[int, FollowedTally] = OrderedDict()
        self._lock = threading.Lock()

    def numbers(self, series: SeriesState, method: Method, horizon: int) -> Numbers:
        """The numbers of `series` at `horizon` (0..E), from every ballot saved up to now."""
        return self._follow(series.id).numbers(series, method, horizon)

    def _follow(self, series_id: int) -> FollowedTally:
        with self._lock:
            followed = self._followed.setdefault(series_id, FollowedTally(series_id))
            self._followed.move_to_end(series_id)
            if len(self._followed) > self._kept:
                self._followed.popitem(last=False)
            return followed


class FollowedTally:
    """The counters of one series, kept up with the database."""

    def __init__(self, series_id: int) -> None:
        self._series_id = series_id
        self._lock = threading.Lock()
        self._loaded: Loaded | None = None
        self._horizons: dict[Method, Horizons] = {}

    def numbers(self, series: SeriesState, method: Method, horizon: int) -> Numbers:
        if self._is_behind(series):
            # Whoever waits here must not hold the connection that the one who loads may need.
            db.session.commit()
        with self._lock:
            loaded = self._catch_up(series)
            if method not in self._horizons:
                self._horizons[method] = loaded.horizons(method)
            return loaded.numbers(self._horizons[method], horizon)

    def _is_behind(self, series: SeriesState) -> bool:
        loaded = self._loaded
        return loaded is None or loaded.revision < series.revision

    def _catch_up(self, series: SeriesState) -> Loaded:
        loaded = self._loaded
        if loaded is None or loaded.catalogue_revision < series.catalogue_revision:
            with snapshot() as connection:
                loaded = load(connection, self._series_id, loaded)
            self._horizons.clear()
        if loaded.revision < series.revision:
            loaded.follow(changes_between(self._series_id, loaded.revision, series.revision), series.revision)
            self._horizons.clear()
        self._loaded = loaded
        return loaded


class Loaded:
    """Counters that agree with the ballots as they were at `revision`."""

    def __init__(self, tally: Tally, live: IntArray, series: Row[Any]) -> None:
        self.tally = tally
        self.live = live
        self.episodes: int = series.episode_count
        self.ballot_size: int = series.ballot_size
        self.revision: int = series.revision
        self.catalogue_revision: int = series.catalogue_revision
        self.recount_revision: int = series.recount_revision

    def follow(self, changes: Iterable[Change], revision: int) -> None:
        for before, after in changes:
            self.tally.replace(before, after)
        self.revision = revision

    def horizons(self, method: Method) -> Horizons:
        counts = self.tally.counts(self.live)
        labels = self.tally.catalogue.labels[self.live]
        if method is Method.CLASSIC:
            return classic_at_every_horizon(counts, labels, self.episodes, self.ballot_size)
        return fair_at_every_horizon(counts, labels, self.episodes)

    def numbers(self, horizons: Horizons, horizon: int) -> Numbers:
        within = np.flatnonzero(self.tally.catalogue.labels[self.live] <= horizon)
        ids = self.tally.catalogue.ids[self.live][within].tolist()
        lists = self.tally.ballots_offered(self.live[within])
        if not lists:
            return Numbers(0, {id: Number(None, None, None, 0) for id in ids})
        row = min(horizon, self.episodes)
        scores, margins = horizons.score[row][within], horizons.margin[row][within]
        columns = (competition_ranks(scores), scores, margins, horizons.offered[within])
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return Numbers(
            lists,
            {
                id: Number(rank, score, None if margin != margin else margin, offered)
                for id, (rank, score, margin, offered) in zip(ids, rows, strict=True)
            },
        )


def changes_between(series_id: int, after: int, up_to: int) -> list[Change]:
    """The ballots that changed in the revisions after+1..up_to, oldest first.

    It stops at the revision the reader knows of: a later ballot may hold moments the reader's catalogue has not.
    """
    query = (
        select(BallotChange.before, BallotChange.after)
        .where(BallotChange.series_id == series_id, BallotChange.revision > after, BallotChange.revision <= up_to)
        .order_by(BallotChange.revision)
    )
    return [(before, after) for before, after in db.session.execute(query)]


def load(connection: Connection, series_id: int, known: Loaded | None = None) -> Loaded:
    """The counters from the database as `connection` sees it.

    Those of `known` are kept when only texts or moments were added since, and counted anew when a label moved.
    """
    series = connection.execute(select(Series.__table__).where(Series.id == series_id)).one()
    catalogue, live = read_catalogue(connection, series_id)
    if known is None or known.recount_revision != series.recount_revision:
        return Loaded(count(connection, series_id, catalogue), live, series)
    loaded = Loaded(known.tally.extended(catalogue), live, series)
    loaded.revision = known.revision
    return loaded


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


def count(connection: Connection, series_id: int, catalogue: Catalogue) -> Tally:
    """A recount: every ballot that counts, in batches."""
    tally = Tally(catalogue)
    packed = type_coerce(SavedBallot.moments, LargeBinary)
    query = select(SavedBallot.progress, SavedBallot.edition, packed).where(
        SavedBallot.series_id == series_id, SavedBallot.counting
    )
    rows = connection.execution_options(stream_results=True).execute(query)
    for batch in rows.partitions(BATCH):
        progress, editions, orders = zip(*batch, strict=True)
        tally.add_many(np.array(progress), np.array(editions), padded(orders))
    return tally


def padded(orders: Sequence[bytes]) -> IntArray:
    """Packed orders as one array of shape (ballots, longest order), filled up with -1."""
    lengths = np.fromiter(map(len, orders), dtype=np.int64, count=len(orders)) // PACKED_ID.itemsize
    table = np.full((len(orders), max(1, int(lengths.max()))), -1, dtype=np.int64)
    table[np.arange(table.shape[1]) < lengths[:, None]] = np.frombuffer(b"".join(orders), dtype=PACKED_ID)
    return table
