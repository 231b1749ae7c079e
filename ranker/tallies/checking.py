"""Whether what was kept of the counters, and the log since, say the same as the ballots do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from sqlalchemy import Connection, LargeBinary, Row, select, type_coerce

from ranker.models import COUNTED, PACKED_ID, BallotChange, SavedBallot, Series
from ranker.tallies.following import Counters, kept_counters
from ranker.tallies.log import changes_between

STREAMED = {"stream_results": True, "yield_per": 10_000}

Check = Callable[[Connection, Row[Any]], str | None]


def check_counters(kind: type[Counters]) -> Check:
    """The check of one kind of counters: what a cold process would have, beside a count of all ballots."""

    def check(connection: Connection, series: Row[Any]) -> str | None:
        try:
            kept = kept_counters(connection, kind, series)
            if kept is None:
                return None
            known = kind.load(connection, series.id, kept)
        except (ValueError, KeyError):
            return f"the snapshot of {kind.kind} is damaged"
        known.follow(changes_between(connection, series.id, known.revision, series.revision), series.revision)
        same = known.agree_with(kind.load(connection, series.id, None))
        return None if same else f"the snapshot of {kind.kind} and the log since give other counts than the lists"

    return check


def check_log(connection: Connection, series: Row[Any]) -> str | None:
    """Each line must take back what the fan's line before it had counted, and the last be what counts now."""
    counted: dict[int, bytes | None] = {}
    for user_id, before, after in _lines(connection, series):
        if counted.get(user_id, before) != before:
            return "a line of the log takes back what was not counted"
        counted[user_id] = after
    for user_id, ballot in _ballots(connection, series.id):
        if counted.pop(user_id, ballot) != ballot:
            return "the log ends with other lists than there are"
    return None if not any(counted.values()) else "the log ends with lists that are not there"


def series_row(connection: Connection, slug: str) -> Row[Any] | None:
    return connection.execute(select(Series.__table__).where(Series.slug == slug)).first()


def _lines(connection: Connection, series: Row[Any]) -> Iterator[Any]:
    """The lines that somebody may follow: from where the log begins, or all was counted anew."""
    begins = max(series.log_from, series.recount_revision)
    before, after = (type_coerce(column, LargeBinary) for column in (BallotChange.before, BallotChange.after))
    query = (
        select(BallotChange.user_id, before, after)
        .where(BallotChange.series_id == series.id, BallotChange.revision > begins)
        .order_by(BallotChange.revision)
    )
    with connection.execute(query, execution_options=STREAMED) as rows:
        yield from rows


def _ballots(connection: Connection, series_id: int) -> Iterator[tuple[int, bytes]]:
    """Every ballot that counts, packed as the log packs them."""
    packed = type_coerce(SavedBallot.moments, LargeBinary)
    query = select(SavedBallot.user_id, SavedBallot.progress, SavedBallot.edition, packed)
    counting = query.where(SavedBallot.series_id == series_id, COUNTED)
    with connection.execute(counting, execution_options=STREAMED) as rows:
        for user_id, *offer, order in rows:
            yield user_id, np.array(offer, PACKED_ID).tobytes() + order
