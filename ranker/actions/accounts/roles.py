"""Who looks after the site: admins, and curators of a series. There is always an admin who can get in."""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.orm import Session

from ranker.actions.audit import Actor, Deed, record
from ranker.database import insert, one_writer_at_a_time, writing
from ranker.extensions import db
from ranker.models import Curator, Series, User

Account: TypeAlias = Row[*tuple[Any, ...]]
UNSYNCHRONIZED = {"synchronize_session": False}


class LastAdmin(Exception):
    """Without this account nobody could look after the site."""


class CannotServe(Exception):
    """Nobody can get in with this account: it is disabled, or has no password."""


class UnknownSeries(LookupError):
    """There is no such series."""


def grant_admin(actor: Actor, user_id: int) -> bool:
    """Makes somebody an admin; whether they were none. Raises CannotServe."""
    with writing() as session:
        one_writer_at_a_time(session)
        account = _account(session, user_id)
        if account.is_admin:
            return False
        _refuse_who_cannot_serve(account)
        _set_admin(session, actor, account, True)
    return True


def revoke_admin(actor: Actor, user_id: int) -> bool:
    """Makes an admin a fan like any other; whether they were one. Raises LastAdmin."""
    with writing() as session:
        one_writer_at_a_time(session)
        account = _account(session, user_id)
        if not account.is_admin:
            return False
        if is_last_admin(user_id):
            raise LastAdmin
        _set_admin(session, actor, account, False)
    return True


def grant_curator(actor: Actor, user_id: int, slug: str) -> bool:
    """Lets somebody look after a series; whether they did not before. Raises CannotServe, UnknownSeries."""
    with writing() as session:
        one_writer_at_a_time(session)
        account, series_id = _account(session, user_id), _series(session, slug)
        _refuse_who_cannot_serve(account)
        added = insert(Curator).values(user_id=user_id, series_id=series_id).on_conflict_do_nothing()
        if session.execute(added.returning(Curator.user_id)).first() is None:
            return False
        count_series_of(session, user_id)
        record(
            session, actor, Deed("curator.grant", account.name, series_id, after={"series": slug}, person_id=user_id)
        )
    return True


def revoke_curator(actor: Actor, user_id: int, slug: str) -> bool:
    """Lets somebody look after a series no more; whether they did. Raises UnknownSeries."""
    with writing() as session:
        one_writer_at_a_time(session)
        account, series_id = _account(session, user_id), _series(session, slug)
        gone = delete(Curator).where(Curator.user_id == user_id, Curator.series_id == series_id)
        if session.execute(gone.returning(Curator.user_id), execution_options=UNSYNCHRONIZED).first() is None:
            return False
        count_series_of(session, user_id)
        deed = Deed("curator.revoke", account.name, series_id, before={"series": slug}, person_id=user_id)
        record(session, actor, deed)
    return True


def count_series_of(session: Session, user_id: int) -> None:
    """Keeps beside the account how many series it looks after."""
    theirs = select(func.count()).where(Curator.user_id == user_id).scalar_subquery()
    session.execute(update(User).where(User.id == user_id).values(curates=theirs), execution_options=UNSYNCHRONIZED)


def is_last_admin(user_id: int) -> bool:
    """Whether this is the only admin who can get in. It stays true only under `one_writer_at_a_time`."""
    admins = db.session.scalars(select(User.id).where(User.is_admin, ~User.disabled)).all()
    return list(admins) == [user_id]


def _account(session: Session, user_id: int) -> Account:
    columns = User.id, User.name, User.is_admin, User.disabled, User.password_hash
    return session.execute(select(*columns).where(User.id == user_id)).one()


def _series(session: Session, slug: str) -> int:
    series_id = session.scalar(select(Series.id).where(Series.slug == slug))
    if series_id is None:
        raise UnknownSeries(slug)
    return series_id


def _refuse_who_cannot_serve(account: Account) -> None:
    if account.disabled or account.password_hash is None:
        raise CannotServe


def _set_admin(session: Session, actor: Actor, account: Account, is_admin: bool) -> None:
    session.execute(update(User).where(User.id == account.id).values(is_admin=is_admin))
    fields = {"admin": not is_admin}, {"admin": is_admin}
    action = "admin.grant" if is_admin else "admin.revoke"
    record(session, actor, Deed(action, account.name, None, *fields, account.id))
