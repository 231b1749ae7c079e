"""Rounds of requests from several client processes at once, and what they add up to."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from statistics import median

from ranker.cli import WORKERS
from tests.benchmarks.client import Measured, Script, drive
from tests.benchmarks.server import connections

CLIENTS = 2  # processes


@dataclass(slots=True)
class Result:
    """All rounds of one kind of request; latencies in seconds."""

    rates: list[float] = field(default_factory=list)
    latencies: array[float] = field(default_factory=lambda: array("d"))
    refused: int = 0
    bytes_of_body: int = 0

    def add(self, measured: Sequence[Measured]) -> None:
        self.rates.append(sum(len(part.latencies) / part.seconds for part in measured))
        for part in measured:
            self.latencies.extend(part.latencies)
            self.refused += part.refused
            self.bytes_of_body = part.bytes_of_body

    @property
    def rate(self) -> float:
        return median(self.rates)

    def quantile(self, share: float) -> float:
        return sorted(self.latencies)[int(share * (len(self.latencies) - 1))]

    def slower_than(self, other: Result) -> float:
        """How many times `other`'s median latency this one has."""
        return self.quantile(0.5) / other.quantile(0.5)

    def beside(self, other: Result) -> float:
        """The median over the rounds of how many times `other`'s rate this one has."""
        return median(mine / theirs for mine, theirs in zip(self.rates, other.rates, strict=True))


Party = list[Script]  # one client process's scripts, as many for each worker of the server


def play(executor: Executor, port: int, parties: Sequence[Party], seconds: float) -> tuple[list[Measured], list[Party]]:
    """One round, a process for each party. Returns what was measured and the parties as the round left them."""
    turns = [executor.submit(take_part, port, party, seconds) for party in parties]
    measured, after = zip(*(turn.result() for turn in turns), strict=True)
    return list(measured), list(after)


def take_part(port: int, party: Party, seconds: float) -> tuple[Measured, Party]:
    opened = connections(port, max(1, len(party) // WORKERS))
    try:
        return drive(opened[: len(party)], party, seconds), party
    finally:
        for connection in opened:
            connection.close()
