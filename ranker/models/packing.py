"""Orders, ballots and ranks as one value of a column each."""

from __future__ import annotations

import zlib
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy import Dialect, LargeBinary, TypeDecorator

from ranker.domain.ballot import Ballot

PACKED_ID = np.dtype("<u4")
PACKED_RANK = np.dtype("<u2")


class MomentOrder(TypeDecorator[tuple[int, ...]]):
    """An order of moments as one value: their ids, best first, four bytes each."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> bytes | None:
        return None if value is None else np.asarray(value, dtype=PACKED_ID).tobytes()

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[int, ...] | None:
        return None if value is None else tuple(np.frombuffer(value, dtype=PACKED_ID).tolist())


class MomentOrders(TypeDecorator[tuple[tuple[int, ...], ...]]):
    """Several orders as one value, oldest first: each is its length and then its ids, four bytes each."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: tuple[tuple[int, ...], ...] | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return np.asarray([number for order in value for number in (len(order), *order)], dtype=PACKED_ID).tobytes()

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[tuple[int, ...], ...] | None:
        if value is None:
            return None
        numbers = iter(np.frombuffer(value, dtype=PACKED_ID).tolist())
        return tuple(tuple(islice(numbers, length)) for length in numbers)


class PackedBallot(TypeDecorator[Ballot]):
    """A whole ballot as one value: its progress, its edition, then its order."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Ballot | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return np.asarray((value.progress, value.edition, *value.order), dtype=PACKED_ID).tobytes()

    def process_result_value(self, value: Any, dialect: Dialect) -> Ballot | None:
        if value is None:
            return None
        progress, edition, *order = np.frombuffer(value, dtype=PACKED_ID).tolist()
        return Ballot(progress, edition, tuple(order))


class PackedRanks(TypeDecorator[Any]):
    """Ranks as an int64 array (horizons, m); kept with their number m in front, two bytes each, compressed."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return zlib.compress(np.append(value.shape[1], value.T).astype(PACKED_RANK).tobytes())

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        numbers = np.frombuffer(zlib.decompress(value), dtype=PACKED_RANK).astype(np.int64)
        return numbers[1:].reshape(numbers[0], -1).T if numbers[0] else np.zeros((1, 0), np.int64)


class PackedBallots(TypeDecorator[tuple[Ballot, ...]]):
    """Several whole ballots as one value, packed as `MomentOrders` packs orders."""

    impl = LargeBinary
    cache_ok = True
    _rows = MomentOrders()

    def process_bind_param(self, value: tuple[Ballot, ...] | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return self._rows.process_bind_param(tuple((one.progress, one.edition, *one.order) for one in value), dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Ballot, ...] | None:
        rows = self._rows.process_result_value(value, dialect)
        return None if rows is None else tuple(Ballot(row[0], row[1], row[2:]) for row in rows)
