"""What the first request that comes along does for a series when it is due. It never fails that request."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from ranker.actions.compaction import compact_a_little, compaction_is_due
from ranker.actions.releases import release, release_is_due
from ranker.actions.snapshots import keep_snapshot, snapshot_is_due
from ranker.extensions import db
from ranker.models import now
from ranker.tallies import SeriesState, Tallies

REST_S = 600.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to do for a series from time to time.

    is_due: asked at every request, so it may look at nothing but the series' row and the time.
    do: one short write, which must come to the same when another process does it at the same time.
    """

    is_due: Callable[[SeriesState, dt.datetime], bool]
    do: Callable[[SeriesState, Tallies, dt.datetime], None]


DUTIES = (
    Duty(snapshot_is_due, keep_snapshot),
    Duty(release_is_due, release),
    Duty(compaction_is_due, compact_a_little),
)


def tend(series: SeriesState, tallies: Tallies) -> bool:
    """Does what is due for a series; returns whether anything was, so that what was read of it before is old."""
    at = now()
    due = [duty.do for duty in DUTIES if duty.is_due(series, at)]
    if tallies.is_damaged(series):
        due.append(compact_a_little)
    for do in due:
        do(series, tallies, at)
    return bool(due)


class Upkeep:
    """`tend` for requests: one thread of a process at a time, and no error reaches the reader.

    After an error (a database that is read-only, say) this process leaves the series alone for REST_S seconds.
    """

    def __init__(self) -> None:
        self._busy: set[int] = set()
        self._rests_until: dict[int, float] = {}
        self._lock = threading.Lock()

    def tend(self, series: SeriesState, tallies: Tallies) -> bool:
        is_due = tallies.is_damaged(series) or any(duty.is_due(series, now()) for duty in DUTIES)
        if not is_due or not self._begin(series.id):
            return False
        try:
            return tend(series, tallies)
        except Exception:
            log.exception("The upkeep of %s did not succeed; next attempt in %d s", series.card.slug, REST_S)
            db.session.rollback()
            self._rests_until[series.id] = time.monotonic() + REST_S
            return False
        finally:
            self._busy.discard(series.id)

    def _begin(self, series_id: int) -> bool:
        with self._lock:
            if series_id in self._busy or time.monotonic() < self._rests_until.get(series_id, 0.0):
                return False
            self._busy.add(series_id)
            return True
