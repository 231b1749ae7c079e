"""`ranker restore`: looks at a backup, says what putting it back would do, and does exactly that."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import make_url

from ranker.backup.archive import DATABASE, KEY, PICTURES, BackupRefused, Manifest, put_in_place, read_archive
from ranker.backup.content import Content
from ranker.backup.databases import Database, database_at
from ranker.extensions import db
from ranker.installation import migrate_database, migrations, one_at_a_time


@dataclass(frozen=True)
class Restoring:
    """A backup that was unpacked and found whole, and the site it would be put into.

    pending: the migrations it is behind, oldest first. there: what the site's database holds now.
    """

    app: Flask
    folder: Path
    manifest: Manifest
    database: Database
    pending: tuple[str, ...]
    there: Content

    def do(self, replace: bool, with_key: bool) -> str:
        """Puts the backup in place; returns what the former things were renamed with. Raises BackupRefused."""
        self._check(replace, with_key)
        aside = f"before-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S-%f}"
        with self.app.app_context(), one_at_a_time(self.app.config["DATA_DIR"]):
            self._put_pictures()
            with self.database.replaced_by(self.folder / DATABASE, aside):
                self._take_over()
                if with_key:
                    self._put_key(aside)
        return aside

    def _take_over(self) -> None:
        if self.database.content() != Content(self.manifest.revision, self.manifest.rows):
            raise BackupRefused("What was put back was not what the backup holds. Nothing was replaced.")
        migrate_database()

    def _check(self, replace: bool, with_key: bool) -> None:
        if not self.there.is_empty and not replace:
            raise BackupRefused("The site is not empty. To put the backup in its place, add --replace.")
        if with_key and not self.manifest.has_key:
            raise BackupRefused("The backup holds no secret key. Leave --with-key out; everybody logs in again then.")
        db.engine.dispose()
        if self.database.is_in_use():
            raise BackupRefused("The database is in use. Stop Ranker on every machine first, then try again.")

    def _put_pictures(self) -> None:
        """Beside those that are there: their names are random, and a name stands for the same bytes for ever."""
        folder = self.app.config["DATA_DIR"] / PICTURES
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in (self.folder / PICTURES).glob("*"):
            draft = (folder / path.name).with_suffix(".draft")
            shutil.copyfile(path, draft)
            os.replace(draft, folder / path.name)

    def _put_key(self, aside: str) -> None:
        path: Path = self.app.config["DATA_DIR"] / KEY
        draft = path.with_name(f".{KEY}.{aside}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write((self.folder / KEY).read_text())
        put_in_place(draft, path, aside)


@contextmanager
def open_backup(app: Flask, file: IO[bytes]) -> Iterator[Restoring]:
    """The backup in `file`, checked to the last byte. Raises BackupRefused for what cannot be put back here."""
    database = database_at(make_url(app.config["SQLALCHEMY_DATABASE_URI"]))
    with TemporaryDirectory(prefix=".restoring.", dir=app.config["DATA_DIR"]) as place:
        folder = Path(place)
        manifest = read_archive(file, folder)
        if manifest.database != database.kind:
            raise BackupRefused(
                f"The backup is of a {manifest.database} database, and this site runs on {database.kind}. "
                "Set RANKER_DATABASE_URL to a database of that kind."
            )
        with app.app_context():
            pending = _pending(manifest)
        yield Restoring(app, folder, manifest, database, pending, database.content())


def _pending(manifest: Manifest) -> tuple[str, ...]:
    script: ScriptDirectory = migrations()
    known = [revision.revision for revision in script.walk_revisions()]
    if manifest.revision not in known:
        raise BackupRefused(
            f"The backup was made by a newer Ranker ({manifest.version}, tables as of {manifest.revision}). "
            "Install that one, or a newer one still, and restore with it."
        )
    return tuple(reversed(known[: known.index(manifest.revision)]))
