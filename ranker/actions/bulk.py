"""Changing the episode or the status of many moments of a series at once, and taking that back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ranker.actions.audit import Actor, Deed, record
from ranker.actions.catalogue import episode_id_at, series_id_of, touch
from ranker.actions.moments import NeverPublished, UnknownMoment
from ranker.actions.renumbering import renumbered_since
from ranker.database import one_writer_at_a_time, writing
from ranker.models import PUBLISHED, RETIRED, AuditEntry, Episode, Moment

BULK = ("moments.change", "moments.undo")


class NothingToUndo(Exception):
    """There is no such change of this series, or one of its moments has changed since. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class MomentPlace:
    """What can be changed of many moments at once: the position of their episode, and their status."""

    position: int
    status: str

    def as_fields(self) -> dict[str, object]:
        return {"position": self.position, "status": self.status}


Places = Mapping[str, MomentPlace]


def change_moments(actor: Actor, slug: str, wanted: Places) -> int | None:
    """Gives each moment, by public id, its new place, all or none.

    Returns the audit entry to take it back by; None if there was nothing to change. A draft stays one, for publishing
    wants its preview to have been seen. Raises NeverPublished, UnknownMoment, UnknownEpisode.
    """
    with writing() as session:
        one_writer_at_a_time(session)
        series_id = series_id_of(session, slug)
        return _change(session, actor, series_id, wanted, "moments.change", slug)


def undo_change(actor: Actor, slug: str, entry: int) -> int | None:
    """Takes a change of many moments back, with one of its own. Raises NothingToUndo."""
    with writing() as session:
        one_writer_at_a_time(session)
        series_id = series_id_of(session, slug)
        query = select(AuditEntry.before, AuditEntry.after).where(
            AuditEntry.id == entry, AuditEntry.series_id == series_id, AuditEntry.action.in_(BULK)
        )
        found = session.execute(query).first()
        if found is None or renumbered_since(session, series_id, entry):
            raise NothingToUndo
        before, after = (_places(json.loads(text)) for text in found)
        if _as_they_are(session, series_id, list(after)) != after:
            raise NothingToUndo
        return _change(session, actor, series_id, before, "moments.undo", slug)


def _change(session: Session, actor: Actor, series_id: int, wanted: Places, action: str, slug: str) -> int | None:
    now = _as_they_are(session, series_id, list(wanted))
    if missing := wanted.keys() - now.keys():
        raise UnknownMoment(missing)
    changed = {public_id: place for public_id, place in wanted.items() if now[public_id] != place}
    if not changed:
        return None
    for public_id, place in changed.items():
        _place(session, series_id, public_id, now[public_id], place)
    before = {public_id: now[public_id].as_fields() for public_id in changed}
    after = {public_id: place.as_fields() for public_id, place in changed.items()}
    moved = any(now[public_id].position != place.position for public_id, place in changed.items())
    touch(session, series_id, recount=moved)
    return record(session, actor, Deed(action, slug, series_id, before, after))


def _place(session: Session, series_id: int, public_id: str, now: MomentPlace, wanted: MomentPlace) -> None:
    values: dict[str, Any] = {"episode_id": episode_id_at(session, series_id, wanted.position)}
    if wanted.status != now.status:
        if {now.status, wanted.status} != {PUBLISHED, RETIRED}:
            raise NeverPublished
        values |= {"status": wanted.status} | ({"merged_into": None} if wanted.status == PUBLISHED else {})
    session.execute(update(Moment).where(Moment.public_id == public_id).values(**values))


def _as_they_are(session: Session, series_id: int, public_ids: Sequence[str]) -> dict[str, MomentPlace]:
    query = (
        select(Moment.public_id, Episode.position, Moment.status)
        .join(Episode, Episode.id == Moment.episode_id)
        .where(Moment.series_id == series_id, Moment.public_id.in_(public_ids))
    )
    return {public_id: MomentPlace(position, status) for public_id, position, status in session.execute(query)}


def _places(fields: Mapping[str, Any]) -> dict[str, MomentPlace]:
    return {public_id: MomentPlace(**place) for public_id, place in fields.items()}
