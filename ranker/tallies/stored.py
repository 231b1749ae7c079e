"""Counters that somebody has kept in the database: found, checked, and put together again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from ranker.domain.tally import Arrays
from ranker.models import TallySnapshot
from ranker.tallies.packing import Damaged, packed, unpacked

FORMAT = 1  # a process that does not know a format counts the ballots
CHECKSUM_BYTES = 16


@dataclass(frozen=True, slots=True)
class Parts:
    """The counters of one kind, taken apart, and the revisions of the series they agree with."""

    kind: str
    revision: int
    recount_revision: int
    arrays: Arrays


@dataclass(frozen=True, slots=True)
class PackedParts:
    """The same as a row of the table keeps them."""

    kind: str
    format: int
    revision: int
    recount_revision: int
    checksum: bytes
    content: bytes


def pack(series_id: int, parts: Parts) -> PackedParts:
    content = packed(parts.arrays)
    head = parts.kind, FORMAT, parts.revision, parts.recount_revision
    return PackedParts(*head, _checksum(series_id, *head, content), content)


def stored_parts(connection: Connection, series_id: int, kind: str) -> Parts | None:
    """What was kept last of the counters of this kind; None when there is none, or in a format of another version.

    Raises Damaged when it is not what was kept.
    """
    table = TallySnapshot.__table__.c
    query = select(TallySnapshot.__table__).where(table.series_id == series_id, table.kind == kind)
    row = connection.execute(query).first()
    if row is None:
        return None
    _check(row)
    return Parts(kind, row.revision, row.recount_revision, unpacked(row.content)) if row.format == FORMAT else None


def _check(row: Row[*tuple[object, ...]]) -> None:
    expected = _checksum(row.series_id, row.kind, row.format, row.revision, row.recount_revision, row.content)
    if row.checksum != expected:
        raise Damaged


def _checksum(series_id: int, kind: str, format: int, revision: int, recount_revision: int, content: bytes) -> bytes:
    head = f"{series_id} {kind} {format} {revision} {recount_revision}\n".encode()
    return hashlib.blake2b(head + content, digest_size=CHECKSUM_BYTES).digest()
