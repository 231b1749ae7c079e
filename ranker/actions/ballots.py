"""Saving a list. Ballots are the only truth; the log beside them is what the live tallies follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Executable, bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from ranker.actions.catalogue import EpisodesRenumbered, expect_numbering
from ranker.actions.change_log import Change, log_change, next_revision
from ranker.actions.counting import Listed, digest_of, judge_save, rules_in_force
from ranker.actions.holds import expect_release, held_columns, lists_of, settle, whole_path
from ranker.actions.unlocked import remember_met
from ranker.database import insert, plain, writing
from ranker.domain.ballot import Ballot
from ranker.domain.first_watch import Path, path_from
from ranker.extensions import db
from ranker.gate import Gate
from ranker.gate.own_list import Order, StoredList
from ranker.models import SavedBallot, User, now

KEPT_STEPS = 20
BALLOTS = plain(SavedBallot)
KEY = ("user_id", "series_id", "progress")


class StaleBallot(Exception):
    """The list was saved elsewhere since the page was made. Nothing was changed."""


class NothingToUndo(Exception):
    """There is no step to take back, or none to take again."""


def save_ballot(gate: Gate, tokens: Sequence[str], version: int) -> bool:
    """Saves the order that `tokens` mean as the fan's list, if `version` is still the newest.

    The offer of the saved ballot is what the fan may see now. Returns whether there was anything to save.
    Raises StaleBallot, and what `OwnList.order_from` raises; then nothing is changed.
    """
    stored = _newest_list(gate, version)
    order = gate.own_list.order_from(tokens)
    if order == stored.order:
        return False
    _store(gate, StoredList(version + 1, _ballot(gate, order), (*stored.past, stored.order)[-KEPT_STEPS:]))
    return True


def offer_again(gate: Gate) -> None:
    """Saves a list once more when it holds moments that were locked at its last save and are not any more.

    Without this a fan who went back, moved something and went on again would no longer vote for what they list.
    """
    stored = gate.own_list.stored
    if stored.ballot is not None and gate.own_list.holds_unlocked_since(stored.ballot.progress):
        _store(gate, replace(stored, version=stored.version + 1, ballot=_ballot(gate, stored.order)))


def undo(gate: Gate, version: int) -> None:
    """Takes the last step back. Raises StaleBallot, NothingToUndo."""
    stored = _newest_list(gate, version)
    if not stored.past:
        raise NothingToUndo
    *past, order = stored.past
    _store(gate, StoredList(version + 1, _ballot(gate, order), tuple(past), (*stored.future, stored.order)))


def redo(gate: Gate, version: int) -> None:
    """Takes a step again that was taken back. Raises StaleBallot, NothingToUndo."""
    stored = _newest_list(gate, version)
    if not stored.future:
        raise NothingToUndo
    *future, order = stored.future
    _store(gate, StoredList(version + 1, _ballot(gate, order), (*stored.past, stored.order), tuple(future)))


def _newest_list(gate: Gate, version: int) -> StoredList:
    stored = gate.own_list.stored
    if version != stored.version:
        raise StaleBallot
    return stored


def _ballot(gate: Gate, order: Order) -> Ballot:
    return Ballot(gate.clearance.position, gate.state.edition, order)


def _store(gate: Gate, new: StoredList) -> None:
    try:
        with writing() as session:
            store_ballot(session, gate.viewer.user_id, gate.state.id, gate.own_list.stored, new)
            remember_met(session, gate, set(gate.own_list.stored.order).difference(new.order))
            expect_numbering(session, gate.state)
    except EpisodesRenumbered as error:
        raise StaleBallot from error


def store_ballot(session: Session, user_id: int | None, series_id: int, stored: StoredList, new: StoredList) -> None:
    """Replaces the stored list by the new one, held if the rules of the site say so, and logs the change.

    The series' row is taken last, so that it is held for the commit only; but where there are rules it is taken first,
    so that lists that are alike are counted one after the other. Raises StaleBallot.
    """
    assert new.ballot is not None
    revision = next_revision(session, series_id) if rules_in_force().on else None
    at = now()
    judged = judge_save(session, Listed(series_id, user_id, new.ballot, at), stored)
    touches_a_hold = stored.hold is not None or judged.hold is not None
    path = whole_path(lists_of(session, series_id, user_id)) if touches_a_hold else None
    row = {
        "moments": new.ballot.order,
        "edition": new.ballot.edition,
        "version": new.version,
        "counting": True,
        "past": new.past,
        "future": new.future,
        "saved_at": at,
        "vouched": stored.vouched,
        "digest": digest_of(new.ballot.order),
        **held_columns(judged.hold),
    }
    newest = {"whose": user_id, "of_series": series_id, **_as_it_was_read(stored)}
    if stored.ballot is None:
        _expect_open_account(session, user_id)
    if stored.ballot is not None and stored.ballot.progress == new.ballot.progress:
        _expect_one(session, _change_newest(tuple(row)), newest | row)
    else:
        if stored.ballot is not None:
            _expect_one(session, _change_newest(("counting",)), newest | {"counting": False})
            if not touches_a_hold:
                path = _path_left(session, user_id, series_id, stored.ballot, new.ballot)
        key = {"user_id": user_id, "series_id": series_id, "progress": new.ballot.progress}
        try:
            _expect_one(session, _put_at_progress(tuple(row), db.engine.dialect.name), key | row)
        except IntegrityError as error:  # two first saves at once: the index lets one of them count
            raise StaleBallot from error
    counts = new.ballot if judged.hold is None else None
    after = whole_path(lists_of(session, series_id, user_id)) if touches_a_hold else None
    log_change(session, Change(series_id, user_id, stored.counted, counts, path, after), revision)
    if judged.hold is not None:
        expect_release(session, series_id, judged.hold)
    if judged.heir is not None:
        settle(session, series_id, judged.heir, at)


def _as_it_was_read(stored: StoredList) -> dict[str, Any]:
    return {
        "read_version": stored.version,
        "read_moments": stored.order,
        "read_vouched": stored.vouched,
        "read_held": stored.hold.reason.value if stored.hold else None,
    }


def _path_left(session: Session, user_id: int | None, series_id: int, before: Ballot, after: Ballot) -> Path | None:
    """What a fan who went back leaves of their path, without `before`; None for one who went on.

    Only first watch asks for it. The fan's newest row is written already, so that nobody can save in between.
    """
    if after.progress > before.progress:
        return None
    query = (
        select(SavedBallot.version, SavedBallot.progress, SavedBallot.edition, SavedBallot.moments)
        .where(SavedBallot.user_id == user_id, SavedBallot.series_id == series_id, SavedBallot.held.is_(None))
        .order_by(SavedBallot.progress)
    )
    lists = ((row.version, Ballot(row.progress, row.edition, row.moments)) for row in session.execute(query))
    return path_from(lists, after.progress)[:-1]


def _expect_open_account(session: Session, user_id: int | None) -> None:
    """That it is, and stays so until the commit: whoever disables it waits, and then finds the list."""
    query = select(User.id).where(User.id == user_id, ~User.disabled)
    if session.execute(query.with_for_update(read=True)).first() is None:
        raise StaleBallot


# Each is made once, of plain columns, for building a statement anew took longer than running it.


@cache
def _change_newest(columns: tuple[str, ...]) -> ReturningUpdate[tuple[int]]:
    """Changes the counting ballot in `:of_series` of the fan `:whose`, if it is still as it was read.

    Nobody may have saved, and no admin merged two of its moments, held it or let it go: what the log says was counted
    until now would not be what was.
    """
    return (
        update(BALLOTS)
        .where(
            BALLOTS.c.user_id == bindparam("whose"),
            BALLOTS.c.series_id == bindparam("of_series"),
            BALLOTS.c.counting,
            BALLOTS.c.version == bindparam("read_version"),
            BALLOTS.c.moments == bindparam("read_moments"),
            BALLOTS.c.vouched == bindparam("read_vouched"),
            BALLOTS.c.held.is_not_distinct_from(bindparam("read_held")),
        )
        .values({column: bindparam(column) for column in columns})
        .returning(BALLOTS.c.version)
    )


@cache
def _put_at_progress(columns: tuple[str, ...], dialect: str) -> ReturningInsert[Any]:
    """A ballot at its fan's progress, in the place of an older one that was saved there."""
    new = insert(SavedBallot)
    return (
        new.values({column: bindparam(column) for column in (*KEY, *columns)})
        .on_conflict_do_update(
            index_elements=KEY,
            set_={column: new.excluded[column] for column in columns},
            where=BALLOTS.c.version < new.excluded.version,
        )
        .returning(BALLOTS.c.version)
    )


def _expect_one(session: Session, statement: Executable, values: Mapping[str, Any]) -> None:
    if session.execute(statement, values).first() is None:
        raise StaleBallot
