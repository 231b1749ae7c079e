"""Counting all lists anew, beside what is kept of the counters; and putting that right."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, update

from ranker.actions.compaction import compact
from ranker.database import snapshot, writing
from ranker.gate import state_of
from ranker.models import Series, TallySnapshot
from ranker.tallies import KINDS, Tallies
from ranker.tallies.checking import check_counters, check_log, series_row

CHECKS = (*map(check_counters, KINDS), check_log)


def differences(slug: str) -> Iterator[str | None]:
    """What differs from the ballots, check by check, all at one instant; None for a check that finds nothing.

    Nothing is changed.
    """
    with snapshot() as connection:
        series = series_row(connection, slug)
        for check in CHECKS:
            yield check(connection, series) if series is not None else None


def repair(slug: str) -> None:
    """Throws away what was kept of a series and what its log held, and makes every process count it anew."""
    series = state_of(slug)
    with writing() as session:
        session.execute(delete(TallySnapshot).where(TallySnapshot.series_id == series.id))
        anew = Series.revision + 1
        values = {"revision": anew, "catalogue_revision": anew, "recount_revision": anew, "log_from": anew}
        session.execute(update(Series).where(Series.id == series.id).values(**values))
    compact(state_of(slug), Tallies())
