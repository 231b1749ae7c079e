"""The desk's queue of what fans suggest and report: found, decided, taken back, and quick with many."""

from __future__ import annotations

import html
import re
import time

import pytest
from sqlalchemy import insert, select, update

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import MomentText, edit_moment
from ranker.database import writing
from ranker.desk.from_fans import A_PAGE
from ranker.extensions import db
from ranker.installation import SEEDS, seed_bytes
from ranker.models import AuditEntry, Curator, Episode, Report, Suggestion, User
from tests.cast import SLUG, Cast
from tests.statements import queries
from tests.web.from_fans import QUEUE, decide, ids_of, report_of, suggest, too_early, waiting_titles
from tests.web.test_admin import upload
from tests.web.test_reports import label_of, states


def one_of_each(cast: Cast) -> None:
    """A suggestion, then reports of all kinds on moments; the last of them has moved one."""
    bob = cast.browser("bob")
    suggest(bob)
    bob.post(report_of(cast, 2), {"kind": "wrong", "words": "It is the other boat"})
    bob.post(report_of(cast, 3), {"kind": "duplicate", "same_as": cast.public["moment4"]})
    too_early(cast, "bob", 1, 3)


def many(cast: Cast, number: int) -> None:
    with cast.app.app_context(), writing() as session:
        episode = session.scalars(select(Episode.id).where(Episode.position == 1)).first()
        row = {"user_id": cast.users["bob"], "series_id": cast.series_id, "episode_id": episode, "label": 4}
        rows = [{**row, "title": f"Suggestion {one:03} SecretTitle3", "text": "Because"} for one in range(number)]
        session.execute(insert(Suggestion), rows)


def test_what_has_moved_something_comes_first_and_then_the_oldest(old: Cast) -> None:
    one_of_each(old)
    assert waiting_titles(old) == ["SecretTitle1", "The lantern breaks", "SecretTitle2", "SecretTitle3"]
    page = old.browser("dana").get(QUEUE).text
    for words in ("moved at once", "It was shown from S1·E1 on", "bob, at S1·E4", "It is the other boat", "Merge them"):
        assert words in page, words


def test_the_desk_says_how_many_wait(old: Cast) -> None:
    dana = old.browser("dana")
    assert "Nothing that fans suggest or report waits" in dana.get(f"/admin/series/{SLUG}").text
    assert "Nothing waits" in dana.get(QUEUE).text
    assert "Nothing is decided yet" in dana.get(f"{QUEUE}?show=decided").text
    one_of_each(old)
    assert '4<span class="visually-hidden"> waiting</span>' in dana.get("/admin/").text
    assert "4 suggestions and reports wait" in dana.get(f"/admin/series/{SLUG}").text
    assert "4 suggestions" not in old.browser("bob").get(f"/series/{SLUG}").text


def test_the_queue_shows_the_moments_that_are_alike_wherever_they_are_in_the_story(cast: Cast) -> None:
    with cast.app.app_context():
        edit_moment(COMMAND_LINE, cast.public["moment9"], MomentText("The lantern breaks at last", "", None, 6))
    suggest(cast.browser("bob"))
    page = cast.browser("dana").get(QUEUE).text
    assert "The lantern breaks at last" in page
    (public_id,) = ids_of(cast, Suggestion)
    assert cast.public["moment9"] in cast.browser("dana").get(f"/admin/suggestions/{public_id}").text


def test_an_admin_keeps_a_moment_where_a_report_moved_it(old: Cast) -> None:
    too_early(old, "bob", 1, 3)
    (report,) = ids_of(old, Report)
    assert decide(old, "reports", report, "uphold").location == QUEUE
    assert label_of(old, 1) == 3
    assert states(old) == [("early", "upheld", True)]
    assert waiting_titles(old) == []
    assert waiting_titles(old, "?show=decided") == ["SecretTitle1"]


def test_an_admin_moves_it_back_with_one_press_and_can_take_that_back(old: Cast) -> None:
    too_early(old, "bob", 1, 3)
    (report,) = ids_of(old, Report)
    dana = old.browser("dana")
    there = dana.post(f"/admin/reports/{report}", {"decision": "dismiss"}).location
    assert label_of(old, 1) == 1
    page = dana.get(there).text
    assert f'action="/admin/reports/{report}"' in page
    assert "Take it back" in page
    assert decide(old, "reports", report, "reopen").status_code == 303
    assert label_of(old, 1) == 3
    assert states(old) == [("early", "open", True)]


def test_a_report_that_only_asked_moves_the_moment_when_an_admin_says_so(cast: Cast) -> None:
    too_early(cast, "bob", 1, 3)
    assert "They say it should wait for <b>S1·E3</b>" in cast.browser("dana").get(QUEUE).text
    (report,) = ids_of(cast, Report)
    decide(cast, "reports", report, "uphold")
    assert label_of(cast, 1) == 3
    decide(cast, "reports", report, "reopen")
    decide(cast, "reports", report, "dismiss")
    assert label_of(cast, 1) == 1


def test_a_moment_that_was_moved_again_since_is_not_moved_back(old: Cast) -> None:
    too_early(old, "bob", 1, 3)
    with old.app.app_context():
        edit_moment(COMMAND_LINE, old.public["moment1"], MomentText("SecretTitle1", "", None, 5))
    (report,) = ids_of(old, Report)
    assert "It has been moved to S2·E1 meanwhile" in old.browser("dana").get(QUEUE).text
    decide(old, "reports", report, "dismiss")
    assert label_of(old, 1) == 5


def test_of_two_who_decide_at_once_the_second_is_told(old: Cast) -> None:
    too_early(old, "bob", 1, 3)
    (report,) = ids_of(old, Report)
    decide(old, "reports", report, "uphold")
    late = decide(old, "reports", report, "dismiss")
    assert late.status_code == 409
    assert "Somebody else has decided" in late.text
    assert label_of(old, 1) == 3


@pytest.mark.parametrize("decision", ["decline", "merge"])
def test_what_was_decided_about_a_suggestion_can_be_taken_back(cast: Cast, decision: str) -> None:
    suggest(cast.browser("bob"))
    (public_id,) = ids_of(cast, Suggestion)
    decide(cast, "suggestions", public_id, decision, reason="No", into=cast.public["moment1"])
    assert waiting_titles(cast) == []
    assert waiting_titles(cast, "?show=decided") == ["The lantern breaks"]
    assert decide(cast, "suggestions", public_id, "reopen").status_code == 303
    assert waiting_titles(cast) == ["The lantern breaks"]
    assert decide(cast, "suggestions", public_id, "reopen").status_code == 409


def test_a_decision_there_is_not_is_none(old: Cast) -> None:
    one_of_each(old)
    for kind, public_id in (("suggestions", ids_of(old, Suggestion)[0]), ("reports", ids_of(old, Report)[0])):
        for decision in ("", "fly"):
            assert decide(old, kind, public_id, decision).status_code == 422
        assert decide(old, kind, "0123456789ab", "reopen").status_code == 404


def test_after_a_decision_one_is_at_the_next_one(cast: Cast) -> None:
    suggest(cast.browser("bob"))
    (public_id,) = ids_of(cast, Suggestion)
    there = {"reason": "No", "next": "0123456789ab"}
    assert decide(cast, "suggestions", public_id, "decline", **there).location == f"{QUEUE}#item-0123456789ab"
    odd = {"decision": "reopen", "next": "x\r\nSet-Cookie: a=b"}
    assert cast.browser("dana").post(f"/admin/suggestions/{public_id}", odd).location == QUEUE


def test_every_decision_is_in_the_audit(old: Cast) -> None:
    one_of_each(old)
    decide(old, "suggestions", ids_of(old, Suggestion)[0], "decline", reason="No")
    wrong, duplicate, early = ids_of(old, Report)
    for report, decision in ((wrong, "uphold"), (duplicate, "dismiss"), (early, "dismiss"), (early, "reopen")):
        decide(old, "reports", report, decision)
    with old.app.app_context():
        query = select(AuditEntry.actor, AuditEntry.action).where(AuditEntry.actor != "command line")
        assert [tuple(row) for row in db.session.execute(query.order_by(AuditEntry.id))] == [
            ("bob", "moment.too_early"),
            ("dana", "suggestion.declined"),
            ("dana", "report.uphold"),
            ("dana", "report.dismiss"),
            ("dana", "report.dismiss"),
            ("dana", "report.reopen"),
        ]


def test_a_curator_sees_the_queue_of_their_series_and_nothing_else(cast: Cast) -> None:
    upload(cast, seed_bytes(SEEDS[0]))
    assert cast.browser("dana").post("/admin/series/import/apply").status_code == 303
    suggest(cast.browser("bob"))
    too_early(cast, "bob", 1, 3)
    with cast.app.app_context(), writing() as session:
        other = (
            session.execute(select(AuditEntry.series_id).where(AuditEntry.action == "series.add")).scalars().all()[-1]
        )
        session.execute(insert(Curator).values(user_id=cast.users["cy"], series_id=other))
        session.execute(update(User).where(User.id == cast.users["cy"]).values(curates=1))
    cy = cast.browser("cy")
    assert "Nothing waits" in cy.get(QUEUE).text
    assert 'Waiting <span class="switch__count">0</span>' in cy.get(QUEUE).text
    assert "waiting</span>" not in cy.get("/admin/").text
    assert cy.get(f"{QUEUE}?series={SLUG}").status_code == 404
    for path in (f"suggestions/{ids_of(cast, Suggestion)[0]}", f"reports/{ids_of(cast, Report)[0]}"):
        assert cy.post(f"/admin/{path}", {"decision": "uphold", "reason": "x"}).status_code == 404
    with cast.app.app_context(), writing() as session:
        session.execute(update(Curator).values(series_id=cast.series_id))
    assert waiting_titles(cast, name="cy") == ["The lantern breaks", "SecretTitle1"]
    assert cy.post(f"/admin/reports/{ids_of(cast, Report)[0]}", {"decision": "uphold"}).status_code == 303


def test_the_queue_of_one_series_is_asked_for_by_its_name(cast: Cast) -> None:
    assert upload(cast, seed_bytes(SEEDS[0])).status_code == 303
    assert cast.browser("dana").post("/admin/series/import/apply").status_code == 303
    suggest(cast.browser("bob"))
    assert waiting_titles(cast, f"?series={SLUG}") == ["The lantern breaks"]
    assert waiting_titles(cast, "?series=all-of-us-are-dead") == []
    pages = [cast.browser("dana").get(f"{QUEUE}?series={slug}").text for slug in (SLUG, "all-of-us-are-dead")]
    assert [re.findall(r'<span class="switch__count">(\d+)<', page) for page in pages] == [["1"], ["0"]]
    assert cast.browser("dana").get(f"{QUEUE}?series=none").status_code == 404


def test_three_hundred_wait_page_by_page_with_as_many_questions_as_one(cast: Cast) -> None:
    dana = cast.browser("dana")
    many(cast, 1)
    with queries(cast.app) as few:
        dana.get(QUEUE)
    many(cast, 299)
    with queries(cast.app) as sent:
        begun = time.process_time()
        first = dana.get(QUEUE)
        took = time.process_time() - begun
    assert len(sent) == len(few)
    assert took < 1
    assert first.text.count('class="queue__one"') == A_PAGE
    assert "Page 1 of 6" in first.text
    assert dana.get(f"{QUEUE}?page=6").text.count('class="queue__one"') == A_PAGE
    assert "Page 6 of 6" in dana.get(f"{QUEUE}?page=99").text


def said_after(cast: Cast, public_id: str, decision: str) -> str:
    """What the queue says once this was decided about a report."""
    dana = cast.browser("dana")
    page = dana.get(dana.post(f"/admin/reports/{public_id}", {"decision": decision}).location).text
    found = re.search(r'note--toast" role="status">.*?<span>(.*?)</span>', page, re.S)
    assert found is not None
    return html.unescape(found[1])


def test_after_a_verdict_on_a_moment_one_reads_which_and_what(old: Cast) -> None:
    one_of_each(old)
    wrong, duplicate, early = ids_of(old, Report)
    verdicts = [(one, what) for one in (wrong, duplicate, early) for what in ("uphold", "reopen", "dismiss", "reopen")]
    assert [said_after(old, *verdict) for verdict in verdicts] == [
        "“SecretTitle2”: what was reported is done. It is written down in the audit.",
        "The report on “SecretTitle2” waits again, as it did before.",
        "Nothing is wrong with “SecretTitle2”. It stays as it is.",
        "The report on “SecretTitle2” waits again, as it did before.",
        "“SecretTitle3”: what was reported is done. It is written down in the audit.",
        "The report on “SecretTitle3” waits again, as it did before.",
        "“SecretTitle3” is not the same as “SecretTitle4”. Both stay as they are.",
        "The report on “SecretTitle3” waits again, as it did before.",
        "“SecretTitle1” waits for S1·E3.",
        "The report on “SecretTitle1” waits again, as it did before.",
        "“SecretTitle1” is back at S1·E1.",
        "The report on “SecretTitle1” waits again, as it did before.",
    ]


def test_after_a_moment_was_left_where_it_is_one_reads_where(cast: Cast) -> None:
    too_early(cast, "bob", 1, 3)
    (report,) = ids_of(cast, Report)
    assert said_after(cast, report, "dismiss") == "“SecretTitle1” stays at S1·E1."


def test_an_acceptance_can_be_taken_back_and_the_moment_made_of_it_stays(cast: Cast) -> None:
    suggest(cast.browser("bob"))
    (public_id,) = ids_of(cast, Suggestion)
    dana = cast.browser("dana")
    form = {"title": "The lantern breaks", "description": "", "episode": "2", "teaser": "", "no_teaser": "y"}
    made = dana.post(f"/admin/series/{SLUG}/moments/new?suggestion={public_id}", form).location
    for page in (f"{QUEUE}?show=decided", f"/admin/suggestions/{public_id}"):
        assert 'value="reopen"' in dana.get(page).text
        assert "The moment that was made of it stays" in dana.get(page).text
    there = dana.post(f"/admin/suggestions/{public_id}", {"decision": "reopen"}).location
    assert "“The lantern breaks” waits again. The moment that was made of it stays" in dana.get(there).text
    assert waiting_titles(cast) == ["The lantern breaks"]
    assert dana.get(made).status_code == 200
