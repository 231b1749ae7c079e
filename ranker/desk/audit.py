"""What was done at the desk, by whom, when, and to what: with before and after. Curators read of their series only."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import ColumnElement, Row, case, func, or_, select

from ranker.desk.deeds import field_name, who, yes_or_no
from ranker.desk.keys import A_PAGE, From, page_of
from ranker.domain.diffs import Pieces, pieces_of, shortened
from ranker.extensions import db
from ranker.gate import NotHere, Query
from ranker.models import AuditEntry, DeletedSeries, Moment, Series, User

if TYPE_CHECKING:
    from ranker.desk import Desk

LARGE = 20_000  # characters; what is larger is read where it is looked at alone
FEW_FIELDS, MANY_FIELDS = 4, 300
SEPARATOR = "\x1f"  # between the names of fields within one another
ROOM = 160  # characters of a piece of text in the table


@dataclass(frozen=True, slots=True)
class AuditAsked:
    """Which entries somebody asks for; nothing asked for is all of them. Days are whole ones, UTC.

    person: as `name_key` writes names: who did it, or whom it was done to. action: `moment.edit`, or all of `moment`.
    """

    person: str = ""
    series: str = ""
    action: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What became of one field."""

    name: str
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done. `about` is what it was done to, in words; `address` where that is looked after, if anywhere.

    whole: nothing of it was left out in `changes`.
    """

    id: int
    at: dt.datetime
    actor: str
    action: str
    series: str | None
    about: str
    address: str | None
    changes: tuple[FieldChange, ...] = field(default=())
    whole: bool = True


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of entries, the newest first, and which actions there are to choose from."""

    entries: tuple[Entry, ...]
    more_before: bool
    more_after: bool
    actions: tuple[str, ...]

    @property
    def nouns(self) -> list[tuple[str, list[str]]]:
        """The actions by what they are done to: what stands before the dot."""
        return [(noun, list(actions)) for noun, actions in groupby(self.actions, lambda action: action.split(".")[0])]


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as it is exported: before and after as they were written down."""

    at: dt.datetime
    actor: str
    action: str
    series: str | None
    subject: str
    before: Any
    after: Any


def audit_page(desk: Desk, asked: AuditAsked, at: From[int]) -> AuditPage:
    """A page of what this desk may read."""
    small = func.coalesce(func.length(AuditEntry.before), 0) + func.coalesce(func.length(AuditEntry.after), 0) <= LARGE
    texts = [case((small, column)).label(column.key) for column in (AuditEntry.before, AuditEntry.after)]
    query = _entries(desk, asked).add_columns(*texts, small.label("is_small"))
    found = page_of(query, AuditEntry.id.expression, at, backwards=True)
    titles = _titles(found.rows, FEW_FIELDS)
    entries = tuple(_shortened(_entry(desk, row, titles, FEW_FIELDS), bool(row.is_small)) for row in found.rows)
    return AuditPage(entries, found.more_before, found.more_after, _actions(desk))


def audit_entry(desk: Desk, entry: int) -> Entry:
    """One entry, whole, or as much of it as a page can hold. Raises NotHere."""
    query = _entries(desk, AuditAsked()).add_columns(AuditEntry.before, AuditEntry.after)
    row = db.session.execute(query.where(AuditEntry.id == entry)).first()
    if row is None:
        raise NotHere(entry)
    return _entry(desk, row, _titles([row], MANY_FIELDS), MANY_FIELDS)


def recorded(desk: Desk, asked: AuditAsked) -> Iterator[Recorded]:
    """All of them, the newest first, a page at a time."""
    query = _entries(desk, asked).add_columns(AuditEntry.before, AuditEntry.after).order_by(AuditEntry.id.desc())
    last: int | None = None
    while True:
        part = query if last is None else query.where(AuditEntry.id < last)
        rows = db.session.execute(part.limit(A_PAGE)).all()
        for row in rows:
            texts = (json.loads(text) if text else None for text in (row.before, row.after))
            yield Recorded(row.at, row.actor, row.action, row.slug or row.deleted, row.name or row.subject, *texts)
        if len(rows) < A_PAGE:
            return
        last = rows[-1].id


def _entries(desk: Desk, asked: AuditAsked) -> Query:
    query = (
        select(
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.actor,
            AuditEntry.action,
            AuditEntry.subject,
            Series.slug,
            DeletedSeries.slug.label("deleted"),
            func.coalesce(Series.title, DeletedSeries.title).label("series"),
            User.name,
        )
        .outerjoin(Series, Series.id == AuditEntry.series_id)
        .outerjoin(DeletedSeries, DeletedSeries.id == AuditEntry.deleted_series_id)
        .outerjoin(User, User.id == AuditEntry.person_id)
    )
    return query.where(*_theirs(desk), *_asked_for(asked))


def _theirs(desk: Desk) -> Iterator[ColumnElement[bool]]:
    """What this desk may read of."""
    if not desk.is_admin:
        yield AuditEntry.series_id.in_(select(Series.id).where(Series.slug.in_(desk.curated)))


def _asked_for(asked: AuditAsked) -> Iterator[ColumnElement[bool]]:
    if asked.person:
        account = select(User.id).where(User.name_key == asked.person).scalar_subquery()
        gone = AuditEntry.actor_id.is_(None) & (func.lower(AuditEntry.actor) == asked.person)
        yield or_(AuditEntry.actor_id == account, AuditEntry.person_id == account, gone)
    if asked.series:
        yield AuditEntry.series_id == select(Series.id).where(Series.slug == asked.series).scalar_subquery()
    if asked.action:
        yield or_(AuditEntry.action == asked.action, AuditEntry.action.startswith(f"{asked.action}.", autoescape=True))
    if asked.first:
        yield AuditEntry.at >= _midnight(asked.first)
    if asked.last:
        yield AuditEntry.at < _midnight(asked.last) + dt.timedelta(days=1)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _actions(desk: Desk) -> tuple[str, ...]:
    return tuple(db.session.scalars(select(AuditEntry.action).where(*_theirs(desk)).distinct().order_by("action")))


def _entry(desk: Desk, row: Row[Any], titles: Mapping[str, str], fields: int) -> Entry:
    before, after = (_flat(json.loads(text)) if text else {} for text in (row.before, row.after))
    names = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
    changes = tuple(_change(name, before, after, titles) for name in names[:fields])
    about, address = _about(desk, row, titles)
    return Entry(row.id, row.at, who(row.actor), row.action, row.series, about, address, changes, len(names) <= fields)


def _shortened(entry: Entry, is_small: bool) -> Entry:
    """As the table has it."""
    short = [(change.name, *shortened(change.pieces, ROOM)) for change in entry.changes]
    changes = tuple(FieldChange(name, pieces) for name, pieces, _ in short)
    whole = entry.whole and is_small and not any(cut for *_, cut in short)
    return replace(entry, changes=changes, whole=whole)


def _about(desk: Desk, row: Row[Any], titles: Mapping[str, str]) -> tuple[str, str | None]:
    """What an entry is about, and where at this desk that is."""
    if row.name is not None:
        return row.name, f"/admin/people/{quote(row.name)}" if desk.is_admin else None
    if row.subject in titles:
        return titles[row.subject], f"/admin/moments/{row.subject}"
    if row.slug is not None and row.subject == row.slug:
        return row.series, f"/admin/series/{row.slug}"
    if row.deleted is not None and row.subject == row.deleted:
        return row.series, None
    return who(row.subject), None


def _change(name: str, before: Mapping[str, str], after: Mapping[str, str], titles: Mapping[str, str]) -> FieldChange:
    parts = name.split(SEPARATOR)
    words = " · ".join(titles.get(part.removeprefix("moment ")) or field_name(part) for part in parts)
    return FieldChange(words, pieces_of(before.get(name), after.get(name)))


def _flat(value: Any, name: str = "") -> dict[str, str]:
    """The fields of an entry as texts; of those within one another the names are joined."""
    if isinstance(value, dict):
        flat: dict[str, str] = {}
        for key, one in value.items():
            flat |= _flat(one, f"{name}{SEPARATOR}{key}" if name else str(key))
        return flat
    return {name: _text(value)}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return str(value)


def _titles(rows: Sequence[Row[Any]], fields: int) -> Mapping[str, str]:
    """The titles of the moments that the entries speak of by their public ids, in as many fields of each."""
    names = {row.subject for row in rows}
    for row in rows:
        for text in (row.before, row.after):
            names |= {name.removeprefix("moment ") for name in list(json.loads(text) if text else ())[:fields]}
    query = select(Moment.public_id, Moment.title).where(Moment.public_id.in_(names))
    return {public_id: title for public_id, title in db.session.execute(query)}  # noqa: C416
