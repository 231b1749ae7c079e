"""What has moved between two rankings of the same series."""

from __future__ import annotations

import numpy as np

from ranker.domain.borda import competition_ranks
from ranker.domain.tally import IntArray


def places_risen(before: IntArray, now: IntArray) -> IntArray:
    """How many places each of m moments rose (below 0: fell), told only by those that have a rank on both sides.

    `before` and `now` are (m,) ranks, 0 for none; the answer is (m,), 0 where a side is missing. Both sides are
    ranked anew among what they have in common, so that nobody falls because somebody came.
    """
    common = np.flatnonzero((before > 0) & (now > 0))
    risen = np.zeros(len(now), np.int64)
    risen[common] = reranked(before[common]) - reranked(now[common])
    return risen


def reranked(places: IntArray) -> IntArray:
    """The ranks (m,) that these moments have among themselves, given their ranks among more."""
    return competition_ranks(-places.astype(np.float64))
