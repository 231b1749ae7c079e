"""Passkeys, at the server's end: what it takes as a proof, and all that it does not."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from sqlalchemy import select, update

from ranker.actions.accounts.closing import disable_account
from ranker.actions.audit import COMMAND_LINE
from ranker.database import writing
from ranker.extensions import db
from ranker.models import OneTimeToken, Passkey, User, now
from tests.authenticator import Authenticator
from tests.cast import PASSWORD, Browser, Cast


def options(browser: Browser, begin: str) -> str:
    """What the browser is told to ask the device for."""
    answer = browser.htmx("POST", begin, {"next": "/account"})
    assert answer.status_code == 200
    found = re.search(r'data-options="([^"]*)"', answer.text)
    assert found is not None
    return html.unescape(found[1])


def confirmed(cast: Cast, name: str = "bob") -> Browser:
    browser = cast.browser(name)
    browser.post("/account/confirm", {"password": PASSWORD})
    return browser


def add(browser: Browser, device: Authenticator, name: str = "My phone") -> int:
    made = device.make(options(browser, "/account/passkeys/challenge"))
    return browser.post("/account/passkeys", {"credential": made, "name": name}).status_code


def with_passkey(cast: Cast, name: str = "bob", **options: Any) -> Authenticator:
    device = Authenticator(**options)
    assert add(confirmed(cast, name), device) == 303
    return device


def log_in(cast: Cast, device: Authenticator) -> Browser:
    browser = cast.browser()
    shown = device.show(options(browser, "/login/passkey/challenge"))
    browser.post("/login/passkey", {"credential": shown})
    return browser


def is_in(browser: Browser, name: str = "bob") -> bool:
    return name in browser.get("/").text


def test_a_passkey_logs_in_alone(cast: Cast) -> None:
    device = with_passkey(cast)
    assert is_in(log_in(cast, device))
    assert is_in(log_in(cast, device))


def test_adding_a_passkey_takes_saying_again_who_one_is(cast: Cast) -> None:
    bob = cast.browser("bob")
    assert bob.get("/account/passkeys").location == "/account/confirm?next=/account/passkeys"
    answer = bob.htmx("POST", "/account/passkeys/challenge")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/account/confirm?next=/account/passkeys")
    assert bob.post("/account/passkeys", {"credential": "{}"}).status_code == 303


def test_a_passkey_is_asked_for_with_the_finger_or_the_pin_and_must_be_found_by_itself(cast: Cast) -> None:
    asked = json.loads(options(confirmed(cast), "/account/passkeys/challenge"))
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["rp"]["id"] == "localhost"
    assert "bob" not in str(asked["user"]["id"])
    shown = json.loads(options(cast.browser(), "/login/passkey/challenge"))
    assert shown["userVerification"] == "required"
    assert not shown.get("allowCredentials")


@pytest.mark.parametrize(
    "cheat",
    [
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
        {"verifies": False},
        {"handle": b"somebody else"},
        {"id": b"no such passkey"},
    ],
    ids=str,
)
def test_a_device_that_cheats_does_not_get_in(cast: Cast, cheat: dict[str, Any]) -> None:
    device = with_passkey(cast)
    for name, value in cheat.items():
        setattr(device, name, value)
    assert not is_in(log_in(cast, device))


@pytest.mark.parametrize(
    "cheat", [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"verifies": False}], ids=str
)
def test_a_passkey_made_elsewhere_or_without_its_owner_is_not_kept(cast: Cast, cheat: dict[str, Any]) -> None:
    assert add(confirmed(cast), Authenticator(**cheat)) == 422
    assert "works here" in confirmed(cast).post("/account/passkeys", {"credential": "{}"}).text


def test_a_challenge_is_good_once_also_for_whoever_keeps_the_cookie_it_was_in(cast: Cast) -> None:
    device = with_passkey(cast)
    browser = cast.browser()
    shown = device.show(options(browser, "/login/passkey/challenge"))
    cookie = browser.client.get_cookie("session")
    assert cookie is not None
    assert browser.post("/login/passkey", {"credential": shown}).status_code == 303
    thief = cast.browser()
    thief.client.set_cookie("session", cookie.value)
    assert thief.post("/login/passkey", {"credential": shown}).status_code == 422
    assert not is_in(thief)


def test_an_answer_to_somebody_elses_challenge_is_no_proof(cast: Cast) -> None:
    device = with_passkey(cast)
    mine, theirs = cast.browser(), cast.browser()
    options(mine, "/login/passkey/challenge")
    shown = device.show(options(theirs, "/login/passkey/challenge"))
    assert mine.post("/login/passkey", {"credential": shown}).status_code == 422


def test_a_challenge_that_waited_too_long_is_none(cast: Cast) -> None:
    device = with_passkey(cast)
    browser = cast.browser()
    shown = device.show(options(browser, "/login/passkey/challenge"))
    with cast.app.app_context(), writing() as session:
        session.execute(update(OneTimeToken).values(expires_at=now()))
    assert browser.post("/login/passkey", {"credential": shown}).status_code == 422


def test_a_copy_of_a_device_is_noticed_by_its_count(cast: Cast) -> None:
    device = with_passkey(cast, sign_count=5)
    assert is_in(log_in(cast, device))
    device.sign_count -= 1
    assert not is_in(log_in(cast, device))


def test_a_passkey_says_again_who_one_is_and_only_ones_own_does(cast: Cast) -> None:
    adas, bobs = with_passkey(cast, "ada"), with_passkey(cast)
    for device, gets_in in ((adas, False), (bobs, True)):
        bob = cast.browser("bob")
        shown = device.show(options(bob, "/account/confirm/challenge"))
        bob.post("/account/confirm/passkey", {"credential": shown, "next": "/account/delete"})
        assert (bob.get("/account/delete").status_code == 200) is gets_in


def test_a_challenge_to_log_in_confirms_nothing(cast: Cast) -> None:
    device, bob = with_passkey(cast), cast.browser("bob")
    shown = device.show(options(bob, "/login/passkey/challenge"))
    assert bob.post("/account/confirm/passkey", {"credential": shown}).status_code == 422


def test_a_closed_account_opens_to_no_passkey(cast: Cast) -> None:
    device = with_passkey(cast)
    with cast.app.app_context():
        disable_account(COMMAND_LINE, cast.users["bob"])
    assert not is_in(log_in(cast, device))


def test_a_passkey_is_named_renamed_and_removed_by_its_owner_alone(cast: Cast) -> None:
    device, bob, ada = with_passkey(cast), confirmed(cast), confirmed(cast, "ada")
    page = bob.get("/account/passkeys").text
    assert "My phone" in page
    (id,) = set(re.findall(r"/account/passkeys/([0-9a-f]{12})/", page))
    ada.post(f"/account/passkeys/{id}/name", {"name": "Hers"})
    ada.post(f"/account/passkeys/{id}/remove")
    assert "My phone" in bob.get("/account/passkeys").text
    bob.post(f"/account/passkeys/{id}/name", {"name": " The <b>old</b>\nphone " + "x" * 90})
    assert "The &lt;b&gt;old&lt;/b&gt; phone xxxxxxxxxxxxxxxxxxx<" in bob.get("/account/passkeys").text
    bob.post(f"/account/passkeys/{id}/remove")
    assert not is_in(log_in(cast, device))


def test_a_device_that_has_one_already_makes_no_second(cast: Cast) -> None:
    device = with_passkey(cast)
    asked = json.loads(options(confirmed(cast), "/account/passkeys/challenge"))
    assert len(asked["excludeCredentials"]) == 1
    assert add(confirmed(cast, "ada"), device) == 422


def test_all_passkeys_of_an_account_know_it_by_one_random_handle(cast: Cast) -> None:
    with_passkey(cast)
    with_passkey(cast)
    with cast.app.app_context():
        handle = db.session.scalars(select(User.passkey_handle).where(User.name == "bob")).one()
        assert handle is not None
        assert len(handle) == 32
        assert len(db.session.scalars(select(Passkey)).all()) == 2


@pytest.mark.parametrize(
    "answer",
    ["", "null", "[]", "{", "NaN", '"' * 9, "[" * 15_000, "x" * 100_000, '{"id": "\\ud800"}', '{"id":"a","rawId":"!"}'],
    ids=lambda text: text[:12],
)
def test_no_answer_breaks_anything(cast: Cast, answer: str) -> None:
    browser, bob = cast.browser(), confirmed(cast)
    options(browser, "/login/passkey/challenge")
    assert browser.post("/login/passkey", {"credential": answer}).status_code == 422
    options(bob, "/account/passkeys/challenge")
    assert bob.post("/account/passkeys", {"credential": answer}).status_code == 422
    assert browser.post("/login/passkey", {"credential": answer}).status_code == 422


def test_an_address_that_browsers_allow_no_passkeys_at_says_so(cast: Cast) -> None:
    bob = confirmed(cast)
    assert "Add a passkey" in bob.get("/account/passkeys").text
    cookie = bob.client.get_cookie("session")
    assert cookie is not None
    for host in ("127.0.0.1", "ranker.example"):
        bob.client.set_cookie("session", cookie.value, domain=host)
        assert "This address is neither" in bob.client.get("/account/passkeys", base_url=f"http://{host}").text
