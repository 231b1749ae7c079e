"""Making an account: openly, by invitation, or not at all; and the link that makes the first admin."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from ranker.actions.accounts import add_silent_account
from ranker.actions.accounts.invites import make_invite
from ranker.actions.audit import COMMAND_LINE
from ranker.web.accounts import setup_link
from tests.cast import PASSWORD, SLUG, Browser, Cast


def test_a_new_fan_is_logged_in_and_gets_codes_to_keep(cast: Cast) -> None:
    eve = cast.browser()
    answer = eve.post("/register", {"name": "Eve", "password": PASSWORD, "next": f"/series/{SLUG}"})
    assert answer.status_code == 200
    assert answer.text.count("codes__one") == 8
    assert f'href="/series/{SLUG}"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Eve" in eve.get("/").text


def test_the_forms_beside_the_codes_work(cast: Cast) -> None:
    """The account is made and the session begun within one answer."""
    eve = cast.browser()
    answer = eve.post("/register", {"name": "Eve", "password": PASSWORD})
    token = re.search(r'X-CSRFToken": "([^"]+)', answer.text)
    assert token is not None
    assert eve.client.post("/view", data={"view": "sealed", "csrf_token": token[1]}).status_code == 303
    assert 'action="/language"' not in answer.text, "it would lead away from what is shown once"


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [
        ("bob", PASSWORD, "has this name already"),
        ("BOB", PASSWORD, "has this name already"),
        ("ｂｏｂ", PASSWORD, "has this name already"),
        ("eve", "too short", "at least 10"),
        ("eve", "x" * 201, "at least 10"),
        ("eve", "1234567890", "first passwords"),
        ("eve", "QWERTYUIOP", "first passwords"),
        ("evelyn-the-second", "Evelyn-The-Second", "first passwords"),
        ("evelyn", "evelynevelyn1", "first passwords"),
        ("evelyn", "RankerRanker2026", "first passwords"),
        ("evelyn", "Evelyn@Ranker123", "first passwords"),
    ],
)
def test_a_registration_that_does_not_fit_says_what_to_mend_and_keeps_the_name(
    cast: Cast, name: str, password: str, words: str
) -> None:
    answer = cast.browser().post("/register", {"name": name, "password": password})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{name}"' in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "Zoë",
        "Łukasz",
        "Ἀθηνᾶ",
        "Ольга",
        "유리",
        "ユーザー",
        "佐々木",
        "मीरा",
        "נועה",
        "J. R. R. Eve",
        "eve_2",
        "o-o",
        "eve 2nd",
    ],
)
def test_a_name_may_be_of_any_alphabet(cast: Cast, name: str) -> None:
    eve = cast.browser()
    assert eve.post("/register", {"name": name, "password": PASSWORD}).status_code == 200
    assert name in eve.get("/account").text


@pytest.mark.parametrize(
    "name",
    [
        *("", "e", "x" * 31, "-eve", "eve.", "e  ve", "e-_ve", "<b>eve", "eve!", "e\u200dve", "e\u202eve", "👩‍🚀"),
        *("\u3164\u3164", "e\u0301\u0302\u0303\u0304ve", "\u0301eve", "eve\n", "e\tve", "ß" * 20),
        *("еve", "аdmin", "Αlice"),  # with one letter of another alphabet in it
    ],
)
def test_a_name_that_nobody_could_read_or_that_looks_like_anothers_is_refused(cast: Cast, name: str) -> None:
    answer = cast.browser().post("/register", {"name": name, "password": PASSWORD})
    assert answer.status_code == 422
    assert "letters and digits of one alphabet" in answer.text


def test_the_same_name_in_other_capitals_or_widths_is_the_same_account(cast: Cast) -> None:
    cast.browser().post("/register", {"name": "Straße", "password": PASSWORD})
    assert cast.browser().post("/register", {"name": "STRASSE", "password": PASSWORD}).status_code == 422
    assert cast.browser().post("/login", {"name": "ＳＴＲＡＳＳＥ", "password": PASSWORD}).status_code == 303


def test_what_a_visitor_declared_comes_along_if_they_leave_the_box_ticked(cast: Cast) -> None:
    for ticked, words in (("y", "Seen up to S1·E4"), ("", "Nothing watched yet")):
        visitor = cast.browser()
        visitor.post(f"/series/{SLUG}/progress", {"position": 4, "confirmed": 4})
        assert "The Lighthouse up to S1·E4" in visitor.get("/register").text
        name = "eve" if ticked else "fay"
        visitor.post("/register", {"name": name, "password": PASSWORD, "take_over": ticked})
        assert words in visitor.get(f"/series/{SLUG}").text


def test_who_looked_sealed_goes_on_so_after_registering_and_after_logging_out(cast: Cast) -> None:
    eve = cast.browser()
    eve.post("/view", {"view": "sealed"})
    eve.post("/register", {"name": "eve", "password": PASSWORD})
    assert "Teaser9" not in eve.get(f"/series/{SLUG}").text
    eve.post("/logout")
    assert "Teaser9" not in eve.get(f"/series/{SLUG}").text


def test_a_language_chosen_before_registering_stays_with_the_account_and_with_the_browser(cast: Cast) -> None:
    eve, elsewhere = cast.browser(), cast.browser()
    eve.post("/language", {"language": "ko"})
    assert '<html lang="ko">' in eve.post("/register", {"name": "eve", "password": PASSWORD}).text
    elsewhere.post("/login", {"name": "eve", "password": PASSWORD})
    assert '<html lang="ko">' in elsewhere.get("/account").text
    eve.post("/logout")
    assert '<html lang="ko">' in eve.get("/").text


def test_a_language_the_account_has_chosen_is_not_changed_by_logging_in(cast: Cast) -> None:
    cast.browser("bob").post("/language", {"language": "en"})
    browser = cast.browser()
    browser.post("/language", {"language": "ko"})
    browser.post("/login", {"name": "bob", "password": PASSWORD})
    assert '<html lang="en">' in browser.get("/account").text


def test_nobody_can_log_in_to_a_silent_account(cast: Cast) -> None:
    with cast.app.app_context():
        add_silent_account("quiet")
    for password in ("", "None", PASSWORD):
        assert cast.browser().post("/login", {"name": "quiet", "password": password}).status_code == 422


# Closed, or by invitation


def test_registration_can_be_closed(cast: Cast) -> None:
    cast.app.config["SIGNUP"] = "closed"
    assert cast.browser().get("/register").status_code == 404
    assert "/register" not in cast.browser().get("/login").text
    assert "/register" not in cast.browser().get(f"/series/{SLUG}/list").text


def invited(cast: Cast, uses: int = 1, days: int = 7) -> str:
    cast.app.config["SIGNUP"] = "invite"
    with cast.app.app_context():
        return make_invite(COMMAND_LINE, "the book club", uses, days)


def test_where_accounts_are_by_invitation_nobody_makes_one_without(cast: Cast) -> None:
    invited(cast)
    for invite in ("", "guess"):
        answer = cast.browser().post("/register", {"name": "eve", "password": PASSWORD, "invite": invite})
        assert answer.status_code == 422
        assert "By invitation" in answer.text
    assert "By invitation" in cast.browser().get("/register").text


def test_an_invitation_is_used_up_by_those_who_come_and_not_by_a_mistake_in_the_form(cast: Cast) -> None:
    form = {"password": PASSWORD, "invite": invited(cast, uses=2)}
    assert "Make an account" in cast.browser().get(f"/register?invite={form['invite']}").text
    assert cast.browser().post("/register", {**form, "name": "bob"}).status_code == 422
    assert cast.browser().post("/register", {**form, "name": "eve"}).status_code == 200
    assert cast.browser().post("/register", {**form, "name": "fay"}).status_code == 200
    assert "used up" in cast.browser().post("/register", {**form, "name": "gil"}).text


def test_of_several_who_come_with_the_last_place_one_gets_in(cast: Cast) -> None:
    form = {"password": PASSWORD, "invite": invited(cast)}
    browsers = [cast.browser() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(
            lambda pair: pair[1].post("/register", {**form, "name": f"eve{pair[0]}"}).status_code, enumerate(browsers)
        )
        assert sorted(answers) == [200, 422, 422, 422]


def test_an_admin_makes_an_invitation_whose_link_is_shown_once_and_takes_it_back(cast: Cast) -> None:
    cast.app.config["SIGNUP"] = "invite"
    dana = cast.browser("dana")
    made = dana.post("/admin/invites", {"label": "the book club", "uses": 5, "days": 7}).text
    link = made.partition('id="link" value="')[2].partition('"')[0]
    secret = link.rpartition("=")[2]
    assert "Make an account" in cast.browser().get(link).text
    cast.browser().post("/register", {"name": "eve", "password": PASSWORD, "invite": secret})
    listed = dana.get("/admin/invites").text
    assert "1 of 5 used" in listed
    assert secret not in listed
    dana.post(listed.partition('action="/admin/invites/')[2].partition('"')[0].join(("/admin/invites/", "")))
    assert "By invitation" in cast.browser().get(link).text
    assert "revoked" in dana.get("/admin/invites").text


def test_an_invitation_ends_with_its_time(cast: Cast) -> None:
    link = f"/register?invite={invited(cast, days=-1)}"
    assert "too old" in cast.browser().get(link).text
    assert "expired" in cast.browser("dana").get("/admin/invites").text


@pytest.mark.parametrize("name", ["ada", None])
def test_invitations_are_for_admins_alone(cast: Cast, name: str | None) -> None:
    assert cast.browser(name).get("/admin/invites").status_code == 404
    assert cast.browser(name).post("/admin/invites", {"label": "x", "uses": 1, "days": 1}).status_code == 404


# The first admin


def test_the_first_admin_is_made_by_a_link_that_works_once(app: Flask) -> None:
    with app.test_request_context():
        link = setup_link("")
    somebody, another = Browser(app), Browser(app)
    assert somebody.get("/setup/guess").status_code == 404
    assert another.get(link).status_code == 200
    made = somebody.post(link, {"name": "root", "password": PASSWORD})
    assert made.status_code == 200
    assert 'href="/admin/"' in made.text
    assert somebody.get("/admin/").status_code == 200
    assert another.get(link).status_code == 404
    assert another.post(link, {"name": "evil", "password": PASSWORD}).status_code == 404


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
    assert sorted(answers) == [200, 404, 404, 404]
