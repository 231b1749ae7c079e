"""The worked examples of the page that explains the methods. Every number is computed by the code that ranks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from ranker.domain.ballot import Ballot
from ranker.domain.borda import Scores, classic, competition_ranks, fair
from ranker.domain.clearance import EpisodeCode
from ranker.domain.first_watch import FirstWatch
from ranker.domain.tally import Catalogue, IntArray, Tally
from ranker.domain.values import EARLY_BELOW

EDITION = 1
CROWDS = (1, 4, 20, 200)

# A made-up story, so that no real one is told: what happens, and in which episode.
SIGNAL, STORM, MAP, STRANGER, FERRY = "signal", "storm", "map", "stranger", "ferry"
EPISODE_OF = {SIGNAL: 1, STORM: 2, MAP: 2, STRANGER: 2, FERRY: 4}


@dataclass(frozen=True, slots=True)
class Camp:
    """So many `fans` who have seen up to `seen` and have all saved the same list, best first."""

    fans: int
    seen: EpisodeCode
    order: tuple[str, ...]

    @property
    def ballot(self) -> Ballot:
        return Ballot(self.seen.position, EDITION, tuple(map(list(EPISODE_OF).index, self.order)))


@dataclass(frozen=True, slots=True)
class Line:
    """One moment of an example: its rank and its score (a fraction 0..1, or points) with the margin.

    offered: how many lists could choose it. against: the part of the fair score (0..1) that each other moment gives it.
    """

    moment: str
    rank: int
    score: float
    margin: float
    offered: int
    against: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """Lists, and what two ways to count make of them: the same moments twice, each in the order of its ranks."""

    camps: tuple[Camp, ...]
    fair: tuple[Line, ...]
    other: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Crowd:
    """A duel in which three of five lists prefer one moment, by how many lists there are: see `Line` for the units."""

    lists: int
    score: float
    margin: float

    @property
    def early(self) -> bool:
        return self.lists < EARLY_BELOW


@dataclass(frozen=True, slots=True)
class WorkedExamples:
    """small: who beats whom. late: a moment that few have reached. looking_back: `other` is first watch at `then`.

    crowds: the same opinion of more and more lists. alone: the score of a moment that one list puts above another.
    tied: moments that share a rank.
    """

    small: Example
    late: Example
    looking_back: Example
    before: tuple[Camp, ...]
    then: EpisodeCode
    crowds: tuple[Crowd, ...]
    alone: float
    tied: Example


@cache
def worked_examples() -> WorkedExamples:
    """All examples; they never change, so they are computed once."""
    camps = (_camp(3, 2, SIGNAL, STORM, MAP), _camp(2, 2, STORM, MAP, SIGNAL))
    halfway = _camp(8, 2, SIGNAL, STORM)
    finished = _camp(4, 4, FERRY, SIGNAL, STORM)
    stayed = _camp(2, 2, SIGNAL, STRANGER)
    charmed, undeceived = _camp(4, 2, STRANGER, SIGNAL, STORM), _camp(4, 4, SIGNAL, STORM, STRANGER)
    latecomers = _camp(2, 4, STORM, SIGNAL)
    return WorkedExamples(
        small=_counted(camps, (SIGNAL, STORM, MAP)),
        late=_counted((halfway, finished), (SIGNAL, STORM, FERRY)),
        looking_back=_looked_back(((charmed, undeceived), (stayed,), (latecomers,)), (SIGNAL, STORM, STRANGER)),
        before=(charmed, stayed),
        then=_episode(2),
        crowds=tuple(_crowd(times) for times in CROWDS),
        alone=_counted((_camp(1, 2, SIGNAL),), (SIGNAL, STORM)).fair[0].score,
        tied=_counted((_camp(1, 2, SIGNAL, STORM), _camp(1, 2, STORM, SIGNAL)), (SIGNAL, STORM, MAP, STRANGER)),
    )


def _camp(fans: int, seen: int, *order: str) -> Camp:
    return Camp(fans, _episode(seen), order)


def _episode(position: int) -> EpisodeCode:
    return EpisodeCode(position, 1, position)


def _counted(camps: tuple[Camp, ...], moments: Sequence[str]) -> Example:
    tally, among = _tally(camps), _indices(moments)
    counts = tally.counts(among)
    return Example(camps, _lines(moments, fair(counts), tally), _lines(moments, classic(counts)))


def _looked_back(paths: tuple[tuple[Camp, ...], ...], moments: Sequence[str]) -> Example:
    """Each path is what the same fans saved, one list after another; all is seen from the first episodes."""
    newest, among = tuple(path[-1] for path in paths), _indices(moments)
    first = FirstWatch(_story())
    for path in paths:
        for _ in range(path[0].fans):
            first.replace((), [camp.ballot for camp in path])
    tally = _tally(newest)
    contests = first.contests(2, np.searchsorted(first.catalogue.ids, among))
    return Example(newest, _lines(moments, fair(tally.counts(among)), tally), _lines(moments, fair(contests)))


def _crowd(times: int) -> Crowd:
    prefer, others = _camp(3 * times, 2, SIGNAL, STORM), _camp(2 * times, 2, STORM, SIGNAL)
    line = _counted((prefer, others), (SIGNAL, STORM)).fair[0]
    return Crowd(5 * times, line.score, line.margin)


def _lines(moments: Sequence[str], scores: Scores, tally: Tally | None = None) -> tuple[Line, ...]:
    ranks = competition_ranks(scores.score)
    columns = zip(moments, ranks, scores.score, scores.margin, scores.offered, strict=True)
    lines = (
        Line(name, int(rank), float(score), float(margin), int(offered), _against(name, moments, tally))
        for name, rank, score, margin, offered in columns
    )
    return tuple(sorted(lines, key=lambda line: line.rank))


def _against(moment: str, moments: Sequence[str], tally: Tally | None) -> tuple[tuple[str, float], ...]:
    if tally is None:
        return ()
    others = [name for name in moments if name != moment]
    duels = (fair(tally.counts(_indices((moment, other)))).score for other in others)
    return tuple((other, float(duel[0])) for other, duel in zip(others, duels, strict=True))


def _tally(camps: Sequence[Camp]) -> Tally:
    tally = Tally(_story())
    for camp in camps:
        tally.add(camp.ballot, camp.fans)
    return tally


def _story() -> Catalogue:
    labels = np.array(list(EPISODE_OF.values()))
    return Catalogue(np.arange(len(labels)), labels, np.full(len(labels), EDITION))


def _indices(moments: Sequence[str]) -> IntArray:
    return np.array([list(EPISODE_OF).index(name) for name in moments])
