"""Keeping counters of one series up with the database, whatever it is that they count."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from sqlalchemy import Connection, Row, select

from ranker.domain.tally import Arrays
from ranker.extensions import db
from ranker.models import Series
from ranker.tallies.log import Change, LogIsBehind, LogIsShorter, changes_between
from ranker.tallies.sources import Sources
from ranker.tallies.state import SeriesState
from ranker.tallies.stored import Parts, stored_parts

log = logging.getLogger(__name__)


class Counters(Protocol):
    """What is counted from the ballots of one series, and the revisions it agrees with."""

    kind: ClassVar[str]
    revision: int
    catalogue_revision: int
    recount_revision: int

    @classmethod
    def load(cls, connection: Connection, series_id: int, known: Self | None) -> Self:
        """The counters as `connection` sees the database; `known` are those from before, if they are of any use.

        Raises ValueError when `known` count what the series has not.
        """

    @classmethod
    def put_together(cls, arrays: Arrays, series: Row[Any]) -> Self:
        """Counters from `arrays()`, good for being `known`. Raises KeyError, ValueError."""

    def follow(self, changes: Sequence[Change], revision: int) -> None:
        """Takes in what changed up to `revision`."""

    def arrays(self) -> Arrays:
        """Copies of all that is counted."""

    def agree_with(self, other: Self) -> bool:
        """Whether both have counted the same, exactly."""


Kind = TypeVar("Kind", bound=Counters)
Answer = TypeVar("Answer")


class Followed(Generic[Kind]):
    """One kind of counters of one series, kept up with the database.

    damaged: what was kept of them could not be read, so that it has to be kept anew.
    """

    def __init__(self, kind: type[Kind], series_id: int, sources: Sources) -> None:
        self.damaged = False
        self._kind = kind
        self._series_id = series_id
        self._sources = sources
        self._lock = threading.Lock()
        self._counters: Kind | None = None

    def read(self, series: SeriesState, answer: Callable[[Kind], Answer]) -> Answer:
        """What `answer` finds in the counters once they are as new as `series`. It must not keep hold of them."""
        if self._is_behind(series):
            # Whoever waits here must not hold the connection that the one who loads may need.
            db.session.commit()
        with self._lock:
            return answer(self._catch_up(series))

    def parts(self, series: SeriesState) -> Parts:
        """The counters taken apart, once they are as new as `series`."""
        return self.read(
            series,
            lambda counters: Parts(counters.kind, counters.revision, counters.recount_revision, counters.arrays()),
        )

    def _is_behind(self, series: SeriesState) -> bool:
        counters = self._counters
        return counters is None or counters.revision < series.revision

    def _catch_up(self, series: SeriesState) -> Kind:
        # Out of the way until it is done: counters that have taken in half of a change would be wrong from then on.
        counters, self._counters = self._counters, None
        if counters is None or counters.catalogue_revision < series.catalogue_revision:
            counters = self._load(series, counters)
        elif counters.revision < series.revision:
            counters = self._follow(series, counters)
        self._counters = counters
        return counters

    def _follow(self, series: SeriesState, counters: Kind) -> Kind:
        def changes(connection: Connection) -> list[Change]:
            return changes_between(connection, self._series_id, counters.revision, series.revision)

        try:
            counters.follow(self._sources.read(series, changes), series.revision)
        except LogIsShorter:
            return self._load(series, None)
        return counters

    def _load(self, series: SeriesState, known: Kind | None) -> Kind:
        def load(connection: Connection) -> Kind:
            row = connection.execute(select(Series.__table__).where(Series.id == self._series_id)).one()
            if row.revision < series.revision:  # another replica than the one that was asked before
                raise LogIsBehind
            return self._brought_up(connection, row, known)

        return self._sources.read(series, load, at_one_instant=True)

    def _brought_up(self, connection: Connection, series: Row[Any], known: Kind | None) -> Kind:
        """The counters as `connection` sees them: from `known`, else from what was kept, else from the ballots."""
        if known is None or not fits(series, known):
            known = self._kept(connection, series)
        try:
            counters = self._kind.load(connection, series.id, known)
        except ValueError:
            self._report_damage("does not fit the catalogue")
            counters = self._kind.load(connection, series.id, None)
        if counters.revision < series.revision:
            changes = changes_between(connection, series.id, counters.revision, series.revision)
            counters.follow(changes, series.revision)
        return counters

    def _kept(self, connection: Connection, series: Row[Any]) -> Kind | None:
        try:
            return kept_counters(connection, self._kind, series)
        except (ValueError, KeyError):
            self._report_damage("is damaged")
            return None

    def _report_damage(self, what: str) -> None:
        log.error("The snapshot of %s of series %d %s: counting the ballots", self._kind.kind, self._series_id, what)
        self.damaged = True


def kept_counters(connection: Connection, kind: type[Kind], series: Row[Any]) -> Kind | None:
    """The counters that were kept last, if the log leads on from there. Raises Damaged, ValueError, KeyError."""
    parts = stored_parts(connection, series.id, kind.kind)
    if parts is None or not fits(series, parts):
        return None
    counters = kind.put_together(parts.arrays, series)
    counters.revision = parts.revision
    return counters


def fits(series: Row[Any], known: Counters | Parts) -> bool:
    """Whether what has changed since can be followed: nothing was to be counted anew, and the log goes back so far."""
    return bool(known.recount_revision == series.recount_revision and known.revision >= series.log_from)
