"""Telling the formats apart, and writing each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ranker.exchange.contents import Contents, Entry
from ranker.exchange.series import SeriesFile, SeriesFileRefused, read_series, write_series
from ranker.exchange.tables import read_table, write_episodes, write_moments
from ranker.exchange.tvmaze import read_tvmaze, write_tvmaze
from ranker.words import _

FACTS = ("title", "year", "network", "attribution", "ballot_size")

# What a series can be exported as, by the end of the file's name.
WRITERS: Mapping[str, Callable[[SeriesFile], bytes]] = {
    "series.json": write_series,
    "episodes.json": lambda file: write_tvmaze(file.episodes),
    "episodes.csv": lambda file: write_episodes(file.episodes),
    "moments.csv": lambda file: write_moments(file.moments),
}


def read_contents(content: bytes, name: str = "") -> Contents:
    """What a file in any of our formats says; `name` is what it is called, if that is known.

    Raises SeriesFileRefused, which says where and why.
    """
    plain = content.removeprefix(b"\xef\xbb\xbf")
    start = plain.lstrip()[:1]
    if not start:
        raise SeriesFileRefused(_("this file is empty"))
    if start == b"{":
        return contents_of(read_series(plain))
    if start == b"[":
        return read_tvmaze(plain)
    if name.casefold().endswith(".json"):
        raise SeriesFileRefused(_("this JSON begins with neither { nor ["))
    return read_table(content)


def contents_of(file: SeriesFile) -> Contents:
    """What a series file says."""
    given = {name: getattr(file, name) for name in FACTS if name in file.model_fields_set}
    return Contents(
        slug=file.slug,
        facts={name: value for name, value in given.items() if value is not None},
        episodes=tuple(
            Entry(_("episode %(number)d", number=place), episode) for place, episode in enumerate(file.episodes, 1)
        ),
        moments=tuple(
            Entry(_("moment %(number)d", number=place), moment) for place, moment in enumerate(file.moments, 1)
        ),
    )
