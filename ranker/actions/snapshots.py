"""Daily snapshots of the standings, so that a ranking can say what has moved since."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from ranker.database import insert, writing
from ranker.domain.clearance import Method
from ranker.models import Series, StandingSnapshot
from ranker.tallies import RankTable, SeriesState, Tallies

# Both, for a reader who switches between them wants to know how each has moved; a usual series takes 0.5 KB a day.
METHODS = (Method.FAIR, Method.CLASSIC)
KEPT = dt.timedelta(days=60)
A_DAY = dt.timedelta(days=1)


def snapshot_is_due(series: SeriesState, at: dt.datetime) -> bool:
    """Whether the series has none of this day yet. One of tomorrow will do: another machine's clock runs ahead.

    A day further ahead was a clock that has been set right since.
    """
    today, last = at.date(), series.snapshot_day
    return last is None or not today <= last <= today + A_DAY


def keep_snapshot(series: SeriesState, tallies: Tallies, at: dt.datetime) -> None:
    """Keeps the standings of every horizon as they are now, and lets go of those that are too old.

    Whoever comes second on a day changes nothing.
    """
    tables = {method: tallies.ranks(series, method) for method in METHODS}
    with writing() as session:
        write_snapshot(session, series.id, at.date(), tables)


def write_snapshot(session: Session, series_id: int, day: dt.date, tables: dict[Method, RankTable]) -> None:
    """Writes them unless the series is to be counted anew since they were counted, or has some of this day."""
    counted_at = {table.recount_revision for table in tables.values()}
    still = update(Series).where(Series.id == series_id, Series.recount_revision.in_(counted_at))
    if len(counted_at) > 1 or session.scalar(still.values(snapshot_day=day).returning(Series.id)) is None:
        return
    # A day is kept even when there is nothing to rank: which days there are must not depend on what lies ahead.
    rows = [_row(series_id, day, method, table) for method, table in tables.items()]
    session.execute(insert(StandingSnapshot).values(rows).on_conflict_do_nothing())
    session.execute(
        delete(StandingSnapshot).where(StandingSnapshot.series_id == series_id, StandingSnapshot.day < day - KEPT)
    )


def drop_snapshots(session: Session, series_id: int) -> None:
    """Lets go of all of them: they counted under a label that has moved, and could tell what it hides now."""
    session.execute(delete(StandingSnapshot).where(StandingSnapshot.series_id == series_id))
    session.execute(update(Series).where(Series.id == series_id).values(snapshot_day=None))


def _row(series_id: int, day: dt.date, method: Method, table: RankTable) -> dict[str, Any]:
    return {
        "series_id": series_id,
        "day": day,
        "method": method.value,
        "moments": tuple(table.ids.tolist()),
        "ranks": table.ranks,
    }
