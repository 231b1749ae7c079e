"""Suggesting a moment, taking that back, and what the desk decides about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from ranker.actions.audit import Actor, Deed, record
from ranker.actions.catalogue import episode_id_at, expect_numbering
from ranker.database import one_writer_at_a_time, writing
from ranker.domain.from_fans import SuggestionState
from ranker.gate import Gate, NotHere
from ranker.models import PUBLISHED, Moment, Suggestion, now

LONGEST_TITLE = 120
LONGEST_TEXT = 500
LONGEST_REASON = 280
# What its author may have been told is waiting: sent again it is the same suggestion.
STANDING = (SuggestionState.WAITING, SuggestionState.ACCEPTED, SuggestionState.MERGED)
UNSYNCHRONIZED = {"synchronize_session": False}


class UnseenEpisode(ValueError):
    """A fan suggests moments of episodes they have seen. Nothing was changed."""


class DecidedBefore(Exception):
    """Somebody else has decided in the meantime, or its author took it back. Nothing was changed."""


class NotTheSame(ValueError):
    """A suggestion is the same as a published moment of its series. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class SuggestionText:
    """What a fan writes: a title, what happens and why it belongs here, and the position of its episode."""

    title: str
    text: str
    position: int


def send_suggestion(gate: Gate, wish: SuggestionText) -> None:
    """Puts it before the desk. Its label is where the fan stands, which is never before its episode.

    The same one sent twice is there once. Raises UnseenEpisode, EpisodesRenumbered.
    """
    if not 1 <= wish.position <= gate.clearance.position:
        raise UnseenEpisode
    with writing() as session:
        one_writer_at_a_time(session)
        expect_numbering(session, gate.state)
        key = {"user_id": gate.viewer.user_id, "series_id": gate.state.id, "label": gate.clearance.position}
        said = {"title": wish.title, "episode_id": episode_id_at(session, gate.state.id, wish.position)}
        same = select(Suggestion.id).filter_by(**key, **said).where(Suggestion.state.in_(STANDING))
        if session.execute(same).first() is None:
            session.execute(insert(Suggestion).values(**key, **said, text=wish.text))


def withdraw_suggestion(gate: Gate, public_id: str) -> None:
    """Takes back a suggestion that waits, for all its author knows. Raises NotHere."""
    if not gate.from_fans.is_waiting(public_id):
        raise NotHere(public_id)
    with writing() as session:
        where = Suggestion.public_id == public_id, Suggestion.state.in_(STANDING)
        session.execute(update(Suggestion).where(*where).values(state=SuggestionState.WITHDRAWN))


# At the desk


def merge_suggestion(actor: Actor, public_id: str, into: str) -> None:
    """Says that it is the same as a published moment of the series. Raises DecidedBefore, NotTheSame."""
    with writing() as session:
        one = _waiting(session, public_id)
        same = Moment.public_id == into, Moment.series_id == one.series_id, Moment.status == PUBLISHED
        moment_id = session.scalar(select(Moment.id).where(*same))
        if moment_id is None:
            raise NotTheSame
        _decide(session, actor, one, SuggestionState.MERGED, moment_id=moment_id)


def decline_suggestion(actor: Actor, public_id: str, reason: str) -> None:
    """Declines it with a reason that its author reads, and nobody else. Raises DecidedBefore."""
    with writing() as session:
        _decide(session, actor, _waiting(session, public_id), SuggestionState.DECLINED, reason=reason)


def reopen_suggestion(actor: Actor, public_id: str) -> None:
    """Takes a decision back: it waits again. A moment that was made of it stays. Raises DecidedBefore."""
    with writing() as session:
        one = _suggestion(session, public_id)
        if one is None or one.state in (SuggestionState.WAITING, SuggestionState.WITHDRAWN):
            raise DecidedBefore
        _decide(session, actor, one, SuggestionState.WAITING)


def accept_suggestion(session: Session, actor: Actor, public_id: str, series_id: int, moment_id: int) -> None:
    """Notes which moment was made of it, as part of making that. Raises DecidedBefore."""
    one = _waiting(session, public_id)
    if one.series_id != series_id:
        raise DecidedBefore
    _decide(session, actor, one, SuggestionState.ACCEPTED, moment_id=moment_id)


def _decide(session: Session, actor: Actor, one: Row[*tuple[Any, ...]], state: SuggestionState, **more: Any) -> None:
    """Of two who decide at once the second finds it decided."""
    fields = {"state": state.value, "reason": None, "moment_id": None, **more}
    changed = update(Suggestion).where(Suggestion.id == one.id, Suggestion.state == one.state)
    decided_at = None if state is SuggestionState.WAITING else now()
    done = changed.values(**fields, decided_at=decided_at).returning(Suggestion.id)
    if session.execute(done, execution_options=UNSYNCHRONIZED).first() is None:
        raise DecidedBefore
    before = {"state": one.state, "reason": one.reason, "moment_id": one.moment_id}
    action = f"suggestion.{'reopen' if state is SuggestionState.WAITING else state.value}"
    record(session, actor, Deed(action, one.public_id, one.series_id, before, fields))


def _waiting(session: Session, public_id: str) -> Row[*tuple[Any, ...]]:
    one = _suggestion(session, public_id)
    if one is None or one.state != SuggestionState.WAITING:
        raise DecidedBefore
    return one


def _suggestion(session: Session, public_id: str) -> Row[*tuple[Any, ...]] | None:
    columns = Suggestion.id, Suggestion.public_id, Suggestion.series_id, Suggestion.state, Suggestion.moment_id
    query = select(*columns, Suggestion.reason).where(Suggestion.public_id == public_id)
    return session.execute(query).first()
