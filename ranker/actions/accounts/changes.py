"""Changing one's name and password."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ranker.actions.accounts.names import check_name, name_key, tidy_name
from ranker.actions.accounts.passwords import check_password, hashed_password
from ranker.actions.accounts.registering import giving_a_name
from ranker.actions.accounts.sessions import end_all
from ranker.actions.accounts.taken_names import was_taken_from
from ranker.database import writing
from ranker.extensions import db
from ranker.models import User


class NameTakenAway(ValueError):
    """The desk has taken this name from this account. Nothing was changed."""


def change_name(user_id: int, name: str) -> None:
    """Raises NameRefused, NameTaken, NameTakenAway. Capitals and ways of writing of one's own name may change."""
    name = tidy_name(name)
    check_name(name)
    with giving_a_name() as session:
        if was_taken_from(session, user_id, name_key(name)):
            raise NameTakenAway
        session.execute(update(User).where(User.id == user_id).values(name=name, name_key=name_key(name)))


def change_password(user: User, password: str) -> User:
    """Sets the password and ends all sessions of the account, this one too. Raises PasswordRefused."""
    check_password(password, user.name)
    password_hash = hashed_password(password)
    with writing() as session:
        return put_password(session, user.id, password_hash)


def put_password(session: Session, user_id: int, password_hash: str) -> User:
    """The same, as part of something larger; returns the account in its new epoch."""
    session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))
    end_all(session, user_id)
    user = session.get_one(User, user_id)
    session.refresh(user)
    return user


def choose_language(user_id: int, language: str) -> None:
    """None that is chosen leaves it to the browser."""
    with writing() as session:
        session.execute(update(User).where(User.id == user_id).values(language=language or None))


def account_named(name: str) -> int | None:
    """The id of the account of this name, if there is one."""
    return db.session.scalar(select(User.id).where(User.name_key == name_key(name)))
