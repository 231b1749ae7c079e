"""Many who read and few who save at the same time, and saves by 1, 8 and 32 clients at once, on either database."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field

from ranker.cli import WORKERS
from tests.benchmarks.client import Repeat, Script
from tests.benchmarks.people import LIST, SAVES, Fan, Saving
from tests.benchmarks.rounds import Party, Result, play

CROWDS = (1, 8, 32)


@dataclass
class OneInTwenty:
    """A connection that asks for the page, and each twentieth time saves a list."""

    page: bytes
    saving: Saving
    turn: int = 0
    saved: bool = False

    def request(self) -> bytes:
        self.turn += 1
        self.saved = self.turn % 20 == 0
        return self.saving.request() if self.saved else self.page

    def answered(self, status: int) -> None:
        if self.saved:
            self.saving.answered(status)


def mixed(executor: Executor, port: int, page: bytes, fans: list[Fan], seconds: float) -> tuple[Result, Result]:
    """The page with nobody else there, and 95 % pages with 5 % saves from four connections.

    Afterwards these fans are of no more use: what they saved is known to the processes that played them.
    """
    alone, together = Result(), Result()
    alone.add(play(executor, port, [[Repeat(page)]], 2.0)[0])
    scripts: list[Script] = [OneInTwenty(page, Saving(LIST, fans[number::4])) for number in range(4)]
    together.add(play(executor, port, [scripts[:2], scripts[2:]], seconds)[0])
    return alone, together


@dataclass
class Crowds:
    """Saves beside bare commits, by the number of clients, on one database."""

    database: str
    results: dict[tuple[str, int], Result] = field(default_factory=dict)

    def measure(self, executor: Executor, port: int, fans: list[Fan], rounds: int, seconds: float) -> None:
        for _ in range(rounds):
            for clients in CROWDS:
                for name in ("save", "bare commit"):
                    parties = crowd(SAVES[name], fans, clients)
                    measured, after = play(executor, port, parties, seconds)
                    self.results.setdefault((name, clients), Result()).add(measured)
                    if name == "save":
                        fans = [fan for party in after for saving in party for fan in saving.fans]  # type: ignore[attr-defined]

    def rows(self) -> list[Mapping[str, object]]:
        return [
            {
                "database": self.database,
                "clients": clients,
                "saves/s": f"{save.rate:,.0f}",
                "bare commits/s": f"{bare.rate:,.0f}",
                "save / bare": f"{save.beside(bare):.2f}",
                "p99 of a save": f"{1000 * save.quantile(0.99):.1f} ms",
                "refused": save.refused,
            }
            for clients in CROWDS
            for save, bare in [(self.results["save", clients], self.results["bare commit", clients])]
        ]


def crowd(path: str, fans: list[Fan], clients: int) -> list[Party]:
    """Two processes share the connections, but for a single client; each connection has fans of its own."""
    scripts: list[Script] = [Saving(path, fans[number::clients]) for number in range(clients)]
    return [scripts] if clients < WORKERS else [scripts[0::2], scripts[1::2]]
