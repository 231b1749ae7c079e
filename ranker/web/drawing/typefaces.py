"""The typefaces of pictures: Fraunces for words it has every letter of, and Pretendard for Hangul and all the rest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from PIL import ImageFont

from ranker import FILES

FOLDER = FILES / "static" / "fonts"
WORD = re.compile(r"\S+ *| +")
NO_CHARACTER = "\uffff"  # no font has it: it looks like whatever is missing
OMITTED = "○"  # for each letter that no font here has; in Korean and Japanese that is how one writes what is left out
NO_LETTERS = {"Cc", "Cf", "Mn", "Mc", "Me", "Sk"}  # what steers, or changes the letter before it


@dataclass(frozen=True, slots=True)
class Typeface:
    """Font files, the first that has all of a word draws it; `family` and `style` are what an SVG asks for."""

    files: tuple[str, ...]
    weight: int
    family: str
    style: str = "normal"

    def width(self, text: str, size: int) -> float:
        """In pixels."""
        return sum(font.getlength(run) for font, run in self.runs(text, size))

    def runs(self, text: str, size: int) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
        """The text in parts that one font can draw."""
        for file, words in groupby(WORD.findall(text), self._file_for):
            yield _font(file, size, self.weight), "".join(words)

    def _file_for(self, word: str) -> str:
        return next((file for file in self.files if all(_has(file, letter) for letter in word)), self.files[-1])


FRAUNCES, ITALIC = "fraunces-latin-opsz-normal.woff2", "fraunces-latin-wght-italic.woff2"
MEDIUM, SEMIBOLD = "Pretendard-Medium.otf", "Pretendard-SemiBold.otf"
SERIF = "Fraunces, Georgia, 'Noto Serif KR', serif"
SANS = "Pretendard, 'Noto Sans KR', system-ui, sans-serif"

DISPLAY = Typeface((FRAUNCES, SEMIBOLD), 600, SERIF)
TEASER = Typeface((ITALIC, MEDIUM), 400, SERIF, "italic")
TEXT = Typeface((MEDIUM,), 500, SANS)


def drawable(text: str) -> str:
    """The text on one line, with a sign for each letter or emoji that no font here has. Empty is only what was."""
    words = unicodedata.normalize("NFC", text).split()
    drawn = " ".join(filter(None, ("".join(map(_drawn, word)) for word in words)))
    return drawn or (OMITTED if words else "")


def _drawn(letter: str) -> str:
    if _has(MEDIUM, letter):
        return letter
    return "" if unicodedata.category(letter) in NO_LETTERS else OMITTED


@lru_cache(maxsize=4096)
def _has(file: str, letter: str) -> bool:
    if letter == " ":
        return True
    if unicodedata.category(letter)[0] in "CZ":
        return False
    font = _font(file, 32, 400)
    return bytes(font.getmask(letter)) != bytes(font.getmask(NO_CHARACTER))


@lru_cache(maxsize=256)
def _font(file: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FOLDER / file, size)
    if file.endswith(".woff2"):  # these are variable
        wanted = {b"Weight": weight, b"Optical Size": size}
        axes = ((wanted[axis["name"] or b""], axis) for axis in font.get_variation_axes())
        font.set_variation_by_axes([min(max(to, axis["minimum"] or 0), axis["maximum"] or to) for to, axis in axes])
    return font
