"""A series that is a draft: at the desk and nowhere else, shown and hidden by a button, deleted with all it had."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from ranker.actions.accounts.roles import grant_curator
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.compaction import compact
from ranker.actions.drafts import delete_series, hide_series, show_series
from ranker.actions.episodes import insert_episode
from ranker.actions.feeds import make_feed
from ranker.actions.moments import MomentText, add_moment
from ranker.actions.progress import adopt_progress, unknown_progress
from ranker.actions.reports import report_wrong
from ranker.actions.series import add_series
from ranker.actions.sharing import share_list
from ranker.actions.snapshots import keep_snapshot
from ranker.actions.unlocked import meet
from ranker.exchange import EpisodeIn
from ranker.extensions import db
from ranker.gate import NotHere, Viewer, open_gate, shelf, state_of
from ranker.gate.own_archive import own_archive
from ranker.installation import SEEDS, install, seed_bytes
from ranker.models import AuditEntry, Base, DeletedSeries, Series, User, now
from ranker.pictures import PictureStore
from tests.cast import SLUG, Browser, Cast, lighthouse
from tests.web.test_desk_moments import field, newest_deed
from tests.web.test_pictures import drawn, files
from tests.web.test_pictures import upload as upload_picture
from tests.worlds.walk import body_of

DESK = f"/admin/series/{SLUG}"
EVERYBODY = [None, "ada", "cy", "dana"]
PAGES = ("", "/list", "/duels", "/story", "/crowd", "/methods", "/feed", "/feed.atom", "/card.png", "/suggestions")


def hide(cast: Cast, slug: str = SLUG) -> None:
    with cast.app.app_context():
        assert hide_series(COMMAND_LINE, slug)


def show(cast: Cast, slug: str = SLUG) -> None:
    with cast.app.app_context():
        assert show_series(COMMAND_LINE, slug)


def delete(cast: Cast, slug: str = SLUG) -> None:
    with cast.app.app_context():
        delete_series(COMMAND_LINE, slug, store(cast))


def store(cast: Cast) -> PictureStore:
    return PictureStore(cast.app.config["DATA_DIR"] / "pictures")


def curator(cast: Cast, name: str) -> Browser:
    with cast.app.app_context():
        assert grant_curator(COMMAND_LINE, cast.users[name], SLUG)
    return cast.browser(name)


# Outside the desk


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_draft_is_an_unknown_address_to_everybody(cast: Cast, name: str | None) -> None:
    browser = cast.browser(name)
    assert all(browser.get(f"/series/{SLUG}{page}").status_code == 200 for page in PAGES)
    assert "The Lighthouse" in browser.get("/").text
    hide(cast)
    for page in PAGES:
        found, unknown = browser.get(f"/series/{SLUG}{page}"), browser.get(f"/series/the-nowhere-at{page}")
        assert (found.status_code, unknown.status_code) == (404, 404), page
        assert body_of(found).replace(SLUG, "") == body_of(unknown).replace("the-nowhere-at", ""), page
    for page in ("/", "/search?q=Lighthouse", "/sitemap.xml", "/api/v1/series"):
        assert SLUG not in browser.get(page).text
        assert "The Lighthouse" not in browser.get(page).text


def test_a_curator_of_the_draft_sees_it_at_the_desk_and_nowhere_else(cast: Cast) -> None:
    cleo = curator(cast, "cy")
    hide(cast)
    assert cleo.get(DESK).status_code == 200
    assert cleo.get(f"/series/{SLUG}").status_code == 404
    assert SLUG not in cleo.get("/").text


def test_the_gate_does_not_open_to_a_draft(cast: Cast) -> None:
    tallies = cast.app.extensions["tallies"]
    hide(cast)
    with cast.app.app_context():
        for viewer in (Viewer(), Viewer(user_id=cast.users["ada"]), Viewer(user_id=cast.users["dana"], is_admin=True)):
            with pytest.raises(NotHere):
                open_gate(viewer, SLUG, tallies)
            assert shelf(viewer) == ()


def test_what_fans_have_in_a_draft_is_kept_and_there_again(cast: Cast) -> None:
    cast.rank("ada", 3, 1, 2)
    ada = cast.browser("ada")
    before = body_of(ada.get(f"/series/{SLUG}/list"))
    hide(cast)
    assert ada.post(f"/series/{SLUG}/list", {"version": 1}).status_code == 404
    assert ada.post(f"/series/{SLUG}/progress", {"position": 1}).status_code == 404
    show(cast)
    assert body_of(ada.get(f"/series/{SLUG}/list")) == before


def test_a_draft_is_in_no_export_no_offer_and_no_feed(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    tallies, ada = cast.app.extensions["tallies"], Viewer(user_id=cast.users["ada"], name="ada")
    with cast.app.app_context():
        secret = make_feed(cast.gate("ada"), 6)
        assert [entry["series"] for entry in own_archive(ada, tallies)] == [SLUG]
        assert unknown_progress(cast.users["cy"], {SLUG: 3}) == {SLUG: 3}
    assert cast.browser().get(f"/feeds/{secret}").status_code == 200
    hide(cast)
    assert cast.browser().get(f"/feeds/{secret}").status_code == 404
    with cast.app.app_context():
        assert own_archive(ada, tallies) == []
        assert unknown_progress(cast.users["cy"], {SLUG: 3}) == {}
        adopt_progress(cast.users["cy"], {SLUG: 3}, {})
    show(cast)
    with cast.app.app_context():
        assert cast.gate("cy").clearance.position == 0


def test_a_report_on_a_name_at_a_list_of_a_draft_stands_in_no_way(cast: Cast) -> None:
    with cast.app.app_context():
        add_series(COMMAND_LINE, lighthouse().model_copy(update={"slug": "another"}))
        tallies = cast.app.extensions["tallies"]
        bob = open_gate(Viewer(user_id=cast.users["bob"], name="bob"), "another", tallies)
        share_list(cast.gate("bob"), 4)
        share_list(bob, 0)
    ada, said = cast.browser("ada"), {"kind": "spoils", "words": "Look"}
    ada.post("/series/another/progress", {"position": 6, "confirmed": 6})
    assert ada.post(f"/fans/bob/{SLUG}/report", said).status_code == 303
    assert ada.post("/fans/bob/another/report", said).status_code == 409
    hide(cast)
    assert ada.post("/fans/bob/another/report", said).status_code == 303


# At the desk


def test_a_series_made_by_form_is_a_draft_until_it_is_shown(cast: Cast) -> None:
    dana = cast.browser("dana")
    form = {"title": "Signal", "slug": "signal", "seasons": "2, 3"}
    page = dana.post("/admin/series/new", form, follow_redirects=True).text
    assert "Show it to everybody" in page
    assert "Open the ranking" not in page
    assert '<span class="tag tag--proposed">draft</span>' in dana.get("/admin/").text
    assert "Signal" not in dana.get("/").text
    assert dana.post("/admin/series/signal/show").location == "/admin/series/signal"
    assert newest_deed(cast) == ("series.show", {"draft": True}, {"draft": False})
    assert "Signal" in cast.browser().get("/").text
    page = dana.get("/admin/series/signal").text
    assert "Hide it from everybody" in page
    assert "Show it to everybody" not in page
    assert 'tag--proposed">draft' not in dana.get("/admin/").text


def test_a_series_from_a_file_is_a_draft_with_the_same_button(cast: Cast) -> None:
    dana = cast.browser("dana")
    file = {"file": (io.BytesIO(seed_bytes(SEEDS[0])), "series.json")}
    dana.post("/admin/series/import", file, content_type="multipart/form-data")
    page = dana.post("/admin/series/import/apply", follow_redirects=True).text
    assert "as a draft" in page
    assert "Show it to everybody" in page
    assert "All of Us Are Dead" not in cast.browser().get("/").text


def test_hiding_asks_first_where_fans_have_something(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    dana = cast.browser("dana")
    asked = dana.post(f"{DESK}/hide")
    assert "1 list" in asked.text
    assert "2 fans have said how far they are" in asked.text
    assert cast.browser().get(f"/series/{SLUG}").status_code == 200
    assert dana.post(f"{DESK}/hide", {"sure": "yes"}).status_code == 303
    assert newest_deed(cast) == ("series.hide", {"draft": False}, {"draft": True})
    assert cast.browser().get(f"/series/{SLUG}").status_code == 404


def test_hiding_asks_nothing_where_fans_have_nothing(cast: Cast) -> None:
    with cast.app.app_context():
        add_series(COMMAND_LINE, lighthouse().model_copy(update={"slug": "another"}))
    assert cast.browser("dana").post("/admin/series/another/hide").status_code == 303
    assert cast.browser().get("/series/another").status_code == 404


def test_a_button_pressed_twice_is_written_down_once(cast: Cast) -> None:
    dana = cast.browser("dana")
    for _ in range(2):
        assert dana.post(f"{DESK}/hide", {"sure": "yes"}).status_code == 303
    for _ in range(2):
        assert dana.post(f"{DESK}/show").status_code == 303
    with cast.app.app_context():
        query = select(AuditEntry.action).where(AuditEntry.action.in_(("series.hide", "series.show")))
        assert list(db.session.scalars(query.order_by(AuditEntry.id))) == ["series.hide", "series.show"]


def test_the_desk_works_on_a_draft_as_on_any_series(cast: Cast) -> None:
    hide(cast)
    dana = cast.browser("dana")
    for page in ("", "/moments", "/moments/new", "/counting", "/ballots", "/import", "/episodes/1/1"):
        assert dana.get(f"{DESK}{page}").status_code == 200, page
    moment = dana.get(f"/admin/moments/{cast.public['moment1']}")
    assert moment.status_code == 200
    assert f'href="/series/{SLUG}' not in moment.text + dana.get(DESK).text + dana.get("/admin/").text


# Deleting


def fill(cast: Cast) -> None:
    """Something in every table that can hang on a series."""
    cast.rank("ada", 3, 1, 2)
    cast.note("ada", 1, "A note")
    cast.suggest("ada", "A wish")
    upload_picture(cast, drawn())
    dana, tallies = cast.browser("dana"), cast.app.extensions["tallies"]
    dana.post(f"{DESK}/import", {"file": (io.BytesIO(EPISODES), "x.json")}, content_type="multipart/form-data")
    curator(cast, "bob")
    cast.declare("bob", 5)
    with cast.app.app_context():
        meet(cast.gate("bob"), cast.public["moment7"])
        report_wrong(cast.gate("ada"), cast.public["moment1"], "Look")
        share_list(cast.gate("ada"), 3)
        make_feed(cast.gate("ada"), 3)
        compact(state_of(SLUG), tallies)
        insert_episode(COMMAND_LINE, SLUG, EpisodeIn(season=1, number=5), seen=True)
        keep_snapshot(state_of(SLUG), tallies, now())
    cast.rank("ada", 1, 2)  # a line of the log, after what was compacted


EPISODES = b'[{"season": 2, "number": 3, "name": "The storm"}]'


def rows(cast: Cast) -> dict[str, int]:
    """How many rows each table has."""
    with cast.app.app_context():
        tables = Base.metadata.sorted_tables
        return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


OF_THE_SITE = {"users", "sessions", "audit_entries", "deleted_series"}


def test_all_that_hangs_on_a_series_goes_with_it_and_nothing_else(cast: Cast) -> None:
    with cast.app.app_context():
        add_series(COMMAND_LINE, lighthouse().model_copy(update={"slug": "another"}))
    before = rows(cast)
    fill(cast)
    filled = rows(cast)
    hide(cast)
    delete(cast)
    after = rows(cast)
    for name in after.keys() - OF_THE_SITE:
        of_another = before[name] if name in ("episodes", "moments", "series") else 0
        assert after[name] == of_another // 2, name
    assert after["audit_entries"] == filled["audit_entries"] + 2
    assert after["users"] == filled["users"]
    assert files(cast) == []
    with cast.app.app_context():
        assert db.session.scalar(select(User.curates).where(User.name == "bob")) == 0
        assert open_gate(Viewer(), "another", cast.app.extensions["tallies"]).index


def test_the_test_before_has_something_in_every_table_of_a_series(cast: Cast) -> None:
    fill(cast)
    filled = rows(cast)
    series, moments = (Base.metadata.tables[name].c.id for name in ("series", "moments"))
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    hangs = {column.table.name for column in columns if column.references(series) or column.references(moments)}
    assert all(filled[name] for name in hangs), {name for name in hangs if not filled[name]}


def test_only_what_nobody_sees_can_be_deleted(cast: Cast) -> None:
    dana = cast.browser("dana")
    assert "only a draft can be deleted" in dana.get(f"{DESK}/delete").text
    assert dana.post(f"{DESK}/delete", {"slug": SLUG}).status_code == 409
    assert cast.browser().get(f"/series/{SLUG}").status_code == 200


def test_an_admin_is_told_what_goes_and_writes_the_address(cast: Cast) -> None:
    fill(cast)
    hide(cast)
    dana = cast.browser("dana")
    page = dana.get(f"{DESK}/delete").text
    for words in ("7 episodes", "9 moments", "1 picture", "1 list", "1 note", "2 suggestions and reports"):
        assert words in page, words
    for typed in ("", "the-light"):
        refused = dana.post(f"{DESK}/delete", {"slug": typed})
        assert refused.status_code == 422
        assert 'role="alert"' in refused.text
    assert deletes(dana).location == "/admin/"
    assert "The Lighthouse is deleted" in dana.get("/admin/").text
    assert dana.get(DESK).status_code == 404


def deletes(browser: Browser) -> TestResponse:
    return browser.post(f"{DESK}/delete", {"slug": SLUG, "shown": field(browser.get(f"{DESK}/delete"), "shown")})


@pytest.mark.parametrize("anew", [False, True], ids=["grown", "another one"])
def test_what_has_changed_since_it_was_shown_is_not_deleted(cast: Cast, anew: bool) -> None:
    hide(cast)
    dana = cast.browser("dana")
    before = {"slug": SLUG, "shown": field(dana.get(f"{DESK}/delete"), "shown")}
    if anew:
        deletes(dana)
        with cast.app.app_context():
            add_series(COMMAND_LINE, lighthouse(), draft=True)
    else:
        with cast.app.app_context():
            add_moment(COMMAND_LINE, SLUG, MomentText("Brand new", "", None, 1))
    refused = dana.post(f"{DESK}/delete", before)
    assert refused.status_code == 409
    assert "has changed since you opened the page" in refused.text
    assert dana.get(DESK).status_code == 200


def test_a_curator_deletes_nothing(cast: Cast) -> None:
    hide(cast)
    cleo = curator(cast, "cy")
    assert "Delete it" not in cleo.get(DESK).text
    assert cleo.get(f"{DESK}/delete").status_code == 404
    assert cleo.post(f"{DESK}/delete", {"slug": SLUG}).status_code == 404
    assert cleo.post(f"{DESK}/show").status_code == 303


def test_the_audit_says_who_deleted_what_and_keeps_what_was_done_before(cast: Cast) -> None:
    dana = cast.browser("dana")
    dana.post(f"{DESK}/hide", {"sure": "yes"})
    deletes(dana)
    page = dana.get("/admin/audit").text
    for words in ("Series: delete", "Series: hide", "Series: add", "The Lighthouse"):
        assert words in page
    assert f'href="{DESK}"' not in page
    told = dana.get("/admin/audit/export/audit.json").json
    assert told is not None
    newest = (told["entries"] if isinstance(told, dict) else told)[0]
    assert (newest["actor"], newest["action"], newest["series"], newest["subject"]) == (
        "dana", "series.delete", SLUG, SLUG,
    )  # fmt: skip
    assert newest["before"]["moments"] == 9


# What comes after


def test_a_new_series_at_the_address_is_another_one(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    visitor, ada = cast.browser(), cast.browser("ada")
    visitor.post(f"/series/{SLUG}/progress", {"position": 6, "confirmed": 6})
    assert "SecretTitle9" in visitor.get(f"/series/{SLUG}").text
    hide(cast)
    delete(cast)
    with cast.app.app_context():
        added = add_series(COMMAND_LINE, lighthouse())
        assert added.id > cast.series_id
    for browser in (visitor, ada):
        page = browser.get(f"/series/{SLUG}").text
        assert "SecretTitle" not in page
        assert "locked" in page
    assert "SecretTitle" not in ada.get(f"/series/{SLUG}/list").text
    onwards = {"position": 6, "confirmed": 6}
    assert visitor.post(f"/series/{SLUG}/progress", onwards).status_code == 409  # from a page of the one before
    visitor.post(f"/series/{SLUG}/progress?numbering=1", onwards)
    assert "SecretTitle9" in visitor.get(f"/series/{SLUG}").text


def test_what_a_visitor_declared_of_a_deleted_series_is_offered_to_no_account(cast: Cast) -> None:
    hide(cast)
    delete(cast)
    with cast.app.app_context():
        add_series(COMMAND_LINE, lighthouse())
        adopt_progress(cast.users["cy"], {SLUG: 6}, {})
        assert cast.gate("cy").clearance.position == 0


def test_no_id_is_given_twice(cast: Cast) -> None:
    ids = [cast.series_id]
    for _ in range(3):
        hide(cast)
        delete(cast)
        with cast.app.app_context():
            ids.append(add_series(COMMAND_LINE, lighthouse()).id)
    assert ids == sorted(set(ids))
    with cast.app.app_context():
        assert list(db.session.scalars(select(DeletedSeries.numbering).order_by(DeletedSeries.id))) == [0, 1, 2]
        assert db.session.scalar(select(Series.numbering)) == 3


def test_a_site_whose_last_series_was_deleted_stays_empty(cast: Cast) -> None:
    hide(cast)
    delete(cast)
    install(cast.app)
    with cast.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Series)) == 0


def test_a_new_site_gets_its_first_series_for_everybody(app: Flask) -> None:
    install(app)
    with app.app_context():
        assert list(db.session.scalars(select(Series.is_open))) == [True, True]


# By command


def ranker(cast: Cast, *words: str, given: bytes | str = b"") -> Result:
    return cast.app.test_cli_runner().invoke(args=["series", *words], input=given)


def test_a_command_adds_a_draft_if_it_is_told_so(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "series.json"
    file.write_bytes(seed_bytes(SEEDS[0]))
    assert ranker(cast, "import", str(file), "--draft").exit_code == 0
    slug = "all-of-us-are-dead"
    assert cast.browser().get(f"/series/{slug}").status_code == 404
    assert f"{slug}\t" in ranker(cast, "list").output
    assert [line.endswith("\tdraft") for line in ranker(cast, "list").output.splitlines()] == [True, False]
    assert ranker(cast, "import", str(file), "--draft").exit_code == 2
    assert ranker(cast, "show", slug).exit_code == 0
    assert cast.browser().get(f"/series/{slug}").status_code == 200
    assert ranker(cast, "show", "nowhere").exit_code == 1


def test_a_command_asks_before_it_hides_what_fans_have_lists_in(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    refused = ranker(cast, "hide", SLUG)
    assert refused.exit_code == 1
    assert "lists: 1" in refused.output
    assert ranker(cast, "hide", SLUG, given="y\n").exit_code == 0
    assert cast.browser().get(f"/series/{SLUG}").status_code == 404
    assert "nothing to do" in ranker(cast, "hide", SLUG).output


def test_a_command_deletes_a_draft_when_somebody_is_sure(cast: Cast) -> None:
    upload_picture(cast, drawn())
    assert ranker(cast, "delete", SLUG, "--yes").exit_code == 1  # everybody sees it
    hide(cast)
    assert ranker(cast, "delete", SLUG).exit_code == 1  # nobody answered
    told = ranker(cast, "delete", SLUG, "--dry-run")
    assert told.exit_code == 0
    assert "moments: 9" in told.output
    assert len(files(cast)) == 2
    assert ranker(cast, "delete", SLUG, "--yes").exit_code == 0
    assert files(cast) == []
    assert ranker(cast, "delete", SLUG, "--yes").exit_code == 1
