"""A PostgreSQL database as one file and back, by its own programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, Connection, create_engine, text

from ranker.backup.archive import BackupRefused
from ranker.backup.content import Content, content_of
from ranker.database import snapshot

SCHEMA = "public"


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

    @contextmanager
    def replaced_by(self, file: Path, aside: str) -> Iterator[None]:
        """What was there becomes a schema of another name."""
        kept = _schema(aside)
        self._execute(f"ALTER SCHEMA {SCHEMA} RENAME TO {kept}", f"CREATE SCHEMA {SCHEMA}")
        try:
            how = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--schema={SCHEMA}")
            self._run("pg_restore", *how, f"--dbname={self._address()}", str(file))
            yield
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
        url = self.url
        return URL.create(
            "postgresql", url.username, None, url.host, url.port, url.database, url.query
        ).render_as_string()

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
