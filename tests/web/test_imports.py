"""Importing into a series: it shows what it would do, does exactly that or nothing, and can be exported again."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.episodes import add_episode
from ranker.actions.imports import apply_import
from ranker.desk.catalogue import series_as_file
from ranker.exchange import EpisodeIn, SeriesFile, write_series
from ranker.exchange.plan import Kind, plan_import
from ranker.exchange.reading import read_contents
from ranker.extensions import db
from ranker.models import AuditEntry, Episode, Moment, WaitingImport
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
    assert "Nothing" not in dana.get(DESK).text
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
        plan = apply_import(COMMAND_LINE, SLUG, read_contents(write_series(large)))
        assert db.session.scalar(select(func.count()).select_from(Episode)) == 1_006
        assert len([step for step in plan.new if step.kind is Kind.MOMENT]) == 1_000
        assert db.session.scalar(select(func.count(func.distinct(Moment.edition)))) == 2
