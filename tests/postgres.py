"""A private PostgreSQL cluster on loopback, from Debian's packages, for the length of a test run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

SERVER_USER = "postgres"  # PostgreSQL refuses to run as root


@dataclass(frozen=True)
class Cluster:
    port: int

    def create(self, name: str, template: str = "template1") -> str:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name).replace("postgresql://", "postgresql+psycopg://")

    def url(self, database: str) -> str:
        return f"postgresql://ranker@127.0.0.1:{self.port}/{database}"


@contextmanager
def cluster(folder: Path, durable: bool = False) -> Iterator[Cluster]:
    """Nothing in it outlives the machine, unless it is to be `durable` as a real one is."""
    home = Path("/tmp") / f"ranker-postgres-{os.getpid()}"
    home.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(home, SERVER_USER)
    port = free_port()
    run("initdb", "-D", str(home / "data"), "-U", "ranker", "-A", "trust", "--no-sync", "-E", "UTF8")
    careless = "" if durable else " -c fsync=off -c synchronous_commit=off"
    options = f"-p {port} -h 127.0.0.1 -k {home} -c max_connections=200{careless}"
    run("pg_ctl", "-D", str(home / "data"), "-w", "-l", str(home / "log"), "-o", options, "start")
    try:
        yield Cluster(port)
    finally:
        run("pg_ctl", "-D", str(home / "data"), "-w", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


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
