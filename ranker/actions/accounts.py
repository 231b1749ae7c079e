"""Accounts: registering, logging in, and the first admin."""

from __future__ import annotations

import re
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import current_app
from sqlalchemy import exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from ranker.database import one_writer_at_a_time, writing
from ranker.extensions import db
from ranker.models import User

NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,28}[A-Za-z0-9])?")
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200


class NameRefused(ValueError):
    """The name has characters we do not take, or is too long."""


class NameTaken(ValueError):
    """Somebody has this name already."""


class PasswordRefused(ValueError):
    """The password is too short or too long."""


class WrongLogin(Exception):
    """No account has this name and password; which of the two is wrong is not said."""


class AdminExists(Exception):
    """There is an admin already, so the link that makes the first one is spent."""


def register(name: str, password: str, is_admin: bool = False) -> User:
    """Makes an account. Raises NameRefused, PasswordRefused, NameTaken."""
    check_name(name)
    check_password(password)
    return _add_user(name, hasher().hash(password), is_admin)


def add_silent_account(name: str) -> User:
    """An account that nobody can log in to, to hold a list under a name. Raises NameRefused, NameTaken."""
    check_name(name)
    return _add_user(name, None, is_admin=False)


def make_first_admin(name: str, password: str) -> User:
    """Makes the first admin's account. Raises AdminExists, and what `register` raises."""
    check_name(name)
    check_password(password)
    return _add_user(name, hasher().hash(password), is_admin=True, first=True)


def has_admin() -> bool:
    return bool(db.session.scalar(select(exists().where(User.is_admin))))


def authenticate(name: str, password: str) -> User:
    """The account with this name and password. Takes the same work for a name nobody has. Raises WrongLogin."""
    user = db.session.scalar(select(User).where(User.name_key == name.casefold()))
    known = user.password_hash if user is not None and user.password_hash else _hash_of_nothing()
    try:
        hasher().verify(known, password[: LONGEST_PASSWORD + 1])
    except (VerifyMismatchError, InvalidHashError) as error:
        raise WrongLogin from error
    if user is None or user.password_hash is None:
        raise WrongLogin
    return user


def end_sessions(user_id: int) -> None:
    """Makes every cookie of this account worthless, copied ones too."""
    with writing() as session:
        session.execute(update(User).where(User.id == user_id).values(session_epoch=User.session_epoch + 1))


def check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise NameRefused


def check_password(password: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise PasswordRefused


def _add_user(name: str, password_hash: str | None, is_admin: bool, first: bool = False) -> User:
    values = {"name": name, "name_key": name.casefold(), "password_hash": password_hash, "is_admin": is_admin}
    try:
        with writing() as session:
            if first:
                one_writer_at_a_time(session)
                if has_admin():
                    raise AdminExists
            user_id = session.execute(insert(User).values(**values).returning(User.id)).scalar_one()
    except IntegrityError as error:
        raise NameTaken from error
    user = db.session.get(User, user_id)
    assert user is not None
    return user


def hasher() -> PasswordHasher:
    """Argon2id; the work it takes is a setting, so that tests can be quick."""
    return _hasher(current_app.config["PASSWORD_WORK"])


@cache
def _hasher(work: tuple[int, int]) -> PasswordHasher:
    time_cost, memory_kib = work
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)


def _hash_of_nothing() -> str:
    return _hash_with(current_app.config["PASSWORD_WORK"])


@cache
def _hash_with(work: tuple[int, int]) -> str:
    return _hasher(work).hash("a password nobody has")
