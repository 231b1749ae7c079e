"""Making what is held agree with the rules as they are now: at a start, for they may have changed, and by command."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from ranker.actions.counting import digest_of, judge, rules_in_force
from ranker.actions.holds import change_holds, listed, lists_of, newest, settle, stand_in_line
from ranker.actions.releases import look_again
from ranker.database import writing
from ranker.domain.counting import Reason
from ranker.extensions import db
from ranker.models import COUNTED, SavedBallot, Series

BATCH = 10_000
BY_RULE = SavedBallot.held.in_([reason for reason in Reason if reason.by_rule])


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a review of a series found: fans whose list waited before it, and after it."""

    slug: str
    before: int
    after: int


def review_all(at: dt.datetime) -> list[Reviewed]:
    """Judges anew every list that is held by a rule, and holds those that are one too many of the same.

    Without rules and without held lists it only looks whether there are any.
    """
    rules = rules_in_force()
    if not rules.on and not db.session.scalar(select(exists().where(BY_RULE))):
        return []
    if rules.identical_lists is not None:
        _know_lists_again()
    series = db.session.execute(select(Series.id, Series.slug).order_by(Series.slug)).all()
    return [_review(series_id, slug, at) for series_id, slug in series]


def _review(series_id: int, slug: str, at: dt.datetime) -> Reviewed:
    with writing() as session:
        stand_in_line(session, series_id)
        waiting = _waiting(session, series_id)
        for user_id in waiting:
            settle(session, series_id, user_id, at)
        _hold_those_too_many(session, series_id, at)
        look_again(session, series_id, at)
        return Reviewed(slug, len(waiting), len(_waiting(session, series_id)))


def _waiting(session: Session, series_id: int) -> Sequence[int]:
    """Whose newest list waits, those who have waited for longest first."""
    query = select(SavedBallot.user_id).where(SavedBallot.series_id == series_id, SavedBallot.counting, BY_RULE)
    return session.scalars(query.order_by(SavedBallot.held_since, SavedBallot.user_id)).all()


def _hold_those_too_many(session: Session, series_id: int, at: dt.datetime) -> None:
    """Where more of the same list count than may, holds the newest of them."""
    most = rules_in_force().identical_lists
    counted = (SavedBallot.series_id == series_id, COUNTED, SavedBallot.digest.is_not(None))
    crowds = select(SavedBallot.digest, func.count()).where(*counted).group_by(SavedBallot.digest)
    if most is None:
        return
    for digest, size in session.execute(crowds.having(func.count() > most)).all():
        same = select(SavedBallot.user_id).where(*counted, SavedBallot.digest == digest)
        newest_first = session.scalars(same.order_by(SavedBallot.saved_at.desc(), SavedBallot.user_id.desc())).all()
        for user_id in newest_first:
            if size > most and _hold(session, series_id, user_id, at):
                size -= 1


def _hold(session: Session, series_id: int, user_id: int, at: dt.datetime) -> bool:
    """Holds a list that counts, if the rules say so."""
    rows = lists_of(session, series_id, user_id)
    row = newest(rows)
    hold = judge(session, listed(row), at, vouched=row.vouched).hold
    if hold is not None:
        change_holds(session, rows, {row.progress: hold})
    return hold is not None


def _know_lists_again() -> None:
    """Gives a digest to the lists that were saved while the site had no rule for identical ones."""
    table = cast(Table, SavedBallot.__table__)
    key = [table.c.series_id, table.c.user_id, table.c.progress]
    nameless = select(*key, SavedBallot.moments).where(SavedBallot.counting, SavedBallot.digest.is_(None)).limit(BATCH)
    name = update(table).where(*(column == bindparam(f"its_{column.name}") for column in key))
    while True:
        with writing() as session:
            rows = session.execute(nameless).all()
            named: list[dict[str, Any]] = [
                {"its_series_id": row.series_id, "its_user_id": row.user_id, "its_progress": row.progress}
                | {"digest": digest_of(row.moments)}
                for row in rows
            ]
            if not named:
                return
            session.execute(name, named)
