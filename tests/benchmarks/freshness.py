"""Whether what one worker saved is on the very next page of another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import cycle

from tests.benchmarks.client import Connection, get
from tests.benchmarks.people import LIST, Fan
from tests.benchmarks.server import connections


def stale_reads(port: int, page: bytes, newcomers: Sequence[Fan]) -> tuple[int, int]:
    """First lists saved on one worker and read on the other, in turn: how many reads there were, how many were stale.

    A read is a visitor's ranking page, which has to count one list more, and the fan's own list in the saved order.
    """
    stale = 0
    one, other = connections(port, 1)
    for fan, (writer, reader) in zip(newcomers, cycle([(one, other), (other, one)]), strict=False):
        before = lists_counted(reader, page)
        if writer.exchange(fan.save(LIST)).refused:
            raise RuntimeError(f"fan {fan.id} could not save")
        own = reader.exchange(get(LIST, fan.cookie)).body.decode()
        stale += lists_counted(reader, page) != before + 1
        stale += re.findall(r'name="entry" value="(\w+)"', own)[: len(fan.entries)] != fan.entries
    return 2 * len(newcomers), stale


def lists_counted(reader: Connection, page: bytes) -> int:
    found = re.search(r"<b>([\d,]+)</b> list", reader.exchange(page).body.decode())
    if found is None:
        raise RuntimeError("the page does not say how many lists are counted")
    return int(found[1].replace(",", ""))
