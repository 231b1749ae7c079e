"""A strict reader of PrefLib's files of strict incomplete orders, after https://preflib.github.io/PrefLib-Jekyll/format.

It takes nothing that is not exactly so: `preflibtools` 2.0 reads what this reads, and more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

METADATA = (
    "FILE NAME",
    "TITLE",
    "DESCRIPTION",
    "DATA TYPE",
    "MODIFICATION TYPE",
    "RELATES TO",
    "RELATED FILES",
    "PUBLICATION DATE",
    "MODIFICATION DATE",
    "NUMBER ALTERNATIVES",
    "NUMBER VOTERS",
    "NUMBER UNIQUE ORDERS",
)


@dataclass(frozen=True)
class Soi:
    """metadata: by name. names: of the alternatives 1, 2, …. orders: how often each was cast, best first."""

    metadata: dict[str, str]
    names: tuple[str, ...]
    orders: dict[tuple[int, ...], int]


def read_soi(content: bytes) -> Soi:
    lines = content.decode("utf-8").split("\n")
    assert lines.pop() == ""
    head = [line for line in lines if line.startswith("#")]
    assert lines[: len(head)] == head, "the metadata stand before the orders"
    fields = [re.fullmatch(r"# ([A-Z0-9 ]+): ?(.*)", line) for line in head]
    pairs = [(field[1], field[2]) for field in fields if field]
    assert len(pairs) == len(head)
    metadata, alternatives = dict(pairs[: len(METADATA)]), pairs[len(METADATA) :]
    assert tuple(metadata) == METADATA
    assert metadata["DATA TYPE"] == "soi"
    assert metadata["MODIFICATION TYPE"] in ("original", "induced", "imbued", "synthetic")
    for day in ("PUBLICATION DATE", "MODIFICATION DATE"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", metadata[day])
    count = int(metadata["NUMBER ALTERNATIVES"])
    assert [name for name, _ in alternatives] == [f"ALTERNATIVE NAME {number}" for number in range(1, count + 1)]
    orders = dict(order_of(line, count) for line in lines[len(head) :])
    assert len(orders) == len(lines) - len(head) == int(metadata["NUMBER UNIQUE ORDERS"])
    assert sum(orders.values()) == int(metadata["NUMBER VOTERS"])
    assert list(orders.values()) == sorted(orders.values(), reverse=True)
    return Soi(metadata, tuple(name for _, name in alternatives), orders)


def order_of(line: str, alternatives: int) -> tuple[tuple[int, ...], int]:
    found = re.fullmatch(r"([1-9]\d*): (\d+(?:,\d+)*)", line)
    assert found, line
    order = tuple(map(int, found[2].split(",")))
    assert len(set(order)) == len(order)
    assert set(order) <= set(range(1, alternatives + 1))
    return order, int(found[1])
