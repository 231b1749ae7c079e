"""What every page has around it, and rankings that are rendered once for all who see the same."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from sys import getsizeof
from typing import Any

from flask import Flask, current_app, g
from markupsafe import Markup

from ranker.domain.clearance import Method
from ranker.domain.finding import seasons_of
from ranker.domain.values import Rail, Ranking
from ranker.gate import Gate
from ranker.kept import Kept
from ranker.web import assets
from ranker.web.languages import language
from ranker.web.marks import mark
from ranker.web.requests import from_htmx, site_root
from ranker.web.rows import rendered_row, rows_of
from ranker.web.times import day, day_of, instant, length, short_instant
from ranker.web.viewers import viewer

MEBIBYTE = 1024 * 1024
RANKINGS_ROOM = 24 * MEBIBYTE
RAILS_ROOM = 8 * MEBIBYTE
RANKINGS_KEPT = 32  # not rendered; those that are rendered hold the same values


@dataclass(frozen=True, slots=True)
class RenderedRanking:
    """A ranking, the seasons it has rows from, and the rows as the bytes that everybody who may see it so is sent.

    validator: a digest of these bytes and of nothing else, so that it says no more than they do.
    """

    ranking: Ranking
    seasons: tuple[int, ...]
    rows: Markup
    validator: str


class RenderedRankings:
    """Rankings with their rendered rows, kept under all that they depend on: see `Gate.ranking_key`."""

    def __init__(self) -> None:
        self._rendered: Kept[RenderedRanking] = Kept(RANKINGS_ROOM, lambda rendered: getsizeof(rendered.rows))
        self._rankings: Kept[Ranking] = Kept(RANKINGS_KEPT)

    def of(self, gate: Gate, method: Method) -> RenderedRanking:
        return self._rendered.of((language(), gate.ranking_key(method)), lambda: self._render(gate, method))

    def ranking(self, gate: Gate, method: Method) -> Ranking:
        """For those who show no rows: to render them takes three times as long as to rank."""
        return self._rankings.of(gate.ranking_key(method), lambda: gate.ranking(method))

    def _render(self, gate: Gate, method: Method) -> RenderedRanking:
        ranking = self.ranking(gate, method)
        rows = rendered_rows(ranking)
        validator = hashlib.blake2b(rows.encode(), digest_size=12).hexdigest()
        return RenderedRanking(ranking, seasons_of(ranking.standings), rows, validator)


def attach(app: Flask) -> None:
    app.extensions["rendered_rankings"] = RenderedRankings()
    app.extensions["rendered_rails"] = Kept[Markup](RAILS_ROOM, getsizeof)
    app.context_processor(shell)
    app.add_template_global(mark)
    app.add_template_global(part_of_rail)
    app.add_template_global(day_of)
    app.add_template_global(instant)
    app.add_template_global(length)
    app.add_template_filter(day)
    app.add_template_global(short_instant)


def shell() -> dict[str, Any]:
    return {
        "viewer": viewer(),
        "htmx": from_htmx(),
        "nonce": nonce(),
        "scripts": {"htmx": assets.HTMX, "sortable": assets.SORTABLE},
        "stylesheet": assets.stylesheet_address(),
        "site_root": site_root,
        "embeds": bool(current_app.config["EMBED"]),
        "demo": current_app.config["DEMO"],
        "signup": current_app.config["SIGNUP"],
        "has_mail": current_app.config["SMTP"] is not None,
    }


def nonce() -> str:
    """The number that lets the scripts of this one response run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    value: str = g.nonce
    return value


def rendered_ranking(gate: Gate, method: Method) -> RenderedRanking:
    rankings: RenderedRankings = current_app.extensions["rendered_rankings"]
    return rankings.of(gate, method)


def kept_ranking(gate: Gate, method: Method) -> Ranking:
    rankings: RenderedRankings = current_app.extensions["rendered_rankings"]
    return rankings.ranking(gate, method)


def rendered_rows(ranking: Ranking, hidden: Collection[int] = ()) -> Markup:
    """The rows; those at the `hidden` indices are there and not shown, as static/js/find.js does it."""
    rows = map(rendered_row, rows_of(ranking, hidden))
    return rendered_for_all("series/_standings.html", ranking=ranking, rows=rows)


def part_of_rail(part: str, rail: Rail) -> Markup:
    """A part of the rail in which nothing but `rail` shows, rendered once for all who stand at the same place."""
    rendered: Kept[Markup] = current_app.extensions["rendered_rails"]
    return rendered.of((language(), part, rail), lambda: rendered_part_of_rail(part, rail))


def rendered_part_of_rail(part: str, rail: Rail) -> Markup:
    return rendered_for_all(f"series/_rail_{part}.html", rail=rail)


def rendered_for_all(template: str, **values: object) -> Markup:
    """A template that gets these values and nothing of who asks, so that what it makes may be kept."""
    return Markup(current_app.jinja_env.get_template(template).render(values))
