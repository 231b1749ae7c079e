"""Granian as `ranker serve` starts it (see `ranker.serving.serve`), on the benchmark's app, in its own process."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ranker.cli import WORKERS
from tests.benchmarks.app import BARE, environment
from tests.benchmarks.client import Connection, get

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    seconds_to_start: float
    seconds_to_first_page: float

    def worker_memory(self) -> int:
        """Megabytes in the fullest worker's resident set."""
        return max(resident(pid) for pid in workers(self.port))


@contextmanager
def serving(home: Path, first_page: bytes) -> Iterator[Server]:
    """A fresh server on the data in `home`, which has answered `first_page` once."""
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.server", str(port)]
    with (home / "server.log").open("w") as log:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment(home), stdout=log, stderr=log)
    try:
        connection = connected(port, process)
        connection.exchange(get("/healthz"))
        ready = time.perf_counter()
        connection.exchange(first_page)
        yield Server(port, ready - began, time.perf_counter() - ready)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def connected(port: int, process: subprocess.Popen[bytes]) -> Connection:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return Connection(port)
        except ConnectionRefusedError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def connections(port: int, each: int) -> list[Connection]:
    """`each` connections to every worker, so that no round is luckier than another."""
    kept: dict[int, list[Connection]] = {}
    while len(kept) < WORKERS or any(len(held) < each for held in kept.values()):
        connection = Connection(port)
        pid = int(connection.exchange(get(f"{BARE}/worker")).body)
        held = kept.setdefault(pid, [])
        if len(held) < each:
            held.append(connection)
        else:
            connection.close()
    return [connection for held in kept.values() for connection in held]


def workers(port: int) -> list[int]:
    return [int(connection.exchange(get(f"{BARE}/worker")).body) for connection in connections(port, 1)]


def resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return kilobytes // 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def serve(port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    from ranker.serving import THREADS, WAITING

    Granian(
        "tests.benchmarks.app:create_benchmark_app",
        factory=True,
        interface=Interfaces.WSGI,
        address="127.0.0.1",
        port=port,
        workers=WORKERS,
        blocking_threads=THREADS,
        backpressure=WAITING,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
