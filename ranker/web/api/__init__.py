"""The JSON API, version 1: the same gate and the same actions as the pages, for programs."""

from __future__ import annotations

from flask import Flask

from ranker.extensions import csrf
from ranker.web.api import description, mine, reading, suggesting
from ranker.web.api.blueprint import blueprint

__all__ = ["attach", "mine", "reading", "suggesting"]


def attach(app: Flask) -> None:
    csrf.exempt(blueprint)  # `entrance` asks for the token of whoever comes with a cookie
    app.register_blueprint(blueprint)
    app.register_blueprint(description.blueprint)
