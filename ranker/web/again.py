"""A move that came too late for the list it was made on, offered once more on the newest."""

from __future__ import annotations

from dataclasses import dataclass

from ranker.domain.values import MyList
from ranker.web.moves import Move, name_of
from ranker.words import _


@dataclass(frozen=True, slots=True)
class Again:
    """A move that came too late, offered once more on the newest list: what the press says and what it posts."""

    words: str
    move: str
    token: str
    place: int | None


def move_again(move: Move | None, my: MyList) -> Again | None:
    """The move offered once more, where it still makes sense on the newest list."""
    if move is None:
        return None
    listed = {entry.token: name_of(entry) for entry in my.entries if not entry.moment.locked}
    pool = {entry.moment.public_id: entry.moment.title for entry in my.pool}
    puts_in = move.verb in ("add", "place")
    if move.token in listed and move.verb != "add":
        return Again(words_for(move, listed[move.token]), move.verb, move.token, move.place)
    if move.token in pool and puts_in and not my.full:
        return Again(words_for_adding(move, pool[move.token]), move.verb, move.token, move.place)
    return None


def words_for(move: Move, name: str) -> str:
    """What a press says that makes the move with an entry of the list."""
    match move.verb:
        case "up":
            return _("Move up %(name)s", name=name)
        case "down":
            return _("Move down %(name)s", name=name)
        case "top":
            return _("Move to the top %(name)s", name=name)
        case "remove":
            return _("Take out %(name)s", name=name)
    return _("Move %(name)s to place %(place)s", name=name, place=move.place)


def words_for_adding(move: Move, name: str) -> str:
    if move.place:
        return _("Add %(name)s to place %(place)s", name=name, place=move.place)
    return _("Add %(name)s", name=name)
