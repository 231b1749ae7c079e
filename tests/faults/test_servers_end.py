"""The server, and its database, end in the middle of a storm of saves."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from ranker.extensions import db
from ranker.web.errors import last_told
from tests import postgres
from tests.cast import SLUG, Cast
from tests.conftest import PostgresDatabases, opened
from tests.faults.savers import Saver, assert_nothing_is_lost, over_http, through, visible_to
from tests.faults.test_many_processes import PATIENCE, wait_until

FANS = 4
SAVES = int(os.environ.get("SAVES", "60"))


@pytest.fixture
def fans(cast: Cast) -> list[str]:
    names = [f"fan{number}" for number in range(FANS)]
    for name in names:
        cast.add_fan(name, 6)
    return names


@contextmanager
def serving(app: Flask, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`ranker serve` on this app's database."""
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("RANKER_")},
        "RANKER_DATABASE_URL": url,
        "RANKER_DATA_DIR": str(app.config["DATA_DIR"]),
        "RANKER_SECRET_KEY": app.config["SECRET_KEY"],
    }
    command = [sys.executable, "-c", "from ranker.cli import main; main()", "serve", "--port", str(port)]
    with (Path(app.config["DATA_DIR"]) / "server.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield server
    finally:
        kill(server)


def kill(server: subprocess.Popen[bytes]) -> None:
    """kill -9, its workers too."""
    with suppress(OSError):
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
        for process in (server.pid, *map(int, children.split())):
            os.kill(process, signal.SIGKILL)
    server.wait(PATIENCE)


def is_up(saver: Saver) -> bool:
    try:
        return saver.ask("/readyz", None).status == 200
    except OSError:
        return False


def test_a_server_that_is_killed_in_a_storm_of_saves_has_kept_all_it_said_it_had(
    cast: Cast, app: Flask, fans: list[str]
) -> None:
    port = postgres.free_port()
    savers = {
        name: Saver(over_http(port, cast.browser(name)), visible_to(cast, name), seed) for seed, name in enumerate(fans)
    }
    with serving(app, port) as server:
        wait_until(lambda: is_up(savers["fan0"]))
        for saver in savers.values():
            saver.start()
        wait_until(lambda: sum(saver.told[303] for saver in savers.values()) >= SAVES)
        kill(server)
        for saver in savers.values():
            saver.join(PATIENCE)
    assert all(set(saver.told) == {303} for saver in savers.values())
    assert_nothing_is_lost(cast, savers)
    with serving(app, port):
        wait_until(lambda: is_up(savers["fan0"]))
        for saver in savers.values():
            saver.look()
            saver.save()
        assert savers["fan0"].ask(f"/series/{SLUG}", None).status == 200
    assert_nothing_is_lost(cast, savers)


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[tuple[Cast, postgres.Cluster]]:
    """The cast on a PostgreSQL of their own, which may be stopped without stopping other tests."""
    with postgres.cluster(durable=True) as cluster:
        databases = PostgresDatabases(tmp_path, cluster)
        with opened(databases.with_cast(tmp_path), tmp_path) as app:
            yield databases.cast_of(app), cluster


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_postgresql_restarts_under_load_and_the_app_goes_on(
    own_cluster: tuple[Cast, postgres.Cluster], mode: str
) -> None:
    cast, cluster = own_cluster
    for number in range(FANS):
        cast.add_fan(f"fan{number}", 6)
    savers = {
        f"fan{number}": Saver(through(cast.browser(f"fan{number}")), visible_to(cast, f"fan{number}"), number)
        for number in range(FANS)
    }
    for saver in savers.values():
        saver.start()
    wait_until(lambda: sum(saver.told[303] for saver in savers.values()) >= SAVES)
    cluster.stop(mode)
    wait_until(lambda: all(saver.told[503] for saver in savers.values()))
    assert cast.browser().get(f"/series/{SLUG}").status_code == 503
    assert cast.browser().get("/readyz").status_code == 503
    assert cast.browser().get("/healthz").status_code == 200
    cluster.start()
    so_far = {name: saver.told[303] for name, saver in savers.items()}
    wait_until(lambda: all(saver.told[303] > so_far[name] for name, saver in savers.items()))
    for saver in savers.values():
        saver.over.set()
        saver.join(PATIENCE)
    refusals = [answer for saver in savers.values() for answer in saver.refusals]
    assert {answer.status for answer in refusals} == {503}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refusals)
    assert all("Back in a moment" in answer.text for answer in refusals)
    assert_nothing_is_lost(cast, savers)


@contextmanager
def dying_after(app: Flask, cluster: postgres.Cluster, statements: int) -> Iterator[list[str]]:
    """Inside, the database dies when this process has asked it so often, 0: as it asks; what it asked, and after."""
    asked: list[str] = []

    def count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)
        if len(asked) == max(1, statements):
            cluster.stop("immediate")

    with app.app_context():
        engine = db.engine
    moment = "after_cursor_execute" if statements else "before_cursor_execute"
    event.listen(engine, moment, count)
    try:
        yield asked
    finally:
        event.remove(engine, moment, count)
        if len(asked) >= max(1, statements):
            cluster.start()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/account", "Back in a moment"),
        ("/nothing", "Back in a moment"),
        (f"/series/{SLUG}/card.png", "Back in a moment"),
        (f"/api/v1/series/{SLUG}/standings", "We cannot reach our database"),
    ],
)
def test_whenever_postgresql_dies_a_page_is_whole_or_says_when_to_come_back(
    own_cluster: tuple[Cast, postgres.Cluster], path: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    cast, cluster = own_cluster
    cast.app.config["PROPAGATE_EXCEPTIONS"] = False
    bob = cast.browser("bob")
    whole = bob.get(path)
    told = []
    for statements in itertools.count():
        with dying_after(cast.app, cluster, statements) as asked:
            told.append(bob.get(path))
        if len(asked) < statements:
            break
    assert len(told) > 2
    for answer in told:
        if answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) > 0
            assert words in answer.text
        else:
            assert (answer.status_code, len(answer.data)) == (whole.status_code, len(whole.data))
    assert "Rate limit storage" not in caplog.text


def test_nobody_is_given_a_bare_error_while_postgresql_is_away(
    own_cluster: tuple[Cast, postgres.Cluster], caplog: pytest.LogCaptureFixture
) -> None:
    cast, cluster = own_cluster
    last_told.clear()
    cast.app.config["PROPAGATE_EXCEPTIONS"] = False
    bob = cast.browser("bob")
    cluster.stop()
    try:
        for path in (
            "/nothing",
            "/",
            "/account",
            f"/series/{SLUG}/moments/none",
            "/admin/",
            f"/series/{SLUG}/card.png",
        ):
            answer = bob.get(path)
            assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5"), path
        assert bob.client.post("/account/name").status_code == 503
        told = bob.get(f"/api/v1/series/{SLUG}/standings")
        assert (told.status_code, told.mimetype) == (503, "application/problem+json")
        assert told.json is not None
        assert "cannot reach our database" in told.json["detail"]
        assert caplog.text.count("cannot be reached") == 1, "not a line for each of them"
        assert bob.get("/healthz").status_code == 200
    finally:
        cluster.start()
    assert bob.get("/account").status_code == 200
