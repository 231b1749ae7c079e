"""What counters answer with: a rank, a score and a margin for each moment at one horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ranker.domain.borda import Scores, competition_ranks
from ranker.domain.tally import IntArray


@dataclass(frozen=True, slots=True)
class Number:
    """What the ballots say of one moment: see `Standing` for the units."""

    rank: int | None
    score: float | None
    margin: float | None
    offered: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the ballots say of every moment at one horizon, by internal moment id."""

    lists: int
    of: Mapping[int, Number]


@dataclass(frozen=True, eq=False)
class RankTable:
    """The ranks of m moments at every horizon 0..E: `ids` is (m,), `ranks` (E+1, m), 0 where there is no rank.

    recount_revision: that of the series when they were counted.
    """

    ids: IntArray
    ranks: IntArray
    recount_revision: int


def numbers_of(ids: IntArray, lists: int, scores: Scores) -> Numbers:
    """The numbers of m moments with these `ids` (m,), as `lists` ballots scored them; without any there are none."""
    if not lists:
        return Numbers(0, {id: Number(None, None, None, 0) for id in ids.tolist()})
    columns = (competition_ranks(scores.score), scores.score, scores.margin, scores.offered)
    rows = zip(ids.tolist(), *(column.tolist() for column in columns), strict=True)
    return Numbers(
        lists,
        {
            id: Number(rank, score, None if margin != margin else margin, offered)
            for id, rank, score, margin, offered in rows
        },
    )
