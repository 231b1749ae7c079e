"""The part of the gate that knows how the ranking looked from episode to episode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ranker.domain.clearance import Method
from ranker.domain.paths import Path, Paths, courses_of
from ranker.domain.values import VisibleMoment

if TYPE_CHECKING:
    from ranker.gate import Gate


def read_paths(gate: Gate, method: Method, moments: Mapping[int, VisibleMoment]) -> Paths:
    """The paths of these moments up to the viewer's position, each horizon sealed, whatever the viewer's own view."""
    table = gate.tallies.ranks(gate.counted, method)
    position = gate.clearance.position
    ranks = table.ranks[1 : position + 1]
    courses = courses_of(ranks)
    column = {id: index for index, id in enumerate(table.ids.tolist())}
    paths = (
        Path(moment, tuple(rank or None for rank in ranks[:, column[id]].tolist()), courses[column[id]])
        for id, moment in moments.items()
        if id in column
    )
    episodes = tuple(code for at, code in gate.codes.items() if at <= position)
    return Paths(gate.series, method, episodes, tuple(sorted(paths, key=_best_of_now_first)))


def _best_of_now_first(path: Path) -> tuple[object, ...]:
    moment = path.moment
    if path.now is None:
        return 1, moment.episode.position, moment.title, moment.public_id
    return 0, path.now, moment.episode.position, moment.public_id
