"""How long the two packages take to score the lists in a file, as JSON. Runs in their own environment."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pref_voting.profiles_with_ties import ProfileWithTies
from pref_voting.scoring_methods import symmetric_borda_scores
from votekit.ballot import RankBallot
from votekit.pref_profile import RankProfile
from votekit.utils import borda_scores


def main() -> None:
    lists: list[list[int]] = json.loads(Path(sys.argv[1]).read_text())
    candidates = sorted({candidate for order in lists for candidate in order})
    print(json.dumps({"pref_voting": timed(by_pref_voting, lists, candidates), "VoteKit": timed(by_votekit, lists)}))


def timed(score: Callable[..., object], *arguments: object) -> float:
    began = time.perf_counter()
    score(*arguments)
    return time.perf_counter() - began


def by_pref_voting(lists: list[list[int]], candidates: list[int]) -> object:
    rankings = [{candidate: place for place, candidate in enumerate(order)} for order in lists]
    profile = ProfileWithTies(rankings, candidates=candidates)
    profile.use_extended_strict_preference()
    return symmetric_borda_scores(profile)


def by_votekit(lists: list[list[int]]) -> object:
    ballots = [RankBallot(ranking=[{str(candidate)} for candidate in order], weight=1) for order in lists]
    return borda_scores(RankProfile(ballots=tuple(ballots), max_ranking_length=10))


if __name__ == "__main__":
    main()
