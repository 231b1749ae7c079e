"""Who changed what and when: one entry for each thing done at the desk, in the same transaction as the change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from ranker.models import AuditEntry

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something at the desk; `user_id` is None when it was not done by an account."""

    user_id: int | None
    name: str


COMMAND_LINE = Actor(None, "command line")
SOMEBODY_WHO_LEFT = "somebody who left"


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done: `action` is a noun and a verb (`moment.edit`), `subject` a slug, public id or name.

    before, after: the fields it touched, as JSON can hold them; None where there was nothing, or is nothing left.
    person_id: the account it was done to, if it was done to one.
    """

    action: str
    subject: str
    series_id: int | None = None
    before: Fields | None = None
    after: Fields | None = None
    person_id: int | None = None


def record(session: Session, actor: Actor, deed: Deed) -> int:
    """Writes the deed down and returns the entry's id. Of two versions of the same fields only what differs is kept."""
    before, after = _differing(deed.before, deed.after)
    entry: int = session.execute(
        insert(AuditEntry)
        .values(
            actor_id=actor.user_id,
            actor=actor.name,
            series_id=deed.series_id,
            person_id=deed.person_id,
            action=deed.action,
            subject=deed.subject,
            before=_packed(before),
            after=_packed(after),
        )
        .returning(AuditEntry.id)
    ).scalar_one()
    return entry


def forget_person(session: Session, user_id: int) -> None:
    """Before an account goes: what was done to it stays written down, but not whose it was, nor what it was called."""
    theirs = update(AuditEntry).where(AuditEntry.person_id == user_id)
    session.execute(theirs.values(subject=SOMEBODY_WHO_LEFT))
    session.execute(theirs.where(AuditEntry.action.startswith("name.")).values(before=None, after=None))


def _differing(before: Fields | None, after: Fields | None) -> tuple[Fields | None, Fields | None]:
    if before is None or after is None:
        return before, after
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def _packed(fields: Fields | None) -> str | None:
    return None if fields is None else json.dumps(fields, ensure_ascii=False, default=str)
