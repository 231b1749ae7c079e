"""How long the named packages take to score the lists in a file, as JSON. Runs in their own environment."""

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
    print(json.dumps({name: timed(PACKAGES[name], lists) for name in sys.argv[2:]}))


def timed(score: Callable[[list[list[int]]], object], lists: list[list[int]]) -> float:
    began = time.perf_counter()
    score(lists)
    return time.perf_counter() - began


def by_pref_voting(lists: list[list[int]]) -> object:
    candidates = sorted({candidate for order in lists for candidate in order})
    rankings = [{candidate: place for place, candidate in enumerate(order)} for order in lists]
    profile = ProfileWithTies(rankings, candidates=candidates)
    profile.use_extended_strict_preference()
    return symmetric_borda_scores(profile)


def by_votekit(lists: list[list[int]]) -> object:
    ballots = [RankBallot(ranking=[{str(candidate)} for candidate in order], weight=1) for order in lists]
    return borda_scores(RankProfile(ballots=tuple(ballots), max_ranking_length=10))


PACKAGES = {"pref_voting": by_pref_voting, "VoteKit": by_votekit}

if __name__ == "__main__":
    main()
