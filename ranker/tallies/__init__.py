"""The live tally: each process keeps counters of a series in memory and follows the log of ballot changes.

Ballots are the only truth. Before it answers, a tally asks for the changes after the revision it has; so a fan always
sees their own save, any number of processes agree, and a read does not grow with the number of ballots.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from ranker.domain.ballot import Ballot
from ranker.domain.clearance import Method
from ranker.domain.duels import DuelCounts
from ranker.domain.index import MomentIndex
from ranker.domain.places import Placing
from ranker.domain.values import Rail
from ranker.extensions import db
from ranker.kept import Kept
from ranker.tallies.first import FirstWatchCounters
from ranker.tallies.following import Counters, Followed
from ranker.tallies.log import ballot_counted_at
from ranker.tallies.numbers import Numbers, RankTable
from ranker.tallies.pairs import PairCounters
from ranker.tallies.placings import PlaceCounters
from ranker.tallies.replica import Replica
from ranker.tallies.sources import Sources
from ranker.tallies.state import SeriesState
from ranker.tallies.stored import Parts

__all__ = ["Numbers", "RankTable", "SeriesState", "Tallies"]

KINDS: tuple[type[Counters], ...] = (PairCounters, FirstWatchCounters, PlaceCounters)
KEPT = 64
KEPT_RAILS = 512
KEPT_AGREEMENTS = 8_192

Kind = TypeVar("Kind", bound=Counters)


class Tallies:
    """The counters of the series this process has been asked about lately, their moments, and the rails of viewers."""

    def __init__(self, kept: int = KEPT, replica_url: str | None = None) -> None:
        self.rails: Kept[Rail] = Kept(KEPT_RAILS)
        self.agreements: Kept[float | None] = Kept(KEPT_AGREEMENTS)
        self.indexes: Kept[MomentIndex] = Kept(kept)
        self._kept = kept
        self._sources = Sources(Replica(replica_url) if replica_url else None)
        self._followed: OrderedDict[tuple[type[Counters], int], Followed[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def state_for(self, series: SeriesState, user_id: int | None) -> SeriesState:
        """The state at which `series` is counted for this viewer: see `tallies/replica.py`."""
        return self._sources.state_for(series, user_id)

    def numbers(self, series: SeriesState, method: Method, horizon: int) -> Numbers:
        """The numbers of `series` at `horizon` (0..E), from every ballot saved up to now."""
        if method is Method.FIRST:
            return self._follow(FirstWatchCounters, series).read(series, lambda first: first.numbers(horizon))
        return self._follow(PairCounters, series).read(series, lambda pairs: pairs.numbers(method, horizon))

    def numbers_with(self, series: SeriesState, ballots: Sequence[Ballot], method: Method, horizon: int) -> Numbers:
        """The numbers, fair or classic, as they would be if these ballots counted, too."""
        return self._follow(PairCounters, series).read(
            series, lambda pairs: pairs.joined_by(ballots).numbers(method, horizon)
        )

    def numbers_of_others(self, series: SeriesState, user_id: int | None, horizon: int) -> Numbers:
        """The fair numbers of `series` at `horizon` from the ballots of everybody but this fan."""
        # So that the fan's ballot is read as new as the counters, which another request may have brought further.
        db.session.commit()
        return self._follow(PairCounters, series).read(
            series,
            lambda pairs: pairs.numbers_without(ballot_counted_at(series.id, user_id, pairs.revision), horizon),
        )

    def ranks(self, series: SeriesState, method: Method) -> RankTable:
        """The ranks of every published moment of `series` at every horizon, from every ballot saved up to now."""
        if method is Method.FIRST:
            return self._follow(FirstWatchCounters, series).read(series, FirstWatchCounters.ranks)
        return self._follow(PairCounters, series).read(series, lambda pairs: pairs.ranks(method))

    def listed(self, series: SeriesState) -> Mapping[int, int]:
        """How many counting ballots list each moment of `series`, by internal id; none for those never published."""
        return self._follow(PairCounters, series).read(series, lambda pairs: pairs.tally.listed)

    def duels(self, series: SeriesState, rows: Sequence[int], columns: Sequence[int]) -> DuelCounts:
        """The duels of the moments `rows` with the moments `columns`, by internal id."""
        return self._follow(PairCounters, series).read(series, lambda pairs: pairs.duels(rows, columns))

    def placing(self, series: SeriesState, moment: int, horizon: int) -> Placing:
        """Where the lists, cut to `horizon`, place the moment with this internal id."""
        return self._follow(PlaceCounters, series).read(series, lambda kept: kept.places.placing(moment, horizon))

    def places_in(self, series: SeriesState, ballots: Sequence[Ballot], moment: int, horizon: int) -> list[int | None]:
        """The place of the moment in each of these ballots, cut to `horizon`; None where it has none."""
        return self._follow(PlaceCounters, series).read(
            series, lambda kept: kept.places.places_in(ballots, moment, horizon)
        )

    def parts(self, series: SeriesState, kinds: Collection[str]) -> list[Parts]:
        """All that is counted of `series` by these kinds of counters, taken apart to be kept."""
        return [self._follow(kind, series).parts(series) for kind in KINDS if kind.kind in kinds]

    def followed_kinds(self, series: SeriesState) -> set[str]:
        """The kinds of counters of `series` that this process has in memory."""
        with self._lock:
            return {kind.kind for kind, series_id in self._followed if series_id == series.id}

    def is_damaged(self, series: SeriesState) -> bool:
        """Whether this process has found that what was kept of the counters of `series` cannot be read."""
        with self._lock:
            found = [self._followed.get((kind, series.id)) for kind in KINDS]
        return any(followed.damaged for followed in found if followed is not None)

    def mend(self, series: SeriesState) -> None:
        """They have been kept anew."""
        with self._lock:
            for kind in KINDS:
                if followed := self._followed.get((kind, series.id)):
                    followed.damaged = False

    def _follow(self, kind: type[Kind], series: SeriesState) -> Followed[Kind]:
        key = kind, series.id
        with self._lock:
            followed: Followed[Kind] = self._followed.setdefault(key, Followed(kind, series.id, self._sources))
            self._followed.move_to_end(key)
            if len(self._followed) > self._kept:
                self._followed.popitem(last=False)
            return followed
