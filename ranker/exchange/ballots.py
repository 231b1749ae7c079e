"""The ballots of a series for research, without anything of who cast them.

Two files tell the same rows (`domain/anonymity.py`): ours, `ranker.ballots/1`, which `ranker score` reads too, and
PrefLib's SOI, strict orders of some of the alternatives (https://preflib.github.io/PrefLib-Jekyll/format).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ranker.domain.anonymity import SharedRow, merged_orders
from ranker.domain.clearance import EpisodeCode
from ranker.domain.values import SeriesCard
from ranker.exchange.tables import FORMULA
from ranker.words import _

FORMAT = "ranker.ballots/1"
SEPARATOR = re.compile(r"([,;\t]\s*)")


@dataclass(frozen=True, slots=True)
class Alternative:
    """A moment as it stands in these files; `episode.position` is its label."""

    public_id: str
    title: str
    episode: EpisodeCode


@dataclass(frozen=True, slots=True)
class AnonymousBallots:
    """What is told of the `lists` that count: rows that `k` fans or more share, over the numbers 1.. of `moments`.

    made: the day the files are of.
    """

    series: SeriesCard
    episodes: tuple[EpisodeCode, ...]
    moments: tuple[Alternative, ...]
    lists: int
    k: int
    rows: tuple[SharedRow, ...]
    made: dt.date

    @property
    def told(self) -> int:
        return sum(row.count for row in self.rows)

    @property
    def left_out(self) -> int:
        return self.lists - self.told


def about(ballots: AnonymousBallots) -> tuple[str, ...]:
    """What has to be known of the rows, in sentences; both files say it, in English whoever asks."""
    return (
        _(
            "Each row is shared by at least %(least)d fans who stood at the same episode when they saved their list.",
            least=ballots.k,
        ),
        _(
            "A list that too few share was cut from its end until enough share what is left: %(told)d of %(lists)d "
            "lists are told, and %(left_out)d are left out: not even their first place is shared, or they are empty.",
            told=ballots.told,
            lists=ballots.lists,
            left_out=ballots.left_out,
        ),
        _(
            "A list holds at most %(size)d moments, of those whose episode its owner had seen. Retired moments are "
            "left out of it, and merged ones are one.",
            size=ballots.series.ballot_size,
        ),
        _("Lists that are held back or of closed accounts are not in it."),
    )


IN_JSON = (
    "A ballot could choose the moments whose label is at most its progress, and judges pairs of those alone; "
    "a moment that was published after it was saved is not told apart.",
    "Where complete is false, some or all of these lists go on after the last place that is told.",
)
IN_SOI = (
    "A moment that is absent from an order was not ranked, or was cut, or lay beyond what the fan had seen and could "
    "not be chosen: the format cannot tell these apart (the JSON file of the same ballots can).",
)


def write_ballots_json(ballots: AnonymousBallots) -> bytes:
    """A file that `ranker score` reads."""
    told = {
        "format": FORMAT,
        "series": ballots.series.slug,
        "title": ballots.series.title,
        "made": ballots.made.isoformat(),
        "about": [*about(ballots), *IN_JSON],
        "ballot_size": ballots.series.ballot_size,
        "shared_by_at_least": ballots.k,
        "lists": ballots.lists,
        "left_out": ballots.left_out,
        "episodes": [str(code) for code in ballots.episodes],
        "moments": [_moment(one) for one in ballots.moments],
        "ballots": [_ballot(row, ballots.moments) for row in ballots.rows],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def write_ballots_soi(ballots: AnonymousBallots) -> bytes:
    """The orders as PrefLib has them, whatever the progress they were made at."""
    orders = merged_orders(ballots.rows)
    header = {
        "FILE NAME": f"{ballots.series.slug}.ballots.soi",
        "TITLE": ballots.series.title,
        "DESCRIPTION": " ".join((*about(ballots), *IN_SOI)),
        "DATA TYPE": "soi",
        "MODIFICATION TYPE": "induced",
        "RELATES TO": "",
        "RELATED FILES": f"{ballots.series.slug}.ballots.json",
        "PUBLICATION DATE": ballots.made.isoformat(),
        "MODIFICATION DATE": ballots.made.isoformat(),
        "NUMBER ALTERNATIVES": str(len(ballots.moments)),
        "NUMBER VOTERS": str(ballots.told),
        "NUMBER UNIQUE ORDERS": str(len(orders)),
        **{f"ALTERNATIVE NAME {n}": f"{one.title} ({one.episode})" for n, one in enumerate(ballots.moments, 1)},
    }
    lines = [f"# {name}: {one_line(text)}" for name, text in header.items()]
    lines += [f"{count}: {','.join(map(str, order))}" for count, order in orders]
    return ("\n".join(lines) + "\n").encode()


# What the ballots of a series can be exported as, by the end of the file's name.
BALLOT_WRITERS: Mapping[str, Callable[[AnonymousBallots], bytes]] = {
    "ballots.json": write_ballots_json,
    "ballots.soi": write_ballots_soi,
}


def one_line(text: str) -> str:
    """A text that stays on its line, and of which a spreadsheet that splits lines runs no part as a formula."""
    parts = SEPARATOR.split(" ".join(text.split()))
    return "".join(f"'{part}" if FORMULA.match(part) else part for part in parts)


def _moment(one: Alternative) -> dict[str, Any]:
    where = {"label": one.episode.position, "season": one.episode.season, "episode": one.episode.number}
    return {"id": one.public_id, "title": one.title, **where}


def _ballot(row: SharedRow, moments: tuple[Alternative, ...]) -> dict[str, Any]:
    order = [moments[number - 1].public_id for number in row.order]
    return {"progress": row.progress, "count": row.count, "complete": row.complete, "order": order}
