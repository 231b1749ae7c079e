"""Invitations: links with which so many people may make an account, for a while."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, insert, select, update
from sqlalchemy.orm import Session

from ranker.actions.accounts.tokens import hashed, new_secret
from ranker.actions.audit import Actor, Deed, record
from ranker.database import writing
from ranker.extensions import db
from ranker.models import Invite, now

MOST_USES, MOST_DAYS = 500, 365
LONGEST_LABEL = 60
UNSYNCHRONIZED = {"synchronize_session": False}


class SpentInvite(LookupError):
    """The invitation is used up, too old or revoked, or never was."""


class InviteState(StrEnum):
    """What has become of an invitation."""

    OPEN = "open"
    USED_UP = "used up"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class InviteRow:
    """An invitation as the desk lists it."""

    public_id: str
    label: str
    uses: int
    used: int
    expires: dt.datetime
    state: InviteState

    @property
    def is_open(self) -> bool:
        return self.state is InviteState.OPEN


def make_invite(actor: Actor, label: str, uses: int, days: int) -> str:
    """A new invitation for `uses` people within `days`; returns its secret, which is shown once and not kept."""
    secret = new_secret()
    row = {"label": label[:LONGEST_LABEL], "uses": uses, "expires_at": now() + dt.timedelta(days=days)}
    with writing() as session:
        session.execute(insert(Invite).values(token_hash=hashed(secret), **row))
        record(session, actor, Deed("invite.make", label[:LONGEST_LABEL], after={"uses": uses, "days": days}))
    return secret


def is_open_invite(secret: str) -> bool:
    return bool(db.session.scalar(select(exists().where(*_open(secret)))))


def use_invite(session: Session, secret: str) -> None:
    """Uses the invitation up once: the last place goes to one, however many ask at once. Raises SpentInvite."""
    used = update(Invite).where(*_open(secret)).values(used=Invite.used + 1)
    if session.execute(used.returning(Invite.id), execution_options=UNSYNCHRONIZED).first() is None:
        raise SpentInvite


def revoke_invite(actor: Actor, public_id: str) -> None:
    """Takes an invitation back; who came with it stays."""
    with writing() as session:
        revoked = update(Invite).where(Invite.public_id == public_id, ~Invite.revoked).values(revoked=True)
        for label in session.scalars(revoked.returning(Invite.label), execution_options=UNSYNCHRONIZED):
            record(session, actor, Deed("invite.revoke", label))


def all_invites() -> tuple[InviteRow, ...]:
    """Every invitation, the newest first."""
    rows = db.session.scalars(select(Invite).order_by(Invite.created_at.desc(), Invite.id.desc()))
    return tuple(InviteRow(row.public_id, row.label, row.uses, row.used, row.expires_at, _state(row)) for row in rows)


def _state(row: Invite) -> InviteState:
    if row.revoked:
        return InviteState.REVOKED
    if row.used >= row.uses:
        return InviteState.USED_UP
    return InviteState.EXPIRED if row.expires_at <= now() else InviteState.OPEN


def _open(secret: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Invite.token_hash == hashed(secret),
        Invite.used < Invite.uses,
        Invite.expires_at > now(),
        ~Invite.revoked,
    )
