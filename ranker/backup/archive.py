"""The file: a tar with a manifest in front, which knows the hash of every other member."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import tarfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

MANIFEST = "ranker.json"
DATABASE = "database"
KEY = "secret_key"
PICTURES = "pictures"
MEMBER = re.compile(r"database|secret_key|pictures/[a-z0-9]+-[a-z]+\.webp")
LONGEST_MANIFEST = 64 * 1024 * 1024
CHUNK = 1024 * 1024


class BackupRefused(Exception):
    """A backup that cannot be made or put back; the message says why and what to do."""


class Manifest(BaseModel):
    """What a backup says of itself. rows: how many each table has. hashes: SHA-256 of each other member."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["ranker.backup/1"]
    made_at: dt.datetime
    version: str
    database: Literal["sqlite", "postgresql"]
    revision: str
    rows: dict[str, int]
    hashes: dict[str, str]

    @property
    def pictures(self) -> int:
        return sum(name.startswith(PICTURES) for name in self.hashes)

    @property
    def has_key(self) -> bool:
        return KEY in self.hashes


def write_archive(target: IO[bytes], manifest: Manifest, members: Iterable[tuple[str, Path]]) -> None:
    with tarfile.open(fileobj=target, mode="w|") as tar:
        text = manifest.model_dump_json(indent=1).encode()
        head = tarfile.TarInfo(MANIFEST)
        head.size, head.mode, head.mtime = len(text), 0o600, int(manifest.made_at.timestamp())
        tar.addfile(head, BytesIO(text))
        for name, path in members:
            tar.add(path, name, recursive=False, filter=_without_owner)


def read_archive(file: IO[bytes], folder: Path) -> Manifest:
    """Unpacks a backup into an empty folder. Raises BackupRefused unless every byte is what the manifest says."""
    try:
        with tarfile.open(fileobj=file, mode="r|") as tar:
            members = iter(tar)
            manifest = _manifest(tar, next(members, None))
            found = dict(_unpacked(tar, members, folder))
    except (tarfile.TarError, EOFError) as error:
        raise BackupRefused(f"This is not a whole backup: {error}") from error
    if found != manifest.hashes:
        odd = sorted(name for name in {*found, *manifest.hashes} if found.get(name) != manifest.hashes.get(name))
        raise BackupRefused(f"The backup is damaged: {', '.join(odd[:5])} is missing or not as it was written.")
    return manifest


def hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put_in_place(draft: Path, path: Path, aside: str) -> None:
    """Puts a new file where an old one is, which is kept as well; at every instant one of them is there."""
    if path.exists():
        os.link(path, path.with_name(f"{path.name}.{aside}"))
    os.replace(draft, path)


def _manifest(tar: tarfile.TarFile, head: tarfile.TarInfo | None) -> Manifest:
    if head is None or head.name != MANIFEST or not head.isfile() or head.size > LONGEST_MANIFEST:
        raise BackupRefused("This is not a backup that `ranker backup` made.")
    content = tar.extractfile(head)
    assert content is not None
    try:
        return Manifest.model_validate_json(content.read())
    except ValidationError as error:
        raise BackupRefused("This backup has a form that this Ranker does not know. A newer one may.") from error


def _unpacked(tar: tarfile.TarFile, members: Iterator[tarfile.TarInfo], folder: Path) -> Iterator[tuple[str, str]]:
    for member in members:
        if not member.isfile() or not MEMBER.fullmatch(member.name):
            raise BackupRefused(f"The backup holds {member.name!r}, which no backup of ours does.")
        target = folder / member.name
        target.parent.mkdir(mode=0o700, exist_ok=True)
        content = tar.extractfile(member)
        assert content is not None
        with target.open("wb") as file:
            while chunk := content.read(CHUNK):
                file.write(chunk)
        yield member.name, hash_of(target)


def _without_owner(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member
