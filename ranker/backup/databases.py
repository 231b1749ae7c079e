"""A whole database as one file and back, in the ways of SQLite and of PostgreSQL."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, Protocol

from sqlalchemy import URL

from ranker.backup.content import Content
from ranker.backup.postgres_database import PostgresDatabase
from ranker.backup.sqlite_file import SqliteFile


class Database(Protocol):
    @property
    def kind(self) -> Literal["sqlite", "postgresql"]: ...

    def copy_to(self, file: Path) -> Content:
        """Writes the database as it is at one instant into `file`, and checks what was written."""

    def content(self) -> Content:
        """What it holds now; nothing where there is none yet."""

    def is_in_use(self) -> bool:
        """Whether another process is connected to it."""

    def replaced_by(self, file: Path, aside: str) -> AbstractContextManager[None]:
        """Inside, what `copy_to` wrote is in the place of all there was, which is kept under its name and `aside`.

        It comes back when anything goes wrong inside.
        """

    def kept_as(self, aside: str) -> str:
        """Where what was there is kept, and how to be rid of it."""


def database_at(url: URL) -> Database:
    if url.get_backend_name() == "sqlite":
        return SqliteFile(Path(url.database or "").resolve())  # where SQLite keeps what belongs beside it
    return PostgresDatabase(url)
