"""What a fan does with newly unlocked moments, and what they note on a moment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ranker.actions.catalogue import expect_numbering
from ranker.database import insert, writing
from ranker.gate import Gate, NotHere
from ranker.models import MetMoment, Note, Progress, User

LONGEST_NOTE = 280


class NoteTooLong(ValueError):
    """A note holds one sentence, not a page."""


def greet(gate: Gate) -> None:
    """The fan has seen what they unlocked: nothing up to where they are is new any more."""
    position = gate.clearance.position
    with writing() as session:
        row = {"user_id": gate.viewer.user_id, "series_id": gate.state.id, "position": position, "greeted": position}
        keys = [Progress.user_id, Progress.series_id]
        session.execute(
            insert(Progress).values(**row).on_conflict_do_update(index_elements=keys, set_={"greeted": position})
        )
        expect_numbering(session, gate.state)


def meet(gate: Gate, token: str) -> None:
    """The fan has seen this one newly unlocked moment and leaves it in the pool. Raises NotHere."""
    moment_id = _visible_id(gate, token)
    with writing() as session:
        remember_met(session, gate, [moment_id])


def remember_met(session: Session, gate: Gate, moment_ids: Iterable[int]) -> None:
    """None of these is new to the fan any more, for one of them left their list or was looked at."""
    new = [id for id in moment_ids if gate.own_list.is_unlocked_since_greeting(id)]
    if new:
        rows = [{"user_id": gate.viewer.user_id, "moment_id": id} for id in new]
        session.execute(insert(MetMoment).values(rows).on_conflict_do_nothing())


def choose_reveal(user_id: int | None, singly: bool) -> None:
    """Whether newly unlocked moments are shown one at a time."""
    with writing() as session:
        session.execute(update(User).where(User.id == user_id).values(reveals_singly=singly))


def write_note(gate: Gate, token: str, text: str) -> None:
    """Keeps the fan's sentence on a moment they may see; an empty one takes back all they wrote up to here.

    Its label is the fan's progress now, which is never less than the moment's own.
    Raises NotHere, NoteTooLong, EpisodesRenumbered.
    """
    text = " ".join(text.split())
    if len(text) > LONGEST_NOTE:
        raise NoteTooLong
    moment_id = _visible_id(gate, token)
    key = {"user_id": gate.viewer.user_id, "moment_id": moment_id, "label": gate.clearance.position}
    with writing() as session:
        if text:
            _keep_note(session, key, text)
        else:
            mine = Note.user_id == key["user_id"], Note.moment_id == moment_id, Note.label <= key["label"]
            session.execute(update(Note).where(*mine).values(text=""))
        expect_numbering(session, gate.state)


def _keep_note(session: Session, key: dict[str, Any], text: str) -> None:
    newest = select(func.coalesce(func.max(Note.written), 0)).where(Note.user_id == key["user_id"])
    row = {"text": text, "written": (session.scalar(newest) or 0) + 1}
    keys = [Note.user_id, Note.moment_id, Note.label]
    session.execute(insert(Note).values(**key, **row).on_conflict_do_update(index_elements=keys, set_=row))


def _visible_id(gate: Gate, token: str) -> int:
    moment_id = gate.own_list.visible_id(token)
    if moment_id is None:
        raise NotHere(token)
    return moment_id
