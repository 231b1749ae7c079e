"""Taking an import back, as long as nothing has been built on it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ranker.actions.audit import Actor, Deed, record
from ranker.actions.catalogue import series_id_of, touch
from ranker.actions.import_steps import batches, change_episodes, change_moments, code_of, codes_of
from ranker.actions.renumbering import remember, renumbered_since, take_the_series
from ranker.database import writing
from ranker.desk.catalogue import TAKEN_BACK, last_import, series_as_file
from ranker.domain.renumbering import Renumbering
from ranker.exchange import SeriesFile
from ranker.exchange.plan import Kind
from ranker.models import AuditEntry, Episode, MetMoment, Moment, Note, Progress, SavedBallot, Series
from ranker.words import _

Fields = Mapping[str, Any]
Changes = dict[str, Fields]  # by what a step was done to


class NothingToUndo(Exception):
    """There is no such import, or something was built on it since. Nothing was changed.

    The message says what stands in the way.
    """


@dataclass(frozen=True, slots=True)
class _Imported:
    """What an import did, as the audit has it, by kind: the fields before (of what was there) and after."""

    before: Mapping[Kind, Changes]
    after: Mapping[Kind, Changes]

    def new(self, kind: Kind) -> list[str]:
        return [key for key in self.after[kind] if key not in self.before[kind]]


def undo_import(actor: Actor, slug: str, entry: int) -> None:
    """Takes the last import of a series back. Raises NothingToUndo.

    What it changed must be as it left it, and what it added must be used by nobody: no list, no note, no picture may
    hold its moments, and nobody may stand at its episodes. Then both are deleted.
    """
    try:
        with writing() as session:
            series_id = series_id_of(session, slug)
            take_the_series(session, series_id)
            done = _newest(session, slug, series_id, entry)
            _refuse_what_has_changed(series_as_file(slug), done)
            moved = _change_back(session, series_id, done)  # first, for moments may have gone to new episodes
            moved |= _take_away_moments(session, series_id, done.new(Kind.MOMENT))
            moved |= _take_away_episodes(session, series_id, done.new(Kind.EPISODE))
            record(session, actor, Deed(TAKEN_BACK, slug, series_id, *_as_told(done)))
            touch(session, series_id, recount=moved)
    except IntegrityError as error:
        raise NothingToUndo(_("Something hangs on one of its moments or episodes by now.")) from error


def _newest(session: Session, slug: str, series_id: int, entry: int) -> _Imported:
    last = last_import(slug)
    if last is None or last.entry != entry:
        raise NothingToUndo(_("It is not the last import that was not taken back."))
    if renumbered_since(session, series_id, entry):
        raise NothingToUndo(_("Episodes have come or gone since."))
    row = session.execute(select(AuditEntry.before, AuditEntry.after).where(AuditEntry.id == entry)).one()
    return _Imported(*(_by_kind(json.loads(text)) for text in row))


def _by_kind(fields: Mapping[str, Fields | None]) -> dict[Kind, Changes]:
    found: dict[Kind, Changes] = {kind: {} for kind in Kind}
    for name, values in fields.items():
        kind, _, key = name.partition(" ")
        if values is not None:  # of what is new there is nothing before
            found[Kind(kind)][key] = values
    return found


def _refuse_what_has_changed(now: SeriesFile, done: _Imported) -> None:
    """Raises NothingToUndo unless all the import wrote is as it wrote it."""
    known: dict[Kind, Changes] = {
        Kind.SERIES: {now.slug: now.model_dump(mode="json", exclude={"episodes", "moments"})},
        Kind.EPISODE: {f"{one.season}.{one.number}": one.model_dump(mode="json") for one in now.episodes},
        Kind.MOMENT: {one.key: one.model_dump(mode="json") for one in now.moments},
    }
    for kind, changes in done.after.items():
        for key, fields in changes.items():
            there = known[kind].get(key)
            if there is None or any(there[name] != value for name, value in fields.items()):
                raise NothingToUndo(_has_changed(kind, _name_of(there) or key))


def _has_changed(kind: Kind, name: str) -> str:
    match kind:
        case Kind.SERIES:
            return _("The series %(name)s has changed since.", name=name)
        case Kind.EPISODE:
            return _("The episode %(name)s has changed since.", name=name)
        case Kind.MOMENT:
            return _("The moment %(name)s has changed since.", name=name)


def _name_of(there: Fields | None) -> str:
    return f"“{there['title']}”" if there and there.get("title") else ""


def _take_away_moments(session: Session, series_id: int, public_ids: list[str]) -> bool:
    """Deletes them if nobody has used them. That somebody was shown one after unlocking it is no use of it."""
    moments = [
        row
        for batch in batches(public_ids)
        for row in session.execute(select(Moment.id, Moment.edition).where(Moment.public_id.in_(batch)))
    ]
    ids = {row.id for row in moments}
    editions = [row.edition for row in moments if row.edition is not None]
    if editions and _held(session, series_id, min(editions), ids):
        raise NothingToUndo(_("Fans have placed its moments in their lists."))
    for batch in batches(sorted(ids)):
        if session.scalar(select(exists().where(Note.moment_id.in_(batch)))):
            raise NothingToUndo(_("Fans have written notes on its moments."))
        session.execute(delete(MetMoment).where(MetMoment.moment_id.in_(batch)))
        session.execute(delete(Moment).where(Moment.id.in_(batch)))
    return bool(ids)


def _held(session: Session, series_id: int, edition: int, ids: set[int]) -> bool:
    """Whether any list, or a step that can be taken back or again, holds one of these moments."""
    query = select(SavedBallot.moments, SavedBallot.past, SavedBallot.future)
    rows = session.execute(query.where(SavedBallot.series_id == series_id, SavedBallot.edition >= edition))
    return any(not ids.isdisjoint(order) for row in rows for order in (row.moments, *row.past, *row.future))


def _take_away_episodes(session: Session, series_id: int, keys: list[str]) -> bool:
    """Deletes them, the last ones of the series, if nobody has got there."""
    if not keys:
        return False
    codes = codes_of(session, series_id)
    ids = [codes[code_of(key)] for key in keys]
    first = min(position for batch in batches(ids) for position in session.scalars(_positions(batch)))
    of_series = Progress.series_id == series_id, or_(Progress.position >= first, Progress.furthest >= first)
    later = SavedBallot.series_id == series_id, SavedBallot.progress >= first
    if session.scalar(select(exists().where(*of_series))) or session.scalar(select(exists().where(*later))):
        raise NothingToUndo(_("Fans have got to its episodes."))
    for batch in batches(ids):
        session.execute(delete(Episode).where(Episode.id.in_(batch)))
    remember(session, series_id, Renumbering(first, None))
    return True


def _positions(ids: Any) -> Any:
    return select(Episode.position).where(Episode.id.in_(ids))


def _change_back(session: Session, series_id: int, done: _Imported) -> bool:
    """Whether a label has moved by it."""
    codes = codes_of(session, series_id)
    for fields in done.before[Kind.SERIES].values():
        session.execute(update(Series).where(Series.id == series_id).values(**fields))
    for batch in batches(list(done.before[Kind.EPISODE].items())):
        change_episodes(session, codes, [(key, _with_dates(fields)) for key, fields in batch])
    for batch in batches(list(done.before[Kind.MOMENT].items())):
        change_moments(session, codes, batch)
    return any("episode" in fields for fields in done.before[Kind.MOMENT].values())


def _with_dates(fields: Fields) -> Fields:
    """JSON has no dates."""
    day = fields.get("airdate")
    return {**fields, "airdate": dt.date.fromisoformat(day)} if day else fields


def _as_told(done: _Imported) -> tuple[Fields, Fields]:
    """What was there before it was taken back, and after."""
    names = [(kind, key) for kind in Kind for key in done.after[kind]]
    return (
        {f"{kind} {key}": done.after[kind][key] for kind, key in names},
        {f"{kind} {key}": done.before[kind].get(key) for kind, key in names},
    )
