"""Saving a list. Ballots are the only truth; the log beside them is what the live tallies follow."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Update, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ranker.database import Insert, insert, writing
from ranker.domain.ballot import Ballot
from ranker.gate import Gate, StoredList
from ranker.models import BallotChange, SavedBallot, Series, now


class StaleBallot(Exception):
    """The list was saved elsewhere since the page was made. Nothing was changed."""


def save_ballot(gate: Gate, tokens: Sequence[str], version: int) -> bool:
    """Saves the order that `tokens` mean as the fan's list, if `version` is still the newest.

    The offer of the saved ballot is what the fan may see now. Returns whether there was anything to save.
    Raises StaleBallot, and what `Gate.order_from` raises; then nothing is changed.
    """
    stored = gate.stored_list
    if version != stored.version:
        raise StaleBallot
    order = gate.order_from(tokens)
    if order == stored.order:
        return False
    ballot = Ballot(gate.clearance.position, gate.state.edition, order)
    try:
        with writing() as session:
            store_ballot(session, gate.viewer.user_id, gate.state.id, stored, ballot)
    except IntegrityError as error:  # two first saves at once: the index lets one of them count
        raise StaleBallot from error
    return True


def store_ballot(session: Session, user_id: int | None, series_id: int, stored: StoredList, ballot: Ballot) -> None:
    """Replaces the stored list by `ballot` and logs the change. The series' row is taken last, for the commit only."""
    row = {
        "moments": ballot.order,
        "edition": ballot.edition,
        "version": stored.version + 1,
        "counting": True,
        "saved_at": now(),
    }
    key = {"user_id": user_id, "series_id": series_id, "progress": ballot.progress}
    if stored.ballot is not None and stored.ballot.progress == ballot.progress:
        _expect_one(session, _newest(user_id, series_id, stored.version).values(**row))
    else:
        if stored.ballot is not None:
            _expect_one(session, _newest(user_id, series_id, stored.version).values(counting=False))
        upsert = insert(SavedBallot).values(**key, **row)
        primary_key = [SavedBallot.user_id, SavedBallot.series_id, SavedBallot.progress]
        upsert = upsert.on_conflict_do_update(
            index_elements=primary_key, set_=row, where=SavedBallot.version < row["version"]
        )
        _expect_one(session, upsert)
    revision = next_revision(session, series_id)
    change = {
        "series_id": series_id,
        "revision": revision,
        "user_id": user_id,
        "before": stored.ballot,
        "after": ballot,
    }
    session.execute(insert(BallotChange).values(**change))


def _newest(user_id: int | None, series_id: int, version: int) -> Update:
    """The fan's counting ballot, if nobody has saved since `version`."""
    return update(SavedBallot).where(
        SavedBallot.user_id == user_id,
        SavedBallot.series_id == series_id,
        SavedBallot.counting,
        SavedBallot.version == version,
    )


def _expect_one(session: Session, statement: Update | Insert) -> None:
    version = statement.returning(SavedBallot.version)
    if session.execute(version, execution_options={"synchronize_session": False}).first() is None:
        raise StaleBallot


def next_revision(session: Session, series_id: int) -> int:
    """The series' next revision. Its row stays locked until the commit, which puts the changes of a series in order."""
    statement = update(Series).where(Series.id == series_id).values(revision=Series.revision + 1)
    revision: int = session.execute(statement.returning(Series.revision)).scalar_one()
    return revision
