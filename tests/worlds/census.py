"""The lists of one series as the database has them, and what follows from them, counted one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import sqrt

from sqlalchemy import select

from ranker.domain.ballot import Ballot
from ranker.domain.borda import INDIFFERENCE
from ranker.domain.clearance import Method
from ranker.extensions import db
from ranker.gate import Gate
from ranker.models import Episode, Moment, SavedBallot
from tests.domain import oracle
from tests.domain.strategies import Poll, catalogue_of
from tests.worlds.world import PUBLISHED

TAU = Fraction(INDIFFERENCE)

Ranks = Mapping[int, int]


@dataclass(frozen=True)
class SavedList:
    fan: int
    version: int
    newest: bool
    held: bool
    ballot: Ballot


@dataclass(frozen=True)
class Census:
    """All that the numbers of one series follow from.

    everything: a poll of every moment ever published, without ballots. labels: those of the moments that are published
    now, by internal id. ids: the internal id of each public one. size: the places of a list.
    """

    everything: Poll
    labels: Mapping[int, int]
    ids: Mapping[str, int]
    size: int
    lists: tuple[SavedList, ...]

    def among(self, horizon: int) -> list[int]:
        return [moment for moment, label in self.labels.items() if label <= horizon]

    def counting(self, without: int | None = None) -> Poll:
        """The newest list of each fan, unless it is held."""
        return self._poll(one for one in self.lists if one.newest and not one.held and one.fan != without)

    def standing_at(self, horizon: int) -> Poll:
        """For first watch: the newest list of each fan among those saved at or before the horizon."""
        newest: dict[int, SavedList] = {}
        for one in sorted(self.lists, key=lambda one: one.version):
            if one.ballot.progress <= horizon and not one.held:
                newest[one.fan] = one
        return self._poll(newest.values())

    def poll(self, method: Method, horizon: int) -> Poll:
        return self.standing_at(horizon) if method is Method.FIRST else self.counting()

    def lists_offered_any(self, poll: Poll, horizon: int) -> int:
        return sum(bool(oracle.offer(poll, ballot) & set(self.among(horizon))) for ballot in poll.ballots)

    def score(self, poll: Poll, method: Method, moment: int, horizon: int) -> Fraction:
        among = self.among(horizon)
        if method is Method.CLASSIC:
            return Fraction(oracle.classic_points(poll, moment, among, self.size))
        return oracle.fair_score(poll, moment, among, TAU) if len(among) > 1 else Fraction(1, 2)

    def duel(self, one: int, other: int) -> tuple[int, int, int]:
        return oracle.duel(self.counting(), one, other)

    def newest_order_of(self, fan: int | None) -> tuple[int, ...]:
        """Of a held list too: its owner sees it as always."""
        return next((one.ballot.order for one in self.lists if one.newest and one.fan == fan), ())

    def public_id_of(self, moment: int) -> str:
        return next(public_id for public_id, id in self.ids.items() if id == moment)

    def ranks(self, method: Method, horizon: int) -> Ranks:
        return self.ranks_in(self.poll(method, horizon), method, horizon)

    def ranks_in(self, poll: Poll, method: Method, horizon: int) -> Ranks:
        """Nothing while no list was offered any of the moments."""
        if not self.lists_offered_any(poll, horizon):
            return {}
        scores = {moment: self.score(poll, method, moment, horizon) for moment in self.among(horizon)}
        return ranked({moment: -score for moment, score in scores.items()})

    def _poll(self, lists: Iterable[SavedList]) -> Poll:
        return self.everything.among(tuple(one.ballot for one in lists))


def ranked(places: Mapping[int, Fraction | int]) -> Ranks:
    """Competition ranks; less is better."""
    return {one: 1 + sum(other < place for other in places.values()) for one, place in places.items()}


def census_of(gate: Gate) -> Census:
    moments = db.session.execute(
        select(Moment.id, Moment.public_id, Episode.position, Moment.edition, Moment.status)
        .join(Episode, Moment.episode_id == Episode.id)
        .where(Moment.series_id == gate.state.id, Moment.edition.is_not(None))
    ).all()
    lists = select(SavedBallot).where(SavedBallot.series_id == gate.state.id)
    rows = db.session.scalars(lists.execution_options(populate_existing=True))
    return Census(
        Poll(catalogue_of(*((row.id, row.position, row.edition) for row in moments)), ()),
        {row.id: row.position for row in moments if row.status == PUBLISHED},
        {row.public_id: row.id for row in moments},
        gate.series.ballot_size,
        tuple(
            SavedList(
                row.user_id,
                row.version,
                row.counting,
                row.held is not None,
                Ballot(row.progress, row.edition, row.moments),
            )
            for row in rows
        ),
    )


def places_risen(then: Ranks, ranks: Ranks) -> Ranks:
    """Told among those that had a rank then and have one now."""
    before = ranked({moment: then[moment] for moment in ranks if moment in then})
    after = ranked({moment: ranks[moment] for moment in ranks if moment in then})
    return {moment: before[moment] - after[moment] for moment in before}


def kendall(ranks: Sequence[int]) -> float | None:
    """Tau-b of what stands in a list against the `ranks` that the others give it, pair by pair."""
    pairs = list(combinations(ranks, 2))
    agreed, opposed = sum(a < b for a, b in pairs), sum(a > b for a, b in pairs)
    return (agreed - opposed) / sqrt(len(pairs) * (agreed + opposed)) if agreed + opposed else None
