"""Hidden and unknown are one path through the code, and nothing can be said about what the gate did not hand out."""

from __future__ import annotations

import logging
import statistics
import time
from typing import Any

import pytest
from flask import render_template
from jinja2 import UndefinedError
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError

from ranker.extensions import db
from ranker.models import Moment
from tests.cast import SLUG, Browser, Cast
from tests.statements import queries
from tests.worlds.walk import NORMALISED, normalised

UNKNOWN = "0123456789ab"


@pytest.mark.parametrize("name", ["bob", None])
def test_a_hidden_and_an_unknown_moment_run_the_same_queries(cast: Cast, name: str | None) -> None:
    browser = sealed(cast, name)
    sent = []
    for id in (cast.public["moment9"], UNKNOWN):
        with queries(cast.app) as statements:
            assert browser.get(f"/series/{SLUG}/moments/{id}").status_code == 404
        sent.append(statements)
    assert sent[0] == sent[1]


def test_saving_a_hidden_and_an_unknown_moment_run_the_same_queries(cast: Cast) -> None:
    browser = sealed(cast, "bob")
    sent = []
    for id in (cast.public["moment9"], UNKNOWN):
        form = cast.list_form("bob", cast.public["moment1"], id)
        with queries(cast.app) as statements:
            assert browser.htmx("POST", f"/series/{SLUG}/list", form).status_code == 422
        sent.append(statements)
    assert sent[0] == sent[1]


def test_the_medians_of_both_are_recorded(cast: Cast, record_property: Any) -> None:
    browser = sealed(cast, "bob")
    for word, id in (("hidden", cast.public["moment9"]), ("unknown", UNKNOWN)):
        took = []
        for _ in range(20):
            begun = time.perf_counter()
            browser.get(f"/series/{SLUG}/moments/{id}")
            took.append(time.perf_counter() - begun)
        record_property(f"median ms for a {word} id", round(statistics.median(took) * 1_000, 2))


def sealed(cast: Cast, name: str | None) -> Browser:
    browser = cast.browser(name)
    if name is None:
        browser.post(f"/series/{SLUG}/progress", {"position": 4, "confirmed": 4})
    browser.post("/view", {"view": "sealed"})
    browser.get(f"/series/{SLUG}/list")  # from here on what the process keeps in memory is there for both
    return browser


def test_a_row_of_the_table_in_a_template_is_an_error(cast: Cast) -> None:
    with cast.app.test_request_context("/"):
        moment = db.session.scalars(select(Moment)).first()
        assert moment is not None
        moment.locked = False  # type: ignore[attr-defined]
        gate = cast.gate("ada")
        with pytest.raises((InvalidRequestError, UndefinedError)):
            render_template("moments/show.html", rail=gate.rail, moment=moment, standing=None, in_list=None)


def test_a_word_a_template_does_not_know_is_an_error(cast: Cast) -> None:
    with cast.app.test_request_context("/"), pytest.raises(UndefinedError):
        render_template("moments/locked.html", rail=cast.gate("bob").rail)


def test_nothing_hidden_is_in_any_log_line(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    cast.app.config["PROPAGATE_EXCEPTIONS"] = False
    bob = cast.browser("bob")
    with caplog.at_level(logging.INFO):
        for id in (*cast.public.values(), UNKNOWN):
            bob.get(f"/series/{SLUG}/moments/{id}")
            bob.post(f"/series/{SLUG}/list", cast.list_form("bob", id))
        cast.app.view_functions["home.show"] = lambda: 1 / 0
        bob.get("/")
    for word in ("SecretTitle7", "SecretText7", "SecretTitle9", "SecretText9", "EpisodeTitle5"):
        assert word not in caplog.text


def test_what_is_normalised_is_short_and_nothing_else(cast: Cast) -> None:
    bob = cast.browser("bob")
    bob.get("/")
    one, other = bob.get(f"/series/{SLUG}"), bob.get(f"/series/{SLUG}")
    assert one.data != other.data
    assert normalised(one) == normalised(other)
    assert len(NORMALISED) == 7
    for text in ("SecretTitle1", cast.public["moment1"], "271 lists", 'value="7"', "ETag: 7"):
        for pattern, replacement in NORMALISED:
            assert pattern.sub(replacement, text) == text
