"""What a picture is made of: words whose lines are broken already, blocks of colour, and marks."""

from __future__ import annotations

from dataclasses import dataclass

from ranker.web.drawing.typefaces import Typeface


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a picture, as in static/css/20-tokens.css."""

    page: str
    raised: str
    sunken: str
    line: str
    text: str
    quiet: str
    accent: str


LOOKS = {
    "light": Look("#fbf8f3", "#fffdf9", "#f3ede3", "#e4dacb", "#1c1a17", "#61594f", "#b23a0e"),
    "dark": Look("#151311", "#1b1815", "#1f1b18", "#37312a", "#f4efe6", "#b3a99b", "#ff8a5b"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """One line. `x`, `y` is where its baseline begins, or where it ends if `ends`."""

    x: float
    y: float
    text: str
    typeface: Typeface
    size: int
    colour: str
    ends: bool = False

    @property
    def width(self) -> float:
        return self.typeface.width(self.text, self.size)

    @property
    def left(self) -> float:
        return self.x - self.width if self.ends else self.x


@dataclass(frozen=True, slots=True)
class Block:
    x: int
    y: int
    width: int
    height: int
    colour: str
    radius: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A square drawing of 56 units, as `web/marks.py` makes them, scaled to `side`."""

    x: int
    y: int
    side: int
    svg: str


Shape = Words | Block | Mark


@dataclass(frozen=True, slots=True)
class Picture:
    """`says` is the picture in words, for those who cannot see it."""

    width: int
    height: int
    ground: str
    says: str
    shapes: tuple[Shape, ...]
