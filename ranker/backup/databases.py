"""A whole database as one file and back, in the ways of SQLite and of PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from sqlalchemy import URL, Connection, MetaData, Table, create_engine, func, inspect, select, text
from sqlalchemy.exc import DatabaseError

from ranker.backup.archive import BackupRefused, hash_of
from ranker.database import BUSY_TIMEOUT_MS, snapshot
from ranker.outages import is_damaged

VERSIONS = "alembic_version"
SCHEMA = "public"
Rows = dict[str, int]


@dataclass(frozen=True, slots=True)
class Content:
    """What a database holds: the revision of its tables, None where there are none, and the rows in each.

    readable: of one that is damaged nobody can tell.
    """

    revision: str | None
    rows: Rows
    readable: bool = True

    @property
    def is_empty(self) -> bool:
        return self.readable and not any(self.rows.values())


class Database(Protocol):
    @property
    def kind(self) -> Literal["sqlite", "postgresql"]: ...

    def copy_to(self, file: Path) -> Content:
        """Writes the database as it is at one instant into `file`, and checks what was written."""

    def content(self) -> Content:
        """What it holds now; nothing where there is none yet."""

    def is_in_use(self) -> bool:
        """Whether another process is connected to it."""

    def replace_by(self, file: Path, aside: str) -> None:
        """Puts what `copy_to` wrote in the place of all there is, which is kept under its name and `aside`."""

    def kept_as(self, aside: str) -> str:
        """Where what was there is kept, and how to be rid of it."""


def database_at(url: URL) -> Database:
    return SqliteFile(Path(url.database or "")) if url.get_backend_name() == "sqlite" else PostgresDatabase(url)


def content_of(connection: Connection) -> Content:
    tables = set(inspect(connection).get_table_names())
    if VERSIONS not in tables:
        return Content(None, {})
    revision = connection.scalar(text(f"SELECT version_num FROM {VERSIONS}"))
    metadata = MetaData()
    rows = {
        name: connection.scalar(select(func.count()).select_from(Table(name, metadata))) or 0
        for name in sorted(tables - {VERSIONS})
    }
    return Content(revision, rows)


@dataclass(frozen=True)
class SqliteFile:
    path: Path
    kind: Literal["sqlite", "postgresql"] = "sqlite"

    def copy_to(self, file: Path) -> Content:
        """By the online backup, in one step: writers go on meanwhile, and none of them is seen half."""
        patience = BUSY_TIMEOUT_MS / 1000
        with closing(sqlite3.connect(self.path, timeout=patience)) as source, closing(sqlite3.connect(file)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        return _checked(file)

    def content(self) -> Content:
        if not self.path.exists():
            return Content(None, {})
        try:
            return _content(self.path)
        except DatabaseError as error:
            if is_damaged(error):
                return Content(None, {}, readable=False)
            raise

    def is_in_use(self) -> bool:
        if not self.path.exists():
            return False
        with closing(sqlite3.connect(self.path, timeout=0)) as connection:
            try:  # to leave this mode a connection must be the only one
                connection.execute("PRAGMA journal_mode=DELETE")
            except sqlite3.DatabaseError as error:
                return not is_damaged(error)  # what is damaged is of use to nobody
        return False

    def replace_by(self, file: Path, aside: str) -> None:
        _checked(file)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f".{self.path.name}.{aside}")
        shutil.copyfile(file, draft)
        draft.chmod(0o600)
        if hash_of(draft) != hash_of(file):
            raise BackupRefused(f"{draft} is not what was written into it. Nothing was replaced.")
        self._put_aside(aside)
        os.replace(draft, self.path)

    def kept_as(self, aside: str) -> str:
        return f"the file “{self.path.name}.{aside}”, beside the new one; remove it when you do not need it any more"

    def _put_aside(self, aside: str) -> None:
        """What SQLite keeps beside the file goes first: what is left of an old one would be read into the new one."""
        for ending in ("-shm", "-wal", ""):
            path = self.path.with_name(self.path.name + ending)
            if path.exists():
                os.replace(path, self.path.with_name(f"{self.path.name}.{aside}{ending}"))


def _checked(file: Path) -> Content:
    with closing(sqlite3.connect(file)) as connection:
        try:
            found = connection.execute("PRAGMA integrity_check").fetchall()
            loose = connection.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.DatabaseError as error:
            raise BackupRefused(f"The copy of the database cannot be read: {error}") from error
    if found != [("ok",)]:
        raise BackupRefused(f"The copy of the database is damaged: {found[0][0]}")
    if loose is not None:
        raise BackupRefused(f"In the copy of the database a row of {loose[0]} refers to nothing.")
    return _content(file)


def _content(file: Path) -> Content:
    engine = create_engine(f"sqlite:///{file}")
    try:
        with engine.connect() as connection:
            return content_of(connection)
    finally:
        engine.dispose()


@dataclass(frozen=True)
class PostgresDatabase:
    url: URL
    kind: Literal["sqlite", "postgresql"] = "postgresql"

    def copy_to(self, file: Path) -> Content:
        """By pg_dump, which sees what this connection sees; then all of it is read once, as a restore would."""
        with snapshot() as connection:
            content = content_of(connection)
            seen = connection.scalar(text("SELECT pg_export_snapshot()"))
            how = ("--format=custom", "--no-owner", "--no-privileges", f"--schema={SCHEMA}")
            self._run("pg_dump", *how, f"--snapshot={seen}", f"--file={file}", f"--dbname={self._address()}")
        self._run("pg_restore", f"--file={os.devnull}", str(file))
        return content

    def content(self) -> Content:
        with self._connected() as connection:
            return content_of(connection)

    def is_in_use(self) -> bool:
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        with self._connected() as connection:
            return bool(connection.scalar(text(others)))

    def replace_by(self, file: Path, aside: str) -> None:
        """What was there becomes a schema of another name; it comes back when anything goes wrong."""
        kept = _schema(aside)
        self._execute(f"ALTER SCHEMA {SCHEMA} RENAME TO {kept}", f"CREATE SCHEMA {SCHEMA}")
        try:
            how = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--schema={SCHEMA}")
            self._run("pg_restore", *how, f"--dbname={self._address()}", str(file))
        except BaseException:
            self._execute(f"DROP SCHEMA {SCHEMA} CASCADE", f"ALTER SCHEMA {kept} RENAME TO {SCHEMA}")
            raise

    def kept_as(self, aside: str) -> str:
        kept = _schema(aside)
        return f"the schema “{kept}”; when you do not need it any more: DROP SCHEMA {kept} CASCADE"

    def _execute(self, *statements: str) -> None:
        with self._connected() as connection, connection.begin():
            for statement in statements:
                connection.execute(text(statement))

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """A connection that no pool keeps, so that none of ours is in the way."""
        engine = create_engine(self.url)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()

    def _address(self) -> str:
        """The database's address for PostgreSQL's own programs, without the password, which others could see."""
        return self.url.set(drivername="postgresql", password=None).render_as_string()

    def _run(self, program: str, *arguments: str) -> None:
        found = shutil.which(program)
        if found is None:
            raise BackupRefused(f"This needs {program}. On Debian: apt-get install postgresql-client")
        secret = {"PGPASSWORD": str(self.url.password)} if self.url.password else {}
        done = subprocess.run(
            [found, *arguments], env={**os.environ, **secret}, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise BackupRefused(f"{program} did not succeed:\n{done.stderr.strip()}")


def _schema(aside: str) -> str:
    return f"{SCHEMA}_{aside}".replace("-", "_")
