"""The part of the gate that sets the moments a viewer may see against each other, one against one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ranker.domain.clearance import Method
from ranker.domain.duels import (
    Board,
    BoardRow,
    Duel,
    Meeting,
    Outcome,
    Verdict,
    circle,
    condorcet_winner,
    smith_set,
)
from ranker.domain.values import VisibleMoment

if TYPE_CHECKING:
    from ranker.gate import Gate

PART = 12
LARGEST_WHOLE = 30
WHOLE = 0


@dataclass(frozen=True, slots=True)
class Contestant:
    """A visible moment with its community rank, and the internal id that no page gets."""

    id: int
    rank: int | None
    moment: VisibleMoment


@dataclass(frozen=True)
class Duels:
    """The duels of one series, read through the gate that is open. A locked moment has none, whatever the view."""

    gate: Gate

    @property
    def moments(self) -> tuple[VisibleMoment, ...]:
        """Everything that can be compared, in community order."""
        return tuple(one.moment for one in self._contestants)

    def named(self, *public_ids: str) -> tuple[VisibleMoment | None, ...]:
        """The moment with each of these ids, as far as this viewer may see it."""
        known = {moment.public_id: moment for moment in self.gate.visible_named(*public_ids).values()}
        return tuple(map(known.get, public_ids))

    def between(self, one: VisibleMoment, other: VisibleMoment) -> Meeting | None:
        """Two moments against each other; None if they are the same."""
        ids = {moment: id for id, moment in self.gate.visible_named(one.public_id, other.public_id).items()}
        if len(ids) < 2:
            return None
        return Meeting(one, other, self._duels([ids[one]], [ids[other]])[0][0])

    def record(self, public_id: str) -> tuple[Meeting, ...]:
        """A moment against each other one, the hardest first and those that nobody decides last."""
        others = self.gate.visible_moments()
        here = next((id for id, moment in others.items() if moment.public_id == public_id), None)
        if here is None:
            return ()
        moment = others.pop(here)
        duels = self._duels([here], list(others))[0]
        meetings = (Meeting(moment, other, duel) for other, duel in zip(others.values(), duels, strict=True))
        return tuple(sorted(meetings, key=_hardest_first))

    def board(self, part: int | None) -> Board:
        """The duels of a part of the moments among each other; what is asked for is taken to the nearest part."""
        total = len(self._contestants)
        parts = max(1, -(-total // PART))
        whole = part == WHOLE and total <= LARGEST_WHOLE
        part = WHOLE if whole else min(max(part or 1, 1), parts)
        shown = self._contestants if whole else self._contestants[(part - 1) * PART : part * PART]
        return Board(tuple(self._rows(shown)), part, parts, total)

    def verdict(self) -> Verdict | None:
        """Whether a moment beats every other one; None while no list decides any duel."""
        ids = [one.id for one in self._contestants]
        counts = self.gate.tallies.duels(self.gate.counted, ids, ids)
        if not counts.wins.any():
            return None
        moments, beats = self.moments, counts.beats
        winner, smith = condorcet_winner(beats), smith_set(beats)
        its_duels = counts.part([winner], range(len(ids))).rows()[0] if winner is not None else []
        ring = circle(beats, smith[:PART]) or ()
        return Verdict(
            winner=None if winner is None else moments[winner],
            clear=sum(duel.clear for duel in its_duels),
            smith=tuple(moments[index] for index in smith),
            circle=tuple(moments[index] for index in ring),
        )

    def _rows(self, shown: Sequence[Contestant]) -> list[BoardRow]:
        ids = [one.id for one in shown]
        rows: list[list[Duel | None]] = [list(row) for row in self._duels(ids, ids)]
        for place, row in enumerate(rows):
            row[place] = None
        return [BoardRow(one.rank, one.moment, tuple(row)) for one, row in zip(shown, rows, strict=True)]

    def _duels(self, rows: Sequence[int], columns: Sequence[int]) -> list[list[Duel]]:
        return self.gate.tallies.duels(self.gate.counted, rows, columns).rows()

    @cached_property
    def _contestants(self) -> list[Contestant]:
        """The visible moments in the order the ranking has them in."""
        numbers = self.gate.tallies.numbers(self.gate.counted, Method.FAIR, self.gate.horizon).of
        ranked = [
            Contestant(id, numbers[id].rank, moment)
            for id, moment in self.gate.visible_moments().items()
            if id in numbers
        ]
        return sorted(ranked, key=_community_order)


def _community_order(one: Contestant) -> tuple[object, ...]:
    moment = one.moment
    tie = (moment.public_id,) if one.rank is not None else (moment.title, moment.public_id)
    return one.rank or 0, moment.episode.position, *tie


def _hardest_first(meeting: Meeting) -> tuple[object, ...]:
    duel, other = meeting.duel, meeting.other
    return (
        duel.outcome is Outcome.OPEN,
        duel.share,
        duel.wins - duel.losses,
        other.episode.position,
        other.title,
        other.public_id,
    )
