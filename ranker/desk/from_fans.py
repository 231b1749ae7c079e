"""What fans suggest and report, as the desk reads it: one queue for all the series somebody looks after."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import aliased

from ranker.desk.moments import DeskMoment, every_moment, moment_of
from ranker.desk.names import DeskNameReport, name_report_of, name_reports, names_waiting
from ranker.domain.clearance import EpisodeCode
from ranker.domain.finding import alike
from ranker.domain.from_fans import ReportKind, ReportState, SuggestionState
from ranker.extensions import db
from ranker.gate import NotHere
from ranker.models import PUBLISHED, Episode, Moment, Note, Report, Series, Suggestion, User

if TYPE_CHECKING:
    from ranker.desk import Desk
    from ranker.gate import Query

A_PAGE = 50
MOST_DECIDED = 200
NEAREST = 3


class Part(StrEnum):
    """The parts of the queue."""

    WAITING = "waiting"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class DeskSuggestion:
    """A suggestion with everything there is to know of it.

    at: how far its author was when they wrote it. alike: the published moments with nearly this title, wherever they
    are in the story. became: the moment that was made of it, or that it is the same as.
    """

    public_id: str
    series_slug: str
    series_title: str
    title: str
    text: str
    episode: EpisodeCode
    at: EpisodeCode
    name: str
    written: dt.datetime
    state: SuggestionState
    reason: str | None
    became: DeskMoment | None
    alike: tuple[DeskMoment, ...] = ()
    is_report = is_name = False


@dataclass(frozen=True, slots=True)
class DeskReport:
    """A report with everything there is to know of it; `name` is None when its author's account is gone.

    was, wanted: of one that says "too early". note, hidden: of one on a note.
    """

    public_id: str
    series_slug: str
    series_title: str
    kind: ReportKind
    moment: DeskMoment
    text: str
    at: EpisodeCode
    name: str | None
    written: dt.datetime
    state: ReportState
    applied: bool
    was: EpisodeCode | None
    wanted: EpisodeCode | None
    same_as: DeskMoment | None
    note: str | None
    hidden: bool
    is_report = True
    is_name = False


Item: TypeAlias = DeskSuggestion | DeskReport | DeskNameReport


@dataclass(frozen=True, slots=True)
class Queue:
    """A page 1..`pages` of a part of the queue, and how many there are that wait, by series; names are of none."""

    part: Part
    items: tuple[Item, ...]
    page: int
    pages: int
    waiting: Mapping[str, int]
    names: int

    @property
    def total(self) -> int:
        return sum(self.waiting.values()) + self.names


def waiting(desk: Desk) -> dict[str, int]:
    """How many suggestions and reports wait in each series somebody looks after, by its slug; none is left out.

    But for reports on names, which belong to no series: `names_waiting`.
    """
    counts: Counter[str] = Counter()
    for table, state in ((Suggestion, SuggestionState.WAITING), (Report, ReportState.OPEN)):
        query = select(Series.slug, func.count()).join(table, table.series_id == Series.id).where(table.state == state)
        of_series = query.where(Report.named_id.is_(None)) if table is Report else query
        for slug, number in db.session.execute(of_series.group_by(Series.slug)):
            counts[slug] += number
    return {slug: number for slug, number in counts.items() if desk.looks_after(slug)}


def queue(desk: Desk, part: Part, slug: str | None, page: int) -> Queue:
    """A page of the queue, of one series or of all; a page there is not is the last one. Raises NotHere.

    What has changed something already comes first, then the oldest; what is decided is shown newest first. Names are
    in the queue of all, and only in an admin's.
    """
    slugs = [card.slug for card in ([desk.series_card(slug)] if slug else desk.all_series())]
    items: list[Item] = [
        *_suggestions(_part_of(Suggestion, part, slugs), part),
        *_reports(_part_of(Report, part, slugs), part),
    ]
    if desk.is_admin and slug is None:
        query = _newest(name_reports(_part_of(Report, part, slugs)), Report, part)
        items += [name_report_of(row) for row in db.session.execute(query)]
    if part is Part.WAITING:
        items.sort(key=_urgency)
    else:
        items.sort(key=lambda item: (item.written, item.public_id), reverse=True)
    pages = max(1, -(-len(items) // A_PAGE))
    page = min(max(1, page), pages)
    shown = items[(page - 1) * A_PAGE : page * A_PAGE]
    beside = _beside_the_like(shown) if part is Part.WAITING else shown
    return Queue(part, tuple(beside), page, pages, waiting(desk), names_waiting(desk))


def suggestion(desk: Desk, public_id: str) -> DeskSuggestion:
    """One suggestion. Raises NotHere, also for one its author took back."""
    left = Suggestion.public_id == public_id, Suggestion.state != SuggestionState.WITHDRAWN
    for one in _beside_the_like(_suggestions(left, Part.WAITING)):
        if isinstance(one, DeskSuggestion) and desk.looks_after(one.series_slug):
            return one
    raise NotHere(public_id)


def there_already(desk: Desk, slug: str, title: str) -> tuple[DeskMoment, ...]:
    """The published moments of a series with nearly this title, the nearest first. Raises NotHere."""
    return alike(title, _published({desk.series_card(slug).slug}).get(slug, ()), NEAREST)


def is_on_a_name(desk: Desk, public_id: str) -> bool:
    """Whether a report is on a name, which admins alone decide, or on something of a series. Raises NotHere."""
    query = select(Series.slug, Report.named_id).join(Report, Report.series_id == Series.id)
    row = db.session.execute(query.where(Report.public_id == public_id)).first()
    if row is None or not (desk.is_admin if row.named_id is not None else desk.looks_after(row.slug)):
        raise NotHere(public_id)
    return row.named_id is not None


def report(desk: Desk, public_id: str) -> DeskReport | DeskNameReport:
    """One report as it is now. Raises NotHere."""
    which = (Report.public_id == public_id,)
    if is_on_a_name(desk, public_id):
        return name_report_of(db.session.execute(name_reports(which)).one())
    return _reports(which, Part.WAITING)[0]


def _urgency(item: Item) -> tuple[object, ...]:
    return not (isinstance(item, DeskReport) and item.applied), item.written, item.public_id


def _beside_the_like(items: Sequence[Item]) -> list[Item]:
    """The items, each suggestion with the published moments that have nearly its title."""
    published = _published({item.series_slug for item in items if isinstance(item, DeskSuggestion)})
    return [
        replace(item, alike=alike(item.title, published.get(item.series_slug, ()), NEAREST))
        if isinstance(item, DeskSuggestion)
        else item
        for item in items
    ]


def _part_of(table: type[Suggestion | Report], part: Part, slugs: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    waits = table.state.in_((SuggestionState.WAITING, ReportState.OPEN))
    left = table.state != SuggestionState.WITHDRAWN
    return Series.slug.in_(slugs), waits if part is Part.WAITING else ~waits & left


def _suggestions(which: Sequence[ColumnElement[bool]], part: Part) -> list[DeskSuggestion]:
    of_its = Suggestion.public_id, Suggestion.title, Suggestion.text, Suggestion.state, Suggestion.reason
    about = Suggestion.moment_id, Suggestion.label, Suggestion.series_id, Suggestion.created_at
    episode = Episode.position, Episode.season, Episode.number
    query = (
        select(*of_its, *about, *episode, Series.slug, Series.title.label("series"), User.name)
        .join(Series, Series.id == Suggestion.series_id)
        .join(Episode, Episode.id == Suggestion.episode_id)
        .join(User, User.id == Suggestion.user_id)
        .where(*which)
    )
    rows = db.session.execute(_newest(query, Suggestion, part)).all()
    became = _moments_by_id([row.moment_id for row in rows])
    codes = _codes({row.series_id for row in rows})
    return [_suggestion(row, became, codes) for row in rows]


def _suggestion(
    row: Row[Any], became: Mapping[int, DeskMoment], codes: Mapping[tuple[int, int], EpisodeCode]
) -> DeskSuggestion:
    return DeskSuggestion(
        row.public_id,
        row.slug,
        row.series,
        row.title,
        row.text,
        EpisodeCode(row.position, row.season, row.number),
        codes[row.series_id, row.label],
        row.name,
        row.created_at,
        SuggestionState(row.state),
        row.reason,
        became.get(row.moment_id),
    )


def _reports(which: Sequence[ColumnElement[bool]], part: Part) -> list[DeskReport]:
    was, wanted = aliased(Episode), aliased(Episode)
    of_its = Report.public_id, Report.kind, Report.text, Report.state, Report.applied, Report.label, Report.created_at
    about = Report.moment_id, Report.same_as, Report.series_id, Note.text.label("note"), Note.hidden
    episodes = was.position.label("was"), wanted.position.label("wanted")
    query = (
        select(*of_its, *about, *episodes, Series.slug, Series.title.label("series"), User.name)
        .join(Series, Series.id == Report.series_id)
        .outerjoin(was, was.id == Report.from_episode_id)
        .outerjoin(wanted, wanted.id == Report.to_episode_id)
        .outerjoin(Note, Note.public_id == Report.note_id)
        .outerjoin(User, User.id == Report.user_id)
        .where(*which, Report.moment_id.is_not(None))
    )
    rows = db.session.execute(_newest(query, Report, part)).all()
    moments = _moments_by_id([id for row in rows for id in (row.moment_id, row.same_as)])
    codes = _codes({row.series_id for row in rows})
    return [_report(row, moments, codes) for row in rows]


def _report(
    row: Row[Any], moments: Mapping[int, DeskMoment], codes: Mapping[tuple[int, int], EpisodeCode]
) -> DeskReport:
    return DeskReport(
        row.public_id,
        row.slug,
        row.series,
        ReportKind(row.kind),
        moments[row.moment_id],
        row.text,
        codes[row.series_id, row.label],
        row.name,
        row.created_at,
        ReportState(row.state),
        row.applied,
        codes.get((row.series_id, row.was)),
        codes.get((row.series_id, row.wanted)),
        moments.get(row.same_as),
        row.note,
        bool(row.hidden),
    )


def _newest(query: Query, table: type[Suggestion | Report], part: Part) -> Query:
    return query if part is Part.WAITING else query.order_by(table.decided_at.desc()).limit(MOST_DECIDED)


def _moments_by_id(ids: Sequence[int | None]) -> dict[int, DeskMoment]:
    known = {id for id in ids if id is not None}
    rows = db.session.execute(every_moment().where(Moment.id.in_(known))) if known else ()
    return {row.id: moment_of(row) for row in rows}


def _published(slugs: set[str]) -> dict[str, list[DeskMoment]]:
    query = every_moment().where(Series.slug.in_(slugs), Moment.status == PUBLISHED)
    by_series: dict[str, list[DeskMoment]] = {}
    for row in db.session.execute(query.order_by(Episode.position, Moment.id)):
        by_series.setdefault(row.slug, []).append(moment_of(row))
    return by_series


def _codes(series_ids: set[int]) -> dict[tuple[int, int], EpisodeCode]:
    """The code of every episode of these series, by series and position."""
    columns = Episode.series_id, Episode.position, Episode.season, Episode.number
    rows = db.session.execute(select(*columns).where(Episode.series_id.in_(series_ids))) if series_ids else ()
    return {(row.series_id, row.position): EpisodeCode(row.position, row.season, row.number) for row in rows}
