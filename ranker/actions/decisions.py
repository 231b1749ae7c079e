"""What admins decide about lists: to hold one, to let one count whatever the rules say, and to take either back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from ranker.actions.accounts.names import name_key
from ranker.actions.audit import Actor, Deed, record
from ranker.actions.catalogue import series_id_of
from ranker.actions.counting import judge
from ranker.actions.holds import Rows, change_holds, listed, lists_of, newest, settle, stand_in_line
from ranker.actions.releases import who_find_a_place
from ranker.database import writing
from ranker.domain.counting import Hold, Reason
from ranker.models import SavedBallot, User, now


class NoSuchList(LookupError):
    """Nobody of this name has a list in the series."""


class OwnerDisabled(Exception):
    """The account of its owner is disabled, so the list counts nowhere, whatever is decided about it."""


class NothingDecided(Exception):
    """There is no decision about this list to take back."""


def hold_list(actor: Actor, slug: str, name: str, note: str) -> None:
    """Holds a fan's lists in a series until it is taken back, later saves too. Raises NoSuchList, OwnerDisabled."""
    with _lists(slug, name) as (session, rows):
        hold = Hold(Reason.ADMIN, now(), None, note)
        change_holds(session, rows, {row.progress: hold for row in rows})
        record(session, actor, _deed("list.hold", name, newest(rows), hold))
        for user_id in who_find_a_place(session, rows[0].series_id):
            settle(session, rows[0].series_id, user_id, now())


def count_list(actor: Actor, slug: str, name: str) -> None:
    """Lets a fan's lists in a series count, later saves too, whatever the rules say.

    Raises NoSuchList, OwnerDisabled.
    """
    with _lists(slug, name) as (session, rows):
        _count(session, actor, name, rows)


def count_group(actor: Actor, slug: str, name: str) -> int:
    """Lets every held list count that is the same as this fan's; returns how many those were.

    Raises NoSuchList, OwnerDisabled.
    """
    with _lists(slug, name) as (session, rows):
        last = newest(rows)
        group = (
            select(User.id, User.name)
            .join(SavedBallot, SavedBallot.user_id == User.id)
            .where(SavedBallot.series_id == last.series_id, SavedBallot.counting)
            .where(SavedBallot.digest == last.digest, SavedBallot.held == Reason.ALIKE)
        )
        fans = session.execute(group.order_by(User.id)).all()
        for fan in fans:
            _count(session, actor, fan.name, lists_of(session, last.series_id, fan.id))
    return len(fans)


def undo_decision(actor: Actor, slug: str, name: str) -> None:
    """Leaves a fan's list to the rules again. Raises NoSuchList, OwnerDisabled, NothingDecided."""
    with _lists(slug, name) as (session, rows):
        last = newest(rows)
        if not last.vouched and last.held != Reason.ADMIN:
            raise NothingDecided
        judged = judge(session, listed(last), now()).hold
        change_holds(session, rows, {**{row.progress: None for row in rows}, last.progress: judged})
        record(session, actor, _deed("list.undo", name, last, judged))


@contextmanager
def _lists(slug: str, name: str) -> Iterator[tuple[Session, Rows]]:
    with writing() as session:
        series_id = series_id_of(session, slug)
        stand_in_line(session, series_id)
        owner = session.execute(select(User.id, User.disabled).where(User.name_key == name_key(name))).first()
        rows = lists_of(session, series_id, owner and owner.id)
        if not rows or owner is None:
            raise NoSuchList(name)
        if owner.disabled:
            raise OwnerDisabled(name)
        yield session, rows


def _count(session: Session, actor: Actor, name: str, rows: Rows) -> None:
    change_holds(session, rows, {row.progress: None for row in rows}, vouched=True)
    record(session, actor, _deed("list.count", name, newest(rows), None))


def _deed(action: str, name: str, row: Row[Any], hold: Hold | None) -> Deed:
    """What becomes of a list, as the audit has it."""
    before = {"held": row.held, "note": row.held_note, "vouched": row.vouched}
    after = {"held": hold and hold.reason.value, "note": hold and hold.note, "vouched": action == "list.count"}
    return Deed(action, name, row.series_id, before, after, row.user_id)
