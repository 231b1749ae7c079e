"""What every page has around it, and rankings that are rendered once for all who see the same."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from threading import Lock
from typing import Any

from flask import Flask, current_app, g, render_template
from markupsafe import Markup

from ranker.domain.clearance import Method
from ranker.domain.values import Ranking
from ranker.gate import Gate
from ranker.web import assets
from ranker.web.marks import mark
from ranker.web.requests import from_htmx
from ranker.web.viewers import viewer

KEPT_RANKINGS = 512

RenderedRanking = tuple[Ranking, Markup]


class RenderedRankings:
    """Rankings with their rendered rows, kept under all that they depend on: see `Gate.ranking_key`."""

    def __init__(self, kept: int = KEPT_RANKINGS) -> None:
        self._kept = kept
        self._rendered: OrderedDict[tuple[object, ...], RenderedRanking] = OrderedDict()
        self._lock = Lock()

    def of(self, gate: Gate, method: Method) -> RenderedRanking:
        key = gate.ranking_key(method)
        with self._lock:
            known = self._rendered.get(key)
        return known or self._keep(key, self._render(gate, method))

    def _render(self, gate: Gate, method: Method) -> RenderedRanking:
        ranking = gate.ranking(method)
        return ranking, Markup(render_template("series/_standings.html", ranking=ranking))

    def _keep(self, key: tuple[object, ...], rendered: RenderedRanking) -> RenderedRanking:
        with self._lock:
            self._rendered[key] = rendered
            if len(self._rendered) > self._kept:
                self._rendered.popitem(last=False)
        return rendered


def attach(app: Flask) -> None:
    app.extensions["rendered_rankings"] = RenderedRankings()
    app.context_processor(shell)
    app.add_template_global(mark)
    app.add_template_global(percent)


def shell() -> dict[str, Any]:
    return {
        "viewer": viewer(),
        "htmx": from_htmx(),
        "nonce": nonce(),
        "scripts": {"htmx": assets.HTMX, "sortable": assets.SORTABLE},
        "stylesheet": assets.stylesheet_address(),
        "demo": current_app.config["DEMO"],
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


def percent(fraction: float) -> str:
    """A fraction as a whole number of percent, halves rounded up: 0.715 is 72."""
    return str(int(fraction * 100 + 0.5 + 1e-9))
