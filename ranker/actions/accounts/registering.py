"""Making accounts: by anybody, with an invitation, silently for a list that has no fan, and the first admin's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import exists, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ranker.actions.accounts.invites import use_invite
from ranker.actions.accounts.names import NameTaken, check_name, name_key, tidy_name
from ranker.actions.accounts.passwords import check_password, hashed_password
from ranker.actions.audit import Actor, Deed, record
from ranker.database import one_writer_at_a_time, writing
from ranker.extensions import db
from ranker.models import User


class AdminExists(Exception):
    """There is an admin already, so the link that makes the first one is spent."""


def register(name: str, password: str, is_admin: bool = False) -> User:
    """Makes an account. Raises NameRefused, PasswordRefused, NameTaken."""
    row = _checked(name, password)
    with giving_a_name() as session:
        user_id = _add(session, row | {"is_admin": is_admin})
    return _user(user_id)


def register_invited(name: str, password: str, invite: str) -> User:
    """Makes an account and uses the invitation up once. Raises SpentInvite, and what `register` raises."""
    row = _checked(name, password)
    with giving_a_name() as session:
        use_invite(session, invite)
        user_id = _add(session, row)
    return _user(user_id)


def make_first_admin(name: str, password: str) -> User:
    """Makes the first admin's account. Raises AdminExists, and what `register` raises."""
    row = _checked(name, password)
    with giving_a_name() as session:
        one_writer_at_a_time(session)
        if has_admin():
            raise AdminExists
        user_id = _add(session, row | {"is_admin": True})
        record(session, Actor(user_id, row["name"]), Deed("admin.create", row["name"], person_id=user_id))
    return _user(user_id)


def make_admin(actor: Actor, name: str, password: str) -> None:
    """Makes one more admin's account. Raises what `register` raises."""
    row = _checked(name, password)
    with giving_a_name() as session:
        user_id = _add(session, row | {"is_admin": True})
        record(session, actor, Deed("admin.create", row["name"], person_id=user_id))


def add_silent_account(name: str) -> User:
    """An account that nobody can log in to, to hold a list under a name. Raises NameRefused, NameTaken."""
    check_name(name)
    with giving_a_name() as session:
        user_id = _add(session, {"name": name, "name_key": name_key(name)})
    return _user(user_id)


def has_admin() -> bool:
    return bool(db.session.scalar(select(exists().where(User.is_admin))))


@contextmanager
def giving_a_name() -> Iterator[Session]:
    """A transaction in which somebody gets a name. Raises NameTaken when another has it, be it since a moment."""
    try:
        with writing() as session:
            yield session
    except IntegrityError as error:
        raise NameTaken from error


def _checked(name: str, password: str) -> dict[str, Any]:
    """The row of a new account. The work of hashing is done before anybody looks whether the name is taken."""
    name = tidy_name(name)
    check_name(name)
    check_password(password, name)
    return {"name": name, "name_key": name_key(name), "password_hash": hashed_password(password)}


def _add(session: Session, row: Mapping[str, Any]) -> int:
    user_id: int = session.execute(insert(User).values(**row).returning(User.id)).scalar_one()
    return user_id


def _user(user_id: int) -> User:
    user = db.session.get(User, user_id)
    assert user is not None
    return user
