"""The log of what counts, as the tallies read it: always from one place at one instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, select

from ranker.domain.ballot import Ballot
from ranker.extensions import db
from ranker.models import COUNTED, BallotChange, SavedBallot, Series


class LogIsShorter(LookupError):
    """The log does not reach back that far any more: whoever is so far behind has to load anew."""


class LogIsBehind(LookupError):
    """Whoever was asked does not know of that revision yet: a replica, or another one than was asked before."""


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the log: what counted before a change, what counts after it, the `path` of a fan who had gone back.

    `path_after` is there where a list was held or let go: then both paths are whole.
    """

    before: Ballot | None
    after: Ballot | None
    path: tuple[Ballot, ...] = ()
    path_after: tuple[Ballot, ...] | None = None


def changes_between(connection: Connection, series_id: int, after: int, up_to: int) -> list[Change]:
    """The ballots that changed in the revisions after+1..up_to, oldest first.

    It stops at the revision the reader knows of: a later ballot may hold moments the reader's catalogue has not. One
    statement reads where the log begins and what it holds, so that no line can go in between.
    Raises LogIsShorter, LogIsBehind.
    """
    wanted = BallotChange.revision > after, BallotChange.revision <= up_to
    query = (
        select(
            *(Series.log_from, Series.revision.label("newest"), BallotChange.revision),
            *(BallotChange.before, BallotChange.after, BallotChange.path, BallotChange.path_after),
        )
        .outerjoin(BallotChange, and_(BallotChange.series_id == Series.id, *wanted))
        .where(Series.id == series_id)
        .order_by(BallotChange.revision)
    )
    rows: Sequence[Any] = connection.execute(query).all()
    first = rows[0]
    if first.log_from > after:
        raise LogIsShorter
    if first.newest < up_to:
        raise LogIsBehind
    return [Change(row.before, row.after, row.path or (), row.path_after) for row in rows if row.revision is not None]


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
