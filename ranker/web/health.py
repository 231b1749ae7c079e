"""For whoever runs the site: is the process up, and can it reach its database?"""

from __future__ import annotations

from flask import Blueprint
from sqlalchemy import text

from ranker.extensions import db, limiter

blueprint = Blueprint("health", __name__)
limiter.exempt(blueprint)


@blueprint.get("/healthz")
def alive() -> str:
    return "ok\n"


@blueprint.get("/readyz")
def ready() -> str:
    db.session.execute(text("SELECT 1"))
    return "ok\n"
