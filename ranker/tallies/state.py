"""What of a series' row says how fresh a tally of it must be."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ranker.domain.values import SeriesCard


@dataclass(frozen=True, slots=True)
class SeriesState:
    """A series with the numbers that say how fresh a tally of it must be. The numbers never leave the server.

    snapshot_day: the day (UTC) of the newest snapshot of its standings. next_release_at: when a held list may count.
    numbering: how often its episodes were numbered anew; what was a position before then may be another one now.
    compacted_revision: that at which its counters were last kept. on_replica: `revision` is what the replica knows.
    """

    id: int
    card: SeriesCard
    edition: int
    revision: int
    catalogue_revision: int
    recount_revision: int
    snapshot_day: dt.date | None = None
    next_release_at: dt.datetime | None = None
    compacted_revision: int = 0
    numbering: int = 0
    on_replica: bool = False
