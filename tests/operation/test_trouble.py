"""A command that cannot do its work says why in one line, with an exit code that means nothing else."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from ranker import cli, trouble
from tests import postgres
from tests.conftest import Databases


def ranker(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ranker", *arguments]
    return subprocess.run(command, env=environment(folder, **settings), capture_output=True, text=True, timeout=60)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("RANKER_")}
    return {**ours, "RANKER_DATA_DIR": str(folder), **settings}


def assert_told(done: subprocess.CompletedProcess[str], words: str) -> None:
    assert done.returncode == trouble.EXIT_CODE, done.stderr
    assert done.stderr.splitlines()[-1].startswith("ranker: ")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def file(tmp_path: Path) -> Path:
    files = Databases(tmp_path)
    files.fresh(tmp_path)
    return tmp_path / "ranker.sqlite"


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("foo", "RANKER_DATABASE_URL must begin with postgresql:// or sqlite:///"),
        ("mysql://localhost/ranker", "RANKER_DATABASE_URL must begin with"),
        ("sqlite://", "must name a file"),
        ("postgresql://127.0.0.1:9/ranker", "the database cannot be reached"),
        ("sqlite:////no/such/folder/ranker.sqlite", "the database cannot be reached"),
    ],
)
def test_an_address_that_leads_nowhere(tmp_path: Path, address: str, words: str) -> None:
    for command in (["recount", "--check"], ["setup"], ["upkeep"]):
        assert_told(ranker(tmp_path, *command, RANKER_DATABASE_URL=address), words)


def test_a_database_that_is_not_set_up(tmp_path: Path) -> None:
    assert_told(ranker(tmp_path, "recount", "--check"), "run `ranker setup`")


def test_a_database_that_is_damaged(tmp_path: Path, file: Path) -> None:
    file.write_bytes(b"no database at all " * 400)
    assert_told(ranker(tmp_path, "recount", "--check"), "the database is damaged")
    assert_told(ranker(tmp_path, "backup", str(tmp_path / "backup")), "the database is damaged")
    assert "it is damaged. `ranker restore" in ranker(tmp_path, "doctor").stdout


def test_a_database_that_somebody_holds(tmp_path: Path, file: Path) -> None:
    with locked(file):
        assert_told(ranker(tmp_path, "setup"), "the database is busy")


def test_a_database_of_a_newer_version(tmp_path: Path, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_from_tomorrow'")
        connection.commit()
    assert_told(ranker(tmp_path, "setup"), "made by a newer Ranker (its tables are of 9999_from_tomorrow)")
    assert "made by a newer Ranker" in ranker(tmp_path, "doctor").stdout


def test_a_database_of_somebody_else(tmp_path: Path) -> None:
    """As PostgreSQL 15 and later have it: whoever may connect may not make tables."""
    with postgres.cluster() as server:
        server.create("site")
        with psycopg.connect(server.url("site"), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE guest LOGIN PASSWORD '{postgres.PASSWORD}'")
        as_guest = {"RANKER_DATABASE_URL": server.url("site", "guest")}
        assert_told(ranker(tmp_path, "setup", **as_guest), "permission denied for schema public. Its owner may")
        assert ranker(tmp_path, "setup", RANKER_DATABASE_URL=server.url("site")).returncode == 0
        assert_told(ranker(tmp_path, "recount", "--check", **as_guest), "does not allow it: permission denied")
        assert "does not allow it: permission denied" in ranker(tmp_path, "doctor", **as_guest).stdout


def test_a_disk_without_room(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device", "/srv/ranker/secret_key")

    monkeypatch.setattr(cli, "group", full)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == trouble.EXIT_CODE
    assert "/srv/ranker/secret_key cannot be written: No space left" in capsys.readouterr().err


def test_a_file_of_somebody_else(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def forbidden() -> None:
        raise PermissionError(1, "Operation not permitted", "/srv/ranker")

    monkeypatch.setattr(cli, "group", forbidden)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == trouble.EXIT_CODE
    assert "this user may not use /srv/ranker" in capsys.readouterr().err


def test_a_mistake_of_ours_is_shown_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "group", mistaken)
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_a_backup_into_a_folder_that_is_not_there(tmp_path: Path, file: Path) -> None:
    done = ranker(tmp_path, "backup", str(tmp_path / "nowhere" / "backup"))
    assert done.returncode == 1
    assert f"There is no folder {tmp_path / 'nowhere'}" in done.stderr


def test_the_help_tells_of_our_commands_alone() -> None:
    told = CliRunner().invoke(cli.group, ["--help"], prog_name="ranker").output
    assert "  serve " in told
    assert "  routes " not in told
    assert CliRunner().invoke(cli.group, ["routes", "--help"]).exit_code == 0
