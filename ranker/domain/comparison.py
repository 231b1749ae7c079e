"""Where the methods disagree: one ranking beside the other, for the moments one viewer may see."""

from collections.abc import Mapping
from dataclasses import dataclass

from ranker.domain.clearance import Method
from ranker.domain.values import Ranking, VisibleMoment


@dataclass(frozen=True, slots=True)
class Compared:
    """A moment with its rank by each method that has any lists to count."""

    moment: VisibleMoment
    ranks: Mapping[Method, int]

    @property
    def spread(self) -> int:
        """How many ranks the methods are apart at most."""
        return max(self.ranks.values(), default=0) - min(self.ranks.values(), default=0)

    @property
    def best(self) -> int:
        """The best rank that any of them gives; 0 where none does."""
        return min(self.ranks.values(), default=0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every moment of the rankings, those first on which they disagree most. `lists` is how many each method counts."""

    rows: tuple[Compared, ...]
    lists: Mapping[Method, int]

    @property
    def decided(self) -> bool:
        """Whether there are any ballots to rank by."""
        return any(self.lists.values())

    @property
    def agreed(self) -> bool:
        """Whether the methods give every moment the same rank."""
        return not any(row.spread for row in self.rows)


def compare(rankings: Mapping[Method, Ranking]) -> Comparison:
    """Sets rankings of the same moments side by side. Locked moments are left out."""
    moments: dict[str, VisibleMoment] = {}
    ranks: dict[str, dict[Method, int]] = {}
    for method, ranking in rankings.items():
        for standing in ranking.standings:
            if isinstance(standing.moment, VisibleMoment):
                moments[standing.moment.public_id] = standing.moment
                if standing.rank is not None:
                    ranks.setdefault(standing.moment.public_id, {})[method] = standing.rank
    rows = (Compared(moment, ranks.get(id, {})) for id, moment in moments.items())
    lists = {method: ranking.lists for method, ranking in rankings.items()}
    return Comparison(tuple(sorted(rows, key=_disagreement)), lists)


def _disagreement(row: Compared) -> tuple[object, ...]:
    """The widest first; then by the first method's rank, and what is still alike in story order."""
    best = next(iter(row.ranks.values()), 0)
    return -row.spread, best, row.moment.episode.position, row.moment.title, row.moment.public_id
