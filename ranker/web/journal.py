"""Around every request: its id, its line in the log, and its place in the metrics."""

from __future__ import annotations

import logging
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, g, has_request_context

from ranker.logs import FIELDS, request_id
from ranker.serving.counters import Counters
from ranker.serving.worker import RUNTIME

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

ID = "X-Request-ID"
SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
NO_AREA = "none"
WHO = ("account", "tried")  # an account that somebody has got into, and what stands for the name they tried with
NAMED = ("slug",)  # the parts of an address that say nothing about anybody


def attach(app: Flask) -> None:
    app.log_exception = log_trouble  # type: ignore[method-assign]
    app.wsgi_app = Journal(app.wsgi_app, app)  # type: ignore[method-assign]
    runtime = os.environ.get(RUNTIME)
    if app.config["METRICS"] and runtime:
        app.extensions["counters"] = Counters(Path(runtime), areas(app))


def log_trouble(exc_info: Any) -> None:
    """Flask would write down the whole address."""
    log.error("A request broke", exc_info=exc_info)


def areas(app: Flask) -> list[str]:
    """What requests are counted by."""
    alone = (rule.endpoint for rule in app.url_map.iter_rules() if "." not in rule.endpoint)
    return sorted({NO_AREA, *app.blueprints, *alone})


class Journal:
    """Gives each request an id: the one a proxy sent, if it is a harmless word, else a new one."""

    def __init__(self, inner: WSGIApplication, app: Flask) -> None:
        self._inner = inner
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        sent = environ.get("HTTP_X_REQUEST_ID", "")
        known = SAFE_ID.fullmatch(sent) is not None
        token = request_id.set(sent if known else secrets.token_hex(8))
        began = time.perf_counter()

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            if known or status.startswith("5"):
                headers.append((ID, request_id.get()))
            if self._app.extensions["worker"].leaving:
                headers.append(("Connection", "close"))
            self._note(environ, int(status[:3]), time.perf_counter() - began)
            return start_response(status, headers, *rest)

        try:
            return self._inner(environ, start)
        finally:
            request_id.reset(token)

    def _note(self, environ: WSGIEnvironment, status: int, seconds: float) -> None:
        request: Request | None = environ.get("werkzeug.request")
        counters: Counters | None = self._app.extensions.get("counters")
        if counters is not None:
            counters.note(area_of(request), status, seconds)
        if log.isEnabledFor(logging.INFO):
            write_line(environ["REQUEST_METHOD"], request, status, seconds)


def write_line(method: str, request: Request | None, status: int, seconds: float) -> None:
    route, named = route_of(request)
    milliseconds = round(1000 * seconds, 1)
    who = {name: g.get(name) for name in WHO if name in g} if has_request_context() else {}
    fields = {"method": method, "route": route, **named, "status": status, "milliseconds": milliseconds, **who}
    place = " ".join((route, *named.values()))
    words = "".join(f" {name}={value}" for name, value in who.items())
    log.info("%s %s %d %.1f ms%s", method, place, status, milliseconds, words, extra={FIELDS: fields})


def route_of(request: Request | None) -> tuple[str, dict[str, str]]:
    """The rule that matched, and which series it is about. An address that matches none may hold anything."""
    if request is None or request.url_rule is None:
        return "unknown", {}
    values = request.view_args or {}
    return request.url_rule.rule, {name: str(values[name]) for name in NAMED if name in values}


def area_of(request: Request | None) -> str:
    if request is None or request.endpoint is None:
        return NO_AREA
    return request.blueprint or request.endpoint
