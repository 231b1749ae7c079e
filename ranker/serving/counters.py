"""What a worker counts for the metrics: a file of numbers in memory that it shares with the server's own process.

Each worker writes to a file of its own, so that no lock is shared and one that is killed leaves its counts behind.
"""

from __future__ import annotations

import json
import mmap
import os
import threading
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds; above is one bucket more
CLASSES = 6  # of statuses: 2 is 2xx; 0 is what was no status at all
WIDTH = CLASSES + len(BOUNDS) + 1 + 1  # of an area: statuses, buckets, seconds in all
WORD = 8


@dataclass(frozen=True, slots=True)
class AreaCounts:
    """Of one area of the site, in one worker or in all of them."""

    statuses: Sequence[float]
    buckets: Sequence[float]
    seconds: float


class Counters:
    """Counts requests by area (a blueprint: nothing that a viewer wrote or may not see), status and time."""

    def __init__(self, folder: Path, areas: Sequence[str]) -> None:
        self._areas = {area: number * WIDTH for number, area in enumerate(areas)}
        head = json.dumps(list(areas)).encode()
        head += b" " * (-len(head) % WORD)
        content = len(head).to_bytes(WORD, "little") + head + bytes(WORD * WIDTH * len(areas))
        path = folder / f"{os.getpid()}.counters"
        path.write_bytes(content)
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0)
        self._numbers = memoryview(self._memory)[WORD + len(head) :].cast("d")
        self._lock = threading.Lock()

    def note(self, area: str, status: int, seconds: float) -> None:
        at = self._areas[area]
        with self._lock:
            self._numbers[at + min(status // 100, CLASSES - 1)] += 1
            self._numbers[at + CLASSES + bisect_left(BOUNDS, seconds)] += 1
            self._numbers[at + WIDTH - 1] += seconds


def read_counters(folder: Path) -> dict[str, AreaCounts]:
    """What all workers counted, those that are gone as well; they may be of different versions of the app."""
    totals: dict[str, list[float]] = {}
    for path in folder.glob("*.counters"):
        for area, numbers in _read(path.read_bytes()):
            total = totals.setdefault(area, [0.0] * WIDTH)
            total[:] = map(sum, zip(total, numbers, strict=True))
    return {
        area: AreaCounts(numbers[:CLASSES], numbers[CLASSES:-1], numbers[-1])
        for area, numbers in sorted(totals.items())
    }


def _read(content: bytes) -> Iterator[tuple[str, list[float]]]:
    length = int.from_bytes(content[:WORD], "little")
    areas = json.loads(content[WORD : WORD + length] or b"[]")
    numbers = array("d", content[WORD + length :])
    for number, area in enumerate(areas):
        yield area, list(numbers[number * WIDTH : (number + 1) * WIDTH])
