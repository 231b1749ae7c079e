"""Sessions: where somebody is logged in. A cookie is worth nothing once its row is gone or its epoch is over."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ranker.actions.accounts.tokens import hashed, new_secret
from ranker.database import writing
from ranker.extensions import db
from ranker.models import User, UserSession, now

MOST_SESSIONS = 20
SEEN_EVERY = dt.timedelta(hours=1)
CONFIRMED_FOR = dt.timedelta(minutes=5)
LONGEST_DEVICE = 60
# Of plain columns and made once, for every page asks: a third of the time that loading the account would take.
SESSIONS, USERS = UserSession.__table__.c, User.__table__.c
KNOWN = (
    *(SESSIONS.public_id, SESSIONS.kept),
    *(USERS.id, USERS.name, USERS.is_admin, USERS.curates, USERS.view, USERS.reveals_singly, USERS.language),
)
WHOSE = (
    select(*KNOWN, SESSIONS.created_at, SESSIONS.seen_at, SESSIONS.confirmed_at)
    .join_from(UserSession.__table__, User.__table__, SESSIONS.user_id == USERS.id)
    .where(SESSIONS.token_hash == bindparam("token_hash"), SESSIONS.epoch == USERS.session_epoch, ~USERS.disabled)
)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that has not ended, with what every page wants to know of its account.

    is_confirmed: whoever sits there has said again who they are, minutes ago.
    """

    is_confirmed: bool
    public_id: str
    kept: bool
    user_id: int
    name: str
    is_admin: bool
    curates: int
    view: str
    reveals_singly: bool
    language: str | None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as its owner is shown it."""

    public_id: str
    device: str
    kept: bool
    began: dt.datetime
    seen: dt.datetime


def begin_session(user: User, device: str, kept: bool = False) -> str:
    """A new session of this account; returns the token for its cookie.

    It belongs to the epoch in which the account was looked at: if all sessions are ended meanwhile, so is this one.
    """
    secret = new_secret()
    row = {"user_id": user.id, "epoch": user.session_epoch, "kept": kept, "device": device[:LONGEST_DEVICE]}
    with writing() as session:
        _make_room(session, user.id)
        session.execute(insert(UserSession).values(token_hash=hashed(secret), **row))
    return secret


def session_of(secret: str) -> OpenSession | None:
    """Whose session a cookie's token opens; None when it has ended. One query, and a write once an hour."""
    row = db.session.execute(WHOSE, {"token_hash": hashed(secret)}).first()
    if row is None:
        return None
    idle = now() - row.seen_at
    if idle > _idle_limit(row.kept) or now() - row.created_at > current_app.config["SESSION_LENGTH"]:
        return None
    if idle > min(SEEN_EVERY, _idle_limit(row.kept) / 20):
        _note_seen(row.public_id)
    confirmed = row.confirmed_at is not None and now() - row.confirmed_at < CONFIRMED_FOR
    return OpenSession(confirmed, *row[: len(KNOWN)])


def confirm_session(public_id: str) -> None:
    """Notes that whoever sits there has just said again who they are."""
    with writing() as session:
        session.execute(update(UserSession).where(UserSession.public_id == public_id).values(confirmed_at=now()))


def sessions_of(user_id: int) -> tuple[SessionRow, ...]:
    """Where this account is logged in, the newest use first."""
    query = select(UserSession).where(UserSession.user_id == user_id)
    rows = db.session.scalars(query.order_by(UserSession.seen_at.desc(), UserSession.public_id))
    return tuple(
        SessionRow(row.public_id, row.device, row.kept, row.created_at, row.seen_at)
        for row in rows
        if now() - row.seen_at <= _idle_limit(row.kept)
    )


def end_session(user_id: int, public_id: str) -> None:
    """Ends one session of this account. What is not theirs is left alone."""
    with writing() as session:
        theirs = UserSession.user_id == user_id, UserSession.public_id == public_id
        session.execute(delete(UserSession).where(*theirs))


def end_sessions(user_id: int) -> None:
    """Makes every cookie of this account worthless, copied ones too."""
    with writing() as session:
        end_all(session, user_id)


def end_all(session: Session, user_id: int) -> None:
    """The same, as part of something larger. The epoch ends those that are being made at this moment too."""
    session.execute(update(User).where(User.id == user_id).values(session_epoch=User.session_epoch + 1))
    session.execute(delete(UserSession).where(UserSession.user_id == user_id))


def _make_room(session: Session, user_id: int) -> None:
    """Clears away sessions that have ended, and the longest unused ones beyond the most an account may have."""
    newest = (
        select(UserSession.token_hash)
        .where(UserSession.user_id == user_id, UserSession.created_at > now() - current_app.config["SESSION_LENGTH"])
        .order_by(UserSession.seen_at.desc())
        .limit(MOST_SESSIONS - 1)
    )
    kept = session.scalars(newest).all()
    session.execute(
        delete(UserSession).where(UserSession.user_id == user_id, UserSession.token_hash.not_in(kept)),
        execution_options={"synchronize_session": False},
    )


def _note_seen(public_id: str) -> None:
    with suppress(OperationalError), writing() as session:  # no page fails because this could not be written
        session.execute(update(UserSession).where(UserSession.public_id == public_id).values(seen_at=now()))


def _idle_limit(kept: bool) -> dt.timedelta:
    limit: dt.timedelta = current_app.config["STAY_IDLE" if kept else "SESSION_IDLE"]
    return limit
