"""Random polls with truncated lists, scored by pref_voting and by VoteKit; JSON on the standard output.

This is no part of Ranker and imports nothing of it. It runs in an environment of its own (`make references`): the two
packages bring numba, OR-Tools and some fifty others along, and cannot be installed beside the numpy that Ranker uses.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from pref_voting.profiles_with_ties import ProfileWithTies
from pref_voting.scoring_methods import symmetric_borda_scores
from votekit.ballot import RankBallot
from votekit.cleaning import remove_and_condense_rank_profile
from votekit.pref_profile import RankProfile
from votekit.utils import borda_scores, score_dict_from_score_vector, score_dict_to_ranking

Lists = list[tuple[int, list[int]]]  # how often, and the candidates best first
PLACES = 10
CLASSIC = list(range(PLACES, 0, -1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--polls", type=int, default=150)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    polls = ",\n".join(json.dumps(some_poll(chance), separators=(",", ":")) for _ in range(options.polls))
    print(f'{{"packages": {json.dumps({name: version(name) for name in ("pref_voting", "votekit")})},')
    print(f'"polls": [\n{polls}\n]}}')


def some_poll(chance: random.Random) -> dict[str, Any]:
    """A poll with what both packages make of it, among all candidates and among some of them."""
    size = chance.randint(2, 13)
    first = some_list(chance, size, least=1)
    lists = [(chance.randint(1, 4), order) for order in (first, *(some_list(chance, size) for _ in range(7)))]
    lists = lists[: chance.randint(1, 8)]
    # VoteKit cannot count without any list that has an entry.
    some = sorted({first[0], *chance.sample(range(size), chance.randint(2, size))})
    whole = {"among": list(range(size)), **by_pref_voting(size, lists), **by_votekit(size, lists)}
    part = {"among": some, **by_pref_voting(size, lists, some), **by_votekit(size, lists, some)}
    return {"size": size, "lists": lists, "scores": [whole, part]}


def some_list(chance: random.Random, size: int, least: int = 0) -> list[int]:
    """The first few of the candidates in some order; the early ones are liked more often, so that ties stay rare."""
    order = sorted(range(size), key=lambda candidate: candidate * 0.3 + chance.gauss(0, 2))
    return order[: chance.randint(least, min(size, PLACES))]


def by_pref_voting(size: int, lists: Lists, some: list[int] | None = None) -> dict[str, Any]:
    """Symmetric Borda: of each list, the candidates below a candidate less those above; the unlisted are below."""
    rankings = [{candidate: place for place, candidate in enumerate(order)} for _, order in lists]
    profile = ProfileWithTies(rankings, [count for count, _ in lists], candidates=range(size))
    profile.use_extended_strict_preference()
    if some is not None:
        profile = profile.remove_candidates([candidate for candidate in range(size) if candidate not in some])
    scores = symmetric_borda_scores(profile)
    return {"symmetric": [int(scores[candidate]) for candidate in profile.candidates]}


def by_votekit(size: int, lists: Lists, some: list[int] | None = None) -> dict[str, Any]:
    """Borda from N to 1, the unlisted tied last and sharing; 10 to 1 and nothing for them; who ties with whom."""
    among = range(size) if some is None else some
    truncated = [(count, [{one} for one in order]) for count, order in lists if order]
    complete = [(count, [{one} for one in order] + rest(size, order)) for count, order in lists]
    averaged = borda_scores(profile(size, complete, among), borda_max=len(among), tie_convention="average")
    listed = score_dict_from_score_vector(profile(size, truncated, among), CLASSIC)
    classic = {one: listed.get(one, 0) for one in among}
    return {
        "averaged": [averaged[one] for one in among],
        "averaged_order": in_order({one: round(score, 6) for one, score in averaged.items()}),
        "classic": [classic[one] for one in among],
        "classic_order": in_order(classic),
    }


def in_order(scores: dict[int, float]) -> list[list[int]]:
    return [sorted(group) for group in score_dict_to_ranking(scores)]


def rest(size: int, order: list[int]) -> list[set[int]]:
    unlisted = set(range(size)) - set(order)
    return [unlisted] if unlisted else []


def profile(size: int, lists: list[tuple[int, list[set[int]]]], among: Sequence[int]) -> RankProfile:
    ballots = [RankBallot(ranking=order, weight=count) for count, order in lists]
    everything = RankProfile(ballots=ballots, candidates=range(size), max_ranking_length=size)
    removed = sorted(set(range(size)) - set(among))
    return remove_and_condense_rank_profile(removed, everything) if removed else everything


if __name__ == "__main__":
    main()
