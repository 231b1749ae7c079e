"""What every page has: the shell, its scripts and styles, and rankings that are rendered once."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Flask, Response, current_app, g, render_template
from markupsafe import Markup

from ranker.domain.clearance import Method
from ranker.gate import Gate
from ranker.web.marks import mark
from ranker.web.requests import from_htmx
from ranker.web.viewers import viewer

CDN = "https://cdn.jsdelivr.net"
KEPT_RANKINGS = 512


@dataclass(frozen=True, slots=True)
class Script:
    """A library from the npm registry, as the CDN serves it and with the hash its bytes must have."""

    package: str
    path: str
    integrity: str

    @property
    def cdn(self) -> str:
        return f"{CDN}/npm/{self.package}/{self.path}"

    @property
    def file(self) -> str:
        return self.path.rpartition("/")[2]


SCRIPTS = (
    Script(
        "htmx.org@4.0.1", "dist/htmx.min.js", "sha384-Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"
    ),
    Script(
        "sortablejs@1.15.7",
        "Sortable.min.js",
        "sha384-DgmC6Xe2bSN2WjTDXzWYbUbxyhNP+NNkGDR/g78pCXV7E7rcVTGxVg0uIVCUUcBc",
    ),
)


@dataclass(frozen=True, slots=True)
class ScriptTag:
    src: str
    integrity: str


class RenderedRankings:
    """The rows of rankings, rendered once for everybody who sees the same: kept under all that they depend on."""

    def __init__(self, kept: int = KEPT_RANKINGS) -> None:
        self._kept = kept
        self._rows: OrderedDict[tuple[object, ...], tuple[Any, Markup]] = OrderedDict()
        self._lock = Lock()

    def of(self, gate: Gate, method: Method) -> tuple[Any, Markup]:
        key = gate.ranking_key(method)
        with self._lock:
            known = self._rows.get(key)
        if known is None:
            ranking = gate.ranking(method)
            known = ranking, Markup(render_template("series/_standings.html", ranking=ranking))
            with self._lock:
                self._rows[key] = known
                if len(self._rows) > self._kept:
                    self._rows.popitem(last=False)
        return known


def attach(app: Flask) -> None:
    app.extensions["rendered_rankings"] = RenderedRankings()
    app.context_processor(shell)
    app.add_template_global(asset)
    app.add_template_global(mark)
    app.add_template_filter(percent)
    app.add_template_global(percent)
    app.add_url_rule("/style/<digest>.css", "stylesheet", stylesheet)


def shell() -> dict[str, Any]:
    return {
        "viewer": viewer(),
        "htmx": from_htmx(),
        "nonce": nonce(),
        "scripts": script_tags(),
        "stylesheet": f"/style/{bundled_styles()[0]}.css",
        "demo": current_app.config["DEMO"],
    }


def nonce() -> str:
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    value: str = g.nonce
    return value


def script_tags() -> list[ScriptTag]:
    local = current_app.config["ASSETS"] == "local"
    return [ScriptTag(f"/assets/{script.file}" if local else script.cdn, script.integrity) for script in SCRIPTS]


def rendered_ranking(gate: Gate, method: Method) -> tuple[Any, Markup]:
    """The ranking and its rendered rows, from the kept ones if they are the newest."""
    rankings: RenderedRankings = current_app.extensions["rendered_rankings"]
    return rankings.of(gate, method)


def percent(fraction: float) -> str:
    """A fraction as a whole number of percent, halves rounded up: 0.715 is 72."""
    return str(int(fraction * 100 + 0.5 + 1e-9))


def asset(path: str) -> str:
    """The address of a static file, which changes when the file does, so that it may be kept for a year."""
    return f"/static/{path}?v={_digest(Path(current_app.static_folder or ''), path)}"


def stylesheet(digest: str) -> Response:
    current, content = bundled_styles()
    response = Response(content, mimetype="text/css")
    response.cache_control.public = True
    response.cache_control.max_age = 365 * 86_400 if digest == current else 60
    return response


def bundled_styles() -> tuple[str, bytes]:
    """All of `static/css` in the order of its file names, and a digest of it."""
    return _bundle(Path(current_app.static_folder or ""), current_app.debug)


@cache
def _digest(folder: Path, path: str) -> str:
    return hashlib.blake2b((folder / path).read_bytes(), digest_size=6).hexdigest()


def _bundle(folder: Path, fresh: bool) -> tuple[str, bytes]:
    return _read_bundle(folder) if fresh else _kept_bundle(folder)


@cache
def _kept_bundle(folder: Path) -> tuple[str, bytes]:
    return _read_bundle(folder)


def _read_bundle(folder: Path) -> tuple[str, bytes]:
    content = b"\n".join(path.read_bytes() for path in sorted((folder / "css").glob("*.css")))
    return hashlib.blake2b(content, digest_size=6).hexdigest(), content
