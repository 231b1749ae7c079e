"""Errors have pages of the same design, and bad input never breaks the app."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from werkzeug.exceptions import (
    BadRequest,
    Conflict,
    Forbidden,
    InternalServerError,
    NotFound,
    RequestEntityTooLarge,
    TooManyRequests,
    UnprocessableEntity,
)

from tests.cast import SLUG, Cast

ERRORS = [
    BadRequest,
    Forbidden,
    NotFound,
    Conflict,
    RequestEntityTooLarge,
    UnprocessableEntity,
    TooManyRequests,
    InternalServerError,
]


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_has_a_page_that_says_what_to_do(cast: Cast, error: type[Exception]) -> None:
    from ranker.web.errors import on_http_error

    with cast.app.test_request_context("/"):
        text, status, _ = on_http_error(error())  # type: ignore[arg-type]
    assert "<h1" in text
    assert status == error.code  # type: ignore[attr-defined]


def test_a_bug_is_a_page_of_ours_and_tells_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(cast.app.view_functions, "home.show", lambda: 1 / 0)
    answer = cast.browser("bob").get("/")
    assert answer.status_code == 500
    assert "division" not in answer.text
    assert "Our mistake" in answer.text


@pytest.mark.parametrize("path", ["/%00", "/?a=%00", "/series/%ff", "/?as_of=%F0%28", "/series/" + "x" * 9000])
def test_odd_addresses_are_refused_calmly(cast: Cast, path: str) -> None:
    assert 200 <= cast.browser("bob").get(path).status_code < 500


def test_too_large_a_body_is_refused(cast: Cast) -> None:
    answer = cast.browser("bob").post(f"/series/{SLUG}/list", {"entry": "x" * 11_000_000, "version": "0"})
    assert answer.status_code == 413


def test_a_method_an_address_does_not_take_has_a_page(cast: Cast) -> None:
    answer = cast.browser("bob").post("/")
    assert answer.status_code == 405
    assert "Allow" in answer.headers


def test_every_response_carries_the_policy_and_is_nobodys_to_keep(cast: Cast) -> None:
    bob = cast.browser("bob")
    for path in ("/", f"/series/{SLUG}", f"/series/{SLUG}/list", "/nothing", "/healthz"):
        headers = bob.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_sixty_readers_of_a_cold_tally_are_all_answered(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    start = Barrier(60)

    def read(_: int) -> int:
        browser = cast.browser()
        start.wait()
        return browser.get(f"/series/{SLUG}").status_code

    with ThreadPoolExecutor(60) as pool:
        assert set(pool.map(read, range(60))) == {200}


def test_a_referer_that_is_no_address_is_left_aside(cast: Cast) -> None:
    answer = cast.browser("bob").post("/view", {"view": "sealed"}, headers={"Referer": "http://["})
    assert (answer.status_code, answer.location) == (303, "/")


def test_on_the_desk_too_nothing_is_a_page(cast: Cast) -> None:
    dana = cast.browser("dana")
    for path in ("/admin/series/nope", "/admin/series/nope/moments/new", "/admin/moments/nope"):
        assert dana.get(path).status_code == 404
    for path in ("/admin/series/nope/moments/new", "/admin/moments/nope/retire", "/admin/series/nope/episodes"):
        assert dana.post(path, {"title": "x", "season": 1, "number": 1}).status_code == 404
