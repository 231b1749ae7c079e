"""The part of the gate that sets a fan's list beside the order of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ranker.domain.agreement import Comparison, compare
from ranker.domain.values import VisibleMoment

if TYPE_CHECKING:
    from ranker.gate import Gate


def beside_the_others(gate: Gate) -> Comparison:
    """The list of the fan who looks, beside the fair order of everybody else's.

    Both as they look from where the fan stands, sealed there in either view. The fan's own list is not counted.
    """
    here = gate.sealed_at(gate.clearance.position)
    numbers = here.tallies.numbers_of_others(here.counted, here.viewer.user_id, here.horizon)
    moments = here.visible_moments()
    ranks = {moments[id]: number.rank for id, number in numbers.of.items() if id in moments and number.rank is not None}
    mine = [row.moment for row in here.own_list.shown if isinstance(row.moment, VisibleMoment)]
    return compare(mine, ranks, numbers.lists, here.series.ballot_size)
