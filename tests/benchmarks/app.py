"""Ranker, and beside it in the same process a bare Flask app to measure it against."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, redirect, render_template, request, template_rendered
from flask_babel import Babel
from jinja2 import StrictUndefined
from sqlalchemy import Engine, create_engine, text
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from ranker import create_app
from ranker.database import teach_sqlite_manners
from ranker.web.pages import rendered_part_of_rail
from ranker.web.rows import rows_of
from ranker.words import DEFAULT, LOCALES

BARE = "/bare"
HOOKED = "/benchmark"
ADDRESS = "database_url"
COMMITS = "CREATE TABLE benchmark_commits (fan INTEGER PRIMARY KEY, entries TEXT NOT NULL, version INTEGER NOT NULL)"
COMMIT = text(
    "INSERT INTO benchmark_commits (fan, entries, version) VALUES (:fan, :entries, :version)"
    " ON CONFLICT (fan) DO UPDATE SET entries = excluded.entries, version = excluded.version"
)


@dataclass(frozen=True)
class Captured:
    """A page of Ranker as it was answered once, and all that its template was given."""

    html: str
    context: Mapping[str, Any]


def app_on(home: Path) -> Flask:
    """Ranker with its data in `home` and every other setting at its default."""
    for name in [name for name in os.environ if name.startswith("RANKER_")]:
        del os.environ[name]
    os.environ.update(environment(home))
    return create_app()


def environment(home: Path) -> dict[str, str]:
    """For a process that serves what is in `home`, or in the database whose address is written there."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("RANKER_")}
    address = home / ADDRESS
    database = {"RANKER_DATABASE_URL": address.read_text()} if address.exists() else {}
    return {**others, **database, "RANKER_DATA_DIR": str(home)}


def create_benchmark_app() -> Flask:
    """Ranker with two bare views behind its hooks, and the bare app under /bare, where none of them run."""
    ranker = create_app()
    engine = create_engine(ranker.config["SQLALCHEMY_DATABASE_URI"])
    teach_sqlite_manners(engine)
    bare = create_bare_app(ranker, engine)
    ranker.add_url_rule(f"{HOOKED}/constant", "hooked_constant", lambda: capture(ranker).html)
    ranker.add_url_rule(f"{HOOKED}/commit", "hooked_commit", lambda: save_bare(engine), methods=["POST"])
    ranker.wsgi_app = DispatcherMiddleware(ranker.wsgi_app, {BARE: bare})  # type: ignore[method-assign]
    return ranker


def create_bare_app(ranker: Flask, engine: Engine) -> Flask:
    bare = Flask("bare", template_folder=ranker.template_folder, static_folder=ranker.static_folder)
    bare.config.update(ranker.config, SECRET_KEY=None)  # without a key no session is opened
    Babel(bare, default_locale=LOCALES[DEFAULT])
    bare.jinja_env.policies.update(ranker.jinja_env.policies)
    bare.jinja_env.undefined = StrictUndefined
    bare.jinja_env.trim_blocks = bare.jinja_env.lstrip_blocks = True
    bare.jinja_env.filters.update(ranker.jinja_env.filters)
    bare.jinja_env.globals.update(ranker.jinja_env.globals)
    bare.jinja_env.globals["part_of_rail"] = rendered_part_of_rail  # here nothing is kept
    bare.jinja_env.globals["csrf_token"] = lambda: capture(ranker).context["csrf_token"]()

    @bare.get("/worker")
    def worker() -> str:
        return str(os.getpid())

    @bare.get("/constant")
    def constant() -> str:
        return capture(ranker).html

    @bare.get("/template")
    def whole_template() -> str:
        context = capture(ranker).context
        ranking = context["ranking"]
        standing = bare.jinja_env.get_template("series/_row.html").module.standing  # type: ignore[attr-defined]
        each = map(standing, rows_of(ranking))  # here nothing is kept
        rows = render_template("series/_standings.html", ranking=ranking, rows=each)
        return render_template("series/show.html", **{**context, "rows": bare.jinja_env.filters["safe"](rows)})

    @bare.get("/frame")
    def template_around_constant_rows() -> str:
        return render_template("series/show.html", **capture(ranker).context)

    @bare.post("/commit")
    def commit() -> Response:
        return save_bare(engine)

    return bare


def save_bare(engine: Engine) -> Response:
    form = request.form
    row = {"fan": form["fan"], "entries": ",".join(form.getlist("entry")), "version": form["version"]}
    with engine.begin() as connection:
        connection.execute(COMMIT, row)
    return redirect("/", 303)


@cache
def capture(ranker: Flask) -> Captured:
    """The ranking page that the first request to this process asks for by its `page` parameter and its cookie."""
    contexts: list[dict[str, Any]] = []

    def note(sender: Flask, template: Any, context: dict[str, Any], **_: object) -> None:
        if template.name == "series/show.html":
            token = context["csrf_token"]()
            kept = {name: value for name, value in context.items() if name not in ("g", "request", "session")}
            contexts.append(kept | {"csrf_token": lambda: token})

    browser = ranker.test_client(use_cookies=False)
    with template_rendered.connected_to(note, ranker):
        page = browser.get(request.args["page"], headers={"Cookie": request.headers["Cookie"]})
    return Captured(page.text, contexts[-1])
