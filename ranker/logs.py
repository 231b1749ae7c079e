"""What is logged and how: lines for people or for programs, each with the id of its request.

Nothing that somebody typed or may not see gets into a line: requests are named by their route, never by their address
(which may hold a token), statements are shown without their values, and PostgreSQL's details are left out.
"""

from __future__ import annotations

import datetime as dt
import json
import logging.config
import re
from contextvars import ContextVar
from typing import Any

from flask import Flask

NO_REQUEST = "-"
request_id: ContextVar[str] = ContextVar("request_id", default=NO_REQUEST)
DETAIL = re.compile(r"^DETAIL:.*$", re.MULTILINE)
FIELDS = "fields"  # what a record carries beside its message


def attach(app: Flask) -> None:
    """Where a form is set, the whole process logs in it, whichever server it runs in."""
    if app.config["LOG"]:
        logging.config.dictConfig(configuration(app.config["LOG"]))


def configuration(form: str | None) -> dict[str, Any]:
    """For `logging.config.dictConfig`, of the whole process and of granian in it; `form` is text, json, or none.

    Without a form only what goes wrong is logged, as text.
    """
    level = "INFO" if form else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": f"ranker.logs.{'JsonLines' if form == 'json' else 'TextLines'}"}},
        "handlers": {"ours": {"class": "logging.StreamHandler", "formatter": "ours", "stream": "ext://sys.stderr"}},
        "root": {"handlers": ["ours"], "level": level},
        "loggers": {
            "_granian": {"handlers": [], "level": level, "propagate": True},
            "granian.access": {"handlers": [], "level": level, "propagate": True},
            "alembic": {"level": "WARNING"},
            "ranker": {"handlers": [], "propagate": True},  # else Flask's own handler would say all of it once more
        },
    }


class Lines(logging.Formatter):
    def formatException(self, exception: Any) -> str:
        return DETAIL.sub("DETAIL: left out", super().formatException(exception))

    def instant(self, record: logging.LogRecord) -> str:
        return dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")

    def trouble(self, record: logging.LogRecord) -> str | None:
        return self.formatException(record.exc_info) if record.exc_info else None


class TextLines(Lines):
    def format(self, record: logging.LogRecord) -> str:
        words = " ".join(record.getMessage().splitlines())
        line = f"{self.instant(record)} {record.levelname} {request_id.get()} {words}"
        return "\n".join(filter(None, (line, self.trouble(record))))


class JsonLines(Lines):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.instant(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": request_id.get(),
            "message": record.getMessage(),
            **getattr(record, FIELDS, {}),
        }
        if trouble := self.trouble(record):
            line["trouble"] = trouble
        return json.dumps(line, ensure_ascii=False)
