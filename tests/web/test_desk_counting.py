"""Which lists count, at the desk: what is held and why, decisions, and the ranking with and without."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from ranker.desk.counting import A_PAGE
from ranker.extensions import db
from ranker.models import AuditEntry, SavedBallot
from tests.cast import SLUG, Cast
from tests.late import late_save
from tests.web.counting import DAY, FANS, held, lists, released, rule, small_lists

DESK = f"/admin/series/{SLUG}/counting"
LIST = f"/series/{SLUG}/list"


def decide(cast: Cast, decision: str, fan: str, **more: str) -> int:
    answer = cast.browser("dana").post(DESK, {"decision": decision, "fan": fan, **more})
    return answer.status_code


def test_the_desk_shows_who_is_held_why_and_until_when(old: Cast) -> None:
    rule(old, accounts_after=DAY)
    old.add_fan("eve", 6, (1, 2))
    page = old.browser("dana").get(DESK).text
    assert "eve" in page
    assert "Young account" in page
    assert "Seen up to S2·E2" in page
    assert "Until (UTC)" in page
    assert "1 list is held" in old.browser("dana").get(f"/admin/series/{SLUG}").text


def test_the_desk_shows_what_is_in_a_held_list(old: Cast) -> None:
    rule(old, accounts_after=DAY)
    old.add_fan("eve", 6, (9, 2))
    page = old.browser("dana").get(DESK).text
    shown = page[page.index('aria-label="The list of eve"') :]
    assert re.findall(r"SecretTitle\d", shown[: shown.index("</ol>")]) == ["SecretTitle9", "SecretTitle2"]


def test_without_held_lists_the_desk_says_that_every_list_counts(old: Cast) -> None:
    assert "Every list counts" in old.browser("dana").get(DESK).text
    assert "None was allowed by hand" in old.browser("dana").get(f"{DESK}?show=counted").text


def test_an_admin_lets_a_held_list_count_and_takes_that_back(old: Cast) -> None:
    rule(old, accounts_after=DAY)
    old.add_fan("eve", 6, (1, 2))
    assert decide(old, "count", "eve") == 303
    assert lists(old) == 1
    old.rank("eve", 2, 1)
    assert held(old) == {}
    assert "eve" in old.browser("dana").get(f"{DESK}?show=counted").text
    assert decide(old, "undo", "eve") == 303
    assert held(old) == {"eve": "account"}
    assert lists(old) == 0


def test_an_admin_holds_any_list_also_without_rules_and_takes_that_back(old: Cast) -> None:
    old.rank("ada", 1, 2)
    assert decide(old, "hold", "Ada", note="Copied from elsewhere") == 303
    assert lists(old) == 0
    old.rank("ada", 2, 1)
    assert held(old) == {"ada": "admin"}
    assert "“Copied from elsewhere”" in old.browser("dana").get(DESK).text
    assert released(old, 365 * DAY) == 0
    assert decide(old, "undo", "ada") == 303
    assert lists(old) == 1


def test_the_fan_is_told_that_their_list_is_held_but_not_what_was_noted(old: Cast) -> None:
    old.rank("ada", 1, 2)
    decide(old, "hold", "ada", note="Copied from elsewhere")
    page = old.browser("ada").get(LIST).text
    assert "Your list is saved." in page
    assert "Copied" not in page


def test_a_group_of_identical_lists_is_let_count_in_one_press(old: Cast) -> None:
    small_lists(old)
    rule(old, identical_lists=1)
    for name in FANS:
        old.add_fan(name, 6, (1, 2, 3))
    page = old.browser("dana").get(DESK).text
    assert page.count("Count all 3<") == 1
    assert "3 held are the same" in page
    assert decide(old, "count-all", "gus") == 303
    assert held(old) == {}
    assert lists(old) == 4


def test_a_reason_of_blanks_is_none(old: Cast) -> None:
    old.rank("bob", 1, 2)
    assert decide(old, "hold", "bob", note="  ") == 422
    assert held(old) == {}


def test_a_list_that_is_saved_further_on_while_it_is_held_is_held_there(
    old: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The admin's transaction waits for the fan's, which puts a row beside the one that was waited for."""
    old.rank("bob", 1, 2)
    old.declare("bob", 5)
    with late_save(old, monkeypatch, "bob", 2, 1):
        assert decide(old, "hold", "bob", note="Copied") == 303
    assert held(old) == {"bob": "admin"}
    assert lists(old) == 0


def test_holding_one_of_those_that_count_makes_room_for_the_next(old: Cast) -> None:
    small_lists(old)
    rule(old, identical_lists=1)
    for name in FANS[:2]:
        old.add_fan(name, 6, (1, 2, 3))
    assert decide(old, "hold", "eve", note="A test") == 303
    assert held(old) == {"eve": "admin"}


def test_both_rankings_stand_side_by_side_and_what_would_move_is_marked(old: Cast) -> None:
    old.rank("ada", 1, 2)
    for name in FANS:
        old.add_fan(name, 6, (2, 1))
        assert decide(old, "hold", name, note="A test") == 303
    page = old.browser("dana").get(f"{DESK}?show=ranking").text
    assert "1 list counts now. With those that are held it would be 5, and 2 moments would change rank." in page
    assert page.count("both__row--moved") == 2
    assert "would rise by 1" in page
    assert "would fall by 1" in page


def test_the_ranking_is_the_same_with_and_without_where_nothing_is_held(old: Cast) -> None:
    assert "the same with and without" in old.browser("dana").get(f"{DESK}?show=ranking").text


def test_many_held_lists_come_in_pages(old: Cast) -> None:
    rule(old, accounts_after=DAY)
    for number in range(A_PAGE + 1):
        old.add_fan(f"fan-{number:02}", 1, (1,))
    dana = old.browser("dana")
    assert "Page 1 of 2" in dana.get(DESK).text
    last = dana.get(f"{DESK}?page=99").text
    assert f"fan-{A_PAGE:02}" in last
    assert "fan-00" not in last
    assert "Page 2 of 2" in last


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"decision": "hold", "fan": "ada", "note": ""}, 422, "Please fill this in."),
        ({"decision": "hold", "fan": "nobody", "note": "x"}, 422, "Nobody of this name has a list here."),
        ({"decision": "hold", "fan": "ada", "note": "x" * 201}, 422, "200"),
        ({"decision": "count", "fan": "nobody"}, 422, "Nobody of this name has a list here."),
        ({"decision": "undo", "fan": "ada"}, 409, "That was taken back before."),
        ({"decision": "fly", "fan": "ada"}, 422, ""),
        ({}, 422, ""),
    ],
)
def test_a_decision_that_cannot_be_changes_nothing_and_says_why(
    old: Cast, form: dict[str, str], status: int, words: str
) -> None:
    old.rank("ada", 1, 2)
    answer = old.browser("dana").post(DESK, form)
    assert answer.status_code == status
    assert words in answer.text
    assert held(old) == {}


def test_every_decision_is_written_down(old: Cast) -> None:
    old.rank("ada", 1, 2)
    decide(old, "hold", "ada", note="Copied")
    decide(old, "undo", "ada")
    with old.app.app_context():
        query = select(AuditEntry.actor, AuditEntry.action, AuditEntry.subject, AuditEntry.after)
        rows = db.session.execute(query.where(AuditEntry.action.startswith("list.")).order_by(AuditEntry.id)).all()
    assert [row[:3] for row in rows] == [("dana", "list.hold", "ada"), ("dana", "list.undo", "ada")]
    assert json.loads(rows[0].after) == {"held": "admin", "note": "Copied"}
    assert json.loads(rows[1].after) == {"held": None, "note": None}


def test_what_is_written_down_of_a_decision_taken_back_is_what_the_rules_say(old: Cast) -> None:
    rule(old, accounts_after=DAY)
    old.add_fan("eve", 6, (1, 2))
    decide(old, "count", "eve")
    decide(old, "undo", "eve")
    with old.app.app_context():
        after = db.session.scalar(select(AuditEntry.after).where(AuditEntry.action == "list.undo"))
    assert json.loads(after or "") == {"held": "account", "vouched": False}


def test_a_list_an_admin_holds_takes_its_owners_earlier_lists_along(old: Cast) -> None:
    old.add_fan("eve", 4, (1, 2))
    old.declare("eve", 6)
    old.rank("eve", 9)
    decide(old, "hold", "eve", note="A test")
    with old.app.app_context():
        assert set(db.session.scalars(select(SavedBallot.held))) == {"admin"}


@pytest.mark.parametrize("name", [None, "ada"])
def test_nobody_else_can_decide(old: Cast, name: str | None) -> None:
    old.rank("ada", 1, 2)
    for query in ("", "?show=ranking"):
        assert old.browser(name).get(f"{DESK}{query}").status_code == 404
    assert old.browser(name).post(DESK, {"decision": "hold", "fan": "ada", "note": "x"}).status_code == 404
    assert held(old) == {}


@pytest.mark.parametrize("name", [None, "ada", "dana"])
def test_everybody_reads_the_rules_that_are_on_and_no_others(old: Cast, name: str | None) -> None:
    browser = old.browser(name)
    assert "This site has no waiting times" in browser.get("/counting").text
    rule(old, accounts_after=DAY, identical_lists=5)
    page = browser.get("/counting").text
    assert "once the account is 24 hours old" in page
    assert "more than 5 fans have the very same full list" in page
    assert "After a jump" not in page
    assert "New in a series" not in page


@pytest.mark.parametrize("path", [f"/series/{SLUG}", "/methods", LIST])
def test_the_rules_are_a_link_away(old: Cast, path: str) -> None:
    rule(old, accounts_after=DAY)
    old.add_fan("eve", 6, (1,))
    assert 'href="/counting"' in old.browser("eve").get(path).text
