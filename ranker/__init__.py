"""Ranker: rank the moments of a series together, without spoiling anybody."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from ranker.config import ROOT, settings

PACKAGE = Path(__file__).resolve().parent
FILES = ROOT if (ROOT / "pyproject.toml").exists() else PACKAGE


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The whole app. `overrides` replace single settings, for tests. Raises BadSetting."""
    from ranker import cli, debugging, hashing, logs, mail, web
    from ranker.database import attach_database
    from ranker.serving.worker import Worker
    from ranker.tallies import Tallies

    app = Flask(__name__, template_folder=FILES / "templates", static_folder=FILES / "static")
    app.config.from_mapping(settings() | dict(overrides or {}))
    debugging.refuse_in_public(app)
    app.extensions["tallies"] = Tallies(replica_url=app.config["REPLICA_URL"])
    app.extensions["worker"] = Worker()
    logs.attach(app)
    attach_database(app)
    hashing.attach(app)
    mail.attach(app)
    web.attach(app)
    cli.attach(app)
    return app
