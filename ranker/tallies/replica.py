"""Reading what is counted from a streaming replica, where there is one.

Only ballots, their log and the kept counters are ever read there. How far somebody has watched, what a moment's label
is, and every word come from the primary, so that a replica that lags behind can unlock nothing. It answers whoever it
is new enough for: nobody waits longer than a moment to see what others saved, and nobody misses what they saved.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Connection, create_engine, select
from sqlalchemy.exc import SQLAlchemyError

from ranker.database import hurrying
from ranker.extensions import db
from ranker.models import BallotChange, Series
from ranker.tallies.state import SeriesState

HURRY_S = 2.0  # it may take to say what it has; the primary knows everything anyway
REST_S = 5.0  # after it could not be read
BEHIND_S = 1.0  # so long the others' saves may take to be seen; after that the primary answers

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """The revisions of a series that the replica had when it was last asked."""

    revision: int
    catalogue_revision: int


@dataclass(frozen=True, slots=True)
class Awaited:
    """A revision that the replica has not had since this time (of the monotonic clock)."""

    revision: int
    since: float


class Replica:
    """One replica, as one process knows it. Threads may share it."""

    def __init__(self, url: str) -> None:
        from ranker.postgresql import teach_patience  # its driver is there only where it is used

        self.engine = create_engine(url, pool_pre_ping=True, isolation_level="REPEATABLE READ", pool_timeout=2)
        teach_patience(self.engine)
        self._rests_until = 0.0
        self._known: dict[int, Known] = {}
        self._awaited: dict[int, Awaited] = {}
        self._lock = threading.Lock()

    def state_for(self, series: SeriesState, has_changed_since: Callable[[int], bool]) -> SeriesState:
        """The state to count `series` at: as the replica has it if that is new enough, else as it is given.

        `has_changed_since` says whether the viewer has saved anything after a revision.
        """
        known = self._known_of(series)
        if known is None or known.catalogue_revision < series.catalogue_revision:
            return series
        if known.revision >= series.revision:
            return replace(series, on_replica=True)
        if self._is_late(series, known) or has_changed_since(known.revision):
            return series
        return replace(series, revision=known.revision, on_replica=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose reads all see the replica as it was at one instant."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def rest(self, error: Exception) -> None:
        """Leaves the replica alone for a while, after it could not be read."""
        log.warning("The replica could not be read; the primary answers for the next %d s: %s", REST_S, error)
        self._rests_until = time.monotonic() + REST_S

    def _known_of(self, series: SeriesState) -> Known | None:
        """What the replica knows of a series. It is asked only while it may not have all that the primary has."""
        if time.monotonic() < self._rests_until:
            return None
        known = self._known.get(series.id)
        return known if known is not None and known.revision >= series.revision else self._ask(series)

    def _ask(self, series: SeriesState) -> Known | None:
        query = select(Series.revision, Series.catalogue_revision).where(Series.id == series.id)
        try:
            with hurrying(HURRY_S), self.reading() as connection:
                row = connection.execute(query).first()
        except SQLAlchemyError as error:
            self.rest(error)
            return None
        if row is None:  # a series that has only just been added
            return None
        self._known[series.id] = known = Known(*row)
        return known

    def _is_late(self, series: SeriesState, known: Known) -> bool:
        """Whether something has been missing from the replica for too long."""
        with self._lock:
            awaited = self._awaited.get(series.id)
            if awaited is None or awaited.revision <= known.revision:
                awaited = self._awaited[series.id] = Awaited(series.revision, time.monotonic())
        return time.monotonic() - awaited.since > BEHIND_S


def changed_since(series_id: int, user_id: int | None, revision: int) -> bool:
    """Whether anything that counts of this fan has changed after `revision`, as the primary has it."""
    if user_id is None:
        return False
    log_of_mine = select(BallotChange.revision).where(
        BallotChange.series_id == series_id, BallotChange.revision > revision, BallotChange.user_id == user_id
    )
    cut = Series.log_from > revision
    query = select(Series.id).where(Series.id == series_id, cut | log_of_mine.exists())
    return db.session.scalar(query) is not None
