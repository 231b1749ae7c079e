"""Episode lists in the shape of TVmaze's `GET /shows/:id/episodes`.

Of each episode its season, number, name, airdate and runtime are taken. Summaries, pictures and everything else are
not, for Ranker has no place for them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json

from ranker.exchange.contents import Contents, Entry, Remark, entry_of, sorted_out
from ranker.exchange.series import EpisodeIn, SeriesFileRefused, broken_json
from ranker.words import _


def read_tvmaze(content: bytes) -> Contents:
    """The episodes in a file's bytes. Raises SeriesFileRefused if it is no JSON list at all."""
    try:
        listed = from_json(content)  # unlike json.loads it takes no lone surrogates and no endless nesting
    except ValueError as error:
        raise SeriesFileRefused(broken_json(str(error))) from error
    if not isinstance(listed, list):
        raise SeriesFileRefused(_("this is not a list of episodes"))
    special = {place: one for place, one in enumerate(listed, 1) if _is_special(one)}
    read = [_episode(_place(place), one) for place, one in enumerate(listed, 1) if place not in special]
    episodes, refused = sorted_out(read)
    skipped = (Remark(_place(place), _name(one), _("a special has no number")) for place, one in special.items())
    return Contents(episodes=episodes, refused=refused, skipped=tuple(skipped))


def write_tvmaze(episodes: Sequence[EpisodeIn]) -> bytes:
    """A file that `read_tvmaze` reads as the same episodes."""
    listed = [
        {
            "season": episode.season,
            "number": episode.number,
            "name": episode.title,
            "airdate": episode.airdate.isoformat() if episode.airdate else None,
            "runtime": episode.runtime,
        }
        for episode in episodes
    ]
    return json.dumps(listed, ensure_ascii=False, indent=1).encode() + b"\n"


def _place(number: int) -> str:
    return _("entry %(number)d", number=number)


def _is_special(one: Any) -> bool:
    return isinstance(one, dict) and "season" in one and one.get("number") is None


def _episode(place: str, one: Any) -> Entry[EpisodeIn] | Remark:
    if not isinstance(one, dict):
        return Remark(place, "", _("this is not an episode"))
    fields = {"title": one.get("name")} | {key: one.get(key) for key in ("season", "number", "airdate", "runtime")}
    return entry_of(EpisodeIn, place, _name(one), fields | ({"runtime": None} if fields["runtime"] == 0 else {}))


def _name(one: dict[str, Any]) -> str:
    name = one.get("name")
    return name if isinstance(name, str) else ""
