"""Saying that something is not right: what is shown too early moves later at once, and nobody makes mischief of it."""

from __future__ import annotations

import datetime as dt
import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from ranker.domain.clearance import Method
from ranker.extensions import db
from ranker.models import AuditEntry, Report, User, now
from tests.cast import PASSWORD, SLUG, Cast
from tests.web.from_fans import decide, ids_of, report_of, too_early
from tests.web.test_moment_page import notes_on, page_of
from tests.worlds.walk import body_of

SERIES = f"/series/{SLUG}"


def label_of(cast: Cast, number: int) -> int:
    """The position of the episode a moment is shown from, as somebody sees it who has finished."""
    with cast.app.app_context():
        moment = cast.gate(None, declared=6).moment(cast.public[f"moment{number}"])
        return moment.episode.position  # type: ignore[union-attr]


def states(cast: Cast) -> list[tuple[str, str, bool]]:
    with cast.app.app_context():
        query = select(Report.kind, Report.state, Report.applied).order_by(Report.id)
        return [tuple(row) for row in db.session.execute(query)]  # type: ignore[misc]


# Too early


def test_a_moment_shown_too_early_waits_for_the_later_episode_at_once_and_for_everybody(old: Cast) -> None:
    old.add_fan("eve", 2)
    eve, visitor = old.browser("eve"), old.browser()
    assert "SecretTitle1" in eve.get(SERIES).text
    answer = too_early(old, "bob", 1, 3)
    assert answer.location == f"{SERIES}/moments/{old.public['moment1']}"
    page = old.browser("bob").get(answer.location).text
    assert "SecretTitle1" in page  # who says so has seen it, and goes on seeing it
    assert "SecretTitle1" not in eve.get(SERIES).text
    assert label_of(old, 1) == 3
    assert "SecretTitle1" not in visitor.get(SERIES).text
    assert states(old) == [("early", "open", True)]


def test_the_reporter_is_told_what_their_report_did(old: Cast) -> None:
    bob = old.browser("bob")
    there = bob.post(report_of(old, 1), {"kind": "early", "wait_for": 3}).location
    assert "It waits for S1·E3 now, for everybody" in bob.get(there).text
    assert "moved, waiting for a look" in bob.get(f"{SERIES}/suggestions").text


def test_the_series_is_counted_anew_when_a_report_moves_a_moment(old: Cast) -> None:
    old.rank("ada", 1, 2)
    old.add_fan("eve", 2, [1, 2])
    with old.app.app_context():
        before = old.gate("ada").ranking(Method.FAIR).standing_of(old.public["moment1"])
    too_early(old, "bob", 1, 4)
    with old.app.app_context():
        after = old.gate("ada").ranking(Method.FAIR).standing_of(old.public["moment1"])
    assert before is not None
    assert after is not None
    assert (before.offered, after.offered) == (2, 1)  # eve, at the second episode, could not choose it


def test_the_audit_has_the_fan_as_the_one_who_moved_it(old: Cast) -> None:
    too_early(old, "bob", 1, 3)
    with old.app.app_context():
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (entry.actor, entry.actor_id, entry.action) == ("bob", old.users["bob"], "moment.too_early")
        query = select(AuditEntry.before, AuditEntry.after).where(AuditEntry.id == entry.id)
        assert [json.loads(text) for text in db.session.execute(query).one()] == [{"position": 1}, {"position": 3}]


@pytest.mark.parametrize("wait_for", ["1", "0", "5", "6", "99", "-1", "x", ""])
def test_a_moment_waits_only_for_a_later_episode_that_the_reporter_has_seen(old: Cast, wait_for: str) -> None:
    answer = old.browser("bob").post(report_of(old, 1), {"kind": "early", "wait_for": wait_for})
    assert answer.status_code == 422
    assert label_of(old, 1) == 1
    assert states(old) == []


def test_the_choice_is_between_the_moments_episode_and_ones_own(old: Cast) -> None:
    page = old.browser("bob").get(report_of(old, 3)).text
    too_early_form = page[page.index('name="wait_for"') : page.index('name="same_as"')]
    assert re.findall(r'<option value="(\d+)">S\d·E', too_early_form) == ["3", "4"]
    assert "EpisodeTitle5" not in page
    last = old.browser("bob").get(report_of(old, 5)).text
    assert "once you have seen an episode after S1·E4" in last


def test_what_one_cannot_see_cannot_be_reported_and_answers_as_what_is_not_there(old: Cast) -> None:
    for view in ("masked", "sealed"):
        bob = old.browser("bob")
        bob.post("/view", {"view": view})
        unknown = bob.get(f"{SERIES}/moments/0123456789ab/report")
        hidden = bob.get(report_of(old, 9))
        assert hidden.status_code == unknown.status_code == 404
        assert body_of(hidden) == body_of(unknown)
        for kind in ("early", "wrong", "duplicate", "x"):
            sent = {"kind": kind, "wait_for": 6, "words": "x", "same_as": old.public["moment1"]}
            assert body_of(bob.post(report_of(old, 9), sent)) == body_of(unknown)
    assert states(old) == []


def test_a_visitor_is_asked_to_log_in(old: Cast) -> None:
    visitor = old.browser()
    visitor.post(f"{SERIES}/progress", {"position": 1})
    assert visitor.get(report_of(old, 1)).location == f"/login?next={report_of(old, 1)}"
    assert visitor.post(report_of(old, 1), {"kind": "wrong", "words": "x"}).status_code == 303
    assert states(old) == []


# Against mischief


def test_an_account_of_less_than_a_day_only_asks(cast: Cast) -> None:
    bob = cast.browser("bob")
    answer = bob.post(report_of(cast, 1), {"kind": "early", "wait_for": 3})
    assert "Somebody who looks after this series will look" in bob.get(answer.location).text
    assert label_of(cast, 1) == 1
    assert states(cast) == [("early", "open", False)]


def test_of_a_fans_reports_three_move_something_before_somebody_has_looked(old: Cast) -> None:
    for number in (1, 2, 3, 4):
        too_early(old, "ada", number, 6)
    assert [label_of(old, number) for number in (1, 2, 3, 4)] == [6, 6, 6, 3]
    decide(old, "reports", ids_of(old, Report)[0], "uphold")
    too_early(old, "ada", 5, 6)
    assert label_of(old, 5) == 6


def test_going_back_in_the_story_gives_nobody_more_reports(old: Cast) -> None:
    for number in (1, 2, 3):
        too_early(old, "ada", number, 6)
    old.declare("ada", 5)
    too_early(old, "ada", 4, 5)
    assert label_of(old, 4) == 3


def test_reports_lock_no_whole_series_however_many_write_them(old: Cast) -> None:
    from ranker.domain import from_fans

    assert from_fans.MOVED_IN_A_SERIES > 2 * from_fans.MOVED_BY_ONE
    for name in ("eve", "fay", "gil", "hal"):
        old.add_fan(name, 6)
    with old.app.app_context():
        db.session.execute(update(User).values(created_at=now() - dt.timedelta(days=2)))
        db.session.commit()
    moved = 0
    for name in ("ada", "eve", "fay", "gil", "hal"):
        for number, later in zip(range(1, 9), (2, 2, 3, 4, 5, 5, 6, 6), strict=True):
            later += ("ada", "eve", "fay", "gil", "hal").index(name)
            if later <= 6 and label_of(old, number) < later:
                too_early(old, name, number, later)
        moved = sum(applied for _, _, applied in states(old))
    assert moved == from_fans.MOVED_IN_A_SERIES


def test_a_reverted_report_costs_the_right_to_move_something_for_a_month(old: Cast) -> None:
    too_early(old, "ada", 1, 6)
    (report,) = ids_of(old, Report)
    decide(old, "reports", report, "dismiss")
    assert label_of(old, 1) == 1
    too_early(old, "ada", 2, 6)
    assert label_of(old, 2) == 1
    with old.app.app_context():
        db.session.execute(update(Report).values(decided_at=now() - dt.timedelta(days=31)))
        db.session.commit()
    too_early(old, "ada", 3, 6)
    assert label_of(old, 3) == 6


@pytest.mark.parametrize("decision", ["uphold", "dismiss"])
def test_once_the_desk_has_settled_a_moments_episode_reports_only_ask(old: Cast, decision: str) -> None:
    too_early(old, "bob", 1, 3)
    decide(old, "reports", ids_of(old, Report)[0], decision)
    settled = label_of(old, 1)
    too_early(old, "ada", 1, 6)
    assert label_of(old, 1) == settled
    assert states(old)[-1] == ("early", "open", False)


def test_a_fan_says_the_same_once_until_somebody_has_looked(cast: Cast) -> None:
    too_early(cast, "bob", 1, 3)
    again = too_early(cast, "bob", 1, 4)
    assert again.status_code == 409
    assert "nobody has looked yet" in again.text
    assert len(states(cast)) == 1
    decide(cast, "reports", ids_of(cast, Report)[0], "dismiss")
    assert too_early(cast, "bob", 1, 4).status_code == 303


def test_many_reports_at_once_move_no_more_than_one_by_one(old: Cast) -> None:
    browsers = [(old.browser("ada"), number) for number in (1, 2, 3, 4, 5, 6)]
    with ThreadPoolExecutor(3) as pool:
        sent = [
            pool.submit(browser.post, report_of(old, number), {"kind": "early", "wait_for": 6})
            for browser, number in browsers
        ]
    assert [one.result().status_code for one in sent] == [303] * 6
    assert sum(label_of(old, number) == 6 for number in (1, 2, 3, 4, 5, 6)) == 3


def test_too_many_reports_are_refused_and_nothing_typed_is_lost(cast: Cast) -> None:
    cast.app.config["REPORT_LIMIT"] = "1 per hour"
    assert too_early(cast, "bob", 1, 3).status_code == 303
    refused = cast.browser("bob").post(report_of(cast, 2), {"kind": "wrong", "words": "Kept words"})
    assert refused.status_code == 429
    assert "Kept words" in refused.text
    assert 0 < int(refused.headers["Retry-After"]) <= 3_600


# Wrong, and there twice


def test_a_fan_says_in_words_what_is_wrong(cast: Cast) -> None:
    bob = cast.browser("bob")
    assert bob.post(report_of(cast, 1), {"kind": "wrong", "words": " "}).status_code == 422
    assert bob.post(report_of(cast, 1), {"kind": "wrong", "words": "x" * 281}).status_code == 422
    assert bob.post(report_of(cast, 1), {"kind": "wrong", "words": "It is the other boat"}).status_code == 303
    assert "It is the other boat" in cast.browser("dana").get("/admin/queue").text
    assert "It is the other boat" in bob.get(f"{SERIES}/suggestions").text
    assert "other boat" not in cast.browser("ada").get(f"{SERIES}/suggestions").text


def test_what_can_be_wrong_with_a_note_alone_is_refused_for_a_moment(cast: Cast) -> None:
    for kind in ("spoils", "unkind", "x", ""):
        answer = cast.browser("bob").post(report_of(cast, 1), {"kind": kind, "words": "x"})
        assert answer.status_code == 422
        assert "Please say what is not right" in answer.text
    assert states(cast) == []


def test_a_duplicate_is_one_of_two_moments_the_fan_can_see(cast: Cast) -> None:
    bob = cast.browser("bob")
    page = bob.get(report_of(cast, 1)).text
    assert cast.public["moment3"] in page
    assert cast.public["moment9"] not in page
    unknown = bob.post(report_of(cast, 1), {"kind": "duplicate", "same_as": "0123456789ab"})
    hidden = bob.post(report_of(cast, 1), {"kind": "duplicate", "same_as": cast.public["moment9"]})
    assert hidden.status_code == 422
    assert body_of(hidden) == body_of(unknown)
    assert bob.post(report_of(cast, 1), {"kind": "duplicate", "same_as": cast.public["moment1"]}).status_code == 422
    assert bob.post(report_of(cast, 1), {"kind": "duplicate", "same_as": cast.public["moment3"]}).status_code == 303
    queue = cast.browser("dana").get("/admin/queue").text
    assert f"/admin/moments/{cast.public['moment1']}/merge?into={cast.public['moment3']}" in queue


def test_what_somebody_reported_further_on_is_not_shown_when_they_go_back(old: Cast) -> None:
    bob = old.browser("bob")
    bob.post(report_of(old, 1), {"kind": "wrong", "words": "Knowing how it goes on"})
    old.declare("bob", 3)
    for path in (f"{SERIES}/suggestions", "/account/export"):
        assert "Knowing" not in bob.get(path).text
    old.declare("bob", 4)
    assert "Knowing" in bob.get("/account/export").text


# Notes


def a_note(cast: Cast, text: str = "They all die") -> str:
    """Ada's note on the first moment, written at the fourth episode; returns where one reports it."""
    cast.declare("ada", 4)
    cast.rank("ada", 1)
    cast.note("ada", 1, text)
    (note_id,) = cast.note_ids()
    return f"{SERIES}/notes/{note_id}/report"


def test_a_note_is_reported_from_the_moments_page_and_hidden_by_the_desk(cast: Cast) -> None:
    path = a_note(cast)
    bob = cast.browser("bob")
    assert f'href="{path}"' in page_of(cast, 1, "bob").text
    assert "They all die" in bob.get(path).text
    assert bob.post(path, {"words": "x"}).status_code == 422
    assert bob.post(path, {"kind": "early"}).status_code == 422
    assert bob.post(path, {"kind": "spoils", "words": "The last episode"}).status_code == 303
    assert notes_on(page_of(cast, 1, "bob")) == ["They all die"]
    queue = cast.browser("dana").get("/admin/queue").text
    assert "They all die" in queue
    assert "The last episode" in queue
    (report,) = ids_of(cast, Report)
    assert decide(cast, "reports", report, "uphold").status_code == 303
    assert notes_on(page_of(cast, 1, "bob")) == []
    assert "only you see it" in page_of(cast, 1, "ada").text
    cast.note("ada", 1, "They all die, I say")  # written anew at the same episode it stays off the page
    assert notes_on(page_of(cast, 1, "bob")) == []
    assert decide(cast, "reports", report, "reopen").status_code == 303
    assert notes_on(page_of(cast, 1, "bob")) == ["They all die, I say"]


def test_a_note_one_cannot_read_answers_as_one_that_is_not_there(cast: Cast) -> None:
    path = a_note(cast)
    unknown = f"{SERIES}/notes/0123456789ab/report"
    cast.declare("bob", 3)
    for browser in (cast.browser("bob"), cast.browser("cy"), cast.browser()):
        assert browser.get(path).status_code == 404
        assert body_of(browser.get(path)) == body_of(browser.get(unknown))
        assert body_of(browser.post(path, {"kind": "spoils"})) == body_of(browser.post(unknown, {"kind": "spoils"}))
    assert cast.browser("ada").get(path).status_code == 404  # one's own
    assert states(cast) == []


def test_a_report_on_a_note_names_nobody_but_at_the_desk(cast: Cast) -> None:
    path = a_note(cast, "A plain note")
    assert not re.search(r"\bada\b", cast.browser("bob").get(path).text)  # an id can hold the letters


# Leaving


def test_who_leaves_takes_their_reports_along_but_not_what_they_moved(old: Cast) -> None:
    too_early(old, "bob", 1, 3)
    bob = old.browser("bob")
    bob.post(report_of(old, 2), {"kind": "wrong", "words": "Some words"})
    bob.post("/account/confirm", {"password": PASSWORD})
    assert bob.post("/account/delete").status_code == 303
    assert states(old) == [("early", "open", True)]
    queue = old.browser("dana").get("/admin/queue").text
    assert "Somebody who has left" in queue
    assert label_of(old, 1) == 3
    decide(old, "reports", ids_of(old, Report)[0], "dismiss")
    assert label_of(old, 1) == 1
