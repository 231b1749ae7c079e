"""`ranker score`: the ranking of the ballots in one JSON file, without a database.

The file is {"moments": [{"id": "reunion", "label": 3}], "ballots": [{"progress": 4, "order": ["reunion"]}]}. A ballot
was offered every moment with label ≤ its progress; its optional "count" says how often it was cast. An optional
"ballot_size" (10) sets the points of classic Borda. Further keys are left alone.
"""

import gc
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypedDict

import numpy as np

from ranker.domain.borda import INDIFFERENCE
from ranker.domain.tally import IntArray

Method: TypeAlias = Literal["fair", "classic"]

# The bounds keep every product of counts inside 64 bits, and a table of pairs inside the memory of a laptop.
LARGEST_NUMBER = 2**31 - 1
MOST_MOMENTS = 5_000
UNKNOWN = -1


class ScoringRefused(ValueError):
    """A file that cannot be scored; the message says where it is wrong."""


class StandingRow(TypedDict):
    """One row of the ranking; `score` is a fraction 0..1 (fair) or points (classic), `margin` its ± or None."""

    rank: int
    id: str
    score: float
    margin: float | None
    offered: int


@dataclass(frozen=True)
class BallotFile:
    """A file that keeps all the rules: `labels` by moment id, and the ballots as they stand in it."""

    labels: Mapping[str, int]
    ballots: Sequence[Mapping[str, Any]]
    size: int


@dataclass(frozen=True, eq=False)
class BallotTable:
    """n ballots as arrays: `progress`, `counts` and `lengths` are (n,), `entries` holds all orders end to end.

    An entry is an index into the moments of the file, UNKNOWN where it names none.
    """

    progress: IntArray
    counts: IntArray
    lengths: IntArray
    entries: IntArray


def score_file(
    text: bytes | str, horizon: int | None = None, method: Method = "fair", tau: float = INDIFFERENCE
) -> list[StandingRow]:
    """Rank the moments with label ≤ `horizon` (all if None), by rank, then label, then id.

    Raises ScoringRefused, naming the first ballot at fault, if the file is not as described above, and ValueError
    for a `tau` that is not a finite number ≥ 0.
    """
    if not (math.isfinite(tau) and tau >= 0):
        raise ValueError("tau must be a finite number, 0 or more")
    with _collector_paused():
        labels, size, tally = _counted(text, method)
    ranked = _ranked(labels, horizon)
    counts = tally.counts(np.array([tally.catalogue.index_of[index] for index in ranked.values()], np.int64))
    return _standings(labels, list(ranked), _scores(counts, method, tau, size))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the cycle collector from walking millions of parsed values over and over: 4 of 5 seconds, measured."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
