"""A PostgreSQL server that answers nothing any more, or dies at the end of a request: pages say so, and soon."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from ranker import postgresql
from ranker.extensions import db
from tests import postgres
from tests.cast import SLUG, Cast
from tests.conftest import PostgresDatabases, opened
from tests.faults.test_many_processes import wait_until

SERIES = f"/series/{SLUG}"
ANSWER_S, REST_S = 1.0, 0.6


@pytest.fixture
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Cast, postgres.Cluster]]:
    """The cast on a server of their own, with little patience."""
    monkeypatch.setattr(postgresql, "ANSWER_S", ANSWER_S)
    monkeypatch.setattr(postgresql, "REST_S", REST_S)
    with postgres.cluster() as cluster:
        databases = PostgresDatabases(tmp_path, cluster)
        with opened(databases.with_cast(tmp_path), tmp_path) as app:
            yield databases.cast_of(app), cluster


def timed(cast: Cast, path: str) -> tuple[TestResponse, float]:
    begun = time.monotonic()
    return cast.browser().get(path), time.monotonic() - begun


def test_a_page_waits_for_a_silent_server_once_and_not_for_ever(apart: tuple[Cast, postgres.Cluster]) -> None:
    cast, cluster = apart
    assert timed(cast, SERIES)[0].status_code == 200
    with cluster.silent():
        first, waited = timed(cast, SERIES)
        assert (first.status_code, first.headers["Retry-After"]) == (503, "5")
        assert ANSWER_S <= waited < 3 * ANSWER_S
        again, waited = timed(cast, SERIES)
        assert (again.status_code, again.headers["Retry-After"]) == (503, "5")
        assert waited < ANSWER_S / 2
        assert timed(cast, "/readyz")[0].status_code == 503
        assert timed(cast, "/healthz")[0].status_code == 200
    wait_until(lambda: timed(cast, SERIES)[0].status_code == 200)


def test_a_silent_server_is_asked_by_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "REST_S", REST_S)
    silence = postgresql.Silence()
    silence.goes_on()
    assert silence.turns_away()
    time.sleep(REST_S)
    assert [silence.turns_away() for _ in range(3)] == [False, True, True]
    silence.is_over()
    assert [silence.turns_away() for _ in range(3)] == [False, False, False]


def test_readiness_is_told_before_whoever_asks_gives_up(
    apart: tuple[Cast, postgres.Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "ANSWER_S", 15.0)
    cast, cluster = apart
    assert timed(cast, "/readyz")[0].status_code == 200
    with cluster.silent():
        answer, waited = timed(cast, "/readyz")
    assert (answer.status_code, answer.text) == (503, "no database\n")
    assert waited < 5


def test_an_answer_that_is_long_but_arrives_is_waited_for(apart: tuple[Cast, postgres.Cluster]) -> None:
    cast, _ = apart
    slowly = text(f"SELECT repeat('x', 100000), pg_sleep({ANSWER_S / 2}) FROM generate_series(1, 4)")
    with cast.app.test_request_context():
        assert len(db.session.execute(slowly).all()) == 4


def test_what_a_request_asks_ends_some_time_on_the_server_too(apart: tuple[Cast, postgres.Cluster]) -> None:
    cast, _ = apart
    limit = text("SHOW statement_timeout")
    with cast.app.app_context():
        db.engine.dispose()
    with cast.app.test_request_context():
        assert db.session.scalar(limit) == "1min"
    with cast.app.app_context():
        db.engine.dispose()
        assert db.session.scalar(limit) == "0"


def test_a_command_waits_for_as_long_as_its_work_takes(apart: tuple[Cast, postgres.Cluster]) -> None:
    cast, _ = apart
    with cast.app.app_context():
        begun = time.monotonic()
        db.session.execute(text(f"SELECT pg_sleep({2 * ANSWER_S})"))
        assert time.monotonic() - begun >= 2 * ANSWER_S


def test_a_server_that_dies_once_the_page_is_made_takes_nothing_from_it(apart: tuple[Cast, postgres.Cluster]) -> None:
    cast, cluster = apart

    @cast.app.after_request
    def end_of_the_server(response: TestResponse) -> TestResponse:
        db.session.execute(text("SELECT 1"))
        cluster.stop()
        return response

    answer, _ = timed(cast, SERIES)
    assert answer.status_code == 200
    cluster.start()
