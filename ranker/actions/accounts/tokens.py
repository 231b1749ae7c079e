"""Secrets that are handed out once and kept only as hashes: links in letters, challenges of passkeys.

They are long and random, so a plain hash protects them: there is nothing to guess.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, exists, insert, select
from sqlalchemy.orm import Session

from ranker.extensions import db
from ranker.models import OneTimeToken, now

BYTES = 32


class Purpose(StrEnum):
    """What a token is good for, and for nothing else."""

    RECOVER = "recover"
    CONFIRM = "confirm"
    PASSKEY = "passkey"


LIFETIME = {
    Purpose.RECOVER: dt.timedelta(minutes=30),
    Purpose.CONFIRM: dt.timedelta(days=2),
    Purpose.PASSKEY: dt.timedelta(minutes=5),
}


class SpentToken(LookupError):
    """The token was used before, is too old, or never was."""


@dataclass(frozen=True, slots=True)
class Redeemed:
    user_id: int | None
    email: str | None


def new_secret() -> str:
    return secrets.token_urlsafe(BYTES)


def hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def issue(session: Session, purpose: Purpose, user_id: int | None = None, email: str | None = None) -> str:
    """A new token; those whose time is over are cleared away on the occasion."""
    session.execute(delete(OneTimeToken).where(OneTimeToken.expires_at < now()))
    secret = new_secret()
    row = {"purpose": purpose.value, "user_id": user_id, "email": email, "expires_at": now() + LIFETIME[purpose]}
    session.execute(insert(OneTimeToken).values(token_hash=hashed(secret), **row))
    return secret


def redeem(session: Session, purpose: Purpose, secret: str) -> Redeemed:
    """Spends the token: of two who come with it at once, one is served. Raises SpentToken."""
    spent = delete(OneTimeToken).where(*_open(purpose, secret))
    row = session.execute(spent.returning(OneTimeToken.user_id, OneTimeToken.email)).first()
    if row is None:
        raise SpentToken
    return Redeemed(row.user_id, row.email)


def is_open(purpose: Purpose, secret: str) -> bool:
    """Whether the token could be redeemed now."""
    return bool(db.session.scalar(select(exists().where(*_open(purpose, secret)))))


def _open(purpose: Purpose, secret: str) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeToken.token_hash == hashed(secret),
        OneTimeToken.purpose == purpose.value,
        OneTimeToken.expires_at > now(),
    )
