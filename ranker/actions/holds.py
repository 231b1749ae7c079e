"""Holding a fan's lists, and letting them count: the rows and the log of what counts, always together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from ranker.actions.change_log import Change, log_change
from ranker.actions.counting import Listed, judge, rules_in_force
from ranker.domain.ballot import Ballot
from ranker.domain.counting import Hold
from ranker.domain.first_watch import Path, path_from
from ranker.gate.own_list import held_by
from ranker.models import SavedBallot, Series, User

Rows: TypeAlias = Sequence[Row[Any]]

LOOK_AGAIN = dt.timedelta(days=1)  # so often somebody is looked for who takes a free place among identical lists
FREE: dict[str, Any] = {"held": None, "held_since": None, "held_until": None, "held_note": None}


def held_columns(hold: Hold | None) -> dict[str, Any]:
    """What a row of the table says of a hold."""
    if hold is None:
        return FREE
    return {"held": hold.reason, "held_since": hold.since, "held_until": hold.until, "held_note": hold.note}


def expect_release(session: Session, series_id: int, hold: Hold) -> None:
    """Sees to it that the series is looked at again when the hold may have ended, if not before."""
    look = hold.until or hold.since + LOOK_AGAIN
    later = Series.next_release_at.is_(None) | (Series.next_release_at > look)
    if hold.reason.by_rule:
        session.execute(update(Series).where(Series.id == series_id, later).values(next_release_at=look))


def settle(session: Session, series_id: int, user_id: int, at: dt.datetime) -> None:
    """Judges a fan's newest list anew, if a rule holds it. What an admin holds stays held."""
    rows = lists_of(session, series_id, user_id)
    row = newest(rows)
    hold = held_by(row)
    if hold is None or not hold.reason.by_rule:
        return
    judged = judge(session, listed(row), at, vouched=row.vouched).hold
    change_holds(session, rows, {row.progress: judged if judged is None else _in_line(judged, hold)})


def change_holds(session: Session, rows: Rows, holds: Mapping[int, Hold | None], vouched: bool = False) -> None:
    """Holds lists of one fan or lets them count, and logs what that changes.

    `rows` are all lists of the fan. `holds` says what becomes of the one that was saved at this progress.
    """
    if not holds:
        return
    last = newest(rows)
    for progress, hold in holds.items():
        session.execute(
            update(SavedBallot)
            .where(SavedBallot.series_id == last.series_id, SavedBallot.user_id == last.user_id)
            .where(SavedBallot.progress == progress)
            .values(**held_columns(hold), vouched=vouched),
            execution_options={"synchronize_session": False},
        )
        if hold is not None:
            expect_release(session, last.series_id, hold)
    still = [row for row in rows if holds.get(row.progress, held_by(row)) is None]
    before, after = (listed(last).ballot if there else None for there in (last.held is None, last in still))
    paths = whole_path(rows), whole_path(still, all_count=True)
    log_change(session, Change(last.series_id, last.user_id, before, after, *paths))


def whole_path(rows: Rows, all_count: bool = False) -> Path:
    """The path, as first watch has it, of a fan with these lists: of those that are not held."""
    counted = [row for row in rows if all_count or row.held is None]
    return path_from(((row.version, listed(row).ballot) for row in counted), 0)


def lists_of(session: Session, series_id: int, user_id: int | None) -> Rows:
    """All lists of a fan, at every progress; nobody else changes them until the commit.

    PostgreSQL, when it has waited for saves, shows the rows of before as they are now, but none that a save put beside
    them. So they are read once the one is locked that every save has to change, for as often as that takes.
    """
    mine = SavedBallot.series_id == series_id, SavedBallot.user_id == user_id
    locked = select(SavedBallot.counting).where(*mine).order_by(SavedBallot.progress).with_for_update()
    counting = [False]
    while counting and not any(counting):
        counting = list(session.scalars(locked))
    columns = [column for column in SavedBallot.__table__.columns if column.name not in ("past", "future")]
    return session.execute(select(*columns).where(*mine).order_by(SavedBallot.progress)).all()


def newest(rows: Rows) -> Row[Any]:
    """The one of a fan's lists that counts if it is not held."""
    return next(row for row in rows if row.counting)


def series_with_a_list(session: Session, user_id: int) -> Sequence[int]:
    """In one order for everybody, for whoever takes the rows of several series."""
    mine = select(SavedBallot.series_id).where(SavedBallot.user_id == user_id)
    return session.scalars(mine.distinct().order_by(SavedBallot.series_id)).all()


def wait_for_saves(session: Session, user_id: int) -> None:
    """Lets a fan's saves end that have begun, and none begin. Takes rows in the order in which a save takes them."""
    for series_id in series_with_a_list(session, user_id):
        stand_in_line(session, series_id)
    session.execute(select(SavedBallot.progress).where(SavedBallot.user_id == user_id).with_for_update())
    session.execute(select(User.id).where(User.id == user_id).with_for_update())


def listed(row: Row[Any]) -> Listed:
    return Listed(row.series_id, row.user_id, Ballot(row.progress, row.edition, row.moments), row.saved_at)


def stand_in_line(session: Session, series_id: int) -> None:
    """Where there are rules, whoever decides about several lists takes the series' row first, as a save does."""
    if rules_in_force().on:
        session.execute(select(Series.id).where(Series.id == series_id).with_for_update(key_share=True))


def _in_line(judged: Hold, before: Hold) -> Hold:
    """Whoever is held on for the same reason keeps their place."""
    return replace(judged, since=before.since) if judged.reason is before.reason else judged
