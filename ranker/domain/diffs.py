"""What differs between two texts, word by word, as pieces that stayed, went and came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

MOST_WORDS = 600  # of either text; comparing takes their product in time
ALIKE = 0.3  # below this ratio the two have so little in common that one simply stands for the other
ELLIPSIS = "…"


class Kind(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Kind
    text: str


Pieces = tuple[Piece, ...]


def pieces_of(before: str | None, after: str | None) -> Pieces:
    """Both texts in one line: SAME and GONE make up `before`, SAME and NEW make up `after`. None is no text at all."""
    old, new = _words(before or ""), _words(after or "")
    matcher = SequenceMatcher(str.isspace, old, new, autojunk=False)
    if before == after:
        return _pieces((Kind.SAME, before or ""))
    if max(len(old), len(new)) > MOST_WORDS or matcher.ratio() < ALIKE:
        return _pieces((Kind.GONE, before or ""), (Kind.NEW, after or ""))
    return tuple(
        piece
        for tag, i, j, k, m in matcher.get_opcodes()
        for piece in (
            _pieces((Kind.SAME, "".join(old[i:j])))
            if tag == "equal"
            else _pieces((Kind.GONE, "".join(old[i:j])), (Kind.NEW, "".join(new[k:m])))
        )
    )


def shortened(pieces: Pieces, room: int) -> tuple[Pieces, bool]:
    """The pieces with about `room` characters of each at most, and whether anything was left out.

    Of what stayed the ends next to a change are kept, of what went or came the beginning.
    """
    short = tuple(_shortened(pieces, room))
    return short, short != pieces


def _shortened(pieces: Sequence[Piece], room: int) -> Iterator[Piece]:
    for number, piece in enumerate(pieces):
        if len(piece.text) <= room:
            yield piece
        elif piece.kind is not Kind.SAME:
            yield Piece(piece.kind, piece.text[:room] + ELLIPSIS)
        else:
            head = piece.text[: room // 2] if number or len(pieces) == 1 else ""
            tail = piece.text[-room // 2 :] if number + 1 < len(pieces) else ""
            yield Piece(Kind.SAME, f"{head}{ELLIPSIS}{tail}")


def _words(text: str) -> list[str]:
    """Words and what stands between them, so that together they are the text."""
    return ["".join(group) for _, group in groupby(text, str.isspace)]


def _pieces(*pairs: tuple[Kind, str]) -> Pieces:
    return tuple(Piece(kind, text) for kind, text in pairs if text)
