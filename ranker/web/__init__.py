"""HTTP only: reads the request, opens the gate or calls an action, answers. A blueprint per area."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from ranker.extensions import csrf
from ranker.web import (
    accounts,
    admin,
    api,
    assets,
    bringing,
    cards,
    cookies,
    counting,
    crowd,
    discovery,
    duels,
    embeds,
    errors,
    fans,
    feeds,
    health,
    home,
    journal,
    languages,
    limits,
    list_files,
    lists,
    methods,
    moments,
    names,
    pages,
    pictures,
    reports,
    requests,
    responses,
    rows,
    series,
    sharing,
    story,
    suggestions,
    viewers,
)

AREAS = (
    *(home, discovery, methods, counting, series, story, moments, duels),
    *(lists, bringing, sharing, list_files, fans, crowd, suggestions, reports, names, cards, embeds, feeds),
    *(accounts, admin, health, languages),
)


def attach(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    cookies.attach(app)
    if hops := app.config["PROXY_HOPS"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    requests.attach(app)
    viewers.attach(app)
    app.before_request(admin.guard)
    csrf.init_app(app)
    limits.attach(app)
    assets.attach(app)
    pages.attach(app)
    rows.attach(app)
    languages.attach(app)
    moments.attach(app)
    duels.attach(app)
    feeds.attach(app)
    responses.attach(app)
    pictures.attach(app)
    errors.attach(app)
    for area in AREAS:
        app.register_blueprint(area.blueprint)
    api.attach(app)
    journal.attach(app)  # last, for it counts by area
