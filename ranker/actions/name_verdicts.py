"""What the desk decides about reports on names: to let one stay, to give another for it, and to take either back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from ranker.actions.accounts.registering import giving_a_name
from ranker.actions.accounts.taken_names import give_name_back, take_name
from ranker.actions.audit import Actor, Deed, record
from ranker.actions.suggestions import UNSYNCHRONIZED, DecidedBefore
from ranker.database import one_writer_at_a_time, writing
from ranker.domain.from_fans import ReportState
from ranker.models import Report, User, now


@dataclass(frozen=True, slots=True)
class Renamed:
    """An account that is called otherwise from now on."""

    user_id: int
    old: str
    new: str


def give_another_name(actor: Actor, public_id: str) -> Renamed | None:
    """The fan is right: the account gets a neutral name. None: it has another already, and the report is done.

    Raises DecidedBefore, and NameTaken in the rare case that the new name is given away at this very moment.
    """
    with giving_a_name() as session:
        one_writer_at_a_time(session)
        report = _report(session, public_id, is_open=True)
        if report.called_key != report.name_key:
            _decide(session, actor, report, ReportState.UPHELD)
            return None
        given = take_name(session, report.named_id)
        _decide(session, actor, report, ReportState.UPHELD, given)
        return Renamed(report.named_id, report.called, given)


def let_name_stay(actor: Actor, public_id: str) -> None:
    """Nothing is wrong with the name. Raises DecidedBefore."""
    with writing() as session:
        one_writer_at_a_time(session)
        _decide(session, actor, _report(session, public_id, is_open=True), ReportState.DISMISSED)


def reopen_name_report(actor: Actor, public_id: str) -> Renamed | None:
    """Takes a verdict back. An account that got another name for it has its own again.

    Raises DecidedBefore; NameChosen when its owner has chosen another since, NameTaken when somebody else has the old.
    """
    with giving_a_name() as session:
        one_writer_at_a_time(session)
        report = _report(session, public_id, is_open=False)
        if not report.applied:
            _decide(session, actor, report, ReportState.OPEN)
            return None
        given = give_name_back(session, report.named_id, report.name)
        _decide(session, actor, report, ReportState.OPEN, report.name)
        return Renamed(report.named_id, given, report.name)


def _decide(
    session: Session, actor: Actor, report: Row[*tuple[Any, ...]], state: ReportState, name: str | None = None
) -> None:
    """`name`: what the account is called from now on, if that changes."""
    fields = {"state": state.value, "applied": state is ReportState.UPHELD and name is not None}
    decided_at = None if state is ReportState.OPEN else now()
    changed = update(Report).where(Report.id == report.id).values(**fields, decided_at=decided_at)
    session.execute(changed, execution_options=UNSYNCHRONIZED)
    before = {"state": report.state, "name": report.called}
    after = {"state": state.value, "name": name or report.called}
    verb = {ReportState.OPEN: "reopen", ReportState.UPHELD: "replace"}.get(state, "leave")
    record(session, actor, Deed(f"name.{verb}", report.called, None, before, after, report.named_id))


def _report(session: Session, public_id: str, is_open: bool) -> Row[*tuple[Any, ...]]:
    """A report on a name that waits, or one that is decided, with what the account is called now."""
    of_its = Report.id, Report.state, Report.applied, Report.named_id, Report.name, Report.name_key
    query = (
        select(*of_its, User.name.label("called"), User.name_key.label("called_key"))
        .join(User, User.id == Report.named_id)
        .where(Report.public_id == public_id)
    )
    report = session.execute(query).first()
    if report is None or (report.state == ReportState.OPEN) is not is_open:
        raise DecidedBefore
    return report
