"""The log of what counts: each change of it is one line, in the order of the series' revisions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from ranker.database import plain
from ranker.domain.ballot import Ballot
from ranker.domain.first_watch import Path
from ranker.models import BallotChange, Series

# Of plain tables and made once, as every save needs them: building them anew took longer than running them.
SERIES, LOG = plain(Series), plain(BallotChange)
NEXT_REVISION = (
    update(SERIES)
    .where(SERIES.c.id == bindparam("series_id"))
    .values(revision=SERIES.c.revision + 1)
    .returning(SERIES.c.revision)
)
LOG_CHANGE = insert(LOG)


@dataclass(frozen=True, slots=True)
class Change:
    """What counted of a fan before, and what counts from now on; for the paths see `BallotChange`."""

    series_id: int
    user_id: int | None
    before: Ballot | None
    after: Ballot | None
    path: Path | None = None
    path_after: Path | None = None


def next_revision(session: Session, series_id: int) -> int:
    """The series' next revision. Its row stays locked until the commit, which puts the changes of a series in order."""
    revision: int = session.execute(NEXT_REVISION, {"series_id": series_id}).scalar_one()
    return revision


def log_change(session: Session, change: Change, revision: int | None = None) -> None:
    """Writes a change down, at the series' next revision unless one was taken for it before."""
    row = {field: getattr(change, field) for field in Change.__slots__}
    row["revision"] = next_revision(session, change.series_id) if revision is None else revision
    session.execute(LOG_CHANGE, row)
