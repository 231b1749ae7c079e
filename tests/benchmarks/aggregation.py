"""Counting all ballots, beside what pref_voting and VoteKit need for as many, as far as they can bear it."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from flask import Flask
from sqlalchemy import select

from ranker.database import snapshot
from ranker.domain.clearance import Method
from ranker.extensions import db
from ranker.gate import Viewer, open_gate
from ranker.models import SavedBallot
from ranker.tallies.pairs import PairCounters
from tests.benchmarks.community import EPISODES, SLUG
from tests.benchmarks.server import ROOT

REFERENCES = ROOT / ".venv" / "references" / "bin" / "python"
SIZES = (1_000, 10_000, 100_000)
BEARABLE_S = 120.0  # for one size, by what the one before took


def own_seconds(app: Flask) -> float:
    """From nothing to the scores of the whole series at its last episode, the ballots read from the database."""
    with app.app_context():
        series = open_gate(Viewer(), SLUG, app.extensions["tallies"]).state.id
        began = time.perf_counter()
        with snapshot() as connection:
            PairCounters.load(connection, series, None).numbers(Method.FAIR, EPISODES)
        return time.perf_counter() - began


def others(app: Flask) -> Iterator[Mapping[str, object]]:
    """The two packages on the first of the ballots, already in memory; nothing where they are not installed."""
    if not REFERENCES.exists():
        return
    with app.app_context():
        query = select(SavedBallot.moments).where(SavedBallot.counting).limit(SIZES[-1])
        lists = [list(order) for order in db.session.scalars(query)]
    names = ["pref_voting", "VoteKit"]
    for size in [size for size in SIZES if size <= len(lists)]:
        took = seconds_of_others(lists[:size], names)
        yield {"ballots": f"{size:,}", **{name: f"{seconds:.2f} s" for name, seconds in took.items()}}
        names = [name for name in names if 10 * took[name] < BEARABLE_S]


def seconds_of_others(lists: Sequence[Sequence[int]], names: Sequence[str]) -> dict[str, float]:
    with NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(lists, file)
        file.flush()
        command = [REFERENCES, Path("tests/references/timing.py"), file.name, *names]
        found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    seconds: dict[str, float] = json.loads(found)
    return seconds
