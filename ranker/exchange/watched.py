"""What somebody has watched, in the files that other sites give them. Nothing is asked of those sites.

Trakt: the export of one's account (Settings, Data) is a zip with `watched-history-1.json` … of 250 plays each, or one
`watched-history.json`: `[{"watched_at", "type": "episode", "episode": {"season", "number"}, "show": {"title", "year",
"ids"}}]`, the shape of `GET /sync/history`. Its `watched-shows.json` has plays alone; where one was saved from
`GET /sync/watched/shows` it has `seasons[].episodes[].number` too. Source: docs.trakt.tv, and the readers of real
exports on GitHub that search finds for "watched-history.json".

TVmaze: the answer of `GET /v1/user/episodes?embed=episode`: `[{"episode_id", "marked_at", "type": 0,
"_embedded": {"episode": {"season", "number", "_links": {"show": {"href", "name"}}}}}]`; type 0 is watched, 1 acquired,
2 skipped. An embedded show is read, too. Source: MarkedEpisode in TVmaze's own description (static.tvmaze.com/apidoc).

Yamtrack: Settings, Export: CSV with the columns `media_id, source, media_type, title, …, season_number,
episode_number, …`; a row of the type "episode" is one that was watched. Source: `src/integrations/exports.py` and
`tests/mock_data/import_yamtrack.csv` in FuzzyGrim/Yamtrack.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from ranker.domain.watched import Numbered, WatchedShow
from ranker.exchange.series import HIGHEST_NUMBER
from ranker.words import _, later

LARGEST = 10 * 1024 * 1024  # bytes, of a file or of all that is unpacked from a zip
MOST_PARTS = 400
IN_A_ZIP = re.compile(r"(?:.*/)?watched-(?:history(?:-\d+)?|shows)\.json\Z")
TOO_LARGE = later("This file is too large: we take 10 MB. Of Trakt's export, take single files.")
ONLY_PLAYS = later(
    "This is Trakt's list of shows, which does not say which episodes you have watched. "
    "Take the files watched-history of the same export, or all of it as a zip."
)
NO_NAMES = later(
    "This TVmaze file has numbers of episodes alone. Save the answer of /v1/user/episodes?embed=episode, "
    "which says what they are episodes of."
)
UNKNOWN = later(
    "We know Trakt's export (zip or JSON), TVmaze's list of marked episodes (JSON) and Yamtrack's export (CSV). "
    "This is none of them."
)


class WatchedFileRefused(ValueError):
    """This is no file of watched episodes we can read; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One episode of one show. show: what tells the shows of a file apart."""

    show: str
    title: str
    year: int | None
    episode: Numbered


def read_watched(files: Iterable[bytes]) -> tuple[WatchedShow, ...]:
    """The shows that are in one or more files, by title. Raises WatchedFileRefused."""
    found: dict[str, list[Watch]] = {}
    for content in files:
        for watch in _watches(content):
            found.setdefault(watch.show, []).append(watch)
    shows = (
        WatchedShow(watches[0].title, watches[0].year, frozenset(watch.episode for watch in watches))
        for watches in found.values()
    )
    return tuple(sorted(shows, key=lambda show: (show.title, show.year or 0)))


def _watches(content: bytes) -> Iterator[Watch]:
    if len(content) > LARGEST:
        raise WatchedFileRefused(TOO_LARGE)
    if content.startswith(b"PK\x03\x04"):
        for part in _unpacked(content):
            yield from _from_json(part)
    elif content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"[", b"{")):
        yield from _from_json(content.removeprefix(b"\xef\xbb\xbf"))
    else:
        yield from _from_table(content)


def _unpacked(content: bytes) -> Iterator[bytes]:
    """The files of a zip that say what was watched. What it says of their sizes is not believed."""
    left = LARGEST
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if IN_A_ZIP.match(name)]
            if not names or len(names) > MOST_PARTS:
                raise WatchedFileRefused(_("There are no watched-history files in this zip. Is it Trakt's export?"))
            history = [name for name in names if "history" in name] or names
            for name in history:
                with archive.open(name) as part:
                    told = part.read(left + 1)
                left -= len(told)
                if left < 0:
                    raise WatchedFileRefused(_("This zip unpacks to more than 10 MB. Take single files of it."))
                yield told
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        if isinstance(error, WatchedFileRefused):
            raise
        raise WatchedFileRefused(_("This zip cannot be unpacked. Download it again, or take single files.")) from error


def _from_json(content: bytes) -> Iterator[Watch]:
    try:
        rows = from_json(content)
    except ValueError as error:
        raise WatchedFileRefused(
            _("This begins like JSON, but it cannot be read as such. Download it again.")
        ) from error
    if not isinstance(rows, list):
        raise WatchedFileRefused(UNKNOWN)
    for row in rows:
        if isinstance(row, dict):
            yield from _reader_of(row)(row)


def _reader_of(row: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Iterator[Watch]]:
    if "episode_id" in row or "marked_at" in row:
        return _marked
    if "show" in row and "episode" in row:
        return _played
    if "show" in row:
        return _watched
    if "movie" in row:
        return lambda row: iter(())
    raise WatchedFileRefused(UNKNOWN)


def _played(row: Mapping[str, Any]) -> Iterator[Watch]:
    """A play of Trakt's history."""
    episode = _part(row, "episode")
    yield from _of_trakt(row, [(episode.get("season"), episode.get("number"))])


def _watched(row: Mapping[str, Any]) -> Iterator[Watch]:
    """A show of Trakt's watched shows, with its seasons."""
    seasons = row.get("seasons")
    if not isinstance(seasons, list):
        raise WatchedFileRefused(ONLY_PLAYS)
    numbers = [
        (season.get("number"), episode.get("number"))
        for season in seasons
        if isinstance(season, dict) and isinstance(season.get("episodes"), list)
        for episode in season["episodes"]
        if isinstance(episode, dict)
    ]
    yield from _of_trakt(row, numbers)


def _of_trakt(row: Mapping[str, Any], numbers: Iterable[tuple[Any, Any]]) -> Iterator[Watch]:
    show = _part(row, "show")
    title, year = show.get("title"), show.get("year")
    year = year if isinstance(year, int) else None
    yield from _told(f"{_part(show, 'ids').get('trakt')} {title} {year}", title, year, numbers)


def _marked(row: Mapping[str, Any]) -> Iterator[Watch]:
    """A marked episode of TVmaze's, if the mark says that it was watched."""
    if row.get("type", 0) != 0:
        return
    episode = _part(_part(row, "_embedded"), "episode")
    shows = _part(_part(episode, "_embedded"), "show"), _part(_part(episode, "_links"), "show")
    name = next((show["name"] for show in shows if isinstance(show.get("name"), str)), None)
    if name is None:
        raise WatchedFileRefused(NO_NAMES)
    show = shows[1].get("href") or shows[0].get("id")
    yield from _told(f"{show} {name}", name, None, [(episode.get("season"), episode.get("number"))])


def _from_table(content: bytes) -> Iterator[Watch]:
    """The episodes in Yamtrack's export."""
    try:
        text = content.decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text, newline=""))
        columns = set(rows.fieldnames or ())
        if not {"media_type", "title", "season_number", "episode_number"} <= columns:
            raise WatchedFileRefused(UNKNOWN)
        for row in rows:
            if row["media_type"] == "episode":
                show = f"{row.get('source')} {row.get('media_id')} {row['title']}"
                yield from _told(
                    show, row["title"], None, [(_whole(row["season_number"]), _whole(row["episode_number"]))]
                )
    except UnicodeDecodeError as error:
        raise WatchedFileRefused(UNKNOWN) from error
    except csv.Error as error:
        raise WatchedFileRefused(_("This table cannot be read. Export it again.")) from error


def _told(show: str, title: Any, year: int | None, numbers: Iterable[tuple[Any, Any]]) -> Iterator[Watch]:
    """What is told well enough to be looked for. Specials, of season 0, are in no series here."""
    if not isinstance(title, str) or not title.strip():
        return
    for season, number in numbers:
        if type(season) is int and type(number) is int and 0 < season <= 999 and 0 < number <= HIGHEST_NUMBER:
            yield Watch(show, " ".join(title.split()), year, (season, number))


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, dict) else {}


def _whole(cell: str | None) -> int | None:
    return int(cell) if cell and cell.isascii() and cell.isdecimal() and len(cell) <= 4 else None
