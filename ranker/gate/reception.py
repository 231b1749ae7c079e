"""The part of the gate that reads what fans make of one moment: where they place it, and what they note on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import aliased

from ranker.domain.ballot import Ballot
from ranker.domain.places import Placing
from ranker.domain.values import FanNote, FanNotes
from ranker.extensions import db
from ranker.models import COUNTED, Note, SavedBallot

if TYPE_CHECKING:
    from ranker.gate import Gate
    from ranker.gate.stands import Query

NOTES_PER_PAGE = 20


@dataclass(frozen=True)
class Reception:
    """What fans make of the visible moment with this internal id, as far as the gate's viewer may know it."""

    gate: Gate
    id: int

    def placing(self) -> Placing:
        """Where the lists have it: whole lists when masked, when sealed those cut to what the viewer may see."""
        return self.gate.tallies.placing(self.gate.counted, self.id, self.gate.horizon)

    def notes(self, page: int) -> FanNotes:
        """A page of the notes by fans who have the moment in their list, those who love it most first.

        They are ordered by what is shown of them alone. What is asked for is taken to the nearest page.
        """
        notes = sorted(self._notes(), key=_shown)
        pages = max(1, -(-len(notes) // NOTES_PER_PAGE))
        page = min(max(page, 1), pages)
        shown = notes[(page - 1) * NOTES_PER_PAGE : page * NOTES_PER_PAGE]
        return FanNotes(tuple(shown), len(notes), page, pages)

    def _notes(self) -> list[FanNote]:
        rows = db.session.execute(self._readable()).all()
        ballots = [Ballot(row.progress, row.edition, row.moments) for row in rows]
        places = self.gate.tallies.places_in(self.gate.counted, ballots, self.id, self.gate.horizon) if rows else []
        return [
            FanNote(row.public_id, row.text, place, self.gate.codes.get(row.label), mine, row.hidden)
            for row, place in zip(rows, places, strict=True)
            for mine in [row.user_id == self.gate.viewer.user_id]
            if place is not None and (mine or not row.hidden)
        ]

    def note(self, note_id: str) -> FanNote | None:
        """The note of this id, if the viewer finds it on the moment's page."""
        return next((note for note in self._notes() if note.public_id == note_id), None)

    def _readable(self) -> Query:
        """Of each fan's notes that the viewer may read, the one written furthest on, unless it is empty."""
        list_that_counts = and_(
            SavedBallot.user_id == Note.user_id, SavedBallot.series_id == self.gate.state.id, COUNTED
        )
        of_note = Note.user_id, Note.public_id, Note.text, Note.label, Note.hidden
        return (
            select(*of_note, SavedBallot.progress, SavedBallot.edition, SavedBallot.moments)
            .join(SavedBallot, list_that_counts)
            .where(self._permitted(Note), Note.text != "", ~self._written_further_on())
        )

    def _written_further_on(self) -> ColumnElement[bool]:
        other = aliased(Note)
        return exists().where(self._permitted(other), other.user_id == Note.user_id, other.label > Note.label)

    def _permitted(self, note: type[Note]) -> ColumnElement[bool]:
        return and_(note.moment_id == self.id, note.label <= self.gate.clearance.position)


def _shown(note: FanNote) -> tuple[object, ...]:
    return note.place, note.written_at.position if note.written_at else 0, note.text, not note.mine, note.public_id
