"""The desk: adding series, episodes and moments, and that nobody else knows it is there."""

from __future__ import annotations

import io
import json

import pytest
from flask import Flask

from ranker.domain.clearance import Method
from ranker.installation import SEEDS, seed_bytes
from tests.cast import SLUG, Cast
from tests.worlds.walk import body_of

DESK = f"/admin/series/{SLUG}"
RESERVED = seed_bytes(SEEDS[0]).replace(b'"all-of-us-are-dead"', b'"new"')
CONTROL = seed_bytes(SEEDS[0]).replace(b'"Netflix"', b'"Net\\u0000flix"')
NOT_SERIES = [b"", b"{}", b"\xff\xfe", b"[" * 50_000, b'{"format": "ranker.series/2"}', b"null", RESERVED, CONTROL]


def test_an_admin_adds_a_series_and_its_first_moment(cast: Cast) -> None:
    dana = cast.browser("dana")
    form = {"title": "Signal", "slug": "signal", "year": "2016", "network": "tvN", "seasons": "2, 3"}
    assert dana.post("/admin/series/new", form).location == "/admin/series/signal"
    moment = {"title": "The first call", "description": "A voice.", "teaser": "Static", "episode": "4"}
    assert dana.post("/admin/series/signal/moments/new", moment).status_code == 303
    assert "S2·E2" in cast.browser().get("/series/signal").text
    assert "The first call" not in cast.browser().get("/series/signal").text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "fill this in"),
        ("slug", "Not A Slug", "small letters"),
        ("slug", SLUG, "has this address already"),
        ("seasons", "ten", "for example"),
        ("seasons", "0", "for example"),
        ("seasons", "999999999", "for example"),
    ],
)
def test_a_series_that_does_not_fit_is_not_added(cast: Cast, field: str, value: str, words: str) -> None:
    form = {"title": "Signal", "slug": "signal", "seasons": "2, 3", field: value}
    answer = cast.browser("dana").post("/admin/series/new", form)
    assert answer.status_code == 422
    assert words in answer.text
    assert cast.browser().get("/series/signal").status_code == 404


def test_an_admin_adds_a_series_from_a_file_in_the_format_of_the_seeds(cast: Cast) -> None:
    for name in SEEDS:
        content = seed_bytes(name)
        answer = upload(cast, content)
        assert answer.status_code == 303
        assert cast.browser().get(f"/series/{json.loads(content)['slug']}").status_code == 200
    answer = upload(cast, content)
    assert answer.status_code == 422
    assert "has this address already" in answer.text


@pytest.mark.parametrize("content", NOT_SERIES)
def test_a_file_that_is_no_series_is_refused_with_a_reason(cast: Cast, content: bytes) -> None:
    answer = upload(cast, content)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def upload(cast: Cast, content: bytes):  # type: ignore[no-untyped-def]
    data = {"file": (io.BytesIO(content), "series.json")}
    return cast.browser("dana").post("/admin/series/import", data, content_type="multipart/form-data")


def test_an_admin_adds_the_episode_that_airs_next(cast: Cast) -> None:
    dana = cast.browser("dana")
    assert dana.post(f"{DESK}/episodes", {"season": "2", "number": "3", "title": "New"}).status_code == 303
    assert cast.browser("ada").post(f"/series/{SLUG}/progress", {"position": 7}).status_code == 303
    for taken in ({"season": "2", "number": "3"}, {"season": "1", "number": "9"}, {"season": "x", "number": "1"}):
        assert dana.post(f"{DESK}/episodes", taken).status_code == 422


def test_an_edited_moment_shows_its_new_words_and_moves_with_its_episode(cast: Cast) -> None:
    dana, bob = cast.browser("dana"), cast.browser("bob")
    path = f"/admin/moments/{cast.public['moment1']}"
    assert "SecretTitle1" in dana.get(path).text
    form = {"title": "Renamed", "description": "New words", "teaser": "", "episode": "1"}
    assert dana.post(path, form).status_code == 303
    assert "Renamed" in bob.get(f"/series/{SLUG}").text
    assert dana.post(path, {**form, "episode": "5"}).status_code == 303
    assert "Renamed" not in bob.get(f"/series/{SLUG}").text


def test_a_moment_that_does_not_fit_is_not_saved_and_its_words_are_kept(cast: Cast) -> None:
    dana = cast.browser("dana")
    for form in ({"title": "", "description": "Kept words", "episode": "1"}, {"title": "x", "episode": "99"}):
        answer = dana.post(f"{DESK}/moments/new", form)
        assert answer.status_code == 422
    assert "Kept words" in dana.post(f"{DESK}/moments/new", {"description": "Kept words", "episode": "1"}).text


def test_retiring_and_restoring_a_moment(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    dana, ada = cast.browser("dana"), cast.browser("ada")
    path = f"/admin/moments/{cast.public['moment1']}"
    assert dana.post(f"{path}/retire").status_code == 303
    assert "SecretTitle1" not in ada.get(f"/series/{SLUG}").text
    assert dana.post(f"{path}/restore").status_code == 303
    assert "SecretTitle1" in ada.get(f"/series/{SLUG}").text
    with cast.app.app_context():
        assert cast.gate("ada").standing_of(cast.public["moment1"], Method.CLASSIC).score == 10


def test_the_desk_shows_how_many_lists_hold_a_moment(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    cast.rank("bob", 1)
    assert "SecretTitle9" in cast.browser("dana").get(DESK).text


def test_an_admin_who_is_behind_sees_locked_rows_outside_the_desk(cast: Cast) -> None:
    assert "SecretTitle" not in cast.browser("dana").get(f"/series/{SLUG}").text


@pytest.mark.parametrize("name", [None, "bob"])
def test_for_anybody_else_the_desk_is_an_unknown_address(cast: Cast, app: Flask, name: str | None) -> None:
    browser = cast.browser(name)
    unknown = browser.htmx("GET", "/nothing")
    paths = [
        rule.rule.replace("<slug>", SLUG).replace("<public_id>", cast.public["moment1"])
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.")
    ]
    assert len(paths) >= 8
    for path in [*paths, "/admin", "/admin/nothing"]:
        for method in ("GET", "POST"):
            for answer in (browser.htmx(method, path), browser.client.open(path, method=method)):
                assert answer.status_code == 404, (method, path)
            assert body_of(browser.htmx(method, path)) == body_of(unknown)
