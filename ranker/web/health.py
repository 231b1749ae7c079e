"""For whoever runs the site: is the process up, and is it of use?"""

from __future__ import annotations

from flask import Blueprint, current_app
from sqlalchemy.exc import SQLAlchemyError

from ranker.database import hurrying
from ranker.extensions import limiter
from ranker.installation import is_of_use
from ranker.serving.worker import Worker

blueprint = Blueprint("health", __name__)
limiter.exempt(blueprint)
HURRY_S = 2.0  # whoever asks gives up after a few seconds, and would not know why


@blueprint.get("/healthz")
def alive() -> str:
    return "ok\n"


@blueprint.get("/readyz")
def ready() -> tuple[str, int]:
    """Whether it makes sense to send people here."""
    worker: Worker = current_app.extensions["worker"]
    if worker.stopping:
        return "closing down\n", 503
    try:
        with hurrying(HURRY_S):
            of_use = is_of_use()
    except SQLAlchemyError:
        return "no database\n", 503
    return ("ok\n", 200) if of_use else ("the database is not up to date: ranker setup\n", 503)
