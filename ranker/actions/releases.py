"""Letting held lists count when their time has come, or when there is a place for them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from ranker.actions.counting import rules_in_force
from ranker.actions.holds import LOOK_AGAIN, change_holds, lists_of, settle, stand_in_line
from ranker.database import writing
from ranker.domain.counting import Reason
from ranker.models import COUNTED, SavedBallot, Series
from ranker.tallies import SeriesState, Tallies

AT_ONCE = 200  # lists that one request lets go, so that it does not take long; the next request goes on


def release_is_due(series: SeriesState, at: dt.datetime) -> bool:
    return series.next_release_at is not None and series.next_release_at <= at


def release(series: SeriesState, tallies: Tallies, at: dt.datetime) -> None:
    release_due(series.id, at)


def release_due(series_id: int, at: dt.datetime) -> None:
    """Lets those lists count that waited up to now, or for a place, in one transaction; not too many at once.

    A list whose wait is over may be held on, when the rules have become stricter or its like count already.
    """
    with writing() as session:
        stand_in_line(session, series_id)
        for user_id, newest_too in _whose_time_has_come(session, series_id, at):
            if newest_too:
                settle(session, series_id, user_id, at)
            _free_older_lists(session, series_id, user_id, at)
        for user_id in who_find_a_place(session, series_id):
            settle(session, series_id, user_id, at)
        look_again(session, series_id, at)


def look_again(session: Session, series_id: int, at: dt.datetime) -> None:
    """Writes down when the series is to be looked at next."""
    held = [SavedBallot.series_id == series_id, SavedBallot.held.is_not(None)]
    until = session.scalar(select(func.min(SavedBallot.held_until)).where(*held))
    alike = session.scalar(select(SavedBallot.user_id).where(*held, SavedBallot.held == Reason.ALIKE).limit(1))
    looks = [look for look in (until, at + LOOK_AGAIN if alike is not None else None) if look is not None]
    session.execute(update(Series).where(Series.id == series_id).values(next_release_at=min(looks, default=None)))


def _whose_time_has_come(session: Session, series_id: int, at: dt.datetime) -> list[tuple[int, bool]]:
    """Fans with lists that are due, those that wait longest first, and whether their newest list is one of them.

    An older one must not take the newest along: it may lie beyond somebody's horizon, and the newest not.
    """
    newest_too = func.max(case((SavedBallot.counting, 1), else_=0))
    due = (
        select(SavedBallot.user_id, newest_too)
        .where(SavedBallot.series_id == series_id, SavedBallot.held.is_not(None), SavedBallot.held_until <= at)
        .group_by(SavedBallot.user_id)
        .order_by(func.min(SavedBallot.held_until), SavedBallot.user_id)
        .limit(AT_ONCE)
    )
    return [(user_id, bool(newest)) for user_id, newest in session.execute(due)]


def who_find_a_place(session: Session, series_id: int) -> list[int]:
    """Of those whose list is like others', as many as may count now, the longest held first."""
    mine = SavedBallot.series_id == series_id
    alike = mine & SavedBallot.counting & (SavedBallot.held == Reason.ALIKE)
    fans: list[int] = []
    for digest in session.scalars(select(SavedBallot.digest).where(alike).distinct()).all():
        same = SavedBallot.digest == digest
        counted = session.scalar(select(func.count()).select_from(SavedBallot).where(mine, same, COUNTED)) or 0
        most = rules_in_force().identical_lists
        places = AT_ONCE if most is None else max(0, most - counted)
        line = select(SavedBallot.user_id).where(alike, same).order_by(SavedBallot.held_since, SavedBallot.user_id)
        fans += session.scalars(line.limit(places)).all()
    return fans


def _free_older_lists(session: Session, series_id: int, user_id: int, at: dt.datetime) -> None:
    """A fan's lists from earlier progress are not judged again when their time has come: others have no part in it."""
    rows = lists_of(session, series_id, user_id)
    due = [row for row in rows if not row.counting and row.held_until is not None and row.held_until <= at]
    if due:
        change_holds(session, rows, {row.progress: None for row in due}, due[0].vouched)
