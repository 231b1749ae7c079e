"""E-mail addresses: for getting back in, and for nothing else. One is good for that once its owner has confirmed it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ranker.actions.accounts.changes import put_password
from ranker.actions.accounts.passwords import check_password, hashed_password
from ranker.actions.accounts.tokens import Purpose, SpentToken, issue, redeem
from ranker.database import writing
from ranker.extensions import db
from ranker.models import OneTimeToken, User, now

# What browsers take in a field for e-mail (HTML standard, "valid e-mail address"), with a dot in the domain.
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{LABEL}(?:\.{LABEL})+")
LONGEST_EMAIL = 254
MOST_LINKS = 3  # that are good at one time, so that nobody's letter box is filled


class EmailRefused(ValueError):
    """That is not an address we could write to."""


@dataclass(frozen=True, slots=True)
class OwnEmail:
    """The address of an account, as its owner is shown it, and the language they have chosen, if any."""

    address: str
    confirmed: bool
    language: str | None


@dataclass(frozen=True, slots=True)
class RecoveryLink:
    """A link to be sent: to the address as it was confirmed, never to the one that somebody has just typed."""

    name: str
    address: str
    secret: str
    language: str | None


def check_email(address: str) -> None:
    """Raises EmailRefused."""
    if len(address) > LONGEST_EMAIL or not EMAIL.fullmatch(address):
        raise EmailRefused


def email_of(user_id: int) -> OwnEmail | None:
    query = select(User.email, User.email_confirmed, User.language).where(User.id == user_id)
    row = db.session.execute(query).first()
    return OwnEmail(row.email, row.email_confirmed, row.language) if row and row.email else None


def change_email(user_id: int, address: str) -> str:
    """Keeps the address, unconfirmed; returns the secret of the link that confirms it. Raises EmailRefused."""
    check_email(address)
    with writing() as session:
        values = {"email": address, "email_key": address.lower(), "email_confirmed": False}
        session.execute(update(User).where(User.id == user_id).values(**values))
        return issue(session, Purpose.CONFIRM, user_id, address)


def forget_email(user_id: int) -> None:
    with writing() as session:
        values = {"email": None, "email_key": None, "email_confirmed": False}
        session.execute(update(User).where(User.id == user_id).values(**values))


def confirm_email(secret: str) -> None:
    """For whoever has the letter. Raises SpentToken, also when the account has another address by now."""
    with writing() as session:
        redeemed = redeem(session, Purpose.CONFIRM, secret)
        theirs = User.id == redeemed.user_id, User.email == redeemed.email
        changed = session.execute(update(User).where(*theirs).values(email_confirmed=True).returning(User.id)).first()
        if changed is None:
            raise SpentToken


def recovery_links(address: str) -> list[RecoveryLink]:
    """A link for each account that has confirmed this address, unless enough of them are under way."""
    query = select(User.id, User.name, User.email, User.language).where(
        User.email_key == address.lower(), User.email_confirmed, ~User.disabled
    )
    with writing() as session:
        return [
            RecoveryLink(row.name, row.email, issue(session, Purpose.RECOVER, row.id, row.email), row.language)
            for row in session.execute(query).all()
            if _links_under_way(session, row.id) < MOST_LINKS
        ]


def recover_with_link(secret: str, password: str) -> User:
    """Sets a new password and ends all sessions, for a link that is spent by it. Raises PasswordRefused, SpentToken."""
    check_password(password, "")
    password_hash = hashed_password(password)
    with writing() as session:
        user_id = redeem(session, Purpose.RECOVER, secret).user_id
        open_account = select(User.id).where(User.id == user_id, ~User.disabled)
        if user_id is None or session.scalar(open_account) is None:
            raise SpentToken
        return put_password(session, user_id, password_hash)


def _links_under_way(session: Session, user_id: int) -> int:
    under_way = (
        OneTimeToken.user_id == user_id,
        OneTimeToken.purpose == Purpose.RECOVER.value,
        OneTimeToken.expires_at > now(),
    )
    return session.scalar(select(func.count()).where(*under_way)) or 0
