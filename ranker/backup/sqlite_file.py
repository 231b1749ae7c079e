"""A SQLite database as one file and back, with what SQLite keeps beside it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, create_engine
from sqlalchemy.exc import DatabaseError

from ranker.backup.archive import BackupRefused, hash_of, put_in_place
from ranker.backup.content import Content, content_of
from ranker.database import BUSY_TIMEOUT_MS
from ranker.extensions import db
from ranker.outages import Outage, is_damaged, outage_of

BESIDE = ("-shm", "-wal")


@dataclass(frozen=True)
class SqliteFile:
    path: Path
    kind: Literal["sqlite", "postgresql"] = "sqlite"

    def copy_to(self, file: Path) -> Content:
        """By the online backup, in one step: writers go on meanwhile, and none of them is seen half."""
        patience = BUSY_TIMEOUT_MS / 1000
        with closing(sqlite3.connect(self.path, timeout=patience)) as source, closing(sqlite3.connect(file)) as copy:
            try:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
            except sqlite3.OperationalError as error:
                if outage_of(error) is Outage.FULL:  # the source is only read
                    raise BackupRefused(
                        "There is no room for the copy of the database. Nothing was written."
                    ) from error
                raise
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
                if outage_of(error) is Outage.BUSY:
                    return True
                if not is_damaged(error):  # what is damaged is of use to nobody
                    raise
        return False

    @contextmanager
    def replaced_by(self, file: Path, aside: str) -> Iterator[None]:
        _checked(file)
        draft = self._draft(file, aside)
        try:
            self._put_aside(aside)
            put_in_place(draft, self.path, aside)
            yield
        except BaseException:
            db.engine.dispose()  # whoever is connected to the new one would take away the old one's log at the end
            self._bring_back(draft, aside)
            raise

    def kept_as(self, aside: str) -> str:
        return f"the file “{self.path.name}.{aside}”, beside the new one; remove it when you do not need it any more"

    def _draft(self, file: Path, aside: str) -> Path:
        """What is in `file`, beside the database, and on the disk for good."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f".{self.path.name}.{aside}")
        try:
            with (
                open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target,
                file.open("rb") as source,
            ):
                shutil.copyfileobj(source, target)
                target.flush()
                os.fsync(target.fileno())
            if hash_of(draft) != hash_of(file):
                raise BackupRefused(f"{draft} is not what was written into it. Nothing was replaced.")
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return draft

    def _put_aside(self, aside: str) -> None:
        """What SQLite keeps beside the file: what is left of an old one would be read into the new one."""
        for ending in BESIDE:
            if (path := self._named(ending)).exists():
                os.replace(path, self._named(f".{aside}{ending}"))

    def _bring_back(self, draft: Path, aside: str) -> None:
        kept = self._named(f".{aside}")
        if draft.exists():  # it is not in its place, so what is there is the old one
            draft.unlink()
            kept.unlink(missing_ok=True)
        else:
            for ending in BESIDE:  # these are the new one's
                self._named(ending).unlink(missing_ok=True)
            os.replace(kept, self.path) if kept.exists() else self.path.unlink()
        for ending in BESIDE:
            if (kept := self._named(f".{aside}{ending}")).exists():
                os.replace(kept, self._named(ending))

    def _named(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)


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
    engine = create_engine(URL.create("sqlite", database=str(file)))
    try:
        with engine.connect() as connection:
            return content_of(connection)
    finally:
        engine.dispose()
