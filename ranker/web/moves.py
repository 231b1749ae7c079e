"""The moves a press or a drag makes in a posted order of tokens, and the sentences that tell of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ranker.domain.values import ListEntry, MyList, VisibleMoment
from ranker.web.requests import whole_number
from ranker.words import _


class UnknownMove(ValueError):
    """The form asks for a move there is not, or of an entry that is not in it."""


@dataclass(frozen=True, slots=True)
class Move:
    verb: str
    token: str
    place: int | None = None


def read_move(form: Mapping[str, str]) -> Move | None:
    """The move a press asks for; None when the form only posts its order, as after a drag. Raises UnknownMove."""
    if "move" not in form:
        return None
    verb, _, token = form["move"].partition(":")
    if verb not in VERBS:
        raise UnknownMove
    place = whole_number(form.get(f"place-{token}")) if verb == "place" else None
    if verb == "place" and place is None:
        raise UnknownMove
    return Move(verb, token, place)


def read_drag(form: Mapping[str, str], tokens: Sequence[str]) -> Move | None:
    """The move that a drag was, told from the order it led to; None when the form does not say what was dragged."""
    token = form.get("dragged")
    if not token:
        return None
    return Move("place", token, tokens.index(token) + 1) if token in tokens else Move("remove", token)


def after_move(tokens: Sequence[str], move: Move | None) -> list[str]:
    """The order after the move. Raises UnknownMove for an entry that is not there to be moved."""
    if move is None:
        return list(tokens)
    if move.verb != "place" and (move.token in tokens) == (move.verb == "add"):
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


def pushed_out(tokens: Sequence[str], move: Move | None, size: int) -> str | None:
    """The last of the other entries, when the move puts a moment into a full list, be it at or below its end."""
    if move is None or move.verb not in ("place", "add") or len(tokens) != size + 1:
        return None
    return next((token for token in reversed(tokens) if token != move.token), None)


def announcement(order: Sequence[str], move: Move | None, my: MyList) -> str:
    """What happened, in a sentence for those who cannot see it happen. `order` are the tokens as they were saved."""
    taken = _("%(count)s of %(size)s places taken.", count=len(my.entries), size=my.size)
    saved = _("Saved.")
    if move is None:
        return f"{saved} {taken}"
    if out := words_if_taken_out(order, move, my):
        return f"{out} {taken}"
    place = list(order).index(move.token) + 1
    entry = next((entry for entry in my.entries if entry.place == place), None)
    if entry is None:
        return f"{saved} {taken}"
    return _("%(name)s, now %(place)s of %(count)s.", name=name_of(entry), place=place, count=len(my.entries))


def words_if_taken_out(order: Sequence[str], move: Move | None, my: MyList) -> str:
    """What was taken out by the move, if it did that; else ''."""
    if move is None or move.token in order:
        return ""
    gone = next((row.moment.title for row in my.pool if row.moment.public_id == move.token), None)
    return _("%(title)s, taken out of your list.", title=gone) if gone else _("Taken out of your list.")


def what_changed(before: MyList, after: MyList) -> str:
    """The moment that went furthest from one list to the other and where it is, in a sentence; '' if none did."""
    was = {entry.token: entry for entry in before.entries}
    now = {entry.token: entry for entry in after.entries}
    if come := [entry for token, entry in now.items() if token not in was]:
        name, place = name_of(come[0]), come[0].place
        return _("%(name)s is back, %(place)s of %(count)s.", name=name, place=place, count=len(now))
    if gone := [entry for token, entry in was.items() if token not in now]:
        return _(
            "%(name)s is out of your list, %(count)s of %(size)s places taken.",
            name=name_of(gone[0]),
            count=len(now),
            size=after.size,
        )
    moved = max(now.values(), key=lambda entry: abs(entry.place - was[entry.token].place), default=None)
    if moved is None or moved.place == was[moved.token].place:
        return ""
    return _("%(name)s is %(place)s of %(count)s again.", name=name_of(moved), place=moved.place, count=len(now))


def name_of(entry: ListEntry) -> str:
    return entry.moment.title if isinstance(entry.moment, VisibleMoment) else _("The locked moment")
