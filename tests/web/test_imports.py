"""Importing into a series: it shows what it would do, does exactly that or nothing, and can be exported again."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select, update
from werkzeug.test import TestResponse

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.episodes import add_episode, insert_episode
from ranker.actions.imports import Importing, apply_import
from ranker.actions.moments import MomentText, draft_moment, edit_moment
from ranker.actions.unlocked import write_note
from ranker.desk.catalogue import series_as_file
from ranker.exchange import EpisodeIn, SeriesFile, write_series
from ranker.exchange.plan import Kind, plan_import
from ranker.exchange.reading import read_contents
from ranker.extensions import db
from ranker.models import AuditEntry, Episode, Moment, Progress, WaitingImport
from tests.cast import SLUG, Browser, Cast

DESK = f"/admin/series/{SLUG}"
TVMAZE = (Path(__file__).parent / "episodes.tvmaze.json").read_bytes()
NEXT = b'[{"season": 2, "number": 3, "name": "The storm", "airdate": "2022-02-04", "runtime": 50}]'


def upload(browser: Browser, content: bytes, name: str = "file") -> TestResponse:
    form = {"file": (io.BytesIO(content), name)}
    return browser.post(f"{DESK}/import", form, content_type="multipart/form-data")


def confirm(browser: Browser, page: str | None = None) -> TestResponse:
    """Presses the button of the page as it was shown."""
    found = re.search(r'name="shown" value="(\w+)"', page or browser.get(f"{DESK}/import").text)
    assert found
    return browser.post(f"{DESK}/import/apply", {"shown": found[1]})


def the_series(cast: Cast) -> SeriesFile:
    with cast.app.app_context():
        return series_as_file(SLUG)


def test_nothing_is_imported_before_somebody_has_seen_what_it_would_do(cast: Cast) -> None:
    dana, before = cast.browser("dana"), the_series(cast)
    assert upload(dana, NEXT).status_code == 303
    assert the_series(cast) == before
    shown = dana.get(f"{DESK}/import").text
    assert "S2·E3 The storm" in shown
    assert "1 new, 0 changed" in shown
    assert confirm(dana).location == DESK
    after = the_series(cast)
    assert (after.episodes[-1].title, after.episodes[-1].runtime, len(after.episodes)) == ("The storm", 50, 7)
    assert cast.browser("ada").post(f"/series/{SLUG}/progress", {"position": 7}).status_code == 303
    assert "Nothing was" not in dana.get(DESK).text
    assert 'name="shown"' not in dana.get(f"{DESK}/import").text


def test_the_real_list_is_read_and_its_specials_are_skipped_with_a_word(cast: Cast) -> None:
    with_special = [*json.loads(TVMAZE), {"season": 1, "number": None, "name": "Behind the scenes", "runtime": None}]
    contents = read_contents(json.dumps(with_special).encode())
    assert len(contents.episodes) == len(json.loads(TVMAZE))
    dana = cast.browser("dana")
    upload(dana, NEXT.replace(b"[", b'[{"season": 1, "number": null, "name": "Behind the scenes"},'))
    shown = dana.get(f"{DESK}/import").text
    assert "Behind the scenes" in shown
    assert "a special has no number" in shown
    assert confirm(dana).location == DESK


def test_what_changes_is_shown_before_and_after_and_in_how_many_lists_it_is(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    dana = cast.browser("dana")
    table = f"season;episode;title;description;id\n1;1;A new name;;{cast.public['moment1']}\n"
    upload(dana, b"\xef\xbb\xbf" + table.encode())
    shown = dana.get(f"{DESK}/import").text
    assert "<del>SecretTitle1</del>" in shown
    assert "<ins>A new name</ins>" in shown
    assert 'data-name="In lists">1<' in shown
    confirm(dana)
    moment = next(moment for moment in the_series(cast).moments if moment.key == cast.public["moment1"])
    assert (moment.title, moment.description) == ("A new name", "SecretText1")  # what is empty says nothing


def test_a_moment_that_would_be_shown_earlier_is_pointed_out_and_everything_is_counted_anew(cast: Cast) -> None:
    dana = cast.browser("dana")
    upload(dana, f"season,episode,title,id\n1,1,SecretTitle9,{cast.public['moment9']}\n".encode())
    assert "<b>earlier</b>" in dana.get(f"{DESK}/import").text
    assert "SecretTitle9" not in cast.browser("bob").get(f"/series/{SLUG}").text
    confirm(dana)
    assert "SecretTitle9" in cast.browser("bob").get(f"/series/{SLUG}").text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'[{"season": 2, "number": 3}, {"season": 1, "number": null}, {"season": 1}, 7]', "Entry 4"),
        (b'[{"season": 2, "number": 3}, {"season": 2, "number": 3}]', "there twice"),
        (b'[{"season": 2, "number": 4}, {"season": 1, "number": 9}]', "come between"),
        (b"season,number,airdate\n2,3,\n2,4,soon\n", "Line 3"),
        (b"season,episode,title\n2,1,Fine\n9,1,Nowhere\n", "season 9 episode 1 is not there"),
        (b"season,episode,title\n1,1,Twice\n1,1,twice\n", "there twice"),
    ],
)
def test_with_one_entry_refused_nothing_can_be_imported(cast: Cast, content: bytes, words: str) -> None:
    dana, before = cast.browser("dana"), the_series(cast)
    upload(dana, content)
    shown = dana.get(f"{DESK}/import").text
    assert words in shown
    assert 'name="shown"' not in shown
    digest = plan_import(before, read_contents(content)).digest
    assert dana.post(f"{DESK}/import/apply", {"shown": digest}).status_code == 409
    assert the_series(cast) == before


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}", b"[" * 9_999, b"a,b\n1,2", b"null", b'a,"\n', b"\0,\0"])
def test_a_file_that_is_none_of_ours_is_refused_with_a_reason(cast: Cast, content: bytes) -> None:
    answer = upload(cast.browser("dana"), content)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_after_a_file_that_is_refused_none_from_before_waits(cast: Cast) -> None:
    dana = cast.browser("dana")
    upload(dana, b"season,number,title\n2,3,Mine\n")
    assert 'name="shown"' in dana.get(f"{DESK}/import").text
    answer = upload(dana, b"{}")
    assert answer.status_code == 422
    for page in (answer.text, dana.get(f"{DESK}/import").text):
        assert 'name="shown"' not in page


def test_what_is_no_longer_what_was_shown_is_shown_anew(cast: Cast) -> None:
    dana, before = cast.browser("dana"), b"season,number,title\n2,3,Mine\n"
    upload(dana, before)
    page = dana.get(f"{DESK}/import").text
    with cast.app.app_context():
        add_episode(COMMAND_LINE, SLUG, EpisodeIn(season=2, number=3, title="Theirs"))
    answer = confirm(dana, page)
    assert answer.status_code == 409
    assert "<del>Theirs</del>" in answer.text
    assert the_series(cast).episodes[-1].title == "Theirs"


def test_a_file_that_is_dropped_leaves_nothing(cast: Cast) -> None:
    dana, before = cast.browser("dana"), the_series(cast)
    upload(dana, NEXT)
    assert dana.post(f"{DESK}/import/drop").status_code == 303
    assert "The storm" not in dana.get(f"{DESK}/import").text
    assert dana.post(f"{DESK}/import/apply", {"shown": "x"}).status_code == 303
    assert the_series(cast) == before
    with cast.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(WaitingImport)) == 0


def test_the_audit_keeps_what_an_import_did(cast: Cast) -> None:
    dana = cast.browser("dana")
    upload(dana, b'[{"season": 1, "number": 1, "name": "Another"}, {"season": 2, "number": 3}]')
    confirm(dana)
    with cast.app.app_context():
        query = select(AuditEntry.actor, AuditEntry.before, AuditEntry.after).order_by(AuditEntry.id.desc())
        actor, before, after = db.session.execute(query).first()
    assert actor == "dana"
    assert json.loads(before)["episode 1.1"] == {"title": "EpisodeTitle1"}
    assert json.loads(after)["episode 1.1"] == {"title": "Another"}
    assert "episode 2.3" in json.loads(after)


def test_an_import_that_breaks_off_leaves_nothing_behind(cast: Cast) -> None:
    def fail(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO audit_entries"):  # the last thing that is written
            raise OSError("the disk is full")

    before = the_series(cast)
    with cast.app.app_context():
        event.listen(db.engine, "before_cursor_execute", fail)
        with pytest.raises(OSError, match="full"):
            apply_import(COMMAND_LINE, SLUG, read_contents(b"season,episode,title\n1,1,New one\n"))
        event.remove(db.engine, "before_cursor_execute", fail)
    assert the_series(cast) == before


@pytest.mark.parametrize("file", ["series.json", "episodes.json", "episodes.csv", "moments.csv"])
def test_what_was_exported_changes_nothing_when_it_is_imported(cast: Cast, file: str) -> None:
    dana = cast.browser("dana")
    answer = dana.get(f"{DESK}/export/{file}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{SLUG}.{file}"'
    assert upload(dana, answer.data).status_code == 303
    assert "0 new, 0 changed" in (shown := dana.get(f"{DESK}/import").text)
    assert "is there already" in shown
    assert dana.get(f"{DESK}/export/other.json").status_code == 404


def test_a_thousand_episodes_and_as_many_moments_are_one_import(cast: Cast) -> None:
    file = the_series(cast)
    more = tuple(EpisodeIn(season=3, number=number) for number in range(1, 1_001))
    moments = tuple(
        file.moments[0].model_copy(update={"key": f"k{n}", "title": f"M{n}", "season": 3, "episode": n % 1_000 + 1})
        for n in range(1_000)
    )
    large = file.model_copy(update={"episodes": (*file.episodes, *more), "moments": (*file.moments, *moments)})
    with cast.app.app_context():
        plan = apply_import(COMMAND_LINE, SLUG, read_contents(write_series(large))).plan
        assert db.session.scalar(select(func.count()).select_from(Episode)) == 1_006
        assert len([step for step in plan.new if step.kind is Kind.MOMENT]) == 1_000
        assert db.session.scalar(select(func.count(func.distinct(Moment.edition)))) == 2


# Taking an import back

ALL_KINDS = """{"format": "ranker.series/1", "slug": "the-lighthouse", "title": "Another title",
 "episodes": [{"season": 1, "number": 1, "title": "Another name", "airdate": "2022-01-28"},
  {"season": 1, "number": 4}, {"season": 2, "number": 3, "title": "The storm"}],
 "moments": [{"key": "x", "title": "Brand new", "season": 2, "episode": 3},
  {"key": "%s", "title": "Renamed", "season": 1, "episode": 4, "teaser": "Soon"},
  {"key": "y", "title": "A draft", "season": 1, "episode": 1, "status": "proposed"}]}"""


def import_all_kinds(cast: Cast) -> Browser:
    dana = cast.browser("dana")
    upload(dana, (ALL_KINDS % cast.public["moment1"]).encode())
    assert confirm(dana).status_code == 303
    return dana


def take_back(browser: Browser) -> TestResponse:
    found = re.search(r'name="entry" value="(\w+)"', browser.get(f"{DESK}/import").text)
    assert found
    return browser.post(f"{DESK}/import/undo", {"entry": found[1]})


def everything(cast: Cast) -> list[object]:
    with cast.app.app_context():
        return [db.session.execute(select(table.__table__).order_by(table.id)).all() for table in (Episode, Moment)]


def test_an_import_is_taken_back_and_everything_is_as_it_was(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    before, rows, shown = the_series(cast), everything(cast), cast.browser("ada").get(f"/series/{SLUG}").text
    dana = import_all_kinds(cast)
    assert "SecretTitle1" not in cast.browser("ada").get(f"/series/{SLUG}").text
    assert take_back(dana).status_code == 303
    assert the_series(cast) == before
    assert everything(cast) == rows
    assert body_of_ranking(cast) == re.search(r'<ol[^>]*id="standings".*?</ol>', shown, re.S)[0]  # type: ignore[index]
    assert "Take it back" not in dana.get(f"{DESK}/import").text


def body_of_ranking(cast: Cast) -> str:
    found = re.search(r'<ol[^>]*id="standings".*?</ol>', cast.browser("ada").get(f"/series/{SLUG}").text, re.S)
    assert found
    return found[0]


def test_imports_are_taken_back_one_after_the_other(cast: Cast) -> None:
    before, dana = the_series(cast), cast.browser("dana")
    for number in (3, 4):
        upload(dana, f"season,number\n2,{number}\n".encode())
        confirm(dana)
    first = dana.post(f"{DESK}/import/undo", {"entry": oldest_import(cast)})
    assert first.status_code == 409
    assert "not the last import" in first.text
    assert take_back(dana).status_code == 303
    assert take_back(dana).status_code == 303
    assert the_series(cast) == before


def oldest_import(cast: Cast) -> int:
    with cast.app.app_context():
        entry = db.session.scalar(select(func.min(AuditEntry.id)).where(AuditEntry.action == "series.import"))
        assert entry is not None
        return entry


def moment_id(cast: Cast, title: str) -> str:
    with cast.app.app_context():
        return db.session.scalars(select(Moment.public_id).where(Moment.title == title)).one()


def watch(cast: Cast) -> None:
    cast.declare("ada", 7)
    cast.declare("ada", 1)


def place(cast: Cast) -> None:
    place_and_remove(cast, keep=True)


def place_and_remove(cast: Cast, keep: bool = False) -> None:
    cast.declare("ada", 7)
    cast.public["new"] = moment_id(cast, "Brand new")
    browser = cast.browser("ada")
    browser.post(f"/series/{SLUG}/list", cast.list_form("ada", cast.public["new"]))
    if not keep:
        browser.post(f"/series/{SLUG}/list", cast.list_form("ada"))
    cast.declare("ada", 1)


def write(cast: Cast) -> None:
    cast.declare("ada", 7)
    with cast.app.app_context():
        write_note(cast.gate("ada"), moment_id(cast, "Brand new"), "Wet")
    with cast.app.app_context():
        db.session.execute(update(Progress).values(position=1, furthest=1, greeted=1))
        db.session.commit()


def reword(cast: Cast) -> None:
    with cast.app.app_context():
        edit_moment(COMMAND_LINE, cast.public["moment1"], MomentText("Reworded", "", None, 4))


def hang(cast: Cast) -> None:
    with cast.app.app_context():
        draft_moment(COMMAND_LINE, SLUG, MomentText("Hangs on it", "", None, 7))


def squeeze(cast: Cast) -> None:
    with cast.app.app_context():
        insert_episode(COMMAND_LINE, SLUG, EpisodeIn(season=1, number=9), seen=True)


@pytest.mark.parametrize(
    ("built", "words"),
    [
        (watch, "got to its episodes"),
        (place, "placed its moments"),
        (place_and_remove, "placed its moments"),  # undo would bring it back
        (write, "notes on its moments"),
        (reword, "“Reworded” has changed"),
        (hang, "Something hangs"),
        (squeeze, "come or gone"),
    ],
)
def test_an_import_on_which_something_was_built_stays_and_the_reason_is_told(
    cast: Cast, built: Callable[[Cast], None], words: str
) -> None:
    dana = import_all_kinds(cast)
    built(cast)
    before, rows = the_series(cast), everything(cast)
    answer = take_back(dana)
    assert answer.status_code == 409
    assert words in answer.text
    assert (the_series(cast), everything(cast)) == (before, rows)


def test_a_visitor_who_declared_an_episode_that_was_taken_back_has_not_seen_the_next_of_its_number(cast: Cast) -> None:
    dana, visitor = import_all_kinds(cast), cast.browser()
    visitor.post(f"/series/{SLUG}/progress", {"position": 7, "confirmed": 7})
    take_back(dana)
    import_all_kinds(cast)
    text = visitor.get(f"/series/{SLUG}").text
    assert "SecretTitle9" in text
    assert "Brand new" not in text


# A long one


def test_a_long_import_says_how_far_it_has_come_and_is_done_when_it_says_so(cast: Cast) -> None:
    dana = cast.browser("dana")
    rows = "".join(f"1,1,Moment {n}\n" for n in range(1_200))
    upload(dana, f"season,episode,title\n{rows}".encode())
    answer = confirm(dana)
    assert answer.status_code == 200
    told = re.findall(r'<progress class="coming__bar" value="(\d+)" max="1200"', answer.text)
    assert told == ["0", "500", "1000", "1200"]
    assert "Imported: 1,200 new, 0 changed" in answer.text
    assert len(the_series(cast).moments) == 1_209
    assert "SecretTitle" not in cast.browser("cy").get(f"/series/{SLUG}").text
    entry = re.search(r'name="entry" value="(\d+)"', answer.text)
    assert entry
    assert dana.post(f"{DESK}/import/undo", {"entry": entry[1]}).status_code == 303
    assert len(the_series(cast).moments) == 9


def test_a_long_import_into_a_series_that_changes_at_that_very_moment_says_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = cast.browser("dana")
    rows = "".join(f"1,1,Moment {n}\n" for n in range(1_200))
    upload(dana, f"season,episode,title\n{rows}".encode())
    page = dana.get(f"{DESK}/import").text

    def meanwhile(slug: str) -> SeriesFile:
        file = series_as_file(slug)
        return file.model_copy(update={"episodes": file.episodes[1:]})

    monkeypatch.setattr("ranker.actions.imports.series_as_file", meanwhile)
    answer = confirm(dana, page)
    assert "Nothing was imported" in answer.text
    assert len(the_series(cast).moments) == 9


def test_a_long_import_that_is_broken_off_leaves_nothing_behind(cast: Cast) -> None:
    before = the_series(cast)
    rows = "".join(f"1,1,Moment {n}\n" for n in range(1_200))
    with cast.app.app_context():
        turns = iter(Importing(COMMAND_LINE, SLUG, read_contents(f"season,episode,title\n{rows}".encode())))
        assert [next(turns), next(turns)] == [0, 500]
        turns.close()  # type: ignore[attr-defined]
    assert the_series(cast) == before
    with cast.app.app_context():
        assert db.session.scalars(select(AuditEntry.action).where(AuditEntry.action == "series.import")).all() == []


# Any bytes

SENSIBLE = st.sampled_from(
    [
        b"season,episode,title\n1,1,%s\n",
        b"season,number,title\n2,3,%s\n",
        b'[{"season": 2, "number": 3, "name": "%s"}]',
        b'{"format": "ranker.series/1", "slug": "the-lighthouse", "title": "%s", '
        b'"episodes": [{"season": 1, "number": 1}]}',
    ]
)
BYTES = st.one_of(
    st.binary(max_size=300),
    st.builds(lambda frame, inside: frame.replace(b"%s", inside), SENSIBLE, st.binary(max_size=40)),
    st.builds(lambda frame, text: frame.replace(b"%s", text.encode()), SENSIBLE, st.text(max_size=40)),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=BYTES)
def test_any_bytes_are_refused_with_words_or_imported_as_was_shown_and_taken_back(cast: Cast, content: bytes) -> None:
    dana, before = cast.browser("dana"), the_series(cast)
    answer = upload(dana, content)
    if answer.status_code == 422:
        assert 'role="alert"' in answer.text
        assert the_series(cast) == before
        return
    assert answer.status_code == 303
    page = dana.get(f"{DESK}/import")
    assert page.status_code == 200
    assert the_series(cast) == before
    if 'name="shown"' in page.text:
        assert confirm(dana, page.text).status_code == 303
        assert the_series(cast) != before
        assert take_back(dana).status_code == 303
        assert the_series(cast) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'"season": 1}', "this JSON begins with neither { nor ["),
        (b'[{"season": 1', "this JSON breaks at line 1, column"),
    ],
)
def test_a_json_file_that_is_broken_is_not_taken_for_a_table(cast: Cast, content: bytes, words: str) -> None:
    file = {"file": (io.BytesIO(content), "episodes.json")}
    answer = cast.browser("dana").post(f"{DESK}/import", file)
    assert answer.status_code == 422
    assert words in answer.text
    assert "name the columns" not in answer.text
