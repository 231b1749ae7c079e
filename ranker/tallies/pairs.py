"""Who beats whom: the counters that every ranking and every duel follow from (DESIGN.md, section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any, ClassVar

import numpy as np
from sqlalchemy import Connection, Row, select

from ranker.domain.ballot import Ballot
from ranker.domain.borda import (
    Horizons,
    Scores,
    classic_at_every_horizon,
    fair,
    fair_at_every_horizon,
    ranks_at_every_horizon,
)
from ranker.domain.clearance import Method
from ranker.domain.duels import DuelCounts
from ranker.domain.tally import Arrays, Catalogue, IntArray, Tally
from ranker.models import Series
from ranker.tallies.log import Change
from ranker.tallies.numbers import Numbers, RankTable, numbers_of
from ranker.tallies.recounting import counting_ballots, read_catalogue


class PairCounters:
    """Counters that agree with the ballots as they were at `revision`."""

    kind: ClassVar[str] = "pairs"

    def __init__(self, tally: Tally, live: IntArray, series: Row[Any]) -> None:
        self.tally = tally
        self.live = live
        self.episodes: int = series.episode_count
        self.ballot_size: int = series.ballot_size
        self.revision: int = series.revision
        self.catalogue_revision: int = series.catalogue_revision
        self.recount_revision: int = series.recount_revision
        self._horizons: dict[Method, Horizons] = {}
        self._ranks: dict[Method, RankTable] = {}
        self._duels: DuelCounts | None = None

    @classmethod
    def load(cls, connection: Connection, series_id: int, known: PairCounters | None) -> PairCounters:
        """Those of `known` are kept when only texts or moments were added since; a moved label asks for a recount."""
        series = connection.execute(select(Series.__table__).where(Series.id == series_id)).one()
        catalogue, live = read_catalogue(connection, series_id)
        if known is None or known.recount_revision != series.recount_revision:
            return cls(count(connection, series_id, catalogue), live, series)
        counters = cls(known.tally.extended(catalogue), live, series)
        counters.revision = known.revision
        return counters

    def follow(self, changes: Sequence[Change], revision: int) -> None:
        for change in changes:
            self.tally.replace(change.before, change.after)
        self.revision = revision
        self._horizons.clear()
        self._ranks.clear()
        self._duels = None

    @classmethod
    def put_together(cls, arrays: Arrays, series: Row[Any]) -> PairCounters:
        return cls(Tally.put_together(arrays), np.zeros(0, np.int64), series)

    def arrays(self) -> Arrays:
        return self.tally.arrays()

    def agree_with(self, other: PairCounters) -> bool:
        return self.tally == other.tally

    def horizons(self, method: Method) -> Horizons:
        """The scores of the published moments, in the order of `live`, at every horizon."""
        if method not in self._horizons:
            self._horizons[method] = self._count_horizons(method)
        return self._horizons[method]

    def ranks(self, method: Method) -> RankTable:
        """The ranks of the published moments at every horizon."""
        if method not in self._ranks:
            ids, ranks = self.tally.catalogue.ids[self.live], ranks_at_every_horizon(self.horizons(method))
            self._ranks[method] = RankTable(ids, ranks, self.recount_revision)
        return self._ranks[method]

    def _count_horizons(self, method: Method) -> Horizons:
        counts = self.tally.counts(self.live)
        labels = self.tally.catalogue.labels[self.live]
        if method is Method.CLASSIC:
            return classic_at_every_horizon(counts, labels, self.episodes, self.ballot_size)
        return fair_at_every_horizon(counts, labels, self.episodes)

    def numbers(self, method: Method, horizon: int) -> Numbers:
        horizons, row = self.horizons(method), min(horizon, self.episodes)
        within = np.flatnonzero(self.tally.catalogue.labels[self.live] <= horizon)
        scores = Scores(horizons.score[row][within], horizons.margin[row][within], horizons.offered[within])
        lists = self.tally.ballots_offered(self.live[within])
        return numbers_of(self.tally.catalogue.ids[self.live][within], lists, scores)

    def joined_by(self, ballots: Sequence[Ballot]) -> PairCounters:
        """The counters as they would be if these ballots counted, too. These here stay what they are."""
        joined = copy(self)
        joined.tally = copy(self.tally)
        for ballot in ballots:
            joined.tally.add(ballot)
        joined._horizons, joined._ranks, joined._duels = {}, {}, None
        return joined

    def numbers_without(self, ballot: Ballot | None, horizon: int) -> Numbers:
        """The fair numbers at `horizon` as they would be if this ballot, which is counted, were not."""
        tally = copy(self.tally)
        tally.replace(ballot, None)
        within = self.live[tally.catalogue.labels[self.live] <= horizon]
        return numbers_of(tally.catalogue.ids[within], tally.ballots_offered(within), fair(tally.counts(within)))

    def duels(self, rows: Sequence[int], columns: Sequence[int]) -> DuelCounts:
        """The duels of the moments `rows` with the moments `columns`, by id; one that is not published has had none."""
        if self._duels is None:
            self._duels = DuelCounts.among(self.tally.counts(self.live))
        index = {moment: place for place, moment in enumerate(self.tally.catalogue.ids[self.live].tolist())}
        unknown = len(index)
        return self._duels.part(
            [index.get(moment, unknown) for moment in rows], [index.get(moment, unknown) for moment in columns]
        )


def count(connection: Connection, series_id: int, catalogue: Catalogue) -> Tally:
    """A recount of every ballot that counts."""
    tally = Tally(catalogue)
    for progress, editions, orders in counting_ballots(connection, series_id):
        tally.add_many(progress, editions, orders)
    return tally
