"""Showing one's list to anybody, up to an episode, and showing it to nobody any more."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, update

from ranker.actions.catalogue import expect_numbering
from ranker.database import insert, writing
from ranker.gate import Gate
from ranker.gate.public_lists import NotShared
from ranker.models import SharedList


class CapTooFar(ValueError):
    """Nobody can show more of a series than they have seen of it themselves."""


def share_list(gate: Gate, cap: int) -> None:
    """Shows the fan's list to anybody, readable up to the episode `cap` (0: nothing of it).

    Raises CapTooFar, EpisodesRenumbered.
    """
    if not gate.clearance.permits(cap):
        raise CapTooFar
    with writing() as session:
        key = {"user_id": gate.viewer.user_id, "series_id": gate.state.id}
        keys = [SharedList.user_id, SharedList.series_id]
        session.execute(
            insert(SharedList).values(**key, cap=cap).on_conflict_do_update(index_elements=keys, set_={"cap": cap})
        )
        expect_numbering(session, gate.state)


def change_cap(gate: Gate, cap: int) -> None:
    """Shows the fan's list, which they show already, up to the episode `cap`.

    Raises CapTooFar, NotShared, EpisodesRenumbered.
    """
    if not gate.clearance.permits(cap):
        raise CapTooFar
    with writing() as session:
        changed = update(SharedList).where(*_own(gate)).values(cap=cap).returning(SharedList.cap)
        if session.scalar(changed) is None:
            raise NotShared
        expect_numbering(session, gate.state)


def stop_sharing(gate: Gate) -> None:
    """Shows it to nobody any more: its address answers as if it had never been there."""
    with writing() as session:
        session.execute(delete(SharedList).where(*_own(gate)))


def _own(gate: Gate) -> tuple[ColumnElement[bool], ...]:
    return SharedList.user_id == gate.viewer.user_id, SharedList.series_id == gate.state.id
