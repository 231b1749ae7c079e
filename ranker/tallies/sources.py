"""Where the tallies read from: the primary, or the replica for a state that it has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from ranker.database import snapshot
from ranker.extensions import db
from ranker.tallies.log import LogIsBehind
from ranker.tallies.replica import Replica, changed_since
from ranker.tallies.state import SeriesState

Answer = TypeVar("Answer")


class Sources:
    def __init__(self, replica: Replica | None) -> None:
        self._replica = replica

    def state_for(self, series: SeriesState, user_id: int | None) -> SeriesState:
        """The state at which `series` is counted for this viewer: what the replica has, if it will do for them."""
        if self._replica is None:
            return series
        return self._replica.state_for(series, lambda revision: changed_since(series.id, user_id, revision))

    def read(self, series: SeriesState, reads: Callable[[Connection], Answer], at_one_instant: bool = False) -> Answer:
        """What `reads` finds. With `at_one_instant` all it reads is of one, on a connection of its own.

        The primary has all that a replica has, so it answers when that cannot, or is another one than was asked before.
        """
        if series.on_replica and self._replica is not None:
            try:
                with self._replica.reading() as connection:
                    return reads(connection)
            except (SQLAlchemyError, LogIsBehind) as error:
                self._replica.rest(error)
        if not at_one_instant:
            return reads(db.session.connection())
        with snapshot() as connection:
            return reads(connection)
