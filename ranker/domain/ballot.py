"""A fan's ordered top 10 as a value, and the rules an order has to keep."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

BALLOT_SIZE = 10

Entry = TypeVar("Entry", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Ballot:
    """One saved order, and the offer it was chosen from.

    `progress` is the position its owner had declared and `edition` the edition of the catalogue, both at the
    moment of saving. `order` holds internal moment ids, best first, none of them twice.
    """

    progress: int
    edition: int
    order: tuple[int, ...]


class BallotRefused(ValueError):
    """An order that cannot be saved; what the fan can do about it depends on which of these it is."""


class BallotTooLong(BallotRefused):
    """More entries than the ballot has places; raised with how many places those are."""


class RepeatedMoment(BallotRefused):
    """One moment in two places."""


class UnseenMoment(BallotRefused):
    """An entry that does not exist or is not visible to the fan: one case, so that neither shows."""


def check_order(order: Sequence[Entry], offered: Collection[Entry], size: int = BALLOT_SIZE) -> None:
    """Refuse an order that is not a ballot over what was `offered` to its owner.

    Raises BallotTooLong, RepeatedMoment or UnseenMoment, the first of them that applies.
    """
    if len(order) > size:
        raise BallotTooLong(size)
    entries = set(order)
    if len(entries) < len(order):
        raise RepeatedMoment
    if not entries.issubset(offered):
        raise UnseenMoment


def keep_hidden_places(
    stored: Sequence[Entry], hidden: Collection[Entry], visible: Sequence[Entry]
) -> tuple[Entry, ...]:
    """Put the hidden entries of `stored` back into `visible`, a new order of the entries the fan sees.

    Each returns to the index it had in `stored`, or to the end where too few visible entries are left to
    reach that index; hidden entries keep their order among themselves. `hidden` may hold entries that are not
    in `stored` and shares none with `visible`.
    """
    merged = list(visible)
    for place, entry in enumerate(stored):
        if entry in hidden:
            merged.insert(place, entry)
    return tuple(merged)
