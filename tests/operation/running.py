"""`ranker serve` in a process of its own, for tests that ask it over HTTP."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import free_port

PATIENCE = 120.0  # on a busy machine a new process may take its time


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Running:
    port: int
    process: subprocess.Popen[bytes]
    log: Path
    host: str = "localhost"
    metrics_port: int = 0
    listens_at: str = "127.0.0.1"

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return ask(self.port, path, {"Host": self.host, **(headers or {})}, self.listens_at)

    def is_ready(self) -> bool:
        try:
            return self.get("/readyz").status == 200
        except OSError:
            return False

    def tell(self, what: signal.Signals) -> None:
        self.process.send_signal(what)

    def stopped(self) -> int:
        return self.process.wait(PATIENCE)

    def workers(self) -> set[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return set(map(int, children.split()))

    def wait_until_ready(self) -> None:
        wait_until(lambda: self.process.poll() is not None or self.is_ready())
        assert self.process.poll() is None, self.log.read_text()


@contextmanager
def running(url: str, folder: Path, *options: str, host: str = "127.0.0.1", **settings: str) -> Iterator[Running]:
    port = free_port()
    log = folder / "serve.log"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("RANKER_")},
        "RANKER_DATA_DIR": str(folder),
        "RANKER_DATABASE_URL": url,
        "PORT": str(port),
        **settings,
    }
    command = [sys.executable, "-m", "ranker", "serve", *options]
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file, process_group=0)
    served = Running(port, process, log, settings.get("RANKER_TRUSTED_HOSTS", "localhost"), listens_at=host)
    try:
        served.wait_until_ready()
        yield served
    finally:
        process.terminate()
        process.wait(PATIENCE)


def ask(port: int, path: str, headers: Mapping[str, str] | None = None, host: str = "127.0.0.1") -> Answer:
    connection = http.client.HTTPConnection(host, port, timeout=30)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def wait_until(question: Callable[[], bool], patience: float = PATIENCE) -> None:
    until = time.monotonic() + patience
    while not question():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.05)
