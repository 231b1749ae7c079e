"""Small polls that hold every awkward case: unseen, unpublished and unknown entries, ties, empty ballots."""

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from ranker.domain.ballot import Ballot
from ranker.domain.tally import Catalogue, IntArray, PairCounts, Tally

EPISODES = 5
EDITIONS = 3
UNKNOWN_MOMENT = 10**7

taus = st.integers(0, 40).map(lambda quarters: quarters / 4)
horizons = st.integers(0, EPISODES)


@dataclass(frozen=True)
class Poll:
    catalogue: Catalogue
    ballots: tuple[Ballot, ...]

    @property
    def everything(self) -> IntArray:
        return np.arange(len(self.catalogue.ids))

    def tally(self) -> Tally:
        tally = Tally(self.catalogue)
        for ballot in self.ballots:
            tally.add(ballot)
        return tally

    def counts(self) -> PairCounts:
        return self.tally().counts(self.everything)

    def seen_at(self, horizon: int) -> IntArray:
        return np.flatnonzero(self.catalogue.labels <= horizon)

    def among(self, ballots: tuple[Ballot, ...]) -> "Poll":
        return replace(self, ballots=ballots)


def catalogue_of(*moments: tuple[int, int, int]) -> Catalogue:
    """From (id, label, edition) triples."""
    ids, labels, editions = np.array(moments, np.int64).reshape(-1, 3).T.copy()
    return Catalogue(ids, labels, editions)


@st.composite
def catalogues(draw: st.DrawFn, least: int = 0) -> Catalogue:
    ids = draw(st.lists(st.integers(0, 10**6), min_size=least, max_size=7, unique=True))
    moments = st.tuples(st.integers(1, EPISODES), st.integers(1, EDITIONS))
    return catalogue_of(*((moment, *draw(moments)) for moment in ids))


@st.composite
def orders(draw: st.DrawFn, catalogue: Catalogue) -> tuple[int, ...]:
    shuffled = draw(st.permutations([*catalogue.ids.tolist(), UNKNOWN_MOMENT]))
    return tuple(shuffled[: draw(st.integers(0, len(shuffled)))])


def ballots(catalogue: Catalogue) -> st.SearchStrategy[Ballot]:
    return st.builds(Ballot, st.integers(0, EPISODES + 1), st.integers(0, EDITIONS + 1), orders(catalogue))


@st.composite
def polls(draw: st.DrawFn, least_moments: int = 0) -> Poll:
    catalogue = draw(catalogues(least_moments))
    return Poll(catalogue, tuple(draw(st.lists(ballots(catalogue), max_size=6))))


@st.composite
def polls_offered_everything(draw: st.DrawFn) -> Poll:
    poll = draw(polls(least_moments=2).filter(lambda poll: poll.ballots))
    return poll.among(tuple(Ballot(EPISODES, EDITIONS, ballot.order) for ballot in poll.ballots))
