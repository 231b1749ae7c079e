"""What the desk decides about reports: to uphold one, to dismiss it, and to take either back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session, aliased

from ranker.actions.audit import Actor, Deed, record
from ranker.actions.catalogue import touch
from ranker.actions.suggestions import UNSYNCHRONIZED, DecidedBefore
from ranker.database import one_writer_at_a_time, writing
from ranker.domain.from_fans import ReportKind, ReportState
from ranker.models import Episode, Moment, Note, Report, now


def uphold_report(actor: Actor, public_id: str) -> None:
    """The fan is right. A moment that is shown too early stays where it was moved, or moves now; a note is hidden.

    What is wrong with a moment otherwise is mended by hand. Raises DecidedBefore.
    """
    with writing() as session:
        one_writer_at_a_time(session)
        report = _open(session, public_id)
        applied = report.applied or (report.kind == ReportKind.EARLY and _move_later(session, report))
        _after(session, report, hidden=True)
        _decide(session, actor, report, ReportState.UPHELD, applied)


def dismiss_report(actor: Actor, public_id: str) -> None:
    """All is well as it was. A moment that the report moved goes back, unless it has been moved again since.

    Raises DecidedBefore.
    """
    with writing() as session:
        one_writer_at_a_time(session)
        report = _open(session, public_id)
        back = report.applied and report.position == report.to_position
        if back:
            _place(session, report, report.from_episode_id)
        _after(session, report, hidden=None)
        _decide(session, actor, report, ReportState.REVERTED if report.applied else ReportState.DISMISSED)


def reopen_report(actor: Actor, public_id: str) -> None:
    """Takes a verdict back. A moment that was moved back waits for the later episode again; a note is shown again.

    Raises DecidedBefore.
    """
    with writing() as session:
        one_writer_at_a_time(session)
        report = _report(session, public_id)
        if report is None or report.state == ReportState.OPEN:
            raise DecidedBefore
        if report.state == ReportState.REVERTED:
            _move_later(session, report)
        _after(session, report, hidden=False, settled=False)
        _decide(session, actor, report, ReportState.OPEN)


def _move_later(session: Session, report: Row[*tuple[Any, ...]]) -> bool:
    """Lets the moment wait for the episode the report names, if that is later than its own."""
    if report.position < report.to_position:
        _place(session, report, report.to_episode_id)
    return True


def _place(session: Session, report: Row[*tuple[Any, ...]], episode_id: int) -> None:
    session.execute(update(Moment).where(Moment.id == report.moment_id).values(episode_id=episode_id))
    touch(session, report.series_id, recount=True)


def _after(session: Session, report: Row[*tuple[Any, ...]], hidden: bool | None, settled: bool = True) -> None:
    """What a verdict leaves behind at its subject: an episode that is settled, a note that is hidden or shown."""
    if report.note_id is not None and hidden is not None:
        session.execute(update(Note).where(Note.public_id == report.note_id).values(hidden=hidden))
    if report.kind == ReportKind.EARLY:
        session.execute(update(Moment).where(Moment.id == report.moment_id).values(settled=settled))


def _decide(
    session: Session, actor: Actor, report: Row[*tuple[Any, ...]], state: ReportState, applied: bool | None = None
) -> None:
    fields = {"state": state.value, "applied": report.applied if applied is None else applied}
    changed = update(Report).where(Report.id == report.id, Report.state == report.state)
    decided_at = None if state is ReportState.OPEN else now()
    done = changed.values(**fields, decided_at=decided_at).returning(Report.id)
    if session.execute(done, execution_options=UNSYNCHRONIZED).first() is None:
        raise DecidedBefore
    position = select(Episode.position).join(Moment, Moment.episode_id == Episode.id)
    now_at = session.scalar(position.where(Moment.id == report.moment_id))
    before = {"state": report.state, "applied": report.applied, "position": report.position}
    verb = {ReportState.OPEN: "reopen", ReportState.UPHELD: "uphold"}.get(state, "dismiss")
    deed = Deed(f"report.{verb}", report.moment, report.series_id, before, {**fields, "position": now_at})
    record(session, actor, deed)


def _open(session: Session, public_id: str) -> Row[*tuple[Any, ...]]:
    report = _report(session, public_id)
    if report is None or report.state != ReportState.OPEN:
        raise DecidedBefore
    return report


def _report(session: Session, public_id: str) -> Row[*tuple[Any, ...]] | None:
    here, wanted = aliased(Episode), aliased(Episode)
    query = (
        select(
            *(Report.id, Report.series_id, Report.kind, Report.state, Report.applied, Report.moment_id),
            *(Report.note_id, Report.from_episode_id, Report.to_episode_id),
            Moment.public_id.label("moment"),
            here.position,
            wanted.position.label("to_position"),
        )
        .join(Moment, Moment.id == Report.moment_id)
        .join(here, here.id == Moment.episode_id)
        .outerjoin(wanted, wanted.id == Report.to_episode_id)
        .where(Report.public_id == public_id)
    )
    return session.execute(query).first()
