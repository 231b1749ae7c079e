"""Requests per second of Ranker beside bare Flask views, by the number of ballots: `python -m tests.benchmarks`."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from flask import Flask

from ranker.cli import WORKERS
from tests import postgres
from tests.benchmarks import document
from tests.benchmarks.aggregation import others, own_seconds
from tests.benchmarks.app import app_on
from tests.benchmarks.client import Repeat
from tests.benchmarks.community import folder, settled
from tests.benchmarks.freshness import stale_reads
from tests.benchmarks.mixed import Crowds, mixed
from tests.benchmarks.people import LIST, PAGE, SAVES, VIEWS, Fan, Saving, fans_with_full_lists, newcomers, views
from tests.benchmarks.report import print_report
from tests.benchmarks.rounds import CLIENTS, Party, Result, play
from tests.benchmarks.server import Server, serving

SIZES = (1_000, 100_000, 1_000_000)
FANS = 1_000
WHILE_SAVING = ("page while saved", "save while read")


@dataclass(slots=True)
class Contest:
    """One size: its server, who asks it, and what came out."""

    ballots: int
    server: Server
    views: Mapping[str, bytes]
    fans: list[Fan]
    newcomers: list[Fan]
    results: dict[str, Result] = field(default_factory=dict)
    memory: int = 0
    disk: int = 0
    reads: tuple[int, int] = (0, 0)

    def result(self, name: str) -> Result:
        return self.results.setdefault(name, Result())

    def view(self, executor: Executor, *, name: str, seconds: float) -> None:
        parties: list[Party] = [[Repeat(self.views[name])] * WORKERS] * CLIENTS
        measured, _ = play(executor, self.server.port, parties, seconds)
        self.result(name).add(measured)

    def save(self, executor: Executor, *, name: str, seconds: float) -> None:
        measured, after = play(executor, self.server.port, self.savers(SAVES[name], CLIENTS), seconds)
        self.result(name).add(measured)
        if SAVES[name] == LIST:
            self.remember(after)

    def read_while_saving(self, executor: Executor, *, seconds: float) -> None:
        readers: Party = [Repeat(self.views["ranking page"])] * WORKERS
        measured, after = play(executor, self.server.port, [readers, *self.savers(LIST, 1)], seconds)
        for name, part in zip(WHILE_SAVING, measured, strict=True):
            self.result(name).add([part])
        self.remember(after[1:])

    def savers(self, path: str, clients: int) -> list[Party]:
        groups = clients * WORKERS
        scripts = [Saving(path, self.fans[group::groups]) for group in range(groups)]
        return [list(scripts[start : start + WORKERS]) for start in range(0, groups, WORKERS)]

    def remember(self, parties: list[Party]) -> None:
        self.fans = [fan for party in parties for script in party if isinstance(script, Saving) for fan in script.fans]


Step = Callable[[Contest, Executor], None]


@dataclass
class Findings:
    """All that was found out, for the report and for docs/benchmark.md."""

    rounds: int
    seconds: float
    mixed_seconds: float
    load_before: float
    contests: list[Contest] = field(default_factory=list)
    crowds: list[Crowds] = field(default_factory=list)
    mixed: tuple[Result, Result] = field(default_factory=lambda: (Result(), Result()))
    aggregation: list[Mapping[str, object]] = field(default_factory=list)


def main() -> None:
    options = parsed()
    pool = ProcessPoolExecutor(CLIENTS, mp_context=multiprocessing.get_context("spawn"))
    found = Findings(options.rounds, options.seconds, options.mixed, os.getloadavg()[0])
    with folder(options.keep) as home, pool as executor:
        with ExitStack() as servers:
            found.contests = [contest(settled(home, ballots), ballots, servers) for ballots in options.ballots]
            run_contests(found, executor)
            smallest, largest = found.contests[0], found.contests[-1]
            page = largest.views["ranking page"]
            found.mixed = mixed(executor, largest.server.port, page, largest.fans[1::2], options.mixed)
            found.crowds.append(Crowds("SQLite"))
            some = smallest.fans[0::2]
            found.crowds[0].measure(executor, smallest.server.port, some, options.rounds, options.seconds)
        measure_postgresql(found, home, options.ballots[0], executor)
        count_anew(found, home)
    print_report(found.contests)
    document.write(found)


def run_contests(found: Findings, executor: Executor) -> None:
    for step, run in steps(found.rounds, found.seconds):
        sys.stderr.write(f"\r{step:<60}")
        for entered in found.contests:
            run(entered, executor)
    for entered in found.contests:
        entered.memory = entered.server.worker_memory()
        entered.reads = stale_reads(entered.server.port, entered.views["ranking page"], entered.newcomers)
    sys.stderr.write(f"\r{'':<60}\r")


def measure_postgresql(found: Findings, home: Path, ballots: int, executor: Executor) -> None:
    """On a cluster that keeps what it commits, as a real one does."""
    with TemporaryDirectory() as place, postgres.cluster(durable=True) as cluster, ExitStack() as servers:
        entered = contest(settled(Path(place), ballots, url=cluster.create("ranker")), ballots, servers)
        found.crowds.append(Crowds("PostgreSQL"))
        found.crowds[-1].measure(executor, entered.server.port, entered.fans, found.rounds, found.seconds)


def count_anew(found: Findings, home: Path) -> None:
    for entered in found.contests:
        place = settled(home, entered.ballots)
        entered.disk = round((place / "ranker.sqlite").stat().st_size / entered.ballots)
        took = median(own_seconds(app_on(place)) for _ in range(5))
        found.aggregation.append({"ballots": f"{entered.ballots:,}", "Ranker": f"{took:.2f} s"})
    found.aggregation += others(app_on(settled(home, found.contests[-1].ballots)))


def steps(rounds: int, seconds: float) -> Iterator[tuple[str, Step]]:
    """What is measured, in turn, so that what a busy machine does to one it does to its neighbours too."""
    for number in range(1, rounds + 1):
        for name in VIEWS:
            yield f"{name}, round {number}", partial(Contest.view, name=name, seconds=seconds)
    for number in range(1, rounds + 1):
        for name in SAVES:
            yield f"{name}, round {number}", partial(Contest.save, name=name, seconds=seconds)
    for number in range(1, rounds + 1):
        yield f"page while saving, round {number}", partial(Contest.read_while_saving, seconds=seconds)


def contest(home: Path, ballots: int, servers: ExitStack) -> Contest:
    app: Flask = app_on(home)
    asked = views(app)
    fans = fans_with_full_lists(app, min(FANS, ballots // 4))
    server = servers.enter_context(serving(home, asked["ranking page"]))
    return Contest(ballots, server, asked, fans, newcomers(app))


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=f"{__doc__} (GET {PAGE})")
    parser.add_argument("--ballots", type=int, nargs="+", default=SIZES, help="sizes of community")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a round")
    parser.add_argument("--mixed", type=float, default=60.0, help="length of the mixed load")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the communities there, and use those it has")
    return parser.parse_args()


if __name__ == "__main__":
    main()
