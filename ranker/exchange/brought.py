"""A list that somebody brings along: pasted text, or one of the files that `lists.py` and `pasting.py` write.

Of text each line is a title, with or without a number or a dash before it, a spoiler tag around it and an episode
after it. A countdown ("10. …" first) is turned round: where all lines have numbers, these say the order.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationError
from pydantic_core import from_json

from ranker.domain.bringing import Line
from ranker.exchange.lists import FORMAT
from ranker.exchange.pasting import APART, LOCKED, LOCKED_BUT_TEASED, MARKS, TOLD_NOTHING, TOLD_UP_TO
from ranker.exchange.series import Strict
from ranker.exchange.tables import live
from ranker.words import _, in_every_language, later

LONGEST_FILE = 64 * 1024  # bytes
LONGEST_TEXT = 20_000  # characters
TOO_LARGE = later("This file is too large for a list: we take 64 KB. Nothing was changed.")
MOST_LINES = 50
LONGEST_LINE = 1_000  # of a title, each of whose letters may have a mark before it that keeps it from being one itself

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
PLACED = {"size": r"\d+", "title": ".*", "code": r"S\d+·E\d+", "teaser": ".*"}
MARKER = re.compile(r"\s*(?:#?(\d{1,3})\s*[.):]|#(\d{1,3})(?=\s)|[-*+•–—])\s*")
EPISODE = re.compile(r"\s*[(\[]\s*S(\d{1,3})\s*[·.:x-]?\s*E(\d{1,4})\s*[)\]]\s*\Z", re.I)
TAGS = (
    re.compile(r">!\s*(.*?)\s*!<\Z", re.S),
    re.compile(r"\|\|\s*(.*?)\s*\|\|\Z", re.S),
    re.compile(r"\[spoiler(?:=[^\]]*)?\]\s*(.*?)\s*\[/spoiler\]\Z", re.S | re.I),
)
ESCAPED = re.compile(rf"\\({MARKS.pattern})")


class ListRefused(ValueError):
    """This is no list we can read; the message says why, and what to do."""


class EntryIn(Strict):
    title: Annotated[str, StringConstraints(max_length=LONGEST_LINE)] | None = None
    season: Annotated[int, Field(ge=0, le=999)] | None = None
    episode: Annotated[int, Field(ge=0, le=9_999)] | None = None


class ListFileIn(Strict):
    format: Literal["ranker.list/1"]
    entries: Annotated[tuple[EntryIn, ...], Field(max_length=MOST_LINES)]
    series: Annotated[str, StringConstraints(max_length=LONGEST_LINE)] | None = None
    title: Annotated[str, StringConstraints(max_length=LONGEST_LINE)] | None = None


def text_of_file(content: bytes) -> str:
    """A file as text. Raises ListRefused where it is none."""
    if len(content) > LONGEST_FILE:
        raise ListRefused(TOO_LARGE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ListRefused(_("This is not text in UTF-8. Save it as UTF-8, or paste its lines below.")) from error
    if "\0" in text:
        raise ListRefused(_("This is not a text file. A list is a CSV, JSON or text file."))
    return text


def read_lines(text: str) -> tuple[Line, ...]:
    """The lines of a list in any of our formats, best first. Raises ListRefused."""
    if len(text) > LONGEST_TEXT:
        most = f"{LONGEST_TEXT:,}"
        raise ListRefused(
            _("That is too long for a list: we take %(most)s characters. Paste the list alone.", most=most)
        )
    text = text.removeprefix("\ufeff")
    if _is_json(text):
        lines = _from_json(text)
    else:
        table = _from_table(text)
        lines = _from_text(text) if table is None else table
    if not lines:
        raise ListRefused(_("There is nothing in it yet. Paste your list, a title on each line, or choose a file."))
    if len(lines) > MOST_LINES:
        words = _(
            "These are %(lines)s lines, and we look at %(most)s. Paste the list alone.",
            lines=len(lines),
            most=MOST_LINES,
        )
        raise ListRefused(words)
    return tuple(lines)


def another_series(text: str, slug: str, title: str) -> str | None:
    """The series that a JSON file says it is a list of, if that is neither called like this one nor has its address."""
    if not _is_json(text):
        return None
    file = _list_file(text.removeprefix("\ufeff"))
    named = file.title or file.series
    return named if named and file.series != slug and file.title != title else None


def _is_json(text: str) -> bool:
    return text.removeprefix("\ufeff").lstrip().startswith("{")


def _from_json(text: str) -> list[Line]:
    return [_told(entry.title, entry.season, entry.episode) for entry in _list_file(text).entries]


def _list_file(text: str) -> ListFileIn:
    try:
        return ListFileIn.model_validate(from_json(text))
    except ValidationError as error:
        raise ListRefused(_("This JSON is not a list as we write it (%(format)s).", format=FORMAT)) from error
    except ValueError as error:
        raise ListRefused(_("This begins like JSON, but it cannot be read as such.")) from error


def _told(title: str | None, season: int | None, number: int | None) -> Line:
    """A line of which a file says what is what."""
    words = " ".join((title or "").split())
    if words:
        return Line(words, (words,), season, number)
    known = season and number
    return Line(_(LOCKED, code=f"S{season}·E{number}") if known else _("a locked moment"), (), locked=True)


def _from_table(text: str) -> list[Line] | None:
    """The rows of a table whose first line names the columns, "title" among them; None if it is no such table."""
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        header, *rows = [*_cells(text, delimiter)] or [[]]
    except csv.Error:
        return None
    columns = [name.strip().casefold() for name in header]
    if "title" not in columns:
        return None
    named = [dict(zip(columns, (live(cell.strip()) for cell in row), strict=False)) for row in rows]
    return [_row(row) for row in _in_order(named, [row.get("place", "") for row in named])]


def _cells(text: str, delimiter: str) -> Iterator[list[str]]:
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        if any(cell.strip() for cell in row):
            yield row


def _row(row: dict[str, str]) -> Line:
    return _told(row.get("title"), _number(row.get("season")), _number(row.get("episode")))


def _number(cell: str | None) -> int | None:
    return int(cell) if cell and cell.isascii() and cell.isdecimal() and len(cell) <= 4 else None


def _from_text(text: str) -> list[Line]:
    """A line for each that is not blank, but for the head of a list as we write it."""
    written = [line for line in re.split(r"[\r\n]+", text) if line.strip(f" \t{APART}")]
    if written and _as_we_write(TOLD_UP_TO, TOLD_NOTHING).match(written[0].strip()):
        del written[0]
    if any(len(line) > LONGEST_LINE for line in written):
        most = f"{LONGEST_LINE:,}"
        raise ListRefused(_("A line in it is too long for a title: we take %(most)s characters.", most=most))
    marks = [MARKER.match(line) for line in written]
    places = [(mark[1] or mark[2] or "") if mark else "" for mark in marks]
    return [_line(line) for line in _in_order(written, places)]


def _in_order(rows: Sequence[Any], places: Sequence[str]) -> list[Any]:
    """The rows by their places, if each has one of its own; else as they are."""
    numbers = [_number(place) for place in places]
    if None in numbers or len(set(numbers)) < len(numbers):
        return list(rows)
    return [row for _, row in sorted(zip(numbers, rows, strict=True), key=lambda pair: pair[0] or 0)]


def _line(written: str) -> Line:
    whole = written.strip()
    bare = MARKER.sub("", whole, count=1) if MARKER.match(whole) else whole
    episode = EPISODE.search(bare)
    title = bare[: episode.start()] if episode else bare
    season, number = (int(episode[1]), int(episode[2])) if episode else (None, None)
    readings = _distinct((_unescaped(_untagged(title)), _untagged(title), title, bare, whole, _untagged(whole)))
    return Line(whole, readings, season, number, _as_we_write(LOCKED, LOCKED_BUT_TEASED).match(bare) is not None)


@cache
def _as_we_write(*texts: str) -> re.Pattern[str]:
    """What is one of these texts of ours as a whole, in whichever language, whatever is put into it."""
    ways = {_with_anything_in_it(said) for text in texts for said in in_every_language(text)}
    return re.compile(rf"(?:{'|'.join(sorted(ways))})\Z", re.S)


def _with_anything_in_it(text: str) -> str:
    parts = PLACEHOLDER.split(text)
    return "".join(PLACED[part] if at % 2 else re.escape(part) for at, part in enumerate(parts))


def _untagged(title: str) -> str:
    """What stands between the marks of a spoiler tag, if the title is wholly in one."""
    return next((found[1] for tag in TAGS if (found := tag.match(title.strip()))), title.strip())


def _unescaped(title: str) -> str:
    return ESCAPED.sub(r"\1", title).replace(APART, "")


def _distinct(readings: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reading for reading in readings if reading.strip()))
