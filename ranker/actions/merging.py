"""Merging a moment into the one it is the same as: every list that holds either holds the survivor once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from ranker.actions.audit import Actor, Deed, record
from ranker.actions.catalogue import episode_id_at, touch
from ranker.actions.counting import digest_of
from ranker.actions.moments import UnknownMoment
from ranker.actions.renumbering import take_the_series
from ranker.database import insert, writing
from ranker.domain.merging import ListHistory, merged_history
from ranker.models import PROPOSED, PUBLISHED, RETIRED, Episode, MetMoment, Moment, Note, SavedBallot

BATCH = 5_000


class NotMergeable(ValueError):
    """A moment is merged into another one of its series that is published. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: how many stored lists it changed, at every progress."""

    lists: int


def merge_moments(actor: Actor, public_id: str, into: str, position: int | None = None) -> Merged:
    """Merges a moment into another, the survivor, in one transaction; the series is counted anew.

    Every stored list that holds either holds the survivor once, at the better place, its undo steps too. The survivor
    counts as offered since the earlier edition of the two, and from the later episode, or that at `position`. Notes on
    the merged one stay there and are copied for whoever has none on the survivor. The merged one is retired and points
    at the survivor. Raises UnknownMoment, NotMergeable, UnknownEpisode.
    """
    with writing() as session:
        take_the_series(session, _moment(session, public_id).series_id)
        merged, survivor = _moment(session, public_id), _moment(session, into)
        if not _fit(merged, survivor):
            raise NotMergeable
        label = position or max(merged.position, survivor.position)
        changed = _rewrite_lists(session, survivor.series_id, merged.id, survivor.id)
        _copy_notes(session, merged.id, survivor.id, label)
        _copy_meetings(session, merged.id, survivor.id)
        _close(session, merged, survivor, label)
        before = {"status": merged.status, "survivor": None, "position": survivor.position, "lists": None}
        after = {"status": RETIRED, "survivor": into, "position": label, "lists": changed}
        record(session, actor, Deed("moment.merge", public_id, survivor.series_id, before, after))
        touch(session, survivor.series_id, recount=True)
    return Merged(changed)


def _fit(merged: Row[*tuple[Any, ...]], survivor: Row[*tuple[Any, ...]]) -> bool:
    return (
        merged.id != survivor.id
        and merged.series_id == survivor.series_id
        and merged.status != PROPOSED
        and merged.merged_into is None
        and survivor.status == PUBLISHED
    )


def _rewrite_lists(session: Session, series_id: int, merged: int, survivor: int) -> int:
    """Rewrites all lists that hold the merged moment now or in a step; returns how many."""
    key = SavedBallot.user_id, SavedBallot.progress
    query = select(*key, SavedBallot.moments, SavedBallot.past, SavedBallot.future)
    rows = session.execute(query.where(SavedBallot.series_id == series_id)).all()
    new = [
        {"of_user": row.user_id, "at": row.progress, "order": later.order, "before": later.past, "after": later.future}
        | {"same": digest_of(later.order)}
        for row in rows
        if any(merged in order for order in (row.moments, *row.past, *row.future))
        for later in [merged_history(ListHistory(row.moments, row.past, row.future), merged, survivor)]
    ]
    table: Any = SavedBallot.__table__
    statement = (
        update(table)
        .where(
            table.c.series_id == series_id,
            table.c.user_id == bindparam("of_user"),
            table.c.progress == bindparam("at"),
        )
        .values(
            moments=bindparam("order"), past=bindparam("before"), future=bindparam("after"), digest=bindparam("same")
        )
    )
    for start in range(0, len(new), BATCH):
        session.connection().execute(statement, new[start : start + BATCH])
    return len(new)


def _copy_notes(session: Session, merged: int, survivor: int, label: int) -> None:
    """Of several notes of a fan that get the same label, the one written furthest on stays."""
    with_one = select(Note.user_id).where(Note.moment_id == survivor)
    query = select(Note.user_id, Note.label, Note.text, Note.written, Note.hidden).where(
        Note.moment_id == merged, Note.user_id.not_in(with_one)
    )
    copies = {
        (row.user_id, max(row.label, label)): {"text": row.text, "written": row.written, "hidden": row.hidden}
        for row in session.execute(query.order_by(Note.label))
    }
    rows = [{"user_id": user, "moment_id": survivor, "label": at, **note} for (user, at), note in copies.items()]
    if rows:
        session.execute(insert(Note).on_conflict_do_nothing(), rows)


def _copy_meetings(session: Session, merged: int, survivor: int) -> None:
    users = session.scalars(select(MetMoment.user_id).where(MetMoment.moment_id == merged)).all()
    if users:
        rows = [{"user_id": user, "moment_id": survivor} for user in users]
        session.execute(insert(MetMoment).on_conflict_do_nothing(), rows)


def _close(session: Session, merged: Row[*tuple[Any, ...]], survivor: Row[*tuple[Any, ...]], label: int) -> None:
    """Retires the merged one; whatever was merged into it before leads on to the survivor."""
    led_here = (Moment.id == merged.id) | (Moment.merged_into == merged.id)
    session.execute(update(Moment).where(led_here).values(merged_into=survivor.id))
    session.execute(update(Moment).where(Moment.id == merged.id).values(status=RETIRED))
    session.execute(
        update(Moment)
        .where(Moment.id == survivor.id)
        .values(
            episode_id=episode_id_at(session, survivor.series_id, label), edition=min(merged.edition, survivor.edition)
        )
    )


def _moment(session: Session, public_id: str) -> Row[*tuple[Any, ...]]:
    columns = Moment.id, Moment.series_id, Moment.status, Moment.edition, Moment.merged_into, Episode.position
    query = select(*columns).join(Episode, Episode.id == Moment.episode_id).where(Moment.public_id == public_id)
    found = session.execute(query).first()
    if found is None:
        raise UnknownMoment
    return found
