"""`ranker backup`: the database first, then the pictures it may refer to, and the secret key if asked for."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import make_url

from ranker.backup.archive import DATABASE, KEY, MEMBER, PICTURES, BackupRefused, Manifest, hash_of, write_archive
from ranker.backup.databases import database_at

Member = tuple[str, Path]


def make_backup(app: Flask, file: Path, with_key: bool = False) -> Manifest:
    """Writes the whole site into `file`, which is there when it is complete, or not at all. Raises BackupRefused."""
    if file.exists():
        raise BackupRefused(f"{file} is there already. Choose another name.")
    if not file.parent.is_dir():
        raise BackupRefused(f"There is no folder {file.parent}. Make it first, or name another.")
    database = database_at(make_url(app.config["SQLALCHEMY_DATABASE_URI"]))
    with TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as place:
        folder = Path(place)
        content = database.copy_to(folder / DATABASE)
        if content.revision is None:
            raise BackupRefused("There is nothing to keep: the database has no tables yet.")
        members = dict(_members(app, folder, with_key))
        manifest = Manifest(
            format="ranker.backup/1",
            made_at=dt.datetime.now(dt.UTC),
            version=version("ranker"),
            database=database.kind,
            revision=content.revision,
            rows=content.rows,
            hashes={name: hash_of(path) for name, path in members.items()},
        )
        with open(os.open(folder / "whole", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as whole:
            write_archive(whole, manifest, members.items())
            whole.flush()
            os.fsync(whole.fileno())
        os.link(folder / "whole", file)  # unlike a rename, it takes the place of nobody who was faster
    return manifest


def _members(app: Flask, folder: Path, with_key: bool) -> Iterator[Member]:
    yield DATABASE, folder / DATABASE
    for path in sorted((app.config["DATA_DIR"] / PICTURES).glob("*.webp")):
        if MEMBER.fullmatch(f"{PICTURES}/{path.name}"):
            yield f"{PICTURES}/{path.name}", path
    if with_key:
        (folder / KEY).write_text(app.config["SECRET_KEY"])
        yield KEY, folder / KEY
