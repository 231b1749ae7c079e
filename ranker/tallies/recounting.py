"""Reading what is counted from the beginning: the catalogue, and every ballot that counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, LargeBinary, Row, func, literal, select, type_coerce

from ranker.domain.tally import Catalogue, IntArray
from ranker.models import COUNTED, PACKED_ID, PUBLISHED, Episode, Moment, SavedBallot

FANS_AT_ONCE = 250_000  # by their ids, so that as many ballots at most are in memory at a time


def read_catalogue(connection: Connection, series_id: int) -> tuple[Catalogue, IntArray]:
    """All moments ever published in a series, and the indices of those that are published now."""
    query = (
        select(Moment.id, Episode.position, Moment.edition, Moment.status)
        .join(Episode, Moment.episode_id == Episode.id)
        .where(Moment.series_id == series_id, Moment.edition.is_not(None))
        .order_by(Moment.id)
    )
    rows = connection.execute(query).all()
    ids, labels, editions = (np.array([row[column] for row in rows], dtype=np.int64) for column in range(3))
    live = np.flatnonzero([row.status == PUBLISHED for row in rows])
    return Catalogue(ids, labels, editions), live


def counting_ballots(connection: Connection, series_id: int) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Every ballot of a series that counts, in batches: progress (n,), editions (n,) and `padded` orders (n, k).

    The database puts the orders of ballots that are alike in progress, edition and length together into one value: a
    million rows that Python never sees one by one.
    """
    length = func.length(_packed())
    alike = SavedBallot.progress, SavedBallot.edition, length
    query = select(*alike, func.count(), _joined(connection)).group_by(*alike)
    for fans in _spans(connection, series_id):
        groups = connection.execute(query.where(SavedBallot.series_id == series_id, COUNTED, fans)).all()
        if groups:
            yield _as_batch(groups)


def padded(orders: Sequence[bytes]) -> IntArray:
    """Packed orders as one array of shape (ballots, longest order), filled up with -1."""
    lengths = np.fromiter(map(len, orders), dtype=np.int64, count=len(orders)) // PACKED_ID.itemsize
    table = np.full((len(orders), max(1, int(lengths.max()))), -1, dtype=np.int64)
    table[np.arange(table.shape[1]) < lengths[:, None]] = np.frombuffer(b"".join(orders), dtype=PACKED_ID)
    return table


def _packed() -> ColumnElement[Any]:
    return type_coerce(SavedBallot.moments, LargeBinary)


def _joined(connection: Connection) -> ColumnElement[Any]:
    """All orders of a group as one value. SQLite joins texts only, so there they are written in hexadecimal."""
    if connection.dialect.name == "postgresql":
        return func.string_agg(_packed(), literal(b"", LargeBinary))
    return func.group_concat(func.hex(_packed()), "")


def _spans(connection: Connection, series_id: int) -> Iterator[ColumnElement[bool]]:
    bounds = select(func.min(SavedBallot.user_id), func.max(SavedBallot.user_id))
    first, last = connection.execute(bounds.where(SavedBallot.series_id == series_id)).one()
    if first is not None:
        for start in range(first, last + 1, FANS_AT_ONCE):
            yield SavedBallot.user_id.between(start, start + FANS_AT_ONCE - 1)


def _as_batch(groups: Sequence[Row[*tuple[Any, ...]]]) -> tuple[IntArray, IntArray, IntArray]:
    progress, editions, lengths, ballots = np.array([row[:4] for row in groups], np.int64).T
    places = lengths // PACKED_ID.itemsize
    table = np.full((int(ballots.sum()), max(1, int(places.max()))), -1, np.int64)
    ends = np.cumsum(ballots)
    for row, end, size, length in zip(groups, ends.tolist(), ballots.tolist(), places.tolist(), strict=True):
        orders = bytes.fromhex(row[4] or "") if isinstance(row[4], str | None) else row[4]
        table[end - size : end, :length] = np.frombuffer(orders, PACKED_ID).reshape(size, length)
    return np.repeat(progress, ballots), np.repeat(editions, ballots), table
