"""What fans report of one another's names, as admins read it. A name is everywhere, so no curator decides about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.orm import aliased

from ranker.domain.clearance import EpisodeCode
from ranker.domain.from_fans import ReportKind, ReportState
from ranker.extensions import db
from ranker.gate import Query
from ranker.models import Episode, Report, Series, TakenName, User

if TYPE_CHECKING:
    from ranker.desk import Desk


@dataclass(frozen=True, slots=True)
class DeskNameReport:
    """A report on a name with everything there is to know of it; `name` is None when its author's account is gone.

    reported: the name as it was read, at a list of the series, by somebody at `at` (None: nothing watched yet).
    called: what the account is called now. applied: another was given for it. can_be_taken_back: once it is decided.
    """

    public_id: str
    series_title: str
    kind: ReportKind
    reported: str
    called: str
    is_called_so: bool
    disabled: bool
    text: str
    at: EpisodeCode | None
    name: str | None
    written: dt.datetime
    state: ReportState
    applied: bool
    can_be_taken_back: bool
    is_name = True


def names_waiting(desk: Desk) -> int:
    """How many reports on names wait for somebody at this desk."""
    if not desk.is_admin:
        return 0
    waits = Report.named_id.is_not(None), Report.state == ReportState.OPEN
    return db.session.scalar(select(func.count()).select_from(Report).where(*waits)) or 0


def name_reports(where: Sequence[ColumnElement[bool]]) -> Query:
    """The reports on names among these: rows for `name_report_of`."""
    named, holder = aliased(User), aliased(User)
    of_its = Report.public_id, Report.kind, Report.text, Report.state, Report.applied, Report.created_at
    about = Report.name.label("reported"), Report.name_key, named.name.label("called"), named.name_key.label("key")
    own = TakenName.user_id == Report.named_id, TakenName.name_key == Report.name_key
    return (
        select(*of_its, *about, named.disabled, holder.id.label("holder"), TakenName.given, User.name)
        .add_columns(Series.title.label("series"), Episode.position, Episode.season, Episode.number)
        .join(Series, Series.id == Report.series_id)
        .join(named, named.id == Report.named_id)
        .outerjoin(holder, and_(holder.name_key == Report.name_key, holder.id != Report.named_id))
        .outerjoin(TakenName, and_(*own))
        .outerjoin(User, User.id == Report.user_id)
        .outerjoin(Episode, and_(Episode.series_id == Report.series_id, Episode.position == Report.label))
        .where(*where)
    )


def name_report_of(row: Row[Any]) -> DeskNameReport:
    at = EpisodeCode(row.position, row.season, row.number) if row.position is not None else None
    return DeskNameReport(
        row.public_id,
        row.series,
        ReportKind(row.kind),
        row.reported,
        row.called,
        row.key == row.name_key,
        row.disabled,
        row.text,
        at,
        row.name,
        row.created_at,
        ReportState(row.state),
        row.applied,
        not row.applied or (row.holder is None and row.called == row.given),
    )
