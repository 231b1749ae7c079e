"""The audit at the desk: read, narrowed, and taken along; by curators of their series alone."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from time import perf_counter

import pytest
from sqlalchemy import delete, func, insert, select, update

from ranker.actions.accounts.closing import disable_account
from ranker.actions.accounts.leaving import delete_account
from ranker.actions.accounts.roles import grant_curator
from ranker.actions.audit import COMMAND_LINE, SOMEBODY_WHO_LEFT, Actor, Deed, record
from ranker.actions.moments import MomentText, edit_moment
from ranker.actions.series import SeriesFacts, add_series, edit_series
from ranker.database import writing
from ranker.desk.catalogue import IMPORTED, TAKEN_BACK
from ranker.desk.deeds import DEEDS, FIELDS, NOUNS
from ranker.desk.keys import A_PAGE
from ranker.exchange import EpisodeIn, SeriesFile
from ranker.extensions import db
from ranker.models import AuditEntry, now
from ranker.web.admin.entrance import OPENED
from tests.cast import SLUG, Cast
from tests.test_architecture import PACKAGE

AUDIT = "/admin/audit"
# Every string of the actions that looks like what was done.
ACTIONS = [path.read_text() for path in (PACKAGE / "actions").rglob("*.py")]
CODES = {IMPORTED, TAKEN_BACK} | set(re.findall(r'"([a-z]+\.[a-z_]+)"', "\n".join(ACTIONS)))
DANA = "dana"


def deeds(page: str) -> list[str]:
    """What each entry of a page says was done, the newest first."""
    return [text.split(" · ")[0] for text in re.findall(r'<span class="table__more">([^<]+)</span></th>', page)]


def write_down(cast: Cast, *some: Deed, actor: Actor | None = None) -> None:
    with cast.app.app_context(), writing() as session:
        for deed in some:
            record(session, actor or Actor(cast.users[DANA], DANA), deed)


def start_afresh(cast: Cast) -> None:
    with cast.app.app_context(), writing() as session:
        session.execute(delete(AuditEntry))


def another_series(cast: Cast) -> int:
    with cast.app.app_context():
        file = SeriesFile(
            format="ranker.series/1", slug="signal", title="Signal", episodes=(EpisodeIn(season=1, number=1),)
        )
        return add_series(COMMAND_LINE, file).id


def curator(cast: Cast, name: str = "bob") -> None:
    with cast.app.app_context():
        grant_curator(COMMAND_LINE, cast.users[name], SLUG)


def test_the_page_says_who_changed_what_from_what_to_what(cast: Cast) -> None:
    form = {"title": "SecretTitle1 renamed", "description": "SecretText1", "teaser": "Teaser1", "episode": "1"}
    cast.browser(DANA).post(f"/admin/moments/{cast.public['moment1']}", form)
    page = cast.browser(DANA).get(AUDIT).text
    assert deeds(page)[0] == "Moment: edit"
    assert f'<a href="/admin/moments/{cast.public["moment1"]}">SecretTitle1 renamed</a>' in page
    assert '<td data-name="By">dana</td>' in page
    assert re.search(r'SecretTitle1<ins><span class="visually-hidden">now: </span> renamed</ins>', page)


def test_entries_are_found_by_person_series_action_and_day(cast: Cast) -> None:
    start_afresh(cast)
    other = another_series(cast)
    start_afresh(cast)
    bob = cast.users["bob"]
    write_down(cast, Deed("moment.edit", "x", cast.series_id), Deed("series.edit", "signal", other))
    write_down(cast, Deed("account.disable", "bob", person_id=bob), actor=COMMAND_LINE)
    write_down(cast, Deed("moment.retire", "x", cast.series_id), actor=Actor(bob, "bob"))
    with cast.app.app_context(), writing() as session:
        session.execute(
            update(AuditEntry)
            .where(AuditEntry.action == "series.edit")
            .values(at=dt.datetime(2024, 2, 29, 23, 59, 59, tzinfo=dt.UTC))
        )
    dana = cast.browser(DANA)
    for query, expected in (
        ("", ["Moment: retire", "Account: disable", "Series: edit", "Moment: edit"]),
        ("person=BOB", ["Moment: retire", "Account: disable"]),
        ("person=dana", ["Series: edit", "Moment: edit"]),
        ("person=command+line", ["Account: disable"]),
        ("person=nobody", []),
        (f"series={SLUG}", ["Moment: retire", "Moment: edit"]),
        ("series=no-such", []),
        ("action=moment.edit", ["Moment: edit"]),
        ("action=moment", ["Moment: retire", "Moment: edit"]),
        ("action=mome", []),
        ("last=2024-02-29", ["Series: edit"]),
        ("last=2024-02-28", []),
        ("first=2024-02-29&last=2024-02-29&series=signal", ["Series: edit"]),
        ("first=2024-03-01", ["Moment: retire", "Account: disable", "Moment: edit"]),
        ("first=nonsense&after=x&before=", ["Moment: retire", "Account: disable", "Series: edit", "Moment: edit"]),
    ):
        page = dana.get(f"{AUDIT}?{query}").text
        assert deeds(page) == expected, query
        rows = list(csv.reader(io.StringIO(dana.get(f"{AUDIT}/export/audit.csv?{query}").text)))
        assert len(rows) == 1 + len(expected), query


def test_whatever_is_written_down_has_words_and_in_english_they_are_those_of_its_code() -> None:
    written = {code for code in CODES if code.partition(".")[0] in NOUNS and not code.endswith((".id", ".public_id"))}
    assert len(written) > 30
    assert written <= DEEDS.keys()
    assert {code: str(words) for code, words in DEEDS.items()} == {
        code: code.replace(".", ": ").replace("_", " ").capitalize() for code in DEEDS
    }
    assert {code.partition(".")[0] for code in DEEDS} == NOUNS.keys()
    assert {code: str(words) for code, words in FIELDS.items()} == {code: code.replace("_", " ") for code in FIELDS}


@pytest.mark.parametrize("what", ["first=0001-01-01", "last=9999-12-31", "last=0001-01-01", "after=999999999"])
def test_no_day_and_no_place_in_the_list_is_too_far_away(cast: Cast, what: str) -> None:
    assert cast.browser(DANA).get(f"{AUDIT}?{what}").status_code == 200


def test_long_texts_are_shortened_and_the_whole_of_them_is_one_press_away(cast: Cast) -> None:
    long = " ".join(f"word{number}" for number in range(250))
    with cast.app.app_context():
        text = MomentText("SecretTitle1", long, "Teaser1", 1)
        edit_moment(COMMAND_LINE, cast.public["moment1"], text)
        edit_moment(
            Actor(cast.users[DANA], DANA),
            cast.public["moment1"],
            MomentText("SecretTitle1", f"{long} end", "Teaser1", 1),
        )
    dana = cast.browser(DANA)
    page = dana.get(AUDIT).text
    assert "word150" not in page
    assert "word249" in page  # what stands beside the change
    assert "end</ins>" in page
    link = re.search(rf'href="({AUDIT}/\d+)"', page)
    assert link
    assert "word150" in dana.get(link[1]).text


def test_an_entry_with_very_many_fields_is_read_whole_only_by_itself(cast: Cast) -> None:
    fields = {f"moment {number:012x}": {"title": f"Imported {number}", "teaser": "x" * 60} for number in range(400)}
    write_down(cast, Deed("series.import", SLUG, cast.series_id, {}, fields))
    dana = cast.browser(DANA)
    page = dana.get(AUDIT).text
    assert "Imported" not in page
    link = re.search(rf'href="({AUDIT}/\d+)"', page)
    assert link
    whole = dana.get(link[1]).text
    assert "Imported 100" in whole
    assert "more than a page can hold" in whole
    exported = json.loads(dana.get(f"{AUDIT}/export/audit.json").text)
    assert exported[0]["after"] == fields


def test_all_entries_come_page_by_page_each_once(cast: Cast) -> None:
    start_afresh(cast)
    write_down(cast, *(Deed("moment.edit", f"subject-{number:03}") for number in range(2 * A_PAGE + 5)))
    dana, seen = cast.browser(DANA), []
    page = dana.get(f"{AUDIT}?action=moment").text
    for _ in range(3):
        seen += re.findall(r"subject-\d+(?=</span>)", page)
        write_down(cast, Deed("moment.edit", "while we read"))  # a page by number would now repeat a row
        if onward := re.search(r'href="([^"]+)" rel="next"', page):
            page = dana.get(onward[1].replace("&amp;", "&")).text
    assert seen == [f"subject-{number:03}" for number in reversed(range(2 * A_PAGE + 5))]
    newer = re.search(r'href="([^"]+)" rel="prev"', page)
    assert newer
    before = dana.get(newer[1].replace("&amp;", "&")).text
    assert "subject-054" in before
    assert "subject-005" in before


def test_no_page_of_two_hundred_thousand_entries_takes_long(cast: Cast) -> None:
    row = {"actor_id": cast.users[DANA], "actor": DANA, "action": "moment.edit", "subject": "x", "before": None}
    rows = [{**row, "series_id": cast.series_id, "after": '{"title": "y"}'} for _ in range(200_000)]
    with cast.app.app_context(), writing() as session:
        session.execute(insert(AuditEntry), rows)
    dana = cast.browser(DANA)
    dana.get(AUDIT)
    for query in ("", "after=100000", "before=5", "person=ada", "person=dana", f"series={SLUG}", "last=2020-01-01"):
        began = perf_counter()
        assert dana.get(f"{AUDIT}?{query}").status_code == 200
        assert perf_counter() - began < 1.0, query


def test_the_files_hold_everything_and_no_cell_is_run_as_a_formula(cast: Cast) -> None:
    start_afresh(cast)
    write_down(cast, Deed("moment.edit", '=HYPERLINK("http://evil")', cast.series_id, {"a": "=1"}, {"a": "ß, “x”"}))
    for sign in "+-@":
        write_down(cast, Deed("moment.edit", f"{sign}cmd"), actor=Actor(None, f"{sign}who"))
    dana = cast.browser(DANA)
    answer = dana.get(f"{AUDIT}/export/audit.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["at", "actor", "action", "series", "subject", "before", "after"]
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")]
    assert json.loads(rows[-1][-1]) == {"a": "ß, “x”"}
    entries = json.loads(dana.get(f"{AUDIT}/export/audit.json").text)
    assert [entry["subject"] for entry in entries] == ["@cmd", "-cmd", "+cmd", '=HYPERLINK("http://evil")']
    assert entries[-1]["before"] == {"a": "=1"}
    assert dt.datetime.fromisoformat(entries[0]["at"]) <= now()
    assert dana.get(f"{AUDIT}/export/audit.exe").status_code == 404


def test_many_entries_are_exported_each_once(cast: Cast) -> None:
    start_afresh(cast)
    write_down(cast, *(Deed("moment.edit", str(number)) for number in range(3 * A_PAGE)))
    entries = json.loads(cast.browser(DANA).get(f"{AUDIT}/export/audit.json").text)
    assert [int(entry["subject"]) for entry in entries] == list(reversed(range(3 * A_PAGE)))
    start_afresh(cast)
    assert json.loads(cast.browser(DANA).get(f"{AUDIT}/export/audit.json").text) == []


def test_a_curator_reads_what_was_done_to_their_series_and_nothing_else(cast: Cast) -> None:
    another_series(cast)
    curator(cast)
    with cast.app.app_context():
        for slug in (SLUG, "signal"):
            edit_series(COMMAND_LINE, slug, SeriesFacts(f"New name of {slug}", None, None, 5))
        disable_account(COMMAND_LINE, cast.users["cy"], "SecretReason")
        foreign = db.session.scalar(select(func.max(AuditEntry.id)))
        signal = db.session.scalar(select(AuditEntry.id).where(AuditEntry.subject == "signal").limit(1))
    bob = cast.browser("bob")
    page = bob.get(AUDIT).text
    assert f"New name of {SLUG}" in page
    assert "Curator: grant" in deeds(page)
    texts = [page, bob.get(f"{AUDIT}/export/audit.csv").text, bob.get(f"{AUDIT}/export/audit.json").text]
    texts += [bob.get(f"{AUDIT}?{query}").text for query in ("series=signal", "person=cy", "action=account")]
    for text in texts:
        assert "ignal" not in text.replace("series=signal", "")  # what they asked for
        assert "SecretReason" not in text
        assert "account.disable" not in text
    for entry in (foreign, signal):
        assert bob.get(f"{AUDIT}/{entry}").status_code == 404
    assert "/admin/people/" not in page


def test_the_audit_is_as_closed_as_the_rest_of_the_desk_before_it_is_opened(cast: Cast) -> None:
    cast.browser(DANA).post(f"/admin/moments/{cast.public['moment9']}/retire")
    dana = cast.browser(DANA)
    entry = re.search(rf"{AUDIT}/export", dana.get(AUDIT).text)
    assert entry
    with dana.client.session_transaction() as session:
        session.pop(OPENED)
    for path in (AUDIT, f"{AUDIT}/1", f"{AUDIT}/export/audit.csv", f"{AUDIT}/export/audit.json"):
        answer = dana.get(path)
        assert "Open the desk" in answer.text
        assert "SecretTitle" not in answer.text


def test_what_was_done_to_somebody_who_left_stays_without_their_name(cast: Cast) -> None:
    with cast.app.app_context():
        disable_account(COMMAND_LINE, cast.users["bob"], "A test")
        delete_account(cast.users["bob"])
    page = cast.browser(DANA).get(AUDIT).text
    assert deeds(page)[0] == "Account: disable"
    assert SOMEBODY_WHO_LEFT in page
    assert "bob" not in page


def test_a_person_is_called_by_the_name_they_have_now(cast: Cast) -> None:
    from ranker.actions.accounts.changes import change_name

    with cast.app.app_context():
        disable_account(COMMAND_LINE, cast.users["bob"])
        change_name(cast.users["bob"], "robert")
    assert '<a href="/admin/people/robert">robert</a>' in cast.browser(DANA).get(AUDIT).text
