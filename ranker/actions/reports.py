"""Saying that something is not right: with a moment, with a note on one, or with the name of a fan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from ranker.actions.audit import Actor, Deed, record
from ranker.actions.catalogue import episode_id_at, touch
from ranker.database import one_writer_at_a_time, writing
from ranker.domain.from_fans import Reporter, ReportKind, ReportState, moves_at_once
from ranker.domain.values import VisibleMoment
from ranker.gate import Gate, NotHere
from ranker.gate.public_lists import shown_owner
from ranker.models import Moment, Report, User, now

LONGEST_WORDS = 280


class NoLaterEpisode(ValueError):
    """A moment waits for an episode after its own that the fan has seen, for they can judge no other."""


class ReportedBefore(Exception):
    """The same fan has said the same, and nobody has looked yet. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A moment a fan can see, by its internal id."""

    id: int
    moment: VisibleMoment


def report_early(gate: Gate, public_id: str, position: int, words: str = "") -> bool:
    """Says that a moment should wait for the episode at `position`. Returns whether it does from now on, for everybody.

    When it moves the series is counted anew, and the audit has it with the fan as actor; else the desk is asked first
    (`moves_at_once`). Raises NotHere, NoLaterEpisode, ReportedBefore.
    """
    with writing() as session:
        one_writer_at_a_time(session)
        one = _reported(gate, public_id)
        if not one.moment.episode.position < position <= gate.clearance.position:
            raise NoLaterEpisode
        settled = bool(session.scalar(select(Moment.settled).where(Moment.id == one.id)))
        moves = moves_at_once(_reporter(session, gate), settled, gate.from_fans.moved_by_reports())
        places = {
            "from_episode_id": episode_id_at(session, gate.state.id, one.moment.episode.position),
            "to_episode_id": episode_id_at(session, gate.state.id, position),
        }
        _file(session, gate, ReportKind.EARLY, one, text=words, applied=moves, **places)
        if moves:
            move_later(session, _actor(gate), gate.state.id, one, position)
    return moves


def report_duplicate(gate: Gate, public_id: str, other: str, words: str = "") -> None:
    """Says that two moments the fan can see are the same one. Raises NotHere, ReportedBefore."""
    with writing() as session:
        one_writer_at_a_time(session)
        one, same = _reported(gate, public_id), _reported(gate, other)
        if one.id == same.id:
            raise NotHere(other)
        _file(session, gate, ReportKind.DUPLICATE, one, text=words, same_as=same.id)


def report_wrong(gate: Gate, public_id: str, words: str) -> None:
    """Says in words what else is wrong with a moment. Raises NotHere, ReportedBefore."""
    with writing() as session:
        one_writer_at_a_time(session)
        _file(session, gate, ReportKind.WRONG, _reported(gate, public_id), text=words)


def report_note(gate: Gate, note_id: str, kind: ReportKind, words: str = "") -> None:
    """Says that a note the fan can read gives something away or is unkind. Raises NotHere, ReportedBefore."""
    with writing() as session:
        one_writer_at_a_time(session)
        found = gate.from_fans.note(note_id)
        if found is None:
            raise NotHere(note_id)
        _file(session, gate, kind, _reported(gate, found[0].public_id), text=words, note_id=note_id)


def report_name(gate: Gate, name_key: str, kind: ReportKind, words: str = "") -> None:
    """Says that the name of a fan whose list the fan can read here gives something away or is unkind.

    Raises NotShared, ReportedBefore; and NotHere for one's own.
    """
    with writing() as session:
        one_writer_at_a_time(session)
        owner = shown_owner(gate, name_key)
        if owner.id == gate.viewer.user_id:
            raise NotHere(name_key)
        if gate.from_fans.has_reported_name(owner.id, kind):
            raise ReportedBefore
        subject = {"named_id": owner.id, "name": owner.name, "name_key": name_key}
        session.execute(insert(Report).values(**_by(gate), kind=kind.value, text=words, **subject))


def move_later(session: Session, actor: Actor, series_id: int, one: Reported, position: int) -> None:
    """Moves the label of a moment, which every viewer and every count follows."""
    episode_id = episode_id_at(session, series_id, position)
    session.execute(update(Moment).where(Moment.id == one.id).values(episode_id=episode_id))
    before, after = {"position": one.moment.episode.position}, {"position": position}
    record(session, actor, Deed("moment.too_early", one.moment.public_id, series_id, before, after))
    touch(session, series_id, recount=True)


def _reported(gate: Gate, public_id: str) -> Reported:
    for id, moment in gate.visible_named(public_id).items():
        return Reported(id, moment)
    raise NotHere(public_id)


def _file(session: Session, gate: Gate, kind: ReportKind, one: Reported, **more: Any) -> None:
    if gate.from_fans.has_reported(one.id, kind, more.get("note_id")):
        raise ReportedBefore
    session.execute(insert(Report).values(**_by(gate), kind=kind.value, moment_id=one.id, **more))


def _by(gate: Gate) -> dict[str, Any]:
    return {"user_id": gate.viewer.user_id, "series_id": gate.state.id, "label": gate.clearance.position}


def _reporter(session: Session, gate: Gate) -> Reporter:
    """What there is to know of the fan, in every series and wherever they stand now: these are facts of theirs."""
    mine = Report.user_id == gate.viewer.user_id, Report.kind == ReportKind.EARLY
    moved = select(func.count()).where(*mine, Report.applied, Report.state == ReportState.OPEN)
    reverted = select(func.max(Report.decided_at)).where(*mine, Report.state == ReportState.REVERTED)
    born = session.execute(select(User.created_at).where(User.id == gate.viewer.user_id)).scalar_one()
    last = session.scalar(reverted)
    return Reporter(now() - born, session.scalar(moved) or 0, now() - last if last else None)


def _actor(gate: Gate) -> Actor:
    return Actor(gate.viewer.user_id, gate.viewer.name or "")
