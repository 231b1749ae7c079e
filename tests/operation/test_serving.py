"""`ranker serve`: ready when it is, gone without dropping anybody, and replaced while people are served."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from ranker import trouble
from ranker.serving.worker import STOP
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


BROKEN = """
import os, sys
what = open(os.environ["BROKEN"]).read()
if what == "slow" and "setup" in sys.orig_argv:
    import time
    print("a newer version is set up", file=sys.stderr, flush=True)
    time.sleep(2)
if what == "setup" and "setup" in sys.orig_argv or what == "workers" and "--multiprocessing-fork" in sys.orig_argv:
    print("a mistake in a newer version", file=sys.stderr, flush=True)
    os._exit(1)
"""


def breakable(folder: Path) -> tuple[Path, dict[str, str]]:
    """A file in which a test writes what of a newer version does not work, and the settings that have it so."""
    switch = folder / "broken"
    switch.write_text("")
    (folder / "sitecustomize.py").write_text(BROKEN)
    return switch, {"PYTHONPATH": str(folder), "BROKEN": str(switch)}


@pytest.mark.parametrize(
    ("what", "words"), [("setup", "`ranker setup` failed"), ("workers", "A new worker did not get ready")]
)
def test_a_reload_into_code_that_does_not_work_leaves_the_workers_there_are(
    databases: Databases, tmp_path: Path, what: str, words: str
) -> None:
    switch, ways = breakable(tmp_path)
    with running(databases.fresh(tmp_path), tmp_path, **ways) as served, crowd(served.port) as people:
        before = served.workers()
        switch.write_text(what)
        served.tell(signal.SIGHUP)
        wait_until(lambda: words in served.log.read_text())
        so_far = people.answered
        wait_until(lambda: people.answered > so_far + 20)
        assert before <= served.workers()
        switch.write_text("")
        served.tell(signal.SIGHUP)
        wait_until(lambda: before.isdisjoint(served.workers()))
        served.wait_until_ready()
    assert people.dropped == []


@pytest.mark.parametrize("told", [signal.SIGHUP, signal.SIGTERM])
def test_what_it_is_told_while_newer_code_is_set_up_is_done_after_that(
    databases: Databases, tmp_path: Path, told: signal.Signals
) -> None:
    switch, ways = breakable(tmp_path)
    with running(databases.fresh(tmp_path), tmp_path, "--workers", "1", **ways) as served:
        switch.write_text("slow")
        served.tell(signal.SIGHUP)
        wait_until(lambda: times_set_up(served) == 1)
        served.tell(told)
        if told is signal.SIGTERM:
            assert served.stopped() == 0
        else:
            wait_until(lambda: times_set_up(served) == 2)


def times_set_up(served: Running) -> int:
    return served.log.read_text().count("a newer version is set up")


def test_a_worker_that_dies_beside_code_that_does_not_work_is_replaced_once_it_does(
    databases: Databases, tmp_path: Path
) -> None:
    switch, ways = breakable(tmp_path)
    with running(databases.fresh(tmp_path), tmp_path, **ways) as served:
        dead, other = served.workers()
        switch.write_text("workers")
        os.kill(dead, signal.SIGKILL)
        wait_until(lambda: served.log.read_text().count("A new worker did not get ready") > 1)
        assert other in served.workers()
        assert served.get("/login").status == 200
        switch.write_text("")
        wait_until(lambda: len(served.workers() - {dead}) == 2)
        served.wait_until_ready()


def test_with_no_worker_left_and_code_that_does_not_work_it_ends(databases: Databases, tmp_path: Path) -> None:
    switch, ways = breakable(tmp_path)
    with running(databases.fresh(tmp_path), tmp_path, "--workers", "1", **ways) as served:
        switch.write_text("workers")
        os.kill(min(served.workers()), signal.SIGKILL)
        assert served.stopped() != 0


@pytest.mark.parametrize("host", ["localhost", "::1"])
def test_it_listens_where_a_name_or_the_newer_internet_protocol_leads(
    databases: Databases, tmp_path: Path, host: str
) -> None:
    metrics = free_port()
    settings = {"RANKER_METRICS": f"[::1]:{metrics}", "RANKER_TRUSTED_HOSTS": "localhost"}
    with running(databases.fresh(tmp_path), tmp_path, "--host", host, host=host, **settings) as served:
        assert served.get("/login").status == 200
        connection = HTTPConnection("::1", metrics, timeout=30)
        connection.request("GET", "/metrics")
        assert connection.getresponse().status == 200
        connection.close()


@pytest.mark.parametrize("taken", ["--port", "RANKER_METRICS"])
def test_a_second_server_at_the_same_port_says_so_and_ends(served: Running, tmp_path: Path, taken: str) -> None:
    ports = {"--port": (served.port, free_port()), "RANKER_METRICS": (free_port(), served.metrics_port)}[taken]
    done = subprocess.run(
        [sys.executable, "-m", "ranker", "serve", "--port", str(ports[0])],
        env={"RANKER_DATA_DIR": str(tmp_path), "RANKER_METRICS": f"127.0.0.1:{ports[1]}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == trouble.EXIT_CODE
    assert f"ranker: {taken}: cannot listen at 127.0.0.1" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("options", "words"),
    [(["--host", "no.such.host.invalid"], "cannot listen at no.such.host.invalid"), (["--port", "99999"], "99999")],
)
def test_an_address_that_cannot_be_is_said_in_a_line(tmp_path: Path, options: list[str], words: str) -> None:
    command = [sys.executable, "-m", "ranker", "serve", "--port", str(free_port()), *options]
    environment = {"RANKER_DATA_DIR": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def totals(served: Running) -> dict[str, float]:
    text = ask(served.metrics_port, "/metrics").body.decode()
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def test_it_says_that_it_closes_down_and_answers_until_then(databases: Databases, tmp_path: Path) -> None:
    with running(databases.fresh(tmp_path), tmp_path, "--workers", "1", "--drain", "8") as served:
        with closing(HTTPConnection("127.0.0.1", served.port, timeout=30)) as connection:
            connection.request("GET", "/readyz")
            assert connection.getresponse().read() == b"ok\n"
            served.tell(signal.SIGTERM)
            wait_until(lambda: served.get("/readyz").body == b"closing down\n", patience=5)
            connection.request("GET", "/login")
            answer = connection.getresponse()
            assert answer.read()
        assert (answer.status, answer.headers["Connection"]) == (200, "close")
        assert served.stopped() == 0


def test_what_ends_a_whole_group_of_processes_lets_requests_end(databases: Databases, tmp_path: Path) -> None:
    with running(databases.fresh(tmp_path), tmp_path, "--drain", "8") as served:
        with crowd(served.port) as people:
            wait_until(lambda: people.answered > 20)
            assert os.getpgid(served.process.pid) == served.process.pid
            os.killpg(served.process.pid, signal.SIGTERM)
            wait_until(lambda: served.get("/readyz").body == b"closing down\n", patience=5)
            so_far = people.answered
            wait_until(lambda: people.answered > so_far + 5, patience=3)
        assert people.dropped == []
        assert served.stopped() == 0


@pytest.mark.parametrize("anew", [False, True], ids=["first workers", "later workers"])
def test_what_ends_each_process_of_a_service_lets_requests_end(
    databases: Databases, tmp_path: Path, anew: bool
) -> None:
    with running(databases.fresh(tmp_path), tmp_path, "--drain", "8") as served:
        if anew:
            first = served.workers()
            served.tell(signal.SIGHUP)
            wait_until(lambda: first.isdisjoint(served.workers()))
        with crowd(served.port) as people:
            wait_until(lambda: people.answered > 20)
            for process in (*served.workers(), served.process.pid):
                os.kill(process, signal.SIGTERM)
            wait_until(lambda: served.get("/readyz").body == b"closing down\n", patience=5)
            so_far = people.answered
            wait_until(lambda: people.answered > so_far + 5, patience=3)
        assert people.dropped == []
        assert served.stopped() == 0


BUSY_WORKER = """
import hashlib, os
from ranker.serving.worker import Worker, deaf, obey_the_server_alone

class Told(Worker):
    def stop(self):
        print("heard", flush=True)
        os._exit(0)

with deaf():
    obey_the_server_alone(Told())
    print("busy", flush=True)
    hashlib.pbkdf2_hmac("sha256", b"a long word", b"of another language", 10**9)
"""


def test_a_worker_hears_what_it_is_told_while_nothing_interrupts_its_main_thread() -> None:
    """As it is for a moment whenever that goes to sleep."""
    with subprocess.Popen([sys.executable, "-c", BUSY_WORKER], stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"busy\n"
        time.sleep(0.2)
        worker.send_signal(STOP)
        try:
            assert worker.communicate(timeout=20) == (b"heard\n", None)
        finally:
            worker.kill()


def test_workers_end_with_a_server_that_is_killed(databases: Databases, tmp_path: Path) -> None:
    with running(databases.fresh(tmp_path), tmp_path) as served:
        workers = served.workers()
        served.process.kill()
        wait_until(lambda: not any(map(is_running, workers)))


def is_running(process: int) -> bool:
    """One that nobody has buried is not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except FileNotFoundError:
        return False


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


def test_before_it_serves_it_says_what_is_set_in_vain_and_all_as_json(databases: Databases, tmp_path: Path) -> None:
    settings = {
        "RANKER_LOG": "json",
        "RANKER_SIGNUPS": "closed",
        "RANKER_SECRET_KEY": "short",
        "RANKER_ASSETS": "local",
    }
    with running(databases.fresh(tmp_path), tmp_path, "--workers", "1", **settings) as served:
        lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    warnings = " ".join(line["message"] for line in lines if line["level"] == "warning")
    assert "nothing reads RANKER_SIGNUPS" in warnings
    assert "short enough to guess" in warnings
    assert "run ranker assets" in warnings
    assert any(line["message"].startswith("Ranker is at ") for line in lines)


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
