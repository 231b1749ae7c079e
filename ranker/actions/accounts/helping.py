"""What admins do for somebody else's account when its owner cannot: end its sessions, give them a new password."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ranker.actions.accounts.sessions import end_all
from ranker.actions.accounts.tokens import Purpose, issue
from ranker.actions.audit import Actor, Deed, record
from ranker.database import writing
from ranker.models import User, UserSession


def log_out_everywhere(actor: Actor, user_id: int) -> int:
    """Makes every cookie of an account worthless, copied ones too; returns how many sessions that ended."""
    with writing() as session:
        ended = session.scalar(select(func.count()).select_from(UserSession).where(UserSession.user_id == user_id)) or 0
        end_all(session, user_id)
        record(session, actor, _deed(session, "account.log_out", user_id))
    return ended


def recovery_link_for(actor: Actor, user_id: int) -> str:
    """The secret of a link with which the owner of an account chooses a new password, to be handed over to them."""
    with writing() as session:
        secret = issue(session, Purpose.RECOVER, user_id)
        record(session, actor, _deed(session, "account.recover", user_id))
    return secret


def _deed(session: Session, action: str, user_id: int) -> Deed:
    name = session.scalars(select(User.name).where(User.id == user_id)).one()
    return Deed(action, name, person_id=user_id)
