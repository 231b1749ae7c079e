"""Tokens for programs: each reads, or reads and changes, what its owner could. Shown once, kept as hashes."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import OperationalError

from ranker.actions.accounts.tokens import hashed, new_secret
from ranker.database import one_writer_at_a_time, writing
from ranker.domain.clearance import View
from ranker.extensions import db
from ranker.models import ApiToken, User, now

MOST_TOKENS = 20
LONGEST_NAME = 40
PREFIX = "ranker_"  # so that whoever finds one lying about, or a scanner, knows what it is
USED_EVERY = dt.timedelta(hours=1)


class Scope(StrEnum):
    """What a token may do."""

    READ = "read"
    WRITE = "write"


class TooManyTokens(Exception):
    """The account has as many as it can have."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose token it is, and what it may do."""

    user_id: int
    name: str
    view: View
    reveals_singly: bool
    scope: Scope


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as its owner is shown it."""

    public_id: str
    name: str
    scope: Scope
    made: dt.datetime
    used: dt.datetime | None


def make_token(user_id: int, name: str, scope: Scope) -> str:
    """A new token; its secret is in no place but this answer. Raises TooManyTokens."""
    secret = PREFIX + new_secret()
    row = {"user_id": user_id, "token_hash": hashed(secret), "name": name[:LONGEST_NAME], "scope": scope.value}
    with writing() as session:
        one_writer_at_a_time(session)
        count = select(func.count()).select_from(ApiToken).where(ApiToken.user_id == user_id)
        if (session.scalar(count) or 0) >= MOST_TOKENS:
            raise TooManyTokens
        session.execute(insert(ApiToken).values(**row))
    return secret


def owner_of(secret: str) -> Owner | None:
    """Whose token this is; None for one that is not known, or whose owner's account is closed."""
    query = (
        select(User.id, User.name, User.view, User.reveals_singly, ApiToken.scope, ApiToken.id, ApiToken.used_at)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.token_hash == hashed(secret), ~User.disabled)
    )
    row = db.session.execute(query).first()
    if row is None:
        return None
    if row.used_at is None or now() - row.used_at > USED_EVERY:
        _note_used(row[5])
    return Owner(row[0], row.name, View(row.view), row.reveals_singly, Scope(row.scope))


def tokens_of(user_id: int) -> tuple[TokenRow, ...]:
    query = select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id)
    return tuple(
        TokenRow(row.public_id, row.name, Scope(row.scope), row.created_at, row.used_at)
        for row in db.session.scalars(query)
    )


def revoke_token(user_id: int, public_id: str) -> None:
    """Ends a token of this account. What is not theirs is left alone."""
    with writing() as session:
        session.execute(delete(ApiToken).where(ApiToken.user_id == user_id, ApiToken.public_id == public_id))


def _note_used(id: int) -> None:
    with suppress(OperationalError), writing() as session:  # no answer fails because this could not be written
        session.execute(update(ApiToken).where(ApiToken.id == id).values(used_at=now()))
