"""The desk: adding series, episodes and moments, and that nobody else knows it is there."""

from __future__ import annotations

import html
import io
import json
import re

import pytest
from flask import Flask
from sqlalchemy import select

from ranker.actions.accounts.roles import grant_admin, grant_curator, revoke_admin, revoke_curator
from ranker.actions.audit import COMMAND_LINE
from ranker.extensions import db
from ranker.installation import SEEDS, seed_bytes
from ranker.models import AuditEntry
from ranker.web.admin.entrance import OPENED
from tests.cast import SLUG, Browser, Cast
from tests.web.test_desk_moments import publish
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
    assert publish(dana, "/admin/series/signal/moments/new", moment).status_code == 303
    dana.post("/admin/series/signal/show")
    assert "S2·E2" in cast.browser().get("/series/signal").text
    assert "The first call" not in cast.browser().get("/series/signal").text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "fill this in"),
        ("title", " \t", "fill this in"),
        ("title", "\u202elangiS", "plain text"),
        ("slug", "Not A Slug", "small letters"),
        ("slug", SLUG, "has this address already"),
        ("slug", "new", "That is an address of the desk itself"),
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


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("Signal", "signal"),
        ("  All of Us Are Dead! (2022)", "all-of-us-are-dead-2022"),
        ("Grey’s Anatomy & more", "greys-anatomy-more"),
        ("Señor Ávila – São", "senor-avila-sao"),
        ("x" * 79 + " yz", "x" * 79),
    ],
)
def test_an_address_that_is_left_empty_is_made_from_the_title(cast: Cast, title: str, address: str) -> None:
    dana = cast.browser("dana")
    assert ' name="slug" required' not in dana.get("/admin/series/new").text
    form = {"title": title, "slug": " ", "seasons": "2, 3"}
    assert dana.post("/admin/series/new", form).location == f"/admin/series/{address}"


def test_where_no_address_can_be_made_of_the_title_it_is_asked_for(cast: Cast) -> None:
    answer = cast.browser("dana").post("/admin/series/new", {"title": "지금 우리 학교는", "slug": "", "seasons": "2"})
    assert answer.status_code == 422
    assert 'id="slug-error"' in answer.text


def test_an_admin_adds_a_series_from_a_file_in_the_format_of_the_seeds(cast: Cast) -> None:
    for name in SEEDS:
        content = seed_bytes(name)
        address = f"/series/{json.loads(content)['slug']}"
        assert upload(cast, content).status_code == 303
        shown = cast.browser("dana").get("/admin/series/import").text
        assert html.escape(json.loads(content)["moments"][-1]["title"]) in shown
        assert cast.browser().get(address).status_code == 404
        assert cast.browser("dana").post("/admin/series/import/apply").status_code == 303
        cast.browser("dana").post(f"/admin{address}/show")
        assert cast.browser().get(address).status_code == 200
    upload(cast, content)
    assert "at this address already" in cast.browser("dana").get("/admin/series/import").text
    answer = cast.browser("dana").post("/admin/series/import/apply")
    assert answer.status_code == 422
    assert "has this address already" in answer.text


def test_a_series_file_that_is_dropped_leaves_nothing(cast: Cast) -> None:
    dana, content = cast.browser("dana"), seed_bytes(SEEDS[0])
    upload(cast, content)
    assert dana.post("/admin/series/import/drop").status_code == 303
    assert dana.get("/admin/series/import").status_code == 303
    assert dana.post("/admin/series/import/apply").status_code == 303
    assert cast.browser().get(f"/series/{json.loads(content)['slug']}").status_code == 404


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
    for wrong in ({"season": "2", "number": "0"}, {"season": "x", "number": "1"}, {"airdate": "soon"}):
        assert dana.post(f"{DESK}/episodes", {"season": "2", "number": "4", **wrong}).status_code == 422


def test_an_admin_who_is_behind_sees_locked_rows_outside_the_desk(cast: Cast) -> None:
    assert "SecretTitle" not in cast.browser("dana").get(f"/series/{SLUG}").text


@pytest.mark.parametrize("name", [None, "bob", "a curator who is no more", "an admin who is no more"])
def test_for_anybody_else_the_desk_is_an_unknown_address(cast: Cast, app: Flask, name: str | None) -> None:
    browser = cast.browser(name if name in (None, "bob") else "ada")
    if name not in (None, "bob"):
        serve_for_a_while(cast, "ada", name == "an admin who is no more")
    unknown = browser.htmx("GET", "/nothing")
    for path in [*addresses(app, cast, SLUG, "moment1"), "/admin", "/admin/nothing"]:
        for method in ("GET", "POST"):
            for answer in (browser.htmx(method, path), browser.client.open(path, method=method)):
                assert answer.status_code == 404, (method, path)
            assert body_of(browser.htmx(method, path)) == body_of(unknown)


def serve_for_a_while(cast: Cast, name: str, as_admin: bool) -> None:
    with cast.app.app_context():
        user_id = cast.users[name]
        if as_admin:
            assert grant_admin(COMMAND_LINE, user_id)
            assert revoke_admin(COMMAND_LINE, user_id)
        else:
            assert grant_curator(COMMAND_LINE, user_id, SLUG)
            assert revoke_curator(COMMAND_LINE, user_id, SLUG)


def addresses(app: Flask, cast: Cast, slug: str, moment: str) -> list[str]:
    """Every address of the desk, about this series and this moment."""
    parts = {"slug": slug, "public_id": cast.public[moment], "name": "bob", "file": "audit.csv", "picture": "x"}
    found = [
        re.sub(r"<(?:\w+:)?(\w+)>", lambda part: parts.get(part[1], "1"), rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.")
    ]
    assert len(found) >= 30
    return found


def test_the_desk_asks_once_per_visit_before_it_shows_everything(cast: Cast) -> None:
    dana = cast.browser("dana")
    with dana.client.session_transaction() as session:
        session.pop(OPENED)
    closed = dana.get(f"{DESK}/moments")
    assert "Open the desk" in closed.text
    assert "SecretTitle" not in closed.text
    assert "Open the desk" in dana.post(f"{DESK}/moments/new", {"title": "x"}).text
    assert dana.post("/admin/open", {"next": DESK}).location == DESK
    assert "SecretTitle9" in dana.get(f"{DESK}/moments").text
    assert dana.post("/admin/open", {"next": "https://elsewhere.example/admin/"}).location == "/admin/"


def curate(cast: Cast, name: str, slug: str = SLUG) -> Browser:
    with cast.app.app_context():
        assert grant_curator(COMMAND_LINE, cast.users[name], slug)
    return cast.browser(name)


def test_a_curator_finds_their_series_at_the_desk_and_nothing_else(cast: Cast) -> None:
    upload(cast, seed_bytes(SEEDS[0]))
    assert cast.browser("dana").post("/admin/series/import/apply").status_code == 303
    bob = curate(cast, "bob")
    assert "The Lighthouse" in bob.get("/admin/").text
    for hidden in ("All of Us Are Dead", "/admin/people", "/admin/invites", "/admin/series/new"):
        assert hidden not in bob.get("/admin/").text
    assert bob.get("/admin").location.endswith("/admin/")
    assert bob.get(DESK).status_code == 200
    assert bob.get(f"{DESK}/counting").status_code == 200


OF_EVERY_DESK = {"/admin/", "/admin/open", "/admin/queue", "/admin/audit", "/admin/audit/export/audit.csv"}


def test_the_rest_of_the_desk_is_an_unknown_address_to_a_curator_of_another_series(cast: Cast, app: Flask) -> None:
    upload(cast, seed_bytes(SEEDS[0]))
    assert cast.browser("dana").post("/admin/series/import/apply").status_code == 303
    bob = curate(cast, "bob", "all-of-us-are-dead")
    unknown = body_of(bob.htmx("GET", "/nothing"))
    for path in {*addresses(app, cast, SLUG, "moment1"), "/admin/nothing"} - OF_EVERY_DESK:
        for method in ("GET", "POST"):
            assert bob.client.open(path, method=method).status_code == 404, (method, path)  # without a token, too
            answer = bob.htmx(method, path)
            assert answer.status_code == 404, (method, path)
            assert body_of(answer) == unknown, (method, path)


def test_a_curator_of_the_series_meets_every_page_of_it(cast: Cast, app: Flask) -> None:
    """So that the test before has something to hide."""
    bob = curate(cast, "bob")
    mine = [path for path in addresses(app, cast, SLUG, "moment1") if path.startswith((DESK, "/admin/moments/"))]
    found = {path for path in mine if bob.get(path).status_code == 200}
    assert {DESK, f"{DESK}/moments", f"{DESK}/counting", f"{DESK}/import"} <= found
    assert f"/admin/moments/{cast.public['moment1']}" in found


def test_what_is_done_at_the_desk_is_written_down_with_before_and_after(cast: Cast) -> None:
    form = {
        "title": "A new name",
        "description": "SecretText1",
        "teaser": "Teaser1",
        "episode": "2",
    }  # no list holds it
    assert cast.browser("dana").post(f"/admin/moments/{cast.public['moment1']}", form).status_code == 303
    with cast.app.app_context():
        query = select(AuditEntry.actor, AuditEntry.action, AuditEntry.subject, AuditEntry.before, AuditEntry.after)
        actor, action, subject, before, after = db.session.execute(query.order_by(AuditEntry.id.desc())).first()
    assert (actor, action, subject) == ("dana", "moment.edit", cast.public["moment1"])
    assert json.loads(before) == {"title": "SecretTitle1", "position": 1}
    assert json.loads(after) == {"title": "A new name", "position": 2}
