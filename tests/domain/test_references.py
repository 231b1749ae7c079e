"""Our scores beside those of pref_voting and VoteKit, on random polls with truncated lists, whole and restricted.

The two packages cannot be installed beside the numpy Ranker uses, so `make test` compares with what they answered for
the polls in `tests/references/polls.json`. `make references` asks them anew, about polls nobody has seen before.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranker.domain.ballot import Ballot
from ranker.domain.borda import classic, competition_ranks, fair
from ranker.domain.tally import PairCounts, Tally
from tests.domain.strategies import catalogue_of

POLLS = Path(os.environ.get("POLLS") or Path(__file__).parent.parent / "references" / "polls.json")
LEAST = 100
EXACT = 2.0**-40
# VoteKit rounds the points of each list to ten decimals.
ROUNDED = 1e-8


@dataclass(frozen=True)
class Scored:
    """A poll among some of its candidates: what we count, and what the packages answered, in the order of `among`."""

    counts: PairCounts
    lists: int
    among: list[int]
    answers: dict[str, Any]

    @property
    def fair(self) -> np.ndarray:
        return fair(self.counts, tau=0).score


@cache
def answered() -> tuple[Scored, ...]:
    polls = json.loads(POLLS.read_text())["polls"]
    return tuple(part for poll in polls for part in scored(poll))


def scored(poll: dict[str, Any]) -> list[Scored]:
    """Everybody was offered everything here, so nothing but the lists decides."""
    tally = Tally(catalogue_of(*((candidate, 1, 1) for candidate in range(poll["size"]))))
    for count, order in poll["lists"]:
        tally.add(Ballot(1, 1, tuple(order)), count)
    parts = [(np.array(answers["among"]), answers) for answers in poll["scores"]]
    return [Scored(tally.counts(among), tally.ballots, among.tolist(), answers) for among, answers in parts]


def ranks(groups: list[list[int]], among: list[int]) -> list[int]:
    """Competition ranks, from who ties with whom, best first."""
    before = accumulate((len(group) for group in groups), initial=1)
    rank_of = {candidate: rank for rank, group in zip(before, groups, strict=False) for candidate in group}
    return [rank_of[candidate] for candidate in among]


def test_there_are_many_polls_with_ties_and_with_moments_nobody_lists() -> None:
    parts = answered()
    assert len(parts) >= 2 * LEAST
    for order in ("averaged_order", "classic_order"):
        assert sum(any(len(group) > 1 for group in part.answers[order]) for part in parts) > LEAST
    assert sum(0 in part.answers["classic"] for part in parts) > LEAST


def test_the_fair_score_is_pref_votings_symmetric_borda() -> None:
    """Symmetric: of each list, those below less those above. Averaged points are half of that plus (N−1)/2."""
    for part in answered():
        others = len(part.among) - 1
        averaged = [(symmetric + part.lists * others) / 2 for symmetric in part.answers["symmetric"]]
        assert part.fair == pytest.approx([points / (part.lists * others) for points in averaged], abs=EXACT)


def test_the_fair_score_is_votekits_borda_with_averaged_ties() -> None:
    """VoteKit counts from N down to 1, we from N−1 down to 0."""
    for part in answered():
        others = len(part.among) - 1
        expected = [(points - part.lists) / (part.lists * others) for points in part.answers["averaged"]]
        assert part.fair == pytest.approx(expected, abs=ROUNDED)


def test_classic_points_are_votekits_with_ten_for_a_first_place() -> None:
    for part in answered():
        assert classic(part.counts).score.tolist() == part.answers["classic"]


def test_ranks_and_ties_are_votekits() -> None:
    for part in answered():
        assert competition_ranks(part.fair).tolist() == ranks(part.answers["averaged_order"], part.among)
        points = classic(part.counts).score
        assert competition_ranks(points).tolist() == ranks(part.answers["classic_order"], part.among)
