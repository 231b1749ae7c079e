"""Whoever decides about all lists of a fan has them as they are, however many saves they had to wait for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from ranker.actions.ballots import store_ballot
from ranker.actions.holds import lists_of
from ranker.database import writing
from ranker.domain.ballot import Ballot
from ranker.extensions import db
from ranker.gate.own_list import StoredList
from tests import postgres
from tests.cast import Cast
from tests.conftest import PostgresDatabases, opened


@pytest.fixture
def cast(tmp_path: Path) -> Iterator[Cast]:
    with postgres.cluster() as cluster:
        databases = PostgresDatabases(tmp_path, cluster)
        with opened(databases.with_cast(tmp_path), tmp_path) as app:
            yield databases.cast_of(app)


def test_one_who_waits_while_two_saves_pass_sees_both(cast: Cast) -> None:
    """PostgreSQL shows whoever has waited the rows of before as they are now, but none that was put beside them."""
    cast.rank("ada", 2, 3)
    whose = cast.users["ada"], cast.series_id
    backend: SimpleQueue[int] = SimpleQueue()
    with cast.app.app_context(), ThreadPoolExecutor(1) as desk, ExitStack() as standing_still:
        first = cast.gate("ada").own_list.stored
        assert first.ballot is not None
        back, on = saved_at(2, 2), saved_at(first.ballot.progress, 3)
        with writing() as session:
            store_ballot(session, *whose, first, back)
            looking = desk.submit(look, cast.app, whose, backend)
            waiting = backend.get()
            time.sleep(0.4)
            standing_still.enter_context(postgres.stopped([waiting]))
        with writing() as session:
            store_ballot(session, *whose, back, on)
        standing_still.close()
        assert looking.result(20) == [(2, 2, False), (first.ballot.progress, 3, True)]


def saved_at(progress: int, version: int) -> StoredList:
    return StoredList(version, Ballot(progress, 1, ()))


def look(app: Flask, whose: tuple[int, int], backend: SimpleQueue[int]) -> list[Any]:
    user_id, series_id = whose
    with app.app_context(), writing() as session:
        backend.put(db.session.scalar(text("SELECT pg_backend_pid()")) or 0)
        return [(row.progress, row.version, row.counting) for row in lists_of(session, series_id, user_id)]
