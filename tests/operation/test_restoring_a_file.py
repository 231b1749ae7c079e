"""A SQLite file is put back over whatever is there: a damaged one, and what is left beside one that is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from ranker.extensions import db
from tests.cast import Cast
from tests.conftest import Databases, opened
from tests.operation.test_backup import backed_up, everything, ranker, restored

NO_DATABASE = b"no database at all " * 400


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return Databases(tmp_path_factory.mktemp("files"))


@pytest.fixture
def cast(files: Databases, tmp_path: Path) -> Iterator[Cast]:
    folder = tmp_path / "here"
    folder.mkdir()
    with opened(files.with_cast(folder), folder) as app:
        yield files.cast_of(app)


@pytest.fixture
def elsewhere(files: Databases, tmp_path: Path) -> Iterator[Flask]:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with opened(files.fresh(folder), folder) as app:
        yield app


def file_of(app: Flask) -> Path:
    with app.app_context():
        db.engine.dispose()
        return Path(db.engine.url.database or "")


@pytest.mark.parametrize("how", ["all of it", "its tables"])
def test_a_damaged_database_is_replaced_and_kept(cast: Cast, elsewhere: Flask, tmp_path: Path, how: str) -> None:
    backup, path = backed_up(cast, tmp_path / "backup"), file_of(elsewhere)
    damaged = NO_DATABASE if how == "all of it" else path.read_bytes()[:4096].ljust(len(path.read_bytes()), b"\xff")
    path.write_bytes(damaged)
    assert "a database that is damaged, kept" in restored(elsewhere, backup, "--dry-run")
    assert "add --replace" in ranker(elsewhere, "restore", backup).output
    restored(elsewhere, backup, "--replace")
    assert everything(elsewhere) == everything(cast.app)
    assert [kept.read_bytes() for kept in path.parent.glob(f"{path.name}.before-*")] == [damaged]


@pytest.mark.parametrize("is_there", [True, False], ids=["the file is damaged", "the file is gone"])
def test_what_is_left_beside_a_file_is_not_read_into_the_new_one(
    cast: Cast, elsewhere: Flask, tmp_path: Path, is_there: bool
) -> None:
    backup, path = backed_up(cast, tmp_path / "backup"), file_of(elsewhere)
    log = path.with_name(f"{path.name}-wal")
    left = written_ahead(cast.app)
    log.write_bytes(left)
    path.write_bytes(NO_DATABASE) if is_there else path.unlink()
    restored(elsewhere, backup, "--replace")
    assert everything(elsewhere) == everything(cast.app)
    assert [kept.read_bytes() for kept in path.parent.glob(f"{path.name}.before-*-wal")] == [left]


def test_a_database_behind_a_link_is_replaced_where_it_is(cast: Cast, elsewhere: Flask, tmp_path: Path) -> None:
    backup, path = backed_up(cast, tmp_path / "backup"), file_of(elsewhere)
    disk = tmp_path / "disk"
    disk.mkdir()
    real = path.rename(disk / path.name)
    path.symlink_to(real)
    restored(elsewhere, backup, "--replace")
    assert everything(elsewhere) == everything(cast.app)
    assert path.is_symlink()
    assert len(list(disk.glob("*before-*"))) == 1


def test_a_file_that_takes_no_writes_is_not_said_to_be_in_use(cast: Cast, elsewhere: Flask, tmp_path: Path) -> None:
    backup, path = backed_up(cast, tmp_path / "backup"), file_of(elsewhere)
    of_a_later_format = bytearray(path.read_bytes())
    of_a_later_format[18] = 3  # which SQLite reads, and does not write
    path.write_bytes(of_a_later_format)
    answer = ranker(elsewhere, "restore", backup, "--replace")
    assert isinstance(answer.exception, sqlite3.OperationalError)
    assert "readonly" in str(answer.exception)
    assert path.read_bytes() == of_a_later_format


def written_ahead(app: Flask) -> bytes:
    """A log that SQLite would read into a file: with everybody renamed in it."""
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(text("UPDATE users SET name = 'left over'"))
        connection.commit()
        log = Path(f"{db.engine.url.database}-wal").read_bytes()
        connection.execute(text("UPDATE users SET name = name_key"))
        connection.commit()
    assert b"left over" in log
    return log
