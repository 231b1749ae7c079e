"""The part of the gate that shows a fan's list to others: by the smaller of its cap and what the viewer has seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from ranker.domain.agreement import tau_b
from ranker.domain.values import Match, Moment, PublicList, SideBySide, VisibleMoment
from ranker.extensions import db
from ranker.models import Moment as MomentRow
from ranker.models import SavedBallot, SharedList, User

if TYPE_CHECKING:
    from ranker.gate import Gate


class NotShared(LookupError):
    """There is no such fan, or they show no list of this series: one case."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The account that shows a list, by its internal id."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ShownList:
    """A list on its way to a viewer: `readable` is the last position they may read it to.

    choice: up to which position its owner could choose moments when they saved it, as far as the viewer has come.
    """

    shown: PublicList
    readable: int
    choice: int


def own_cap(gate: Gate) -> int | None:
    """Up to which episode the fan shows their list, as far as they have come themselves; None: to nobody."""
    query = select(SharedList.cap).where(
        SharedList.user_id == gate.viewer.user_id, SharedList.series_id == gate.state.id
    )
    cap = db.session.scalar(query)
    return None if cap is None else gate.clearance.looking_back_to(cap).position


def own_list_shown(gate: Gate, cap: int) -> PublicList:
    """The fan's own list as somebody would see it who has come as far as they have, if this were its cap."""
    stored = gate.own_list.stored
    return _shown(gate, gate.viewer.name or "", cap, stored.order, stored.ballot.progress if stored.ballot else 0).shown


def public_list(gate: Gate, name_key: str) -> PublicList:
    """The list that the fan with this name shows. Raises NotShared."""
    return _public(gate, name_key).shown


def side_by_side(gate: Gate, left_key: str, right_key: str | None) -> SideBySide:
    """Two lists that are shown; without a right one, the viewer's own, in full. Raises NotShared."""
    left = _public(gate, left_key)
    return _beside(left, _own(gate) if right_key is None else _public(gate, right_key))


def shown_owner(gate: Gate, name_key: str) -> Owner:
    """Whose list the viewer can read under this name. Raises NotShared."""
    shared = SharedList.user_id == User.id, SharedList.series_id == gate.state.id
    query = select(User.id, User.name).join(SharedList, and_(*shared))
    row = db.session.execute(query.where(User.name_key == name_key, ~User.disabled)).first()
    if row is None:
        raise NotShared(name_key)
    return Owner(*row)


def _public(gate: Gate, name_key: str) -> ShownList:
    newest = and_(
        SavedBallot.user_id == SharedList.user_id,
        SavedBallot.series_id == SharedList.series_id,
        SavedBallot.counting,
    )
    query = (
        select(User.name, SharedList.cap, SavedBallot.moments, SavedBallot.progress)
        .join(SharedList, SharedList.user_id == User.id)
        .outerjoin(SavedBallot, newest)
        .where(User.name_key == name_key, ~User.disabled, SharedList.series_id == gate.state.id)
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotShared(name_key)
    return _shown(gate, row.name, row.cap, row.moments or (), row.progress or 0)


def _own(gate: Gate) -> ShownList:
    stored = gate.own_list.stored
    if not gate.viewer.is_fan or stored.ballot is None:
        raise NotShared
    return _shown(gate, gate.viewer.name or "", gate.clearance.position, stored.order, stored.ballot.progress)


def _shown(gate: Gate, owner: str, cap: int, order: Sequence[int], progress: int) -> ShownList:
    here = gate.looking_only_to(cap)
    moments = here.moments_by_id(MomentRow.id.in_(order)) if order else {}
    entries = tuple(islice((moments[id] for id in order if id in moments), gate.series.ballot_size))
    readable = here.clearance.position
    capped = readable < gate.clearance.position
    shown = PublicList(owner, gate.series, entries, gate.codes.get(readable), capped)
    return ShownList(shown, readable, min(progress, gate.clearance.position))


def _beside(left: ShownList, right: ShownList) -> SideBySide:
    """Only what both could choose, and what is readable of both, is judged."""
    furthest = min(left.readable, right.readable, left.choice, right.choice)
    one, other = _places(left), _places(right)
    judged = [moment for moment in {**one, **other} if moment.episode.position <= furthest]
    last = left.shown.series.ballot_size + 1
    ranks = [[places.get(moment, last) for moment in judged] for places in (one, other)]
    rows = tuple(_matches(left, other)), tuple(_matches(right, one))
    return SideBySide(left.shown, right.shown, *rows, len(judged), tau_b(*ranks))


def _places(one: ShownList) -> dict[VisibleMoment, int]:
    return {moment: place for place, moment in enumerate(one.shown.entries, 1) if isinstance(moment, VisibleMoment)}


def _matches(one: ShownList, other: dict[VisibleMoment, int]) -> Iterator[Match]:
    for place, moment in enumerate(one.shown.entries, 1):
        yield Match(place, moment, _place_in(other, moment))


def _place_in(places: dict[VisibleMoment, int], moment: Moment) -> int | None:
    return places.get(moment) if isinstance(moment, VisibleMoment) else None
