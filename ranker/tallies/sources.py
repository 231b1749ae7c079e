"""Where the tallies read from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from ranker.database import snapshot
from ranker.extensions import db

Answer = TypeVar("Answer")


class Sources:
    def read(self, on_replica: bool, reads: Callable[[Connection], Answer], at_one_instant: bool = False) -> Answer:
        """What `reads` finds. With `at_one_instant` all it reads is of one."""
        if not at_one_instant:
            return reads(db.session.connection())
        with snapshot() as connection:
            return reads(connection)
