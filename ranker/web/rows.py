"""The rows of a ranking as values of what each of them shows, so that rows that show the same are rendered once.

A save changes a ranking, and few of its rows: most scores move by less than can be seen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from sys import getsizeof

from flask import Flask, current_app
from markupsafe import Markup

from ranker.domain.clearance import Method
from ranker.domain.values import Moment, Ranking, Standing
from ranker.kept import Kept
from ranker.web.languages import language

ROOM = 8 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the others a moment beats. share, margin: whole percents; the others: places 0..100 on the bar."""

    share: str
    margin: str | None
    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Points:
    """bar: how long it is, 0..100, None for none."""

    points: int
    bar: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """All that a row shows.

    risen: places since the day `since`, 0 for none; new: not ranked then; lists: that could choose it, None while
    there are none at all; hidden: there, and not looked for.
    """

    slug: str
    moment: Moment
    rank: int | None
    tied: bool
    risen: int
    new: bool
    since: dt.date | None
    lists: int | None
    early: bool
    score: Share | Points | None
    hidden: bool


class RenderedRows(Kept[Markup]):
    """Rows by what they show and the language they show it in."""

    def __init__(self) -> None:
        super().__init__(ROOM, getsizeof)


def attach(app: Flask) -> None:
    app.extensions["rendered_rows"] = RenderedRows()
    app.add_template_global(percent)


def rows_of(ranking: Ranking, hidden: Collection[int] = ()) -> Iterator[Row]:
    """`hidden`: the indices of those that are not looked for."""
    shared, best = ranking.shared_ranks, ranking.best_score or 1
    for index, standing in enumerate(ranking.standings):
        risen = standing.risen or 0 if ranking.since else 0
        new = ranking.since is not None and standing.risen is None and not standing.moment.locked
        yield Row(
            slug=ranking.series.slug,
            moment=standing.moment,
            rank=standing.rank,
            tied=standing.rank in shared,
            risen=risen,
            new=new,
            since=ranking.since if risen or new else None,
            lists=standing.offered if ranking.decided else None,
            early=standing.early,
            score=points_of(standing, best) if ranking.method == Method.CLASSIC else share_of(standing),
            hidden=index in hidden,
        )


def share_of(standing: Standing) -> Share | None:
    if standing.score is None:
        return None
    at = round(100 * standing.score, 1)
    if standing.margin is None or standing.early:
        return Share(percent(standing.score), None, at, at, at)
    reach = round(100 * standing.margin, 1)
    low, high = round(max(at - reach, 0), 1), round(min(at + reach, 100), 1)
    return Share(percent(standing.score), percent(standing.margin), at, low, high)


def points_of(standing: Standing, best: float) -> Points | None:
    if standing.score is None:
        return None
    bar = round(100 * standing.score / best, 1) if standing.score > 0 else None
    return Points(int(round(standing.score, 0)), bar)


def rendered_row(row: Row) -> Markup:
    """Kept for all who see a row that shows the same."""
    rendered: RenderedRows = current_app.extensions["rendered_rows"]
    return rendered.of((language(), row), lambda: freshly_rendered_row(row))


def freshly_rendered_row(row: Row) -> Markup:
    rendered: Markup = current_app.jinja_env.get_template("series/_row.html").module.standing(row)  # type: ignore[attr-defined]
    return rendered


def percent(fraction: float) -> str:
    """A fraction as a whole number of percent, halves rounded up: 0.715 is 72."""
    return str(int(fraction * 100 + 0.5 + 1e-9))
