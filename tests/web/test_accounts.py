"""Registering, logging in and out, and the link that makes the first admin."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from ranker.actions.accounts import add_silent_account, end_sessions
from ranker.web.accounts import setup_link
from tests.cast import PASSWORD, SLUG, Browser, Cast


def test_register_log_out_and_log_in_again(cast: Cast) -> None:
    eve = cast.browser()
    assert eve.post("/register", {"name": "Eve", "password": PASSWORD}).status_code == 303
    assert "Eve" in eve.get("/").text
    assert eve.post("/logout").status_code == 303
    assert "Eve" not in eve.get("/").text
    assert eve.post("/login", {"name": "eve", "password": PASSWORD}).status_code == 303
    assert "Eve" in eve.get("/").text


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [
        ("bob", PASSWORD, "has this name already"),
        ("BOB", PASSWORD, "has this name already"),
        ("", PASSWORD, "letters, digits"),
        ("x" * 31, PASSWORD, "letters, digits"),
        ("-eve", PASSWORD, "letters, digits"),
        ("e ve", PASSWORD, "letters, digits"),
        ("<b>eve", PASSWORD, "letters, digits"),
        ("eve", "too short", "at least 10"),
        ("eve", "x" * 201, "at least 10"),
    ],
)
def test_a_registration_that_does_not_fit_says_what_to_mend_and_keeps_the_name(
    cast: Cast, name: str, password: str, words: str
) -> None:
    answer = cast.browser().post("/register", {"name": name, "password": password})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{name}"' in answer.text or not name or "<" in name


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(cast: Cast) -> None:
    wrong = cast.browser().htmx("POST", "/login", {"name": "bob", "password": "wrong password"})
    unknown = cast.browser().htmx("POST", "/login", {"name": "bot", "password": "wrong password"})
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace("bob", "bot") == unknown.text


def test_nobody_can_log_in_to_a_silent_account(cast: Cast) -> None:
    with cast.app.app_context():
        add_silent_account("quiet")
    for password in ("", "None", PASSWORD):
        assert cast.browser().post("/login", {"name": "quiet", "password": password}).status_code == 422


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/\tx", "x"])
def test_logging_in_never_leads_off_the_site(cast: Cast, target: str) -> None:
    answer = cast.browser().post("/login", {"name": "bob", "password": PASSWORD, "next": target})
    assert answer.location == "/"


def test_logging_in_leads_back_to_where_one_was(cast: Cast) -> None:
    answer = cast.browser().post("/login", {"name": "bob", "password": PASSWORD, "next": "/series/x/list"})
    assert answer.location == "/series/x/list"


def test_ending_sessions_makes_a_copied_cookie_worthless(cast: Cast) -> None:
    bob = cast.browser("bob")
    assert "bob" in bob.get("/account").text
    with cast.app.app_context():
        end_sessions(cast.users["bob"])
    assert bob.get("/account").status_code == 303


def test_ten_log_ins_a_minute_are_enough(cast: Cast) -> None:
    browser = cast.browser()
    statuses = [browser.post("/login", {"name": "bob", "password": "wrong password"}).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_every_write_needs_the_token_of_its_form(cast: Cast) -> None:
    bob = cast.browser("bob")
    for path in ("/login", "/register", "/logout", "/view", "/series/the-lighthouse/list"):
        answer = bob.client.post(path, data={})
        assert answer.status_code == 400
        assert "expired" in answer.text


def test_the_first_admin_is_made_by_a_link_that_works_once(app: Flask) -> None:
    with app.test_request_context():
        link = setup_link("")
    somebody, another = Browser(app), Browser(app)
    assert somebody.get("/setup/guess").status_code == 404
    assert another.get(link).status_code == 200
    assert somebody.post(link, {"name": "root", "password": PASSWORD}).location == "/admin/"
    assert somebody.get("/admin/").status_code == 200
    assert another.get(link).status_code == 404
    assert another.post(link, {"name": "evil", "password": PASSWORD}).status_code == 404


def test_registration_can_be_closed(cast: Cast) -> None:
    cast.app.config["SIGNUP"] = "closed"
    assert cast.browser().get("/register").status_code == 404


def test_of_several_first_admins_at_once_one_is_made(app: Flask) -> None:
    with app.test_request_context():
        link = setup_link("")
    browsers = [Browser(app) for _ in range(4)]
    for browser in browsers:
        assert browser.get(link).status_code == 200
    with ThreadPoolExecutor(4) as pool:
        forms = [{"name": f"root{number}", "password": PASSWORD} for number in range(4)]
        answers = list(
            pool.map(lambda pair: pair[0].post(link, pair[1]).status_code, zip(browsers, forms, strict=True))
        )
    assert sorted(answers) == [303, 404, 404, 404]


def test_who_looked_sealed_goes_on_so_after_registering_and_after_logging_out(cast: Cast) -> None:
    eve = cast.browser()
    eve.post("/view", {"view": "sealed"})
    eve.post("/register", {"name": "eve", "password": PASSWORD})
    assert "Teaser9" not in eve.get(f"/series/{SLUG}").text
    eve.post("/logout")
    assert "Teaser9" not in eve.get(f"/series/{SLUG}").text
