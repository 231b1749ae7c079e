"""Logging in and out: the same words for all that is wrong, and never off the site."""

from __future__ import annotations

import time

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from ranker.actions.accounts.closing import disable_account, enable_account
from ranker.actions.accounts.passwords import hasher
from ranker.actions.audit import COMMAND_LINE
from ranker.config import OWASP_ARGON2ID
from ranker.database import writing
from ranker.extensions import db
from ranker.models import User
from tests.cast import PASSWORD, SLUG, Cast
from tests.worlds.walk import body_of


def test_log_out_and_log_in_again(cast: Cast) -> None:
    bob = cast.browser("bob")
    assert "bob" in bob.get("/").text
    assert bob.post("/logout").status_code == 303
    assert "bob" not in bob.get("/").text
    assert bob.post("/login", {"name": "BOB ", "password": PASSWORD}).status_code == 303
    assert "bob" in bob.get("/").text


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(cast: Cast) -> None:
    wrong = cast.browser().htmx("POST", "/login", {"name": "bob", "password": "wrong password"})
    unknown = cast.browser().htmx("POST", "/login", {"name": "bot", "password": "wrong password"})
    assert wrong.status_code == unknown.status_code == 422
    assert body_of(wrong).replace("bob", "bot") == body_of(unknown)


def test_a_wrong_password_and_an_unknown_name_take_the_same_work(cast: Cast) -> None:
    cast.app.config.update(PASSWORD_WORK=(3, 4_096), LOGIN_LIMIT="1000 per minute")
    with cast.app.app_context(), writing() as session:
        session.execute(update(User).values(password_hash=hasher().hash(PASSWORD)))
    quickest = {}
    for name in ("nobody at all", "bob"):
        took = []
        for _ in range(8):
            begun = time.process_time()
            cast.browser().post("/login", {"name": name, "password": "wrong password"})
            took.append(time.process_time() - begun)
        quickest[name] = min(took)
    assert quickest["bob"] > 0.5 * quickest["nobody at all"] > 0.25 * quickest["bob"]


def test_a_password_means_the_same_however_a_keyboard_writes_it(cast: Cast) -> None:
    composed, decomposed = "Caf\u00e9 au lait \u212b", "Cafe\u0301 au lait A\u030a"
    cast.browser().post("/register", {"name": "eve", "password": composed})
    assert cast.browser().post("/login", {"name": "eve", "password": decomposed}).status_code == 303
    assert cast.browser().post("/login", {"name": "eve", "password": "Cafe au lait A"}).status_code == 422


def test_any_character_may_be_in_a_password(cast: Cast) -> None:
    for number, password in enumerate(("👩‍🚀" * 10, " " * 12, "\t\r\n<>&'\"\\%00", "密" * 10, "x" * 200)):
        cast.browser().post("/register", {"name": f"eve{number}", "password": password})
        assert cast.browser().post("/login", {"name": f"eve{number}", "password": password}).status_code == 303, (
            password
        )
    assert cast.browser().post("/login", {"name": "eve0", "password": "x" * 100_000}).status_code == 422


def test_passwords_are_kept_as_owasp_says_and_anew_when_the_parameters_change(cast: Cast) -> None:
    assert OWASP_ARGON2ID == (2, 19 * 1024)
    before = kept_hash(cast, "bob")
    assert before.startswith("$argon2id$")
    cast.app.config["PASSWORD_WORK"] = (1, 16)
    assert cast.browser().post("/login", {"name": "bob", "password": "wrong password"}).status_code == 422
    assert kept_hash(cast, "bob") == before
    assert cast.browser().post("/login", {"name": "bob", "password": PASSWORD}).status_code == 303
    assert "m=16,t=1,p=1" in kept_hash(cast, "bob")
    assert PasswordHasher().verify(kept_hash(cast, "bob"), PASSWORD)


def kept_hash(cast: Cast, name: str) -> str:
    with cast.app.app_context():
        return db.session.scalars(select(User.password_hash).where(User.name == name)).one() or ""


def test_a_closed_account_is_told_of_to_nobody_but_its_owner(cast: Cast) -> None:
    bob = cast.browser("bob")
    with cast.app.app_context():
        disable_account(COMMAND_LINE, cast.users["bob"])
    assert bob.get("/account").status_code == 303
    assert "closed by an admin" in cast.browser().post("/login", {"name": "bob", "password": PASSWORD}).text
    guess = cast.browser().post("/login", {"name": "bob", "password": "wrong password"})
    assert "We know no account" in guess.text
    with cast.app.app_context():
        enable_account(COMMAND_LINE, cast.users["bob"])
    assert bob.get("/account").status_code == 303
    assert cast.browser().post("/login", {"name": "bob", "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/\tx", "x"])
def test_logging_in_never_leads_off_the_site(cast: Cast, target: str) -> None:
    answer = cast.browser().post("/login", {"name": "bob", "password": PASSWORD, "next": target})
    assert answer.location == "/"


def test_logging_in_leads_back_to_where_one_was(cast: Cast) -> None:
    answer = cast.browser().post("/login", {"name": "bob", "password": PASSWORD, "next": "/series/x/list"})
    assert answer.location == "/series/x/list"


def test_ten_log_ins_a_minute_are_enough(cast: Cast) -> None:
    browser = cast.browser()
    statuses = [browser.post("/login", {"name": "bob", "password": "wrong password"}).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


# What a friend declared at this browser


def test_what_somebody_declared_here_before_unlocks_nothing_until_the_fan_says_it_was_them(cast: Cast) -> None:
    cy = cast.browser()
    cy.post(f"/series/{SLUG}/progress", {"position": 6, "confirmed": 6})
    assert "SecretTitle9" in cy.get(f"/series/{SLUG}").text
    answer = cy.post("/login", {"name": "cy", "password": PASSWORD, "next": f"/series/{SLUG}"})
    assert answer.location.startswith("/account/progress")
    question = cy.get(answer.location).text
    assert "The Lighthouse" in question
    assert "S2·E2" in question
    assert "SecretTitle" not in cy.get(f"/series/{SLUG}").text
    assert cy.post("/account/progress", {"mine": "no", "next": f"/series/{SLUG}"}).location == f"/series/{SLUG}"
    assert "SecretTitle" not in cy.get(f"/series/{SLUG}").text
    assert cy.get("/account/progress").status_code == 303


def test_a_fan_who_had_declared_it_themselves_takes_it_over(cast: Cast) -> None:
    cy = cast.browser()
    cy.post(f"/series/{SLUG}/progress", {"position": 2, "confirmed": 2})
    cy.post("/login", {"name": "cy", "password": PASSWORD})
    cy.post("/account/progress", {"mine": "yes"})
    assert "SecretTitle3" in cy.get(f"/series/{SLUG}").text


@pytest.mark.parametrize("position", [0, 6])
def test_nobody_is_asked_where_the_account_knows_or_nothing_would_be_unlocked(cast: Cast, position: int) -> None:
    visitor = cast.browser()
    visitor.post(f"/series/{SLUG}/progress", {"position": position, "confirmed": position})
    name = "bob" if position else "cy"
    assert visitor.post("/login", {"name": name, "password": PASSWORD}).location == "/"
    words = "Seen up to S1·E4" if position else "Nothing watched yet"
    assert words in visitor.get(f"/series/{SLUG}").text
