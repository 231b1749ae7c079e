"""The part of the gate that reads a fan's own list: its entries, the pool, notes, and how it stood at each episode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, select

from ranker.database import plain
from ranker.domain.ballot import Ballot, check_order, keep_hidden_places
from ranker.domain.clearance import Method
from ranker.domain.counting import Hold, Reason
from ranker.domain.index import IndexedMoment
from ranker.domain.values import (
    ListEntry,
    ListForm,
    Moment,
    MyList,
    PoolEntry,
    PoolOrder,
    StoryEntry,
    StoryStage,
    VisibleMoment,
)
from ranker.extensions import db
from ranker.models import Episode, MetMoment, Note, SavedBallot
from ranker.models import Moment as MomentRow

if TYPE_CHECKING:
    from ranker.gate import Gate

Order = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StoredList:
    """A fan's list as the database keeps it, locked and retired entries included. Never leaves the server.

    past, future: the orders before and after it, for undo and redo; the nearest one last. hold: why it does not count,
    if it does not. vouched: an admin lets it count, whatever the rules say.
    """

    version: int
    ballot: Ballot | None
    past: tuple[Order, ...] = ()
    future: tuple[Order, ...] = ()
    hold: Hold | None = None
    vouched: bool = False

    @property
    def order(self) -> Order:
        return self.ballot.order if self.ballot else ()

    @property
    def counted(self) -> Ballot | None:
        """What counts of this fan."""
        return self.ballot if self.hold is None else None


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """A row of the list page, with the internal id that the page itself does not get."""

    id: int
    token: str
    moment: Moment


@dataclass(frozen=True, slots=True)
class _Row:
    """The same before anything of the moment is read."""

    id: int
    token: str


@dataclass(frozen=True)
class OwnList:
    """A fan's list of one series, read through the gate that is open for them."""

    gate: Gate

    @cached_property
    def stored(self) -> StoredList:
        if not self.gate.viewer.is_fan:
            return StoredList(0, None)
        whose = {"user_id": self.gate.viewer.user_id, "series_id": self.gate.state.id}
        row = db.session.execute(_counting_list(), whose).first()
        if row is None:
            return StoredList(0, None)
        ballot = Ballot(row.progress, row.edition, row.moments)
        return StoredList(row.version, ballot, row.past, row.future, held_by(row), row.vouched)

    def read(self, order: PoolOrder = PoolOrder.STORY) -> MyList:
        """The list as the fan may see it: a locked entry keeps its place when masked and is not there when sealed."""
        pool = self._pool(order)
        singly = self.gate.viewer.reveals_singly
        return MyList(
            series=self.gate.series,
            version=self.stored.version,
            entries=self._entries,
            pool=tuple(entry for entry in pool if not (entry.new and singly)),
            unrevealed=tuple(entry.moment for entry in pool if entry.new and singly),
            order=order,
            reveals_singly=singly,
            can_undo=bool(self.stored.past),
            can_redo=bool(self.stored.future),
            counts=self.stored.hold is None,
            counts_from=self.stored.hold.until if self.stored.hold else None,
            set_aside=len(self._set_aside),
        )

    @property
    def exists(self) -> bool:
        """Whether any row of it would be shown."""
        return any(self._exists(id) for id in self.stored.order)

    def place_of(self, public_id: str) -> int | None:
        """The place a visible moment has in the list as the fan sees it, if any."""
        places = (place for place, row in enumerate(self._rows, 1) if row.token == public_id)
        return next(places, None)

    @property
    def form(self) -> ListForm:
        """The list as a form posts it, without anything of its moments."""
        tokens = tuple(row.token for row in self._rows)
        return ListForm(self.stored.version, tokens, self.gate.series.ballot_size)

    def order_from(self, tokens: Sequence[str]) -> Order:
        """The whole order that a form with these tokens means; entries out of the fan's sight keep their places.

        Raises UnseenMoment for a token that names nothing this viewer may choose, be it known elsewhere or not;
        RepeatedMoment and BallotTooLong as `check_order` does.
        """
        size = self.gate.series.ballot_size
        choices = self._choices(tokens[: size + 1])
        check_order(tokens, choices.keys(), size)
        chosen = [choices[token] for token in tokens]
        return keep_hidden_places(self._with_room_for(len(chosen)), self._out_of_sight, chosen)

    def _with_room_for(self, rows: int) -> Order:
        """The stored order without the entries set aside for which there is no room beside so many rows.

        If they are published again, what was chosen since is still there.
        """
        room = max(0, self.gate.series.ballot_size - rows)
        gone = self._set_aside[room:]
        return tuple(id for id in self.stored.order if id not in gone)

    def around_locked(self, tokens: Sequence[str]) -> tuple[str, ...]:
        """A new order of visible moments with the locked rows of the page in it, each at the place it has now."""
        locked = {row.token for row in self._rows if not self._is_visible(row.id)}
        shown = [row.token for row in self._rows]
        return keep_hidden_places(shown, locked, [token for token in tokens if token not in locked])

    @property
    def may_choose(self) -> tuple[VisibleMoment, ...]:
        """Every moment that could be in the list, in the order of the story."""
        moments = self.gate.visible_moments().values()
        return tuple(sorted(moments, key=lambda one: (one.episode.position, one.title, one.public_id)))

    def visible_id(self, token: str) -> int | None:
        """The internal id of a visible moment; None for anything else."""
        found = self.gate.index.by_public_id.get(token)
        return found.id if found is not None and self._is_visible(found.id) else None

    def holds_unlocked_since(self, position: int) -> bool:
        """Whether the list holds moments the fan may see now whose episode lies beyond `position`."""
        return any(self._is_unlocked_since(position, id) for id in self.stored.order)

    def is_unlocked_since_greeting(self, id: int) -> bool:
        """Whether the fan may see the moment now, and could not when they last said that they had seen what is new."""
        return self._is_unlocked_since(self.gate.greeted, id)

    def _is_unlocked_since(self, position: int, id: int) -> bool:
        return self._is_visible(id) and self.gate.index.by_id[id].position > position

    # What is shown

    @cached_property
    def shown(self) -> tuple[ShownEntry, ...]:
        order = self.stored.order
        moments = self.gate.moments_by_id(MomentRow.id.in_(order)) if order else {}
        return tuple(ShownEntry(row.id, row.token, moments[row.id]) for row in self._rows if row.id in moments)

    @property
    def _entries(self) -> tuple[ListEntry, ...]:
        notes = self._notes()
        return tuple(
            ListEntry(place, row.token, row.moment, notes.get(row.id, "")) for place, row in enumerate(self.shown, 1)
        )

    def _pool(self, order: PoolOrder) -> list[PoolEntry]:
        """The visible moments that are not in the list: the new ones first, then in the order asked for."""
        placed = {row.id for row in self.shown}
        moments = {id: moment for id, moment in self.gate.visible_moments().items() if id not in placed}
        met = set(db.session.scalars(select(MetMoment.moment_id).where(MetMoment.user_id == self.gate.viewer.user_id)))
        ranks = self._ranks() if order is PoolOrder.COMMUNITY else {}

        def is_new(id: int) -> bool:
            return self.is_unlocked_since_greeting(id) and id not in met

        def position(id: int) -> tuple[object, ...]:
            episode = moments[id].episode.position
            by_order = {PoolOrder.STORY: episode, PoolOrder.NEWEST: -episode, PoolOrder.COMMUNITY: ranks.get(id, 0)}
            return not is_new(id), by_order[order], moments[id].title, moments[id].public_id

        return [PoolEntry(moments[id], is_new(id)) for id in sorted(moments, key=position)]

    def _ranks(self) -> dict[int, int]:
        numbers = self.gate.tallies.numbers(self.gate.counted, Method.FAIR, self.gate.horizon).of
        return {id: number.rank or 0 for id, number in numbers.items()}

    def _notes(self) -> dict[int, str]:
        """The fan's note on each moment: of those they may see now, the one written furthest on."""
        query = (
            select(Note.moment_id, Note.text)
            .join(MomentRow, MomentRow.id == Note.moment_id)
            .where(Note.user_id == self.gate.viewer.user_id, MomentRow.series_id == self.gate.state.id)
            .where(Note.label <= self.gate.clearance.position)
            .order_by(Note.label)
        )
        return {moment_id: text for moment_id, text in db.session.execute(query)}  # noqa: C416

    # What a form means

    def _choices(self, tokens: Iterable[str]) -> dict[str, int]:
        """What each of these tokens stands for, as far as this viewer may choose it."""
        visible = {token: id for token in tokens if (id := self.visible_id(token)) is not None}
        return visible | {row.token: row.id for row in self._rows}

    @cached_property
    def _rows(self) -> tuple[_Row, ...]:
        """What the page shows of the stored list: a row for each entry there is for this viewer, up to its size."""
        by_id = self.gate.index.by_id
        rows = (
            _Row(id, _token(by_id[id], place, locked=not self._is_visible(id)))
            for place, id in enumerate(self.stored.order, 1)
            if self._exists(id)
        )
        return tuple(islice(rows, self.gate.series.ballot_size))

    @property
    def _out_of_sight(self) -> set[int]:
        """Entries of the stored list that no row of the page stands for: retired ones and, when sealed, locked ones."""
        shown = {row.id for row in self._rows}
        return {id for id in self.stored.order if id not in shown and not self._is_visible(id)}

    @cached_property
    def _set_aside(self) -> Order:
        """The retired entries of those the fan has seen. Whatever lies beyond takes no part in what becomes of them."""
        retired = [id for id in self.stored.order if id not in self.gate.index.by_id]
        if not retired:
            return ()
        seen = select(MomentRow.id).join(Episode, Episode.id == MomentRow.episode_id)
        here = MomentRow.id.in_(retired), Episode.position <= self.gate.clearance.position
        found = set(db.session.scalars(seen.where(*here)))
        return tuple(id for id in retired if id in found)

    def _is_visible(self, id: int) -> bool:
        found = self.gate.index.by_id.get(id)
        return found is not None and self.gate.clearance.permits(found.position)

    def _exists(self, id: int) -> bool:
        """Whether this viewer may know of the moment: of every one when masked, of visible ones when sealed."""
        found = self.gate.index.by_id.get(id)
        return found is not None and found.position <= self.gate.horizon

    @property
    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        return SavedBallot.user_id == self.gate.viewer.user_id, SavedBallot.series_id == self.gate.state.id

    # The list through the story

    def story(self) -> tuple[StoryStage, ...]:
        """The list as it stood at each episode where it changed, up to where the fan is now, oldest first.

        Only of what they may see now: a list saved further on is cut to that, as the sealed promise has it.
        """
        query = select(SavedBallot.progress, SavedBallot.moments).where(*self._mine).order_by(SavedBallot.version)
        here = self.gate.clearance.position
        orders = {min(progress, here): order for progress, order in db.session.execute(query)}
        moments = self.gate.visible_moments()
        return tuple(_stages(self.gate, {at: orders[at] for at in sorted(orders)}, moments))


def held_by(row: Row[*tuple[Any, ...]]) -> Hold | None:
    """What holds a row of the ballots, if anything."""
    return Hold(Reason(row.held), row.held_since, row.held_until, row.held_note) if row.held else None


def _stages(gate: Gate, orders: Mapping[int, Order], moments: Mapping[int, VisibleMoment]) -> Iterator[StoryStage]:
    before: list[int] = []
    for position, order in orders.items():
        now = [id for id in order if id in moments][: gate.series.ballot_size]
        entries = tuple(
            StoryEntry(place, moments[id], before.index(id) + 1 - place if id in before else None)
            for place, id in enumerate(now, 1)
        )
        gone = tuple(moments[id] for id in before if id not in now)
        if now != before:
            yield StoryStage(gate.codes.get(position), position, entries, gone)
        before = now


@cache
def _counting_list() -> Select[*tuple[Any, ...]]:
    """The newest list of the fan `:user_id` in the series `:series_id`. Many pages ask, so it is made once."""
    ballots = plain(SavedBallot).c
    columns = (
        ballots.version,
        ballots.progress,
        ballots.edition,
        ballots.moments,
        ballots.past,
        ballots.future,
        ballots.held,
        ballots.held_since,
        ballots.held_until,
        ballots.held_note,
        ballots.vouched,
    )
    whose = ballots.user_id == bindparam("user_id"), ballots.series_id == bindparam("series_id")
    return select(*columns).where(*whose, ballots.counting)


def _token(moment: IndexedMoment, stored_place: int, locked: bool) -> str:
    """What names an entry in a form. A locked one is named by its place, for its id would say something."""
    return f"locked-{stored_place}" if locked else moment.public_id
