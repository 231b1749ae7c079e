"""A restore into PostgreSQL that is ended, or killed, in the middle loses nothing of what was there."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.operation.test_trouble import assert_told, environment, ranker

KEPT = "SELECT max(nspname::text) FROM pg_namespace WHERE nspname LIKE 'public\\_before\\_%'"


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Cluster]:
    with postgres.cluster() as made:
        yield made


@pytest.fixture(scope="module")
def backup(server: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the site that the others are copies of."""
    folder = tmp_path_factory.mktemp("original")
    server.create("original")
    for command in (["setup"], ["backup", str(folder / "backup")]):
        assert ranker(folder, *command, RANKER_DATABASE_URL=server.url("original")).returncode == 0
    return folder / "backup"


@pytest.fixture
def site(server: postgres.Cluster, backup: Path) -> str:
    name = f"site_{time.monotonic_ns()}"
    server.create(name, "original")
    return server.url(name)


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def begun(site: str, backup: Path, folder: Path) -> subprocess.Popen[str]:
    """A restore that has put aside what was there, and whose pg_restore takes its time."""
    programs = folder / "programs"
    programs.mkdir()
    slow = programs / "pg_restore"
    slow.write_text(f"#!/bin/sh\n: > {folder}/begun\nexec sleep 20\n")
    slow.chmod(0o755)
    command = [sys.executable, "-m", "ranker", "restore", "--replace", str(backup)]
    settings = environment(folder, RANKER_DATABASE_URL=site, PATH=f"{programs}:/usr/bin:/bin")
    restoring = subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    deadline = time.monotonic() + 30
    while not (folder / "begun").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return restoring


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda how: how.name)
def test_a_restore_that_is_told_to_end_puts_back_what_was_there(
    site: str, backup: Path, tmp_path: Path, how: signal.Signals
) -> None:
    restoring = begun(site, backup, tmp_path)
    restoring.send_signal(how)
    restoring.communicate(timeout=30)
    assert restoring.returncode == 128 + how
    assert ask(site, "SELECT count(*) FROM public.series") == 2
    assert ask(site, KEPT) is None


def test_a_restore_that_was_killed_is_told_of_before_anything_is_made_anew(
    site: str, backup: Path, tmp_path: Path
) -> None:
    restoring = begun(site, backup, tmp_path)
    restoring.kill()
    restoring.communicate(timeout=30)
    kept = ask(site, KEPT)
    assert_told(ranker(tmp_path, "setup", RANKER_DATABASE_URL=site), f"what was there is the schema {kept}")
    assert ranker(tmp_path, "restore", str(backup), RANKER_DATABASE_URL=site).returncode == 0
    assert ranker(tmp_path, "recount", "--check", RANKER_DATABASE_URL=site).returncode == 0
    assert ask(site, f"SELECT count(*) FROM {kept}.series") == 2
