"""Episodes and moments as CSV, for spreadsheets: UTF-8, with commas or semicolons, the first line naming the columns.

A spreadsheet runs a cell that begins with = + - or @ as a formula. Such cells are written with an apostrophe in front,
which reading takes away again. So is what comes after a semicolon, a tab or a line break in a text: where a spreadsheet
splits at these, a cell begins there.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ranker.exchange.contents import Contents, Entry, Model, Remark, entry_of, sorted_out
from ranker.exchange.series import EpisodeIn, MomentIn, SeriesFileRefused
from ranker.words import _, later

EPISODES = ("season", "number", "title", "airdate", "runtime")
MOMENTS = ("season", "episode", "title", "description", "teaser", "status", "id")
CELL_BEGINS = r"(?:\A|(?<=[;\t\r\n]))"
FORMULA = re.compile(r"[ '\"]*[=+\-@\t\r＝＋－＠]")  # in some countries the wide ones begin a formula, too
RUN = re.compile(f"{CELL_BEGINS}(?={FORMULA.pattern})")
DEFUSED = re.compile(f"{CELL_BEGINS}'(?={FORMULA.pattern})")
NO_HEADER = later(
    "The first line has to name the columns: season, number, title, airdate, runtime for episodes; "
    "season, episode, title, description, teaser for moments."
)
TOO_MANY_CELLS = later("there are more cells than columns; a text with a comma in it wants quotation marks")


def read_table(content: bytes) -> Contents:
    """The episodes or moments in a file's bytes. Raises SeriesFileRefused if it is no such table."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SeriesFileRefused(_("this is not text in UTF-8")) from error
    if "\0" in text:
        raise SeriesFileRefused(_("this has characters that cannot be here"))
    try:
        header, *rows = [*_rows(text)] or [(1, [])]
    except csv.Error as error:
        raise SeriesFileRefused(_("this is not a table: a cell in it is too long or does not end")) from error
    columns = [name.strip().casefold() for name in header[1]]
    if {"season", "episode", "title"} <= set(columns):
        moments, refused = _read(MomentIn, columns, rows)
        return Contents(moments=moments, refused=refused)
    if {"season", "number"} <= set(columns):
        episodes, refused = _read(EpisodeIn, columns, rows)
        return Contents(episodes=episodes, refused=refused)
    raise SeriesFileRefused(str(NO_HEADER))


def write_episodes(episodes: Sequence[EpisodeIn]) -> bytes:
    """A table that `read_table` reads as the same episodes."""
    return _written(EPISODES, (episode.model_dump(mode="json") for episode in episodes))


def write_moments(moments: Sequence[MomentIn]) -> bytes:
    """A table that `read_table` reads as the same moments; their keys are the column "id"."""
    return _written(MOMENTS, ({**moment.model_dump(), "id": moment.key} for moment in moments))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, with the line it ends on."""
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    for row in reader:
        if any(cell.strip() for cell in row):
            yield reader.line_num, row


def _read(
    kind: type[Model], columns: Sequence[str], rows: Iterable[tuple[int, list[str]]]
) -> tuple[tuple[Entry[Model], ...], tuple[Remark, ...]]:
    return sorted_out([_entry(kind, _("line %(number)d", number=line), columns, row) for line, row in rows])


def _entry(kind: type[Model], place: str, columns: Sequence[str], row: Sequence[str]) -> Entry[Model] | Remark:
    if len(row) > len(columns):
        return Remark(place, "", str(TOO_MANY_CELLS))
    fields: dict[str, Any] = {name: live(cell.strip()) for name, cell in zip(columns, row, strict=False)}
    name = fields.get("title", "")
    if kind is not MomentIn:
        return entry_of(kind, place, name, fields)
    key = fields.pop("id", "")
    read = entry_of(kind, place, name, fields | {"key": key or place})
    return Entry(place, read.value.model_copy(update={"key": key})) if isinstance(read, Entry) else read


def _written(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if row[name] is None else defused(str(row[name])) for name in columns])
    return out.getvalue().encode("utf-8-sig")


def defused(cell: str) -> str:
    """A text of which no spreadsheet runs anything as a formula."""
    return RUN.sub("'", cell)


def live(cell: str) -> str:
    """The cell that `defused` made this one of."""
    return DEFUSED.sub("", cell)
