"""What all pictures are put together from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ranker.domain.values import LockedMoment, Moment
from ranker.web.drawing.fitting import lines_of
from ranker.web.drawing.typefaces import DISPLAY, TEASER, TEXT, Typeface
from ranker.web.drawing.values import Block, Look, Mark, Shape, Words
from ranker.web.marks import mark
from ranker.words import _

LEADING = 1.2
TO_BASELINE = 0.36  # of its size: how far below its middle a line of letters stands


@dataclass(frozen=True, slots=True)
class RowStyle:
    """How large the parts of a row are, in pixels."""

    height: int
    place: int
    place_width: int
    mark: int
    title: int
    meta: int
    gap: int


def lock(look: Look) -> str:
    """The mark of what is locked: it is the same for everything."""
    body = '<rect x="16" y="26" width="24" height="17" rx="3.5" fill="{0}"/>'
    shackle = '<path d="M20 28V22a8 8 0 0 1 16 0v6h-3V22a5 5 0 0 0-10 0v6z" fill="{0}"/>'
    keyhole = '<rect x="26.5" y="32" width="3" height="6" rx="1.5" fill="{1}"/>'
    ground = '<path d="M0 0H56V56H0z" fill="{1}"/>'
    return f"<svg>{ground}{shackle}{body}{keyhole}</svg>".format(look.quiet, look.sunken)


def sign(x: int, y: int, look: Look) -> Iterator[Shape]:
    """The site's name; `y` is where its letters stand."""
    for number, width in enumerate((26, 17, 8)):
        yield Block(x, y - 21 + 9 * number, width, 5, look.accent, 2)
    yield Words(x + 38, y, "Ranker", DISPLAY, 30, look.text)


def column(x: int, y: float, lines: tuple[str, ...], typeface: Typeface, size: int, colour: str) -> Iterator[Words]:
    """Lines under one another; `y` is where the first one stands."""
    for number, line in enumerate(lines):
        yield Words(x, round(y + number * size * LEADING), line, typeface, size, colour)


def row(x: int, y: int, width: int, place: int | None, moment: Moment, style: RowStyle, look: Look) -> Iterator[Shape]:
    """A place, a mark, and what may be said of the moment, from `y` on; without a place there is no room for one."""
    middle = y + style.height // 2
    left = x
    if place is not None:
        colour = look.quiet if moment.locked else look.text
        end, base = x + style.place_width, middle + style.place * TO_BASELINE
        yield Words(end, base, str(place), DISPLAY, style.place, colour, ends=True)
        left += style.place_width + style.gap
    told = _told(moment, look)
    yield Mark(left, middle - style.mark // 2, style.mark, told.mark)
    left += style.mark + style.gap
    lines = lines_of(told.title, told.typeface, style.title, x + width - left, 2)
    top = middle - (len(lines) * style.title * LEADING + style.meta * 1.3) / 2
    yield from column(left, top + style.title, lines, told.typeface, style.title, told.colour)
    meta = round(top + len(lines) * style.title * LEADING + style.meta * 1.1)
    yield Words(left, meta, told.meta, TEXT, style.meta, look.quiet)


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says of its moment, and how."""

    mark: str
    title: str
    meta: str
    typeface: Typeface
    colour: str


def _told(moment: Moment, look: Look) -> Told:
    if isinstance(moment, LockedMoment):
        title = f"“{moment.teaser}”" if moment.teaser else _("A locked moment")
        return Told(lock(look), title, _("Unlocks after %(code)s", code=moment.unlocks), TEASER, look.quiet)
    return Told(str(mark(moment.public_id)), moment.title, str(moment.episode), DISPLAY, look.text)
