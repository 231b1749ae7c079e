"""Disabling somebody's account, and enabling it again: who can get in, and what counts of theirs, at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from ranker.actions.accounts.roles import LastAdmin, is_last_admin
from ranker.actions.accounts.sessions import end_all
from ranker.actions.audit import Actor, Deed, record
from ranker.actions.counting import judge
from ranker.actions.holds import (
    Rows,
    change_holds,
    listed,
    lists_of,
    newest,
    series_with_a_list,
    settle,
    stand_in_line,
    wait_for_saves,
)
from ranker.actions.releases import who_find_a_place
from ranker.database import one_writer_at_a_time, writing
from ranker.domain.counting import Hold, Reason
from ranker.models import User, now

LONGEST_NOTE = 200
Account: TypeAlias = Row[*tuple[Any, ...]]


def disable_account(actor: Actor, user_id: int, note: str = "") -> bool:
    """Closes an account: nobody gets in or stays in, and its lists leave the count. `note`: why, for the desk alone.

    Returns whether it was open. Raises LastAdmin.
    """
    with writing() as session:
        one_writer_at_a_time(session)
        account = _account(session, user_id)
        if account.disabled:
            return False
        if is_last_admin(user_id):
            raise LastAdmin
        wait_for_saves(session, user_id)
        at = now()
        _set(session, user_id, disabled=True, disabled_at=at, disabled_note=note or None)
        end_all(session, user_id)
        for rows in _lists(session, user_id):
            _take_out(session, rows, at)
        after = {"disabled": True, "note": note or None}
        record(session, actor, Deed("account.disable", account.name, None, {"disabled": False}, after, user_id))
    return True


def enable_account(actor: Actor, user_id: int) -> bool:
    """Opens a disabled account again; its lists count as the rules have it. Returns whether it was disabled."""
    with writing() as session:
        one_writer_at_a_time(session)
        account = _account(session, user_id)
        if not account.disabled:
            return False
        wait_for_saves(session, user_id)
        _set(session, user_id, disabled=False, disabled_at=None, disabled_note=None)
        for rows in _lists(session, user_id):
            change_holds(session, rows, _judged_anew(session, rows, now()), newest(rows).vouched)
        before = {"disabled": True, "note": account.disabled_note}
        record(session, actor, Deed("account.enable", account.name, None, before, {"disabled": False}, user_id))
    return True


def _take_out(session: Session, rows: Rows, at: dt.datetime) -> None:
    """Holds a fan's lists in one series, but for what an admin holds anyway. Who waits for a place may find one."""
    hold = Hold(Reason.DISABLED, at)
    holds = {row.progress: hold for row in rows if row.held != Reason.ADMIN}
    change_holds(session, rows, holds, newest(rows).vouched)
    for heir in who_find_a_place(session, rows[0].series_id):
        settle(session, rows[0].series_id, heir, at)


def _judged_anew(session: Session, rows: Rows, at: dt.datetime) -> Mapping[int, Hold | None]:
    """What the rules say of each list that was held for the account. Only the newest can be one too many."""
    holds: dict[int, Hold | None] = {}
    for row in rows:
        if row.held == Reason.DISABLED:
            hold = judge(session, listed(row), at, vouched=row.vouched).hold
            holds[row.progress] = None if hold and hold.reason is Reason.ALIKE and not row.counting else hold
    return holds


def _lists(session: Session, user_id: int) -> Iterator[Rows]:
    """A fan's lists, series by series, each in line with whoever else decides there."""
    for series_id in series_with_a_list(session, user_id):
        stand_in_line(session, series_id)
        yield lists_of(session, series_id, user_id)


def _account(session: Session, user_id: int) -> Account:
    query = select(User.name, User.disabled, User.disabled_note).where(User.id == user_id)
    return session.execute(query).one()


def _set(session: Session, user_id: int, **values: object) -> None:
    session.execute(update(User).where(User.id == user_id).values(**values))
