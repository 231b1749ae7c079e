"""A name is user text too: fans report one that spoils or is unkind, and the desk gives another for it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from ranker.actions.accounts.codes import make_codes
from ranker.database import writing
from ranker.extensions import db
from ranker.models import AuditEntry, Curator, Report, TakenName, User
from tests.cast import PASSWORD, SLUG, Cast
from tests.letters import letter_box
from tests.web.from_fans import QUEUE, decide, ids_of, suggest, waiting_titles
from tests.web.test_own_account import confirmed
from tests.web.test_public_lists import address, share
from tests.worlds.walk import body_of

SERIES = f"/series/{SLUG}"
WORDS = "He is the one who lights it"


@pytest.fixture
def shown(cast: Cast) -> Cast:
    """Ada and eve show their lists."""
    cast.rank("ada", 9, 1)
    share(cast, "ada", 6)
    cast.add_fan("eve", 6, (9, 1))
    share(cast, "eve", 6)
    return cast


def report(cast: Cast, name: str, whose: str = "ada", kind: str = "spoils", words: str = WORDS) -> str:
    """Reports a name; returns the id of the report."""
    answer = cast.browser(name).post(address(whose, "/report"), {"kind": kind, "words": words})
    assert answer.location == address(whose)
    return ids_of(cast, Report)[-1]


def replaced(cast: Cast, whose: str = "ada") -> tuple[str, str]:
    """Another name is given for somebody's: the id of the report, and the new name."""
    one = report(cast, "bob", whose)
    assert decide(cast, "reports", one, "uphold").status_code == 303
    return one, name_of(cast, whose)


def name_of(cast: Cast, name: str) -> str:
    with cast.app.app_context():
        return db.session.execute(select(User.name).where(User.id == cast.users[name])).scalar_one()


def state_of(cast: Cast, one: str) -> tuple[str, bool]:
    with cast.app.app_context():
        row = db.session.execute(select(Report.state, Report.applied).where(Report.public_id == one)).one()
        return row.state, row.applied


def how_many(cast: Cast, table: type[Any]) -> int:
    with cast.app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


# Reporting


def test_a_list_leads_to_reporting_the_name_on_it(shown: Cast) -> None:
    bob = shown.browser("bob")
    assert f'href="{address("ada", "/report")}"' in bob.get(address("ada")).text
    beside = bob.get(address("ada", "/beside?with=eve")).text
    assert f'href="{address("ada", "/report")}"' in beside
    assert f'href="{address("eve", "/report")}"' in beside
    assert "Report a name" in bob.get(address("ada", "/report")).text
    assert "/report" not in shown.browser("ada").get(address("ada")).text  # one's own
    assert address("bob", "/report") not in bob.get(address("ada", "/beside")).text


def test_who_reports_a_name_is_thanked_at_the_list_and_reads_of_it_later(shown: Cast) -> None:
    report(shown, "bob")
    bob = shown.browser("bob")
    bob.post(address("eve", "/report"), {"kind": "unkind", "words": ""})
    assert "Somebody who looks after this site will look" in bob.get(address("eve")).text
    own = bob.get(f"{SERIES}/suggestions").text
    assert "a name that gives something away" in own
    assert WORDS in own
    assert 'tag">waiting' in own


def test_a_form_to_mend_keeps_what_was_typed(shown: Cast) -> None:
    bob = shown.browser("bob")
    for form in ({"words": "Kept words"}, {"kind": "early", "words": "Kept words"}):
        answer = bob.post(address("ada", "/report"), form)
        assert answer.status_code == 422
        assert "Kept words" in answer.text
    long = bob.post(address("ada", "/report"), {"kind": "spoils", "words": "Kept " * 57})
    assert long.status_code == 422
    assert "Kept Kept" in long.text
    assert how_many(shown, Report) == 0


def test_names_and_moments_are_reported_within_one_limit_and_nothing_typed_is_lost(shown: Cast) -> None:
    shown.app.config["REPORT_LIMIT"] = "1 per hour"
    bob = shown.browser("bob")
    bob.post(f"{SERIES}/moments/{shown.public['moment1']}/report", {"kind": "wrong", "words": "The other boat"})
    refused = bob.post(address("ada", "/report"), {"kind": "spoils", "words": "Kept words"})
    assert refused.status_code == 429
    assert "Kept words" in refused.text
    assert 0 < int(refused.headers["Retry-After"]) <= 3_600


def test_the_same_is_said_once_until_somebody_has_looked(shown: Cast) -> None:
    one = report(shown, "bob")
    again = shown.browser("bob").post(address("ada", "/report"), {"kind": "spoils", "words": "Again"})
    assert again.status_code == 409
    assert "Again" in again.text
    report(shown, "bob", kind="unkind")
    report(shown, "eve")
    decide(shown, "reports", one, "dismiss")
    report(shown, "bob")


def test_a_visitor_is_led_to_log_in_and_back(shown: Cast) -> None:
    visitor = shown.browser()
    path = address("ada", "/report")
    assert f'href="{path}"' in visitor.get(address("ada")).text
    assert visitor.get(path).location == f"/login?next={path}"
    assert visitor.post(path, {"kind": "spoils"}).status_code == 303
    assert visitor.post(f"/login?next={path}", {"name": "bob", "password": PASSWORD, "next": path}).location == path
    assert how_many(shown, Report) == 0


def test_a_name_with_a_space_and_without_scripting_comes_back_to_its_list(shown: Cast) -> None:
    shown.browser("ada").post("/account/name", {"name": "Ada L. Ž"})
    path = "/fans/Ada%20L.%20%C5%BD/" + SLUG
    page = shown.browser("bob").get(path).text
    assert f'href="{path}/report"' in page
    assert shown.browser("bob").post(f"{path}/report", {"kind": "spoils"}).location == path


@pytest.mark.parametrize("who", ["bob", None])
def test_a_name_that_is_on_no_list_here_answers_as_one_there_is_not(shown: Cast, who: str | None) -> None:
    browser = shown.browser(who)
    unknown = browser.get(address("nobody", "/report"))
    assert unknown.status_code == 404
    for name in ("dana", "cy", *([who] if who else [])):  # they show no list; and one's own
        assert body_of(browser.get(address(name, "/report"))) == body_of(unknown)
        answer = browser.post(address(name, "/report"), {"kind": "spoils"})
        assert body_of(answer) == body_of(browser.post(address("nobody", "/report"), {"kind": "spoils"}))
    assert how_many(shown, Report) == 0


def test_ones_own_name_is_not_reported_although_it_is_shown(shown: Cast) -> None:
    ada = shown.browser("ada")
    assert ada.get(address("ada", "/report")).status_code == 404
    assert ada.post(address("ada", "/report"), {"kind": "spoils"}).status_code == 404


def test_nobody_but_its_author_and_the_desk_learns_of_a_report(shown: Cast) -> None:
    pages = (address("ada"), address("ada", "/report"), f"{SERIES}/suggestions", "/account", "/account/export")
    before = {(who, path): text_at(shown, who, path) for who in ("ada", "eve") for path in pages}
    report(shown, "bob")
    assert {key: text_at(shown, *key) for key in before} == before


def text_at(cast: Cast, who: str, path: str) -> str:
    answer = cast.browser(who).get(path)
    if path == "/account/export":
        whole = json.loads(answer.text)
        whole["account"].pop("logged_in")
        return json.dumps(whole)
    return re.sub(r"\d+\s+places?", "", str(body_of(answer)))


def test_what_was_said_further_on_is_not_shown_after_going_back(shown: Cast) -> None:
    report(shown, "bob")
    shown.declare("bob", 2)
    bob = shown.browser("bob")
    for path in (f"{SERIES}/suggestions", "/account/export"):
        assert WORDS not in bob.get(path).text
    report(shown, "bob")  # nor that it was said
    shown.declare("bob", 4)
    assert bob.get("/account/export").text.count(WORDS) == 2


def test_whoever_has_watched_nothing_reports_a_name_and_takes_that_along(shown: Cast) -> None:
    report(shown, "cy")
    assert "cy, with nothing watched yet" in shown.browser("dana").get(QUEUE).text
    (series,) = json.loads(shown.browser("cy").get("/account/export").text)["series"]
    assert series["reports"] == [{"name": "ada", "kind": "spoils", "text": WORDS, "state": "open"}]


# At the desk


def test_it_waits_at_the_desk_with_all_that_is_known(shown: Cast) -> None:
    report(shown, "bob")
    dana = shown.browser("dana")
    page = dana.get(QUEUE).text
    for words in ("A name that gives something away", "bob, at S1·E4", WORDS, "Give another name", "It stays"):
        assert words in page, words
    assert 'href="/admin/people/ada"' in page
    assert '1<span class="visually-hidden"> waiting</span>' in dana.get("/admin/").text
    assert "Nothing waits" in dana.get(f"{QUEUE}?series={SLUG}").text  # it is of no series
    assert "Nothing that fans suggest or report waits" in dana.get(f"/admin/series/{SLUG}").text


def test_a_curator_finds_no_report_on_a_name_and_decides_none(shown: Cast) -> None:
    one = report(shown, "bob")
    suggest(shown.browser("bob"))
    with shown.app.app_context(), writing() as session:
        session.execute(insert(Curator).values(user_id=shown.users["cy"], series_id=shown.series_id))
        session.execute(update(User).where(User.id == shown.users["cy"]).values(curates=1))
    cy = shown.browser("cy")
    assert waiting_titles(shown, name="cy") == ["The lantern breaks"]
    assert 'Waiting <span class="switch__count">1</span>' in cy.get(QUEUE).text
    assert '1<span class="visually-hidden"> waiting</span>' in cy.get("/admin/").text
    for decision in ("uphold", "dismiss", "reopen", "fly"):
        answer = cy.post(f"/admin/reports/{one}", {"decision": decision})
        assert body_of(answer) == body_of(cy.post("/admin/reports/0123456789ab", {"decision": decision}))
        assert answer.status_code == 404
    decide(shown, "reports", one, "dismiss")
    assert "Nothing is decided yet" in cy.get(f"{QUEUE}?show=decided").text


def test_a_name_that_stays_is_as_it_was_and_that_can_be_taken_back(shown: Cast) -> None:
    one = report(shown, "bob")
    dana = shown.browser("dana")
    there = dana.post(f"/admin/reports/{one}", {"decision": "dismiss"}).location
    page = dana.get(there).text
    assert f'action="/admin/reports/{one}"' in page
    assert "The name “ada” stays." in page
    assert name_of(shown, "ada") == "ada"
    assert state_of(shown, one) == ("dismissed", False)
    assert waiting_titles(shown, "?show=decided") == ["ada"]
    assert "left as it was" in dana.get(f"{QUEUE}?show=decided").text
    assert decide(shown, "reports", one, "reopen").status_code == 303
    assert state_of(shown, one) == ("open", False)


def test_another_name_is_neutral_and_the_old_ones_links_end_as_after_any_change(shown: Cast) -> None:
    one, given = replaced(shown)
    assert re.fullmatch(r"fan-\d{4}", given)
    assert state_of(shown, one) == ("upheld", True)
    bob = shown.browser("bob")
    assert bob.get(address("ada")).status_code == 404
    assert bob.get(address(given)).status_code == 200
    assert body_of(bob.get(address("ada"))) == body_of(bob.get(address("nobody")))
    assert shown.browser().post("/register", {"name": "ada", "password": PASSWORD}).status_code == 200


def test_the_new_name_is_one_that_nobody_has(shown: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all numbers that are drawn are in use, a longer one is."""
    from ranker.actions.accounts import taken_names

    monkeypatch.setattr(taken_names.secrets, "randbelow", lambda most: 0)
    assert replaced(shown)[1] == "fan-1000"
    assert replaced(shown, "eve")[1] == "fan-10000"


def test_its_owner_is_told_that_and_why_but_not_which(shown: Cast) -> None:
    ada = shown.browser("ada")
    assert "Your name was changed" not in ada.get("/account").text
    _, given = replaced(shown)
    page = ada.get("/account").text
    assert f"from “ada” to <b>{given}</b>" in page
    assert "whoever runs this site agreed. Which of the two is not said" in page
    assert WORDS not in page
    assert "bob" not in page
    assert "Your name was changed" not in shown.browser("eve").get("/account").text


def test_its_owner_chooses_another_but_not_the_old_one(shown: Cast) -> None:
    replaced(shown)
    ada = shown.browser("ada")
    for name in ("ada", "ADA"):
        answer = ada.post("/account/name", {"name": name})
        assert answer.status_code == 422
        assert "That name was taken from this account" in answer.text
    assert ada.post("/account/name", {"name": "Lady Lovelace"}).location == "/account"
    assert "Your name was changed on" not in ada.get("/account").text
    assert ada.post("/account/name", {"name": "ada"}).status_code == 422
    assert shown.browser("bob").post("/account/name", {"name": "ada"}).status_code == 303  # for others it is free


def test_the_old_name_opens_the_account_until_another_is_chosen(shown: Cast) -> None:
    _, given = replaced(shown)
    with shown.app.app_context():
        codes = make_codes(shown.users["ada"])
    for name in (given, "ada"):
        assert shown.browser().post("/login", {"name": name, "password": PASSWORD}).status_code == 303
    assert shown.browser().post("/login", {"name": "ada", "password": "wrong password"}).status_code == 422
    form = {"name": "ada", "code": codes[0], "password": PASSWORD}
    assert shown.browser().post("/recover", form).status_code == 303
    ada = shown.browser()
    assert ada.post("/login", {"name": "ada", "password": PASSWORD}).status_code == 303
    assert ada.post("/account/name", {"name": "Lovelace"}).status_code == 303
    assert shown.browser().post("/login", {"name": "ada", "password": PASSWORD}).status_code == 422
    assert shown.browser().post("/login", {"name": "lovelace", "password": PASSWORD}).status_code == 303


def test_who_takes_the_old_name_gets_in_by_it_and_nobody_else(shown: Cast) -> None:
    replaced(shown)
    shown.browser().post("/register", {"name": "ada", "password": "another long one"})
    assert shown.browser().post("/login", {"name": "ada", "password": PASSWORD}).status_code == 422
    assert shown.browser().post("/login", {"name": "ada", "password": "another long one"}).status_code == 303


def test_taken_back_the_account_has_its_old_name_again(shown: Cast) -> None:
    one, given = replaced(shown)
    page = shown.browser("dana").get(f"{QUEUE}?show=decided").text
    assert "replaced" in page
    assert f'href="/admin/people/{given}"' in page
    assert "Take it back" in page
    assert decide(shown, "reports", one, "reopen").status_code == 303
    assert name_of(shown, "ada") == "ada"
    assert state_of(shown, one) == ("open", False)
    assert how_many(shown, TakenName) == 0
    assert "Your name was changed" not in shown.browser("ada").get("/account").text
    assert shown.browser("bob").get(address("ada")).status_code == 200


@pytest.mark.parametrize("how", ["chosen", "gone"])
def test_what_cannot_be_taken_back_says_why_and_changes_nothing(shown: Cast, how: str) -> None:
    one, given = replaced(shown)
    if how == "chosen":
        shown.browser("ada").post("/account/name", {"name": "Lovelace"})
    else:
        shown.browser("bob").post("/account/name", {"name": "ada"})
    page = shown.browser("dana").get(f"{QUEUE}?show=decided").text
    assert "It cannot be taken back any more" in page
    assert "Take it back" not in page
    answer = decide(shown, "reports", one, "reopen")
    assert answer.status_code == 409
    assert {"chosen": "chosen another name since", "gone": "Somebody else has that name"}[how] in answer.text
    assert name_of(shown, "ada") == {"chosen": "Lovelace", "gone": given}[how]
    assert state_of(shown, one) == ("upheld", True)


def test_a_second_report_on_a_name_that_is_gone_is_just_done(shown: Cast) -> None:
    other = report(shown, "eve")
    _, given = replaced(shown)
    page = shown.browser("dana").get(QUEUE).text
    assert f'The account is called <a href="/admin/people/{given}">{given}</a> now' in page
    assert "Give another name" not in page
    assert decide(shown, "reports", other, "uphold").status_code == 303
    assert name_of(shown, "ada") == given
    assert state_of(shown, other) == ("upheld", False)
    assert decide(shown, "reports", other, "reopen").status_code == 303
    assert name_of(shown, "ada") == given


def test_of_two_who_decide_about_a_name_the_second_is_told(shown: Cast) -> None:
    one, given = replaced(shown)
    for decision in ("uphold", "dismiss"):
        late = decide(shown, "reports", one, decision)
        assert late.status_code == 409
        assert "Somebody else has decided" in late.text
    assert name_of(shown, "ada") == given
    assert decide(shown, "reports", one, "fly").status_code == 422


def test_every_verdict_on_a_name_is_in_the_audit_with_before_and_after(shown: Cast) -> None:
    one, given = replaced(shown)
    decide(shown, "reports", one, "reopen")
    decide(shown, "reports", one, "dismiss")
    assert deeds(shown) == [
        ("name.replace", "ada", {"state": "open", "name": "ada"}, {"state": "upheld", "name": given}),
        ("name.reopen", given, {"state": "upheld", "name": given}, {"state": "open", "name": "ada"}),
        ("name.leave", "ada", {"state": "open"}, {"state": "dismissed"}),
    ]
    page = shown.browser("dana").get("/admin/audit").text
    assert "Name: replace" in page
    assert 'href="/admin/people/ada"' in page


def deeds(cast: Cast) -> list[tuple[Any, ...]]:
    query = select(AuditEntry.action, AuditEntry.subject, AuditEntry.before, AuditEntry.after)
    with cast.app.app_context():
        rows = db.session.execute(query.where(AuditEntry.action.startswith("name.")).order_by(AuditEntry.id)).all()
        return [(*row[:2], *(json.loads(text) if text else None for text in row[2:])) for row in rows]


def test_the_reporter_learns_that_somebody_looked_and_not_with_what_end(shown: Cast) -> None:
    texts = set()
    for decision in ("uphold", "dismiss"):
        one = report(shown, "bob")
        decide(shown, "reports", one, decision)
        bob = shown.browser("bob")
        texts.add(body_of(bob.get(f"{SERIES}/suggestions")).partition("What you reported")[2])
        (series,) = json.loads(bob.get("/account/export").text)["series"]
        assert [row["state"] for row in series["reports"]] == ["looked at"]
        decide(shown, "reports", one, "reopen")
        with shown.app.app_context(), writing() as session:
            session.delete(session.scalars(select(Report)).one())
    assert len(texts) == 1
    assert 'tag">looked at' in texts.pop()


def test_where_the_site_writes_letters_the_owner_gets_one(shown: Cast) -> None:
    with shown.app.app_context(), writing() as session:
        known = {"email": "ada@example.org", "email_key": "ada@example.org", "email_confirmed": True}
        session.execute(update(User).where(User.id == shown.users["ada"]).values(**known))
    with letter_box(shown.app) as box:
        one, given = replaced(shown)
        decide(shown, "reports", one, "reopen")
        decide(shown, "reports", one, "dismiss")
        shown.app.extensions["post_office"].wait()
        (letter,) = box.texts_to("ada@example.org")
    text = " ".join(letter.split())
    assert f"Your account is called {given} for now" in text
    assert "/account/name" in text
    assert WORDS not in text


# Taking along, and leaving


def test_the_owner_takes_along_which_names_were_taken_from_them(shown: Cast) -> None:
    _, given = replaced(shown)
    account = json.loads(shown.browser("ada").get("/account/export").text)["account"]
    assert [(one["name"], one["given"]) for one in account["names_taken"]] == [("ada", given)]
    assert json.loads(shown.browser("bob").get("/account/export").text)["account"]["names_taken"] == []


def test_who_leaves_takes_along_every_report_on_their_name_and_the_name_itself(shown: Cast) -> None:
    replaced(shown)
    report(shown, "bob", "eve")
    ada = confirmed(shown, "ada")
    assert ada.post("/account/delete").status_code == 303
    assert waiting_titles(shown) == ["eve"]
    assert waiting_titles(shown, "?show=decided") == []
    assert how_many(shown, TakenName) == 0
    assert deeds(shown) == [("name.replace", "somebody who left", None, None)]
    assert "ada" not in re.findall(r"\w+", str(body_of(shown.browser("dana").get("/admin/audit"))))


def test_who_leaves_takes_their_reports_on_names_along_but_not_what_can_still_be_taken_back(shown: Cast) -> None:
    one, _ = replaced(shown)
    report(shown, "bob", "eve")
    assert confirmed(shown, "bob").post("/account/delete").status_code == 303
    assert waiting_titles(shown) == []
    page = shown.browser("dana").get(f"{QUEUE}?show=decided").text
    assert "Somebody who has left" in page
    assert WORDS not in page
    assert decide(shown, "reports", one, "reopen").status_code == 303
    assert name_of(shown, "ada") == "ada"
