"""A private PostgreSQL cluster on loopback, from Debian's packages, for the length of a test run."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import psycopg

SERVER_USER = "postgres"  # PostgreSQL refuses to run as root
PASSWORD = "with:@/%in"


@dataclass(frozen=True)
class Cluster:
    port: int
    home: Path
    durable: bool = False  # what was answered outlives the server

    def create(self, name: str, template: str = "template1") -> str:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name).replace("postgresql://", "postgresql+psycopg://")

    def url(self, database: str, user: str = "ranker") -> str:
        return f"postgresql://{user}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{database}"

    def ask(self, question: str) -> Any:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            row = connection.execute(question).fetchone()
            return row[0] if row else None

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k {self.home} -c fsync=off -c max_connections=200"
        options += "" if self.durable else " -c synchronous_commit=off"
        run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.home / "log"), "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop")

    @contextmanager
    def silent(self) -> Iterator[None]:
        """In here the server and all that answers for it stand still: they answer nothing, and close nothing."""
        with stopped(self.processes()):
            yield

    def processes(self) -> list[int]:
        postmaster = (self.data / "postmaster.pid").read_text().splitlines()[0]
        children = subprocess.check_output(["ps", "-o", "pid=", "--ppid", postmaster], text=True)
        return [int(postmaster), *map(int, children.split())]

    @property
    def data(self) -> Path:
        return self.home / "data"


@contextmanager
def stopped(processes: list[int]) -> Iterator[None]:
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


@contextmanager
def cluster(durable: bool = False) -> Iterator[Cluster]:
    with home() as kept:
        made = Cluster(free_port(), kept, durable)
        known = kept / "password"
        known.write_text(PASSWORD)
        run(
            *("initdb", "-D", str(made.data), "-U", "ranker", "-A", "scram-sha-256", "--pwfile", str(known)),
            *("--no-sync", "-E", "UTF8"),
        )
        with started(made):
            yield made


@contextmanager
def standby(primary: Cluster) -> Iterator[Cluster]:
    """A second cluster that takes over whatever the first one writes."""
    with home() as kept:
        made = Cluster(free_port(), kept)
        run(
            *("pg_basebackup", "-D", str(made.data), "-d", primary.url("postgres")),
            *("-R", "-X", "stream", "-c", "fast", "--no-sync"),
        )
        with started(made):
            yield made


@contextmanager
def started(made: Cluster) -> Iterator[None]:
    made.start()
    try:
        yield
    finally:
        if (made.data / "postmaster.pid").exists():
            made.stop()


@contextmanager
def home() -> Iterator[Path]:
    """A folder with a name short enough for a socket, which the server may use."""
    with TemporaryDirectory(prefix="ranker-postgres-", dir="/tmp", ignore_cleanup_errors=True) as name:
        if os.geteuid() == 0:
            shutil.chown(name, SERVER_USER)
        yield Path(name)


def run(program: str, *arguments: str) -> None:
    as_server = ["runuser", "-u", SERVER_USER, "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_server, str(binaries() / program), *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/")


def binaries() -> Path:
    """Where Debian keeps the server's programs, which are not on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise RuntimeError("PostgreSQL is not installed. On Debian: apt-get install postgresql")
    return found[-1].parent


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
