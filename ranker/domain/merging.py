"""What becomes of lists when two of their moments turn out to be the same one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

Order = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ListHistory:
    """A list with the orders before it and, after undoing, those after it; the nearest one last in either."""

    order: Order
    past: tuple[Order, ...] = ()
    future: tuple[Order, ...] = ()


def merged_order(order: Order, merged: int, survivor: int) -> Order:
    """The order with `survivor` for `merged`: once, at the better of their places; all others keep their order."""
    named = [survivor if moment == merged else moment for moment in order]
    return tuple(moment for place, moment in enumerate(named) if moment not in named[:place])


def merged_history(history: ListHistory, merged: int, survivor: int) -> ListHistory:
    """The same for a list and all its steps. A step that would change nothing any more is left out."""
    order, *past = (merged_order(one, merged, survivor) for one in (history.order, *history.past))
    future = [merged_order(one, merged, survivor) for one in history.future]
    return replace(history, order=order, past=_steps_to(order, past), future=_steps_to(order, future))


def _steps_to(order: Order, steps: list[Order]) -> tuple[Order, ...]:
    """The steps, nearest last, without those that are like the next one nearer to `order`."""
    return tuple(step for step, nearer in pairwise((*steps, order)) if step != nearer)
