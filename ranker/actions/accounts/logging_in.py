"""Getting in: by name and password. By a passkey alone: see `passkeys`."""

from __future__ import annotations

from sqlalchemy import update

from ranker.actions.accounts.passwords import hashed_password, is_outdated, matches
from ranker.actions.accounts.taken_names import account_called
from ranker.database import writing
from ranker.models import User


class WrongLogin(Exception):
    """No account has this name and password; which of the two is wrong is not said."""


class AccountDisabled(Exception):
    """An admin has closed the account. Told to nobody but whoever knows its password."""


def authenticate(name: str, password: str) -> User:
    """The account with this name (see `account_called`) and password. Takes the same work for a name nobody has.

    A password kept with yesterday's parameters is kept with today's from now on. Raises WrongLogin, AccountDisabled.
    """
    user = account_called(name)
    known = user.password_hash if user is not None else None
    if not matches(known, password) or user is None or known is None:
        raise WrongLogin
    if user.disabled:
        raise AccountDisabled
    if is_outdated(known):
        _keep_anew(user.id, known, password)
    return user


def is_password_of(user: User, password: str) -> bool:
    """Whether somebody who is logged in knows their password."""
    return matches(user.password_hash, password)


def _keep_anew(user_id: int, known: str, password: str) -> None:
    """Unless it has been changed meanwhile."""
    anew = hashed_password(password)
    with writing() as session:
        same = User.id == user_id, User.password_hash == known
        session.execute(update(User).where(*same).values(password_hash=anew))
