"""A change is followed and every horizon counted anew: how long that takes, beside a plain piece of work in numpy."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from statistics import median

import numpy as np
from flask import Flask

from ranker.database import snapshot
from ranker.domain.ballot import Ballot
from ranker.domain.clearance import Method
from ranker.gate import Viewer, open_gate
from ranker.tallies.first import FirstWatchCounters
from ranker.tallies.following import Counters
from ranker.tallies.log import Change
from ranker.tallies.pairs import PairCounters
from tests.benchmarks.community import BALLOT_SIZE, EPISODES, MOMENTS, SLUG

TIMES = 40


def print_recounts(app: Flask) -> None:
    """Recounts at all horizons after one change each, in milliseconds and beside one product of matrices."""
    square = np.random.default_rng(2).random((MOMENTS, MOMENTS))
    baseline = timed(lambda: square @ square)
    print(f"  a product of two {MOMENTS} × {MOMENTS} matrices of floats: {baseline.median:.1f} ms")
    pairs = loaded(app, PairCounters)
    changes = some_changes(pairs.tally.catalogue.ids)
    for method in (Method.FAIR, Method.CLASSIC):
        took = timed(partial(recount, pairs, changes, method))
        print_times(f"all {EPISODES + 1} horizons, {method}", took, baseline)
    first = loaded(app, FirstWatchCounters)
    print_times(f"all {EPISODES + 1} horizons, first", timed(lambda: recount_first(first, changes)), baseline)


def loaded(app: Flask, kind: type[Counters]) -> Counters:
    """Fresh counters, as a process that starts reads them from the ballots; says how long that took."""
    with app.app_context():
        series = open_gate(Viewer(), SLUG, app.extensions["tallies"]).state.id
        began = time.perf_counter()
        with snapshot() as connection:
            counters = kind.load(connection, series, None)
    print(f"  {kind.__name__} read from the ballots: {time.perf_counter() - began:.1f} s")
    return counters


def some_changes(moments: np.ndarray) -> Iterator[Change]:
    """A new fan's lists, each quite another one than the one before."""
    orders = np.random.default_rng(1).permuted(np.tile(moments, (4 * TIMES, 1)), axis=1)[:, :BALLOT_SIZE]
    lists = [Ballot(EPISODES, 1, tuple(order)) for order in orders.tolist()]
    yield Change(None, lists[0])
    for before, after in pairwise(lists):
        yield Change(before, after)


def recount(pairs: PairCounters, changes: Iterator[Change], method: Method) -> None:
    pairs.follow([next(changes)], pairs.revision + 1)
    pairs.horizons(method)


def recount_first(first: FirstWatchCounters, changes: Iterator[Change]) -> None:
    first.follow([next(changes)], first.revision + 1)
    first.ranks()


@dataclass(frozen=True)
class Times:
    """In milliseconds."""

    median: float
    best: float


def timed(work: Callable[[], object]) -> Times:
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - began))
    return Times(median(took), min(took))


def print_times(what: str, times: Times, baseline: Times) -> None:
    beside = times.median / baseline.median
    print(f"  a change followed and {what}: {times.median:.1f} ms (best {times.best:.1f}), {beside:.1f} products")
