"""`ranker serve`: ready when it is, gone without dropping anybody, and replaced while people are served."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.conftest import Databases
from tests.operation.running import Running, ask, running, wait_until
from tests.postgres import free_port

REQUEST_ID = "a-word-from-the-proxy"


@pytest.fixture(scope="module")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder, metrics = tmp_path_factory.mktemp("served"), free_port()
    settings = {"RANKER_LOG": "json", "RANKER_METRICS": f"127.0.0.1:{metrics}"}
    with running(databases.fresh(folder), folder, **settings) as served:
        served.metrics_port = metrics
        yield served


class Crowd:
    """People who ask all the time: some over one connection as long as it lasts, some over a new one each time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answered = 0
        self.dropped: list[str] = []
        self.stop = threading.Event()

    def keep_asking(self) -> None:
        connection = None
        while not self.stop.is_set():
            connection = connection or HTTPConnection("127.0.0.1", self.port, timeout=60)
            if not self.ask(connection):
                connection.close()
                connection = None
        if connection:
            connection.close()

    def ask_anew(self) -> None:
        while not self.stop.is_set():
            connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
            self.ask(connection)
            connection.close()

    def ask(self, connection: HTTPConnection) -> bool:
        """Whether the connection lasts."""
        try:
            connection.request("GET", "/login")
            response = connection.getresponse()
            response.read()
            assert response.status == 200, response.status
        except Exception as error:
            self.dropped.append(repr(error))
            return False
        self.answered += 1
        return connection.sock is not None


@contextmanager
def crowd(port: int) -> Iterator[Crowd]:
    people = Crowd(port)
    threads = [threading.Thread(target=does) for does in [people.keep_asking] * 2 + [people.ask_anew] * 6]
    for thread in threads:
        thread.start()
    try:
        yield people
    finally:
        people.stop.set()
        for thread in threads:
            thread.join()


def test_a_reload_replaces_every_worker_and_drops_nobody(served: Running) -> None:
    before = served.workers()
    with crowd(served.port) as people:
        wait_until(lambda: people.answered > 20)
        served.tell(signal.SIGHUP)
        wait_until(lambda: before.isdisjoint(served.workers()))
        so_far = people.answered
        wait_until(lambda: people.answered > so_far + 20)
    assert people.dropped == []
    assert totals(served)["ranker_workers"] == 2


def totals(served: Running) -> dict[str, float]:
    text = ask(served.metrics_port, "/metrics").body.decode()
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def test_it_says_that_it_closes_down_and_answers_until_then(databases: Databases, tmp_path: Path) -> None:
    with running(databases.fresh(tmp_path), tmp_path, "--workers", "1", "--drain", "3") as served:
        connection = HTTPConnection("127.0.0.1", served.port, timeout=30)
        connection.request("GET", "/readyz")
        assert connection.getresponse().read() == b"ok\n"
        served.tell(signal.SIGTERM)
        wait_until(lambda: served.get("/readyz").body == b"closing down\n", patience=3)
        connection.request("GET", "/login")
        answer = connection.getresponse()
        assert answer.read()
        connection.close()
        assert (answer.status, answer.headers["Connection"]) == (200, "close")
        assert served.stopped() == 0


def test_a_worker_that_dies_is_replaced(served: Running) -> None:
    dead = max(served.workers())
    os.kill(dead, signal.SIGKILL)
    wait_until(lambda: dead not in served.workers() and totals(served)["ranker_workers"] == 2)
    served.wait_until_ready()


def test_each_line_of_the_log_carries_the_request_and_nothing_that_could_be_secret(served: Running) -> None:
    served.get("/series/all-of-us-are-dead?as_of=3", {"X-Request-ID": REQUEST_ID})
    served.get("/recover/link/a-token-from-a-letter?next=/other-secret")
    served.get("/nothing/a-typed-token?here=too")
    wait_until(lambda: {"/series/<slug>", "unknown"} <= set(requests_in(served.log)))
    lines = requests_in(served.log)
    ranking = lines["/series/<slug>"]
    assert (ranking["request"], ranking["status"], ranking["method"]) == (REQUEST_ID, 200, "GET")
    assert ranking["slug"] == "all-of-us-are-dead"
    assert ranking["level"] == "info"
    assert "/recover/link/<token>" in lines
    assert lines["unknown"]["status"] == 404
    log = served.log.read_text()
    for secret in ("a-token-from-a-letter", "other-secret", "a-typed-token", "here=too", "as_of"):
        assert secret not in log
    assert len({line["request"] for line in lines.values()}) == len(lines)


def requests_in(log: Path) -> dict[str, dict[str, object]]:
    """The newest line of each route."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return {line["route"]: line for line in lines if "route" in line}


def test_the_metrics_count_what_was_answered_on_every_worker(served: Running) -> None:
    before = totals(served)
    for _ in range(12):
        served.get("/series/all-of-us-are-dead")
        served.get("/nothing")
    after = totals(served)
    name = 'ranker_requests_total{area="series",status="2xx"}'
    assert after[name] - before.get(name, 0) == 12
    assert after['ranker_requests_total{area="none",status="4xx"}'] >= 12
    assert after['ranker_request_seconds_bucket{area="series",le="+Inf"}'] == after[name]
    assert after['ranker_request_seconds_sum{area="series"}'] > 0
    text = ask(served.metrics_port, "/metrics").body.decode()
    assert "all-of-us" not in text
    assert ask(served.metrics_port, "/").status == 404
    assert served.get("/metrics").status == 404
