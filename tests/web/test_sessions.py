"""Sessions: a cookie is worth something only as long as whoever it belongs to wants it to be."""

from __future__ import annotations

import datetime as dt
import re
import time
from typing import Any

import pytest
from sqlalchemy import func, select, update

from ranker.actions.accounts.closing import disable_account
from ranker.actions.accounts.sessions import MOST_SESSIONS, end_sessions
from ranker.actions.audit import COMMAND_LINE
from ranker.database import writing
from ranker.extensions import db
from ranker.models import User, UserSession, now
from ranker.web.accounts.devices import device
from tests.cast import PASSWORD, Browser, Cast
from tests.worlds.test_one_path import queries


def logged_in(cast: Cast, name: str = "bob", stay: bool = False, **options: Any) -> Browser:
    browser = cast.browser()
    browser.post("/login", {"name": name, "password": PASSWORD, **({"stay": "y"} if stay else {})}, **options)
    assert browser.get("/account").status_code == 200
    return browser


def copied(cast: Cast, browser: Browser) -> Browser:
    """Somebody else with the same cookie."""
    cookie = browser.client.get_cookie("session")
    assert cookie is not None
    thief = cast.browser()
    thief.client.set_cookie("session", cookie.value)
    return thief


def is_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def confirm(browser: Browser) -> None:
    assert browser.post("/account/confirm", {"password": PASSWORD}).status_code == 303


def change(cast: Cast, **values: Any) -> None:
    with cast.app.app_context(), writing() as session:
        session.execute(update(UserSession).values(**values))


# A copied cookie


def test_a_copied_cookie_dies_with_the_log_out(cast: Cast) -> None:
    bob = logged_in(cast)
    thief = copied(cast, bob)
    assert is_in(thief)
    bob.post("/logout")
    assert not is_in(thief)


def test_a_copied_cookie_dies_with_a_new_password_and_its_owner_stays(cast: Cast) -> None:
    bob, elsewhere = logged_in(cast), logged_in(cast)
    thief = copied(cast, bob)
    confirm(bob)
    assert bob.post("/account/password", {"password": "another long password"}).status_code == 303
    assert not is_in(thief)
    assert not is_in(elsewhere)
    assert is_in(bob)
    assert cast.browser().post("/login", {"name": "bob", "password": PASSWORD}).status_code == 422
    assert cast.browser().post("/login", {"name": "bob", "password": "another long password"}).status_code == 303


def test_a_copied_cookie_dies_when_the_account_is_closed(cast: Cast) -> None:
    bob = logged_in(cast)
    with cast.app.app_context():
        disable_account(COMMAND_LINE, cast.users["bob"])
    assert not is_in(bob)


def test_a_closed_account_has_no_session_however_it_came_by_one(cast: Cast) -> None:
    bob = logged_in(cast)
    with cast.app.app_context(), writing() as session:
        session.execute(update(User).where(User.id == cast.users["bob"]).values(disabled=True))
    assert not is_in(bob)


def test_nothing_of_the_session_before_is_left_after_the_log_in(cast: Cast) -> None:
    browser = cast.browser()
    with browser.client.session_transaction() as session:
        session.update(desk=int(time.time()), csrf_token="raw", anything="else")
    browser.post("/login", {"name": "dana", "password": PASSWORD})
    with browser.client.session_transaction() as session:
        assert not {"desk", "anything"} & set(session)
        assert session.get("csrf_token") != "raw"


def test_logging_out_everywhere_ends_every_session(cast: Cast) -> None:
    bob, elsewhere, ada = logged_in(cast), logged_in(cast), logged_in(cast, "ada")
    confirm(bob)
    assert bob.post("/account/sessions/end").location == "/"
    assert [is_in(one) for one in (bob, elsewhere, ada)] == [False, False, True]


def test_ending_sessions_ends_one_that_is_being_made_at_this_moment(cast: Cast) -> None:
    from ranker.actions.accounts.logging_in import authenticate
    from ranker.actions.accounts.sessions import begin_session, session_of

    with cast.app.app_context():
        user = authenticate("bob", PASSWORD)
        db.session.expunge(user)
        end_sessions(user.id)
        assert session_of(begin_session(user, "A browser")) is None


def test_a_cookie_from_before_the_log_in_is_not_the_one_after_it(cast: Cast) -> None:
    visitor = cast.browser()
    visitor.get("/login")
    planted = copied(cast, visitor)
    visitor.post("/login", {"name": "bob", "password": PASSWORD})
    assert is_in(visitor)
    assert not is_in(planted)


def test_each_log_in_is_a_session_of_its_own(cast: Cast) -> None:
    bob = logged_in(cast)
    first = bob.client.get_cookie("session")
    bob.post("/logout")
    bob.post("/login", {"name": "bob", "password": PASSWORD})
    second = bob.client.get_cookie("session")
    assert first is not None
    assert second is not None
    with cast.app.test_request_context():
        read = cast.app.session_interface.get_signing_serializer(cast.app)  # type: ignore[attr-defined]
        tokens = [read.loads(cookie.value)["_user_id"] for cookie in (first, second)]
        assert tokens[0] != tokens[1]
        kept = db.session.scalars(select(UserSession.token_hash)).all()
        assert not any(token.encode() in bytes(one) for token in tokens for one in kept)


# How long one lasts


@pytest.mark.parametrize(
    ("stay", "unused", "lasts"),
    [
        (False, dt.timedelta(hours=23), True),
        (False, dt.timedelta(hours=25), False),
        (True, dt.timedelta(days=29), True),
        (True, dt.timedelta(days=31), False),
    ],
)
def test_an_unused_session_ends_by_itself(cast: Cast, stay: bool, unused: dt.timedelta, lasts: bool) -> None:
    bob = logged_in(cast, stay=stay)
    change(cast, seen_at=now() - unused)
    assert is_in(bob) is lasts


def test_a_session_in_use_lasts_but_not_for_ever(cast: Cast) -> None:
    bob = logged_in(cast, stay=True)
    change(cast, seen_at=now() - dt.timedelta(days=20))
    assert is_in(bob)
    change(cast, created_at=now() - dt.timedelta(days=179))
    assert is_in(bob)
    change(cast, created_at=now() - dt.timedelta(days=181))
    assert not is_in(bob)


def test_using_a_session_is_noted_once_in_a_while_and_not_with_every_page(cast: Cast) -> None:
    bob = logged_in(cast)
    with queries(cast.app) as sent:
        bob.get("/account")
    assert not [text for text in sent if text.startswith("UPDATE")]
    change(cast, seen_at=now() - dt.timedelta(hours=2))
    with queries(cast.app) as sent:
        bob.get("/account")
        bob.get("/account")
    assert len([text for text in sent if text.startswith("UPDATE")]) == 1


def test_whoever_stays_logged_in_gets_a_cookie_that_lasts_and_others_one_that_goes_with_the_browser(cast: Cast) -> None:
    for stay in (False, True):
        answer = cast.browser().post("/login", {"name": "bob", "password": PASSWORD, **({"stay": "y"} if stay else {})})
        (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("session=")]
        assert ("Expires=" in cookie) is stay


def test_an_account_has_so_many_sessions_and_no_more(cast: Cast) -> None:
    cast.app.config["LOGIN_LIMIT"] = "1000 per minute"
    browsers = [logged_in(cast) for _ in range(MOST_SESSIONS + 2)]
    assert [is_in(one) for one in (browsers[0], browsers[-1])] == [False, True]
    with cast.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(UserSession)) == MOST_SESSIONS


# What it costs, and the cookie itself


def test_a_page_asks_for_its_viewer_once(cast: Cast) -> None:
    bob = logged_in(cast)
    with queries(cast.app) as sent:
        bob.get("/")
    assert len([text for text in sent if "users" in text or "sessions" in text]) == 1
    assert "email" not in sent[0]


def test_over_https_the_cookie_is_of_this_host_alone_and_never_goes_over_plain_http(cast: Cast) -> None:
    answer = cast.browser().client.get("/login", base_url="https://localhost")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-session=")
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie
    plain = cast.browser().client.get("/login").headers["Set-Cookie"]
    assert plain.startswith("session=")
    assert "Secure" not in plain
    assert "HttpOnly" in plain


def test_a_cookie_under_the_plain_name_opens_nothing_over_https(cast: Cast) -> None:
    thief = copied(cast, logged_in(cast))
    assert thief.client.get("/account", base_url="https://localhost").status_code == 303


def test_the_log_out_clears_what_the_browser_keeps(cast: Cast) -> None:
    bob = logged_in(cast)
    for path in ("/", "/account", "/account/export", "/series/the-lighthouse/list"):
        assert bob.get(path).headers["Cache-Control"] == "no-store"  # so that there is nothing to clear in the cache
    assert bob.post("/logout").headers["Clear-Site-Data"] == '"storage"'


def test_every_write_needs_the_token_of_its_form(cast: Cast) -> None:
    bob = cast.browser("bob")
    for path in ("/login", "/register", "/logout", "/view", "/account/delete", "/series/the-lighthouse/list"):
        answer = bob.client.post(path, data={})
        assert answer.status_code == 400
        assert "expired" in answer.text


# The page that lists them


def test_a_fan_sees_where_they_are_logged_in_and_ends_it_there(cast: Cast) -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    bob = logged_in(cast)
    elsewhere = logged_in(cast, headers={"User-Agent": firefox})
    ada = logged_in(cast, "ada")
    confirm(bob)
    page = bob.get("/account/sessions").text
    assert "Firefox on Linux" in page
    (address,) = re.findall(r'action="(/account/sessions/[0-9a-f]{12}/end)"', page)
    confirm(ada)
    ada.post(address)
    assert is_in(elsewhere)
    bob.post(address)
    assert [is_in(one) for one in (bob, elsewhere, ada)] == [True, False, True]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
            "Chrome on Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15", "Safari on a Mac"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) CriOS/140 Safari/604.1", "Chrome on an iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("", "A browser"),
        ("<script>" * 500, "A browser"),
    ],
)
def test_a_device_is_named_in_a_few_words(agent: str, words: str) -> None:
    assert device(agent) == words
