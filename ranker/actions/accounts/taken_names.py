"""Names that the desk takes from accounts, for they spoil or are unkind, and the neutral ones it gives for them."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session

from ranker.actions.accounts.names import name_key
from ranker.extensions import db
from ranker.models import TakenName, User

TRIES = 20  # numbers looked up together: one of them is free as long as not nearly all are in use


class NameChosen(Exception):
    """The account is not called as it was given any more, so there is nothing to give back. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One name that was taken, and the one that was given for it."""

    name: str
    given: str
    at: dt.datetime


def take_name(session: Session, user_id: int) -> str:
    """Gives the account a neutral name that nobody has, as part of something larger, and returns it."""
    old = session.execute(select(User.name, User.name_key).where(User.id == user_id)).one()
    given = _free_name(session)
    _call(session, user_id, given)
    again = TakenName.user_id == user_id, TakenName.name_key == old.name_key
    session.execute(delete(TakenName).where(*again))
    row = {"user_id": user_id, "name_key": old.name_key, "name": old.name, "given": given}
    session.execute(insert(TakenName).values(row))
    return given


def give_name_back(session: Session, user_id: int, name: str) -> str:
    """Gives the account back a name that was taken; returns what it was called instead.

    Raises NameChosen; and NameTaken, by the end of `giving_a_name`, when somebody else has it by now.
    """
    mine = TakenName.user_id == user_id, TakenName.name_key == name_key(name)
    is_called = User.id == TakenName.user_id, User.name == TakenName.given
    given: str | None = session.scalar(select(TakenName.given).join(User, is_called[0]).where(*mine, is_called[1]))
    if given is None:
        raise NameChosen
    _call(session, user_id, name)
    session.execute(delete(TakenName).where(*mine))
    return given


def was_taken_from(session: Session, user_id: int, key: str) -> bool:
    """Whether the desk has taken this name from this account."""
    mine = TakenName.user_id == user_id, TakenName.name_key == key
    return bool(session.scalar(select(exists().where(*mine))))


def names_taken_from(user_id: int) -> tuple[Taken, ...]:
    """Every name that was taken from an account, the newest last."""
    query = select(TakenName.name, TakenName.given, TakenName.taken_at).where(TakenName.user_id == user_id)
    return tuple(Taken(*row) for row in db.session.execute(query.order_by(TakenName.taken_at, TakenName.name_key)))


def account_called(name: str) -> User | None:
    """The account of this name; else the one it was last taken from, unless that has chosen another since.

    So nobody is locked out by a name they do not know yet. Both are looked up whatever there is: the same work for all.
    """
    key = name_key(name)
    held = db.session.scalar(select(User).where(User.name_key == key))
    before = select(User).join(TakenName, TakenName.user_id == User.id)
    still_given = TakenName.name_key == key, TakenName.given == User.name
    lost = db.session.scalar(before.where(*still_given).order_by(TakenName.taken_at.desc()).limit(1))
    return lost if held is None else held


def _free_name(session: Session) -> str:
    """`fan-4821`: the number says nothing. It gets longer where nearly all of one length are in use."""
    digits = 4
    while True:
        names = {f"fan-{secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1)}" for _ in range(TRIES)}
        free = names - set(session.scalars(select(User.name_key).where(User.name_key.in_(names))))
        if free:
            return free.pop()
        digits += 1


def _call(session: Session, user_id: int, name: str) -> None:
    session.execute(update(User).where(User.id == user_id).values(name=name, name_key=name_key(name)))
