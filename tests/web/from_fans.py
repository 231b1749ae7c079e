"""What the tests of suggestions and reports do again and again."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from ranker.extensions import db
from ranker.models import Report, Suggestion
from tests.cast import SLUG, Browser, Cast, key

SUGGESTIONS = f"/series/{SLUG}/suggestions"
QUEUE = "/admin/queue"
WISH = {"title": "The lantern breaks", "episode": "2", "text": "The whole coast goes dark."}


def suggest(browser: Browser, **wish: Any) -> TestResponse:
    return browser.post(SUGGESTIONS, {**WISH, **wish})


def report_of(cast: Cast, number: int) -> str:
    return f"/series/{SLUG}/moments/{cast.public[key(number)]}/report"


def too_early(cast: Cast, name: str, number: int, wait_for: int) -> TestResponse:
    return cast.browser(name).post(report_of(cast, number), {"kind": "early", "wait_for": wait_for})


def ids_of(cast: Cast, table: type[Suggestion | Report]) -> list[str]:
    """The public ids of all there are, oldest first."""
    with cast.app.app_context():
        return list(db.session.scalars(select(table.public_id).order_by(table.id)))


def decide(cast: Cast, kind: str, public_id: str, decision: str, **more: str) -> TestResponse:
    return cast.browser("dana").post(f"/admin/{kind}/{public_id}", {"decision": decision, **more})


def suggested(page: TestResponse) -> list[tuple[str, str]]:
    """Title and state of each suggestion on its author's page."""
    found = re.findall(
        r'wish__title" dir="auto">(?:<a [^>]*>)?([^<]*)<.*?class="tag[^>]*>([^<]*)<', page.text, flags=re.S
    )
    return [(title, state) for title, state in found]


def waiting_titles(cast: Cast, query: str = "", name: str = "dana") -> list[str]:
    page = cast.browser(name).get(f"{QUEUE}{query}")
    return re.findall(r'queue__title" dir="auto"><a [^>]*>([^<]*)<', page.text)
