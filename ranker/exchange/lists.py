"""A fan's list in a file: as JSON in the format `ranker.list/1`, and as a table for spreadsheets.

What is locked for whom the file is made is a row with an episode, a teaser if there is one, and no title.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ranker.domain.values import LockedMoment, Moment, PublicList
from ranker.exchange.tables import defused, live

FORMAT = "ranker.list/1"
COLUMNS = ("place", "title", "season", "episode", "teaser")


@dataclass(frozen=True, slots=True)
class ListRow:
    """One place of a list: a moment by its title, or without one a locked moment; `season`, `episode`: where it is."""

    place: int
    title: str | None
    season: int
    episode: int
    teaser: str | None = None


def rows_of(shown: PublicList) -> tuple[ListRow, ...]:
    """The rows of a list, as whoever it is shown to sees them."""
    return tuple(_row(place, moment) for place, moment in enumerate(shown.entries, 1))


def write_list_json(shown: PublicList) -> bytes:
    """A file that `read_list_json` reads as the same rows."""
    told = {
        "format": FORMAT,
        "series": shown.series.slug,
        "title": shown.series.title,
        "readable_up_to": str(shown.shown_to) if shown.shown_to else None,
        "entries": [_entry(row) for row in rows_of(shown)],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def write_list_csv(shown: PublicList) -> bytes:
    """A table that `read_list_csv` reads as the same rows. What a spreadsheet would run as a formula is defused."""
    return write_rows(rows_of(shown))


def write_rows(rows: Sequence[ListRow]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([row.place, defused(row.title or ""), row.season, row.episode, defused(row.teaser or "")])
    return out.getvalue().encode("utf-8-sig")


def read_list_json(content: bytes) -> tuple[ListRow, ...]:
    """The rows that `write_list_json` wrote."""
    entries = json.loads(content)["entries"]
    return tuple(
        ListRow(one["place"], one.get("title"), one["season"], one["episode"], one.get("teaser")) for one in entries
    )


def read_list_csv(content: bytes) -> tuple[ListRow, ...]:
    """The rows that `write_list_csv` wrote."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return tuple(
        ListRow(
            int(row["place"]),
            live(row["title"]) or None,
            int(row["season"]),
            int(row["episode"]),
            live(row["teaser"]) or None,
        )
        for row in rows
    )


def _row(place: int, moment: Moment) -> ListRow:
    if isinstance(moment, LockedMoment):
        return ListRow(place, None, moment.unlocks.season, moment.unlocks.number, moment.teaser)
    return ListRow(place, moment.title, moment.episode.season, moment.episode.number)


def _entry(row: ListRow) -> dict[str, Any]:
    where = {"season": row.season, "episode": row.episode}
    if row.title is None:
        return {"place": row.place, "locked": True, **where, **({"teaser": row.teaser} if row.teaser else {})}
    return {"place": row.place, "title": row.title, **where}
