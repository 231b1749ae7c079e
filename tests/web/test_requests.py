"""What is refused at the door, and what every answer carries, whatever came of the request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from ranker import create_app
from ranker.actions.accounts.api_tokens import Scope, make_token
from tests.cast import PASSWORD, SLUG, Browser, Cast
from tests.conftest import dispose

CREDENTIALS = {"name": "bob", "password": PASSWORD}


# Other sites


@pytest.mark.parametrize("source", ["cross-site", "same-site", "CROSS-SITE", "", "made up"])
def test_what_another_site_sends_is_refused_even_with_the_token(cast: Cast, source: str) -> None:
    for browser in (cast.browser(), cast.browser("bob")):
        for path in ("/login", "/logout", "/view", f"/series/{SLUG}/list", "/nothing", "/admin/invites"):
            answer = browser.post(path, CREDENTIALS, headers={"Sec-Fetch-Site": source})
            assert answer.status_code == 403, path
            assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("source", ["same-origin", "none", None])
def test_what_our_own_pages_send_is_taken(cast: Cast, source: str | None) -> None:
    headers = {"Sec-Fetch-Site": source} if source is not None else {}
    assert cast.browser().post("/login", CREDENTIALS, headers=headers).status_code == 303


def test_a_link_from_another_site_opens_a_page(cast: Cast) -> None:
    answer = cast.browser("bob").get(f"/series/{SLUG}/list", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200


# Hosts and proxies


@pytest.fixture
def app_like(cast: Cast) -> Iterator[Callable[..., Flask]]:
    """Makes other apps on the same database; what these settings do is decided when one is made."""
    names = ("DATA_DIR", "SQLALCHEMY_DATABASE_URI", "SECRET_KEY", "PASSWORD_WORK")
    made: list[Flask] = []

    def app_like(**settings: Any) -> Flask:
        made.append(create_app({**{name: cast.app.config[name] for name in names}, "TESTING": True, **settings}))
        return made[-1]

    yield app_like
    for app in made:
        dispose(app)


def test_a_host_that_is_not_ours_is_refused_with_a_page_of_ours(app_like: Callable[..., Flask]) -> None:
    client = app_like(TRUSTED_HOSTS=["ranker.example.org"]).test_client()
    assert client.get("/login", headers={"Host": "ranker.example.org"}).status_code == 200
    for host in ("evil.example", "ranker.example.org.evil.example", "ranker.example.org@evil.example", "a b"):
        answer = client.get("/login", headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("hops", "blocked"), [(0, True), (1, False), (2, True)])
def test_who_asks_is_taken_from_as_many_proxies_as_there_are(
    app_like: Callable[..., Flask], hops: int, blocked: bool
) -> None:
    """With none nobody's word is taken; with one, the last; with two, the one before, which is the same here."""
    app = app_like(PROXY_HOPS=hops, LOGIN_LIMIT="1 per hour")
    statuses = []
    for number in (1, 2):
        forwarded = {"X-Forwarded-For": f"203.0.113.5, 203.0.113.{number}", "X-Forwarded-Host": "evil.example"}
        browser = Browser(app)
        statuses.append(browser.post("/login", {**CREDENTIALS, "password": "wrong one"}, headers=forwarded).status_code)
    assert statuses == [422, 429 if blocked else 422]


def test_without_proxies_nobody_says_that_it_was_https(app_like: Callable[..., Flask]) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil"}
    answer = app_like(PROXY_HOPS=0).test_client().get("/login", headers=forwarded)
    assert "Strict-Transport-Security" not in answer.headers
    assert "evil" not in answer.text
    behind = app_like(PROXY_HOPS=1).test_client().get("/login", headers=forwarded)
    assert "Secure" in behind.headers["Set-Cookie"]


# Every answer


ANSWERS: list[tuple[str, int]] = [
    ("/", 200),
    (f"/series/{SLUG}", 200),
    ("/account", 303),
    ("/nothing", 404),
    ("/admin/", 404),
    ("/static/css/nothing.css", 404),
    ("/static/css/30-base.css", 200),
    ("/static/js", 404),
    ("/static/", 404),
    ("/healthz", 200),
    ("/login?next=%00", 400),
    ("/series", 404),
    ("/admin", 404),
]


def answers(cast: Cast, **options: Any) -> list[tuple[TestResponse, int]]:
    browser = cast.browser()
    asked = [(browser.get(path, **options), status) for path, status in ANSWERS]
    own = options.get("headers", {})
    asked.append((browser.client.post("/login", **options), 400))
    asked.append((browser.client.delete("/login", **options), 405))
    asked.append((browser.client.options("/login", **options), 200))
    asked.append((browser.client.post("/view", data="x" * 11_000_000, **options), 413))
    asked.append((browser.post("/view", **{**options, "headers": {**own, "Sec-Fetch-Site": "cross-site"}}), 403))
    page = f"/series/{SLUG}/standings?at=0-masked"
    tag = browser.htmx("GET", page).headers["ETag"]
    unchanged = {**options, "headers": {**own, "HX-Request": "true", "If-None-Match": tag}}
    asked.append((browser.client.get(page, **unchanged), 304))
    return asked


def test_every_answer_carries_the_policy_whatever_it_is(cast: Cast) -> None:
    for answer, status in answers(cast):
        headers = answer.headers
        assert answer.status_code == status, answer.request.path
        policy = headers["Content-Security-Policy"]
        for directive in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert directive in policy
        assert re.search(r"script-src 'self' https://cdn\.jsdelivr\.net 'nonce-[\w-]{22}'", policy)
        assert not re.search("unsafe|strict-dynamic|data:|\\*", policy)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "Access-Control-Allow-Origin" not in headers
        assert "Strict-Transport-Security" not in headers
        assert headers["Cache-Control"] == "no-store" or answer.request.path.startswith("/static/css/30-base")


def test_over_https_every_answer_keeps_browsers_there(cast: Cast) -> None:
    for answer, _ in answers(cast, base_url="https://localhost"):
        age = re.fullmatch(r"max-age=(\d+); includeSubDomains", answer.headers["Strict-Transport-Security"])
        assert age
        assert int(age[1]) >= 365 * 86_400


def test_no_answer_names_what_it_was_made_with(cast: Cast) -> None:
    for answer, status in answers(cast):
        said = f"{answer.headers}".lower()
        assert answer.headers["Server"] == "Ranker"
        assert not re.search(r"flask|werkzeug|python|granian|gunicorn|x-powered-by|\d+\.\d+\.\d+", said)
        if status >= 400:
            assert not re.search(r"flask|werkzeug|python|granian|traceback", answer.text.lower())


def test_every_answer_says_what_it_is(cast: Cast) -> None:
    for answer, status in answers(cast):
        if status not in (304,) and answer.data:
            assert answer.content_type in ("text/html; charset=utf-8", "text/css; charset=utf-8"), answer.request.path


def test_a_nonce_is_good_for_one_answer(cast: Cast) -> None:
    policies = [cast.browser().get("/").headers["Content-Security-Policy"] for _ in range(2)]
    assert policies[0] != policies[1]


# Input that is none

ODD = {
    "nul": "\0",
    "surrogate": "\udcff",
    "a long one": "x" * 20_000,
    "many digits": "9" * 5_000,
    "not a number": "NaN",
    "infinite": "1e999",
    "negative": "-1",
    "nested": "[" * 5_000,
    "markup": "<script>alert(1)</script>",
    "backwards": "\u202e\u2066",
    "template": "{{7*7}}${7*7}",
    "path": "../../../../etc/passwd",
    "header": "x\r\nSet-Cookie: a=b",
    "list": "a[]=1&a[b]=2",
}


def written(text: str) -> str:
    """As it stands in an address or in a form, byte for byte."""
    return quote(text.encode("utf-8", "surrogateescape"), safe="")


def test_odd_input_in_a_query_a_cookie_a_header_or_a_path_breaks_nothing(cast: Cast) -> None:
    bob, visitor = cast.browser("bob"), cast.app.test_client(use_cookies=False)
    for kind, text in ODD.items():
        odd, plain = written(text), re.sub(r"[\r\n\0\udcff\u202e\u2066]", "?", text)
        for path in (f"/series/{SLUG}?as_of={odd}&q={odd}", f"/series/{SLUG}/story?moment={odd}", f"/{odd}"):
            assert bob.get(path[:60_000]).status_code < 500, kind
        headers = dict.fromkeys(("User-Agent", "Referer", "If-None-Match", "Range"), plain)
        assert bob.get(f"/series/{SLUG}/standings?at=0-masked", headers=headers).status_code < 500, kind
        for name in ("session", "__Host-session", "remember_token"):
            assert visitor.get("/account", headers={"Cookie": f"{name}={odd}"}).status_code < 500, kind


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/login", ("name", "password", "stay", "next")),
        ("/register", ("name", "password", "email", "invite", "next", "take_over")),
        ("/recover", ("name", "code", "password")),
        ("/login/passkey", ("credential", "next")),
        (f"/series/{SLUG}/progress", ("position", "confirmed")),
        (f"/series/{SLUG}/list", ("version", "entry", "move")),
        (f"/series/{SLUG}/list/notes", ("moment", "note")),
        ("/account/name", ("name",)),
    ],
)
def test_odd_input_in_a_form_breaks_nothing(cast: Cast, path: str, fields: tuple[str, ...]) -> None:
    cast.app.config.update(LOGIN_LIMIT="1000 per minute", ACCOUNT_LIMIT="1000 per minute")
    for kind, text in ODD.items():
        for browser in (cast.browser("bob"), cast.browser()):
            body = "&".join(f"{field}={written(text)}" for field in (*fields, *fields))
            kept = {"data": f"{body}&csrf_token={browser.token}", "content_type": "application/x-www-form-urlencoded"}
            answer = browser.client.post(path, **kept)
            assert answer.status_code < 500, kind
            assert answer.status_code == 400 or kind != "nul"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=" + "x" * 300,
        "application/x-www-form-urlencoded; charset=utf-7",
        "text/plain",
        "x" * 5_000,
    ],
)
def test_a_body_that_is_not_what_it_says_breaks_nothing(cast: Cast, content_type: str) -> None:
    bob = cast.browser("bob")
    for body in (b"", b"\xff\xfe", b'{"a": NaN}', b"[" * 100_000, b"--x\r\n" * 5_000, b"a=b&" * 5_000):
        answer = bob.client.post("/view", data=body, content_type=content_type, headers={"X-CSRFToken": bob.token})
        assert answer.status_code < 500


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 5_000, b"[" * 50_000 + b"]" * 50_000])
@pytest.mark.parametrize("name", [None, "bob"])
def test_json_that_is_nested_without_end_is_refused(cast: Cast, name: str | None, body: bytes) -> None:
    browser = cast.browser(name)
    headers = {"X-CSRFToken": browser.token}
    for path in ("/login/passkey", "/login/passkey/challenge", "/account/confirm/passkey", "/view"):
        answer = browser.client.post(path, data=body, content_type="application/json", headers=headers)
        assert answer.status_code < 500, path
    with cast.app.app_context():
        secret = make_token(cast.users["bob"], "a test", Scope.WRITE)
    for path in ("progress", "list"):
        bearer = {"Authorization": f"Bearer {secret}", "If-Match": '"0"'}
        address = f"/api/v1/series/{SLUG}/{path}"
        answer = cast.app.test_client().put(address, data=body, content_type="application/json", headers=bearer)
        assert answer.status_code in (400, 422), path


@pytest.mark.parametrize("path", ["/admin/audit/{}", f"/admin/series/{SLUG}/episodes/{{}}/1"])
def test_a_number_no_column_could_hold_is_nobodys(cast: Cast, path: str) -> None:
    for number in (2**31, 2**63, 10**30):
        assert cast.browser("dana").get(path.format(number)).status_code == 404


def test_a_form_of_too_many_parts_is_refused(cast: Cast) -> None:
    bob = cast.browser("bob")
    parts = "".join(f'--x\r\nContent-Disposition: form-data; name="entry"\r\n\r\n{n}\r\n' for n in range(1_100))
    answer = bob.client.post(
        f"/series/{SLUG}/list", data=parts + "--x--\r\n", content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
