"""Words made to fit: broken into lines, cut with an ellipsis where there is no more room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ranker.web.drawing.typefaces import Typeface, drawable

ELLIPSIS = "…"


def lines_of(text: str, typeface: Typeface, size: int, width: float, most: int) -> tuple[str, ...]:
    """The text in at most `most` lines that are no wider than `width` pixels; the last one says if more was to come."""
    lines = list(_broken(drawable(text), typeface, size, width))
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[: most - 1], _cut(lines[most - 1], typeface, size, width))


def largest_that_fits(text: str, typeface: Typeface, sizes: Sequence[int], width: float, most: int) -> int:
    """The first of the sizes, largest first, at which nothing is cut and no word is broken; else the last one."""
    words = drawable(text)
    for size in sizes:
        whole = all(typeface.width(word, size) <= width for word in words.split())
        if whole and len(list(_broken(words, typeface, size, width))) <= most:
            return size
    return sizes[-1]


def _broken(text: str, typeface: Typeface, size: int, width: float) -> Iterator[str]:
    line = ""
    for word in _pieces(text, typeface, size, width):
        longer = f"{line} {word}" if line else word
        if line and typeface.width(longer, size) > width:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _pieces(text: str, typeface: Typeface, size: int, width: float) -> Iterator[str]:
    """The words; one that is wider than a line in parts that are not."""
    for word in text.split():
        while typeface.width(word, size) > width and len(word) > 1:
            room = _letters_within(word, typeface, size, width)
            yield word[:room]
            word = word[room:]
        yield word


def _letters_within(word: str, typeface: Typeface, size: int, width: float) -> int:
    """How many letters of the word, one at least, go into the width."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if typeface.width(word[:middle], size) <= width else (low, middle - 1)
    return low


def _cut(line: str, typeface: Typeface, size: int, width: float) -> str:
    room = _letters_within(f"{line}{ELLIPSIS}", typeface, size, width - typeface.width(ELLIPSIS, size))
    return f"{line[:room].rstrip(' .,;:–—-')}{ELLIPSIS}"
