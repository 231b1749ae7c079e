"""The moves a press of a button can make in a posted order of tokens, and the sentence that tells of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ranker.domain.values import MyList
from ranker.web.requests import whole_number


class UnknownMove(ValueError):
    """The form asks for a move there is not, or of an entry that is not in it."""


@dataclass(frozen=True, slots=True)
class Move:
    verb: str
    token: str
    place: int | None = None


def read_move(form: Mapping[str, str]) -> Move | None:
    """The move a form asks for; None when it only posts its order, as after a drag. Raises UnknownMove."""
    if "move" not in form:
        return None
    verb, _, token = form["move"].partition(":")
    if verb not in VERBS:
        raise UnknownMove
    place = whole_number(form.get(f"place-{token}")) if verb == "place" else None
    if verb == "place" and place is None:
        raise UnknownMove
    return Move(verb, token, place)


def after_move(tokens: Sequence[str], move: Move | None) -> list[str]:
    """The order after the move. Raises UnknownMove for an entry that is not there to be moved."""
    if move is None:
        return list(tokens)
    if (move.token in tokens) == (move.verb == "add"):
        raise UnknownMove
    others = [token for token in tokens if token != move.token]
    index = VERBS[move.verb](list(tokens), move)
    if index is None:
        return others
    index = max(0, min(index, len(others)))
    return [*others[:index], move.token, *others[index:]]


VERBS: dict[str, Callable[[list[str], Move], int | None]] = {
    "add": lambda tokens, move: len(tokens),
    "up": lambda tokens, move: tokens.index(move.token) - 1,
    "down": lambda tokens, move: tokens.index(move.token) + 1,
    "top": lambda tokens, move: 0,
    "place": lambda tokens, move: (move.place or 1) - 1,
    "remove": lambda tokens, move: None,
}


def announcement(move: Move | None, my: MyList) -> str:
    """What happened, in a sentence for those who cannot see it happen."""
    if move is None:
        return f"Saved. {len(my.entries)} of {my.size} places taken."
    if move.verb == "remove":
        return f"Taken out of your list. {len(my.entries)} of {my.size} places taken."
    for entry in my.entries:
        if entry.token == move.token:
            return f"{title(entry.moment)}, now {entry.place} of {len(my.entries)}."
    return f"Saved. {len(my.entries)} of {my.size} places taken."


def title(moment: object) -> str:
    return getattr(moment, "title", "The locked moment")
