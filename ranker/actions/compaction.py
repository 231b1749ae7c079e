"""Keeping the counters of a series in the database, and letting go of the log that nobody needs any more.

Saves go on meanwhile: the counters are taken apart and packed before the transaction begins, and the log goes in
pieces. How far back it goes is written down first, so that whoever is further behind loads anew and misses nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.orm import Session

from ranker.database import insert, writing
from ranker.extensions import db
from ranker.models import BallotChange, Series, TallySnapshot
from ranker.tallies import KINDS, SeriesState, Tallies
from ranker.tallies.stored import PackedParts, pack

COMPACT_EVERY = 5_000  # changes, which a cold process follows in some tenths of a second
LOG_KEPT = 10_000  # lines; a process that is further behind is quicker from a snapshot
LINES_AT_ONCE = 2_000
PIECES_AT_ONCE = 10  # in one request, so that its visitor does not wait
RANKING = "pairs"  # the counters every visitor needs
ALL = frozenset(kind.kind for kind in KINDS)


def compaction_is_due(series: SeriesState, at: dt.datetime) -> bool:
    """Whether much has changed since the counters were kept, or those kept have become worthless."""
    kept = series.compacted_revision
    return series.revision - kept >= COMPACT_EVERY or 0 < kept < series.recount_revision


def compact_a_little(series: SeriesState, tallies: Tallies, at: dt.datetime) -> None:
    """What a visitor can wait for: keeps the counters that need not be counted for it, and cuts some of the log."""
    keep_counters(series, tallies, {RANKING} | tallies.followed_kinds(series) | _kept_kinds(series))
    cut_log(series.id, PIECES_AT_ONCE)


def compact(series: SeriesState, tallies: Tallies) -> int:
    """Keeps all counters of a series, and cuts the log; returns how many lines of it went."""
    keep_counters(series, tallies, ALL)
    return cut_log(series.id)


def keep_counters(series: SeriesState, tallies: Tallies, kinds: Collection[str]) -> None:
    """Writes these counters down as they are now, in the place of what was kept before.

    Whoever does the same at the same time writes the same, or what is a little older: both can be followed from.
    """
    rows = [pack(series.id, parts) for parts in tallies.parts(series, kinds)]
    with writing() as session:
        for row in rows:
            _write(session, series.id, row)
        _write_down(session, series.id, min(row.revision for row in rows))
    tallies.mend(series)


def cut_log(series_id: int, pieces: int | None = None) -> int:
    """Lets go of the lines before where the log is said to begin, piece by piece; returns how many went."""
    gone = 0
    while pieces is None or pieces > 0:
        lines = _cut_piece(series_id)
        if not lines:
            break
        gone += lines
        pieces = None if pieces is None else pieces - 1
    return gone


def _write(session: Session, series_id: int, row: PackedParts) -> None:
    values = asdict(row)
    written = insert(TallySnapshot).values(series_id=series_id, **values)
    key = [TallySnapshot.series_id, TallySnapshot.kind]
    session.execute(written.on_conflict_do_update(index_elements=key, set_=values))


def _write_down(session: Session, series_id: int, revision: int) -> None:
    """Last, for it takes the row that every save of the series has to wait for."""
    kept, begins = Series.compacted_revision, Series.log_from
    cut = revision - LOG_KEPT
    session.execute(
        update(Series)
        .where(Series.id == series_id)
        .values(
            compacted_revision=case((kept < revision, revision), else_=kept),
            log_from=case((begins < cut, cut), else_=begins),
        )
    )


def _cut_piece(series_id: int) -> int:
    mine = BallotChange.series_id == series_id
    with writing() as session:
        begins = select(Series.log_from).where(Series.id == series_id).scalar_subquery()
        old = select(BallotChange.revision).where(mine, BallotChange.revision <= begins)
        piece = old.order_by(BallotChange.revision).limit(LINES_AT_ONCE).subquery()
        last = session.scalar(select(func.max(piece.c.revision)))
        if last is None:
            return 0
        gone = session.execute(
            delete(BallotChange).where(mine, BallotChange.revision <= last).returning(BallotChange.revision),
            execution_options={"synchronize_session": False},
        )
        return len(gone.all())


def _kept_kinds(series: SeriesState) -> set[str]:
    """The kinds of counters that were kept before, and can be brought up to now without counting anew."""
    query = select(TallySnapshot.kind).join(Series, Series.id == TallySnapshot.series_id)
    followable = (
        TallySnapshot.recount_revision == Series.recount_revision,
        TallySnapshot.revision >= Series.log_from,
    )
    return set(db.session.scalars(query.where(Series.id == series.id, *followable)))
