"""Making room for an episode between others, and closing the gap of one: all that is kept by position follows.

Fans keep their place in the story, lists and notes the episodes they were written at. Nothing is counted differently,
but the labels of what is counted have moved, so the series is counted anew. Lines of the log from before that are of no
use to anybody any more, and stay as they are.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, and_, case, delete, exists, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from ranker.actions.holds import stand_in_line
from ranker.database import one_writer_at_a_time
from ranker.domain.renumbering import Renumbering
from ranker.extensions import db
from ranker.models import (
    AuditEntry,
    Episode,
    Moment,
    Note,
    PrivateFeed,
    Progress,
    Report,
    SavedBallot,
    Series,
    SharedList,
    Suggestion,
)
from ranker.models import Renumbering as RenumberingRow

FAR = 1_000_000  # further than any episode: rows pass there, so that no two of them are ever at one place
RENUMBERED = ("episode.insert", "episode.delete")  # what the audit calls it
MANY = {"synchronize_session": False}


def take_the_series(session: Session, series_id: int) -> None:
    """Until the commit nobody else writes a position of this series.

    Whoever has begun to is waited for, be it that they have only locked rows that they mean to write: once we were past
    them, they would wait for us and we for them. It comes in the order in which a save takes its locks.
    """
    one_writer_at_a_time(session)
    stand_in_line(session, series_id)
    if db.engine.dialect.name == "postgresql":
        session.execute(text("LOCK TABLE progress, ballots, notes IN EXCLUSIVE MODE"))


def renumbered_since(session: Session, series_id: int, entry: int) -> bool:
    """Whether positions have got another meaning since this entry of the audit was written."""
    later = AuditEntry.id > entry, AuditEntry.series_id == series_id, AuditEntry.action.in_(RENUMBERED)
    return bool(session.scalar(select(exists().where(*later))))


def renumber(session: Session, series_id: int, change: Renumbering) -> None:
    """Lets the episodes from `change.position` on, and all that is kept by their positions, follow.

    An episode that comes or goes is written by the caller, before and after.
    """
    _leave_one_at_each_place(session, series_id, change)
    by = -1 if change.shift == -1 else 1
    of_moments = Note.moment_id.in_(select(Moment.id).where(Moment.series_id == series_id))
    _shift(session, Episode.__table__, "position", Episode.series_id == series_id, change.position, by)
    _shift(session, SavedBallot.__table__, "progress", SavedBallot.series_id == series_id, change.position, by)
    _shift(session, Note.__table__, "label", of_moments, change.position, by)
    for said in (Suggestion, Report):
        _shift(session, said.__table__, "label", said.series_id == series_id, change.position, by)
    _move_fans(session, series_id, change, by)
    remember(session, series_id, change)


def _shift(session: Session, table: Any, name: str, which: Any, position: int, by: int) -> None:
    """Two steps, for within one a row may not step on the place of another before that has left it."""
    column = table.c[name]
    away = update(table).where(which, column >= position).values({column: column + by + FAR})
    session.execute(away, execution_options=MANY)
    back = update(table).where(which, column > FAR // 2).values({column: column - FAR})
    session.execute(back, execution_options=MANY)


def _leave_one_at_each_place(session: Session, series_id: int, change: Renumbering) -> None:
    """Where an episode goes, its place and the one before become one. Of two lists the newer stays, of two notes the
    one written further on: as it was for everybody who has seen that far.
    """
    if change.shift != -1:
        return
    both = change.position - 1, change.position
    _drop_older(
        session,
        SavedBallot.__table__,
        lambda own, other: and_(
            own.c.series_id == series_id,
            own.c.progress.in_(both),
            other.c.series_id == series_id,
            other.c.user_id == own.c.user_id,
            other.c.progress.in_(both),
            other.c.version > own.c.version,
        ),
    )
    _drop_older(
        session,
        Note.__table__,
        lambda own, other: and_(
            own.c.moment_id.in_(select(Moment.id).where(Moment.series_id == series_id)),
            own.c.label == both[0],
            other.c.moment_id == own.c.moment_id,
            other.c.user_id == own.c.user_id,
            other.c.label == both[1],
        ),
    )


def _drop_older(session: Session, table: Any, follows: Any) -> None:
    other: Table = table.alias("other")
    session.execute(delete(table).where(exists().where(follows(table, other))), execution_options=MANY)


def _move_fans(session: Session, series_id: int, change: Renumbering, by: int) -> None:
    """What they have been told and how far they ever were stays with the episodes, wherever they stand now.

    How far they show their lists, and are told in feeds, moves as they do.
    """

    def moved(column: Any) -> Any:
        return case((column >= change.position, column + by), else_=column)

    def here(column: Any) -> Any:
        before = case((column >= change.position, change.position - 1), else_=column)
        return moved(column) if change.shift is not None else before

    values = {
        "position": here(Progress.position),
        "greeted": moved(Progress.greeted),
        "furthest": moved(Progress.furthest),
    }
    beyond = or_(*(column >= change.position for column in (Progress.position, Progress.greeted, Progress.furthest)))
    statement = update(Progress).where(Progress.series_id == series_id, beyond).values(**values)
    session.execute(statement, execution_options=MANY)
    for told in (SharedList, PrivateFeed):
        further = told.series_id == series_id, told.cap >= change.position
        session.execute(update(told).where(*further).values(cap=here(told.cap)), execution_options=MANY)


def remember(session: Session, series_id: int, change: Renumbering) -> None:
    """For positions that are kept elsewhere, and so that whatever was read before is noticed."""
    count = select(func.count()).where(Episode.series_id == series_id).scalar_subquery()
    values = {"numbering": Series.numbering + 1, "episode_count": count}
    statement = update(Series).where(Series.id == series_id).values(**values).returning(Series.numbering)
    numbering = session.execute(statement, execution_options=MANY).scalar_one()
    row = {"series_id": series_id, "numbering": numbering, "position": change.position, "shift": change.shift}
    session.execute(insert(RenumberingRow).values(**row))
