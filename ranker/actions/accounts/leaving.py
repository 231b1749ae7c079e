"""Leaving for good: the account and all that is kept of it."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from ranker.actions.accounts.roles import LastAdmin, is_last_admin
from ranker.actions.audit import forget_person
from ranker.actions.change_log import Change, log_change
from ranker.actions.holds import listed, lists_of, newest, series_with_a_list, wait_for_saves, whole_path
from ranker.database import one_writer_at_a_time, writing
from ranker.domain.from_fans import ReportState
from ranker.models import Report, User


def delete_account(user_id: int) -> None:
    """Takes the account and everything of it out of the database; its ballots leave the count in the same transaction.

    The name is free again at once: nothing is kept, not even that. Raises LastAdmin.
    """
    with writing() as session:
        one_writer_at_a_time(session)
        if is_last_admin(user_id):
            raise LastAdmin
        wait_for_saves(session, user_id)
        _withdraw_lists(session, user_id)
        forget_person(session, user_id)
        _leave_reports(session, user_id)
        session.execute(delete(User).where(User.id == user_id), execution_options={"synchronize_session": False})


def _withdraw_lists(session: Session, user_id: int) -> None:
    """Logs for each series what counted of the fan's lists, and does not any more."""
    for series_id in series_with_a_list(session, user_id):
        rows = lists_of(session, series_id, user_id)
        counted = listed(newest(rows)).ballot if newest(rows).held is None else None
        log_change(session, Change(series_id, user_id, counted, None, whole_path(rows), ()))


def _leave_reports(session: Session, user_id: int) -> None:
    """Theirs go, but for those that have changed something which the desk may want back as it was.

    These stay, without name and words: what has moved a moment and waits for a look, and what somebody got another
    name for. Those on the fan's own name go with the account.
    """
    kept = Report.applied & ((Report.state == ReportState.OPEN) | Report.named_id.is_not(None))
    session.execute(delete(Report).where(Report.user_id == user_id, ~kept))
    session.execute(update(Report).where(Report.user_id == user_id).values(text=""))
