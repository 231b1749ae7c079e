"""What moves in a ranking, as Atom: at clearance 0 for everybody, and at an address that a fan has to themselves."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from ranker.actions.accounts.closing import disable_account, enable_account
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import retire_moment
from ranker.extensions import db
from ranker.gate import feed
from ranker.models import Moment, PrivateFeed, Series, now
from ranker.web import feeds
from tests.atom import Feed, read_atom
from tests.cast import PASSWORD, SLUG, Browser, Cast
from tests.web.test_canaries import hidden_words
from tests.web.test_upkeep import DAY, shift

SERIES = f"/series/{SLUG}"
PUBLIC, PAGE = f"{SERIES}/feed.atom", f"{SERIES}/feed"


@pytest.fixture
def moved(cast: Cast) -> Cast:
    """Three days: first 9, 8, 1 and 3, then 1 is best, then 9 again. Nobody moves in between but these."""
    for order in ((9, 8, 1, 3), (1, 8, 9, 3), (9, 8, 1, 3)):
        cast.rank("ada", *order)
        cast.browser().get(SERIES)
        a_day_goes_by(cast)
    return cast


def a_day_goes_by(cast: Cast) -> None:
    """What is kept knows of days that only come: it cannot notice that all of them are older now."""
    shift(cast, DAY)
    feeds.attach(cast.app)


def read(browser: Browser, path: str = PUBLIC) -> Feed:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    return read_atom(answer.data)


def made(cast: Cast, name: str, cap: int) -> str:
    """The path of a new private feed, as the page shows it."""
    answer = cast.browser(name).post(PAGE, {"cap": cap})
    found = re.search(r'value="http://localhost(/feeds/[\w-]{43})"', answer.text)
    assert answer.status_code == 200
    assert found
    return found[1]


def validator(answer: TestResponse) -> dict[str, str]:
    return {"If-None-Match": answer.headers["ETag"]}


# For everybody


def test_there_is_an_entry_for_each_day_on_which_something_moved(moved: Cast) -> None:
    found = read(moved.browser())
    days = [(now() - days * DAY).date().isoformat() for days in (1, 2)]
    assert [entry.id for entry in found.entries] == [f"tag:localhost,2026:{PUBLIC}/{day}" for day in days]
    assert found.id == f"tag:localhost,2026:{PUBLIC}"
    assert (found.itself, found.page) == (f"http://localhost{PUBLIC}", f"http://localhost{SERIES}")
    assert found.entries[0].lines == (
        "Unlocks after S2·E2, “Teaser9”: up 2, now at rank 1",
        "Unlocks after S1·E1, “Teaser1”: down 2, now at rank 3",
    )
    assert found.entries[1].lines[0] == "Unlocks after S1·E1, “Teaser1”: up 2, now at rank 1"
    assert found.entries[0].title.startswith("2 moments moved by ")


def test_a_day_on_which_nothing_moved_is_no_entry_but_the_feed_is_as_new_as_it(moved: Cast) -> None:
    before = read(moved.browser())  # today's standings are kept first
    assert len(before.entries) == 2
    assert before.updated.date() == now().date()


def test_the_public_feed_is_the_same_for_everybody_and_may_be_kept(moved: Cast) -> None:
    strangers = moved.browser().get(PUBLIC)
    for name in ("ada", "bob", "dana"):
        answer = moved.browser(name).get(PUBLIC)
        assert answer.data == strangers.data
        assert "Set-Cookie" not in answer.headers
    assert strangers.headers["Cache-Control"] == "public, max-age=600"
    assert not [word for word in hidden_words(moved, 0) if word in strangers.text]


def test_a_feed_is_asked_for_again_by_its_validator(moved: Cast) -> None:
    browser = moved.browser()
    first = browser.get(PUBLIC)
    again = browser.get(PUBLIC, headers=validator(first))
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    a_day_goes_by(moved)
    moved.rank("ada", 1, 8, 9)
    assert browser.get(PUBLIC, headers=validator(first)).status_code == 200


def test_whoever_reads_sealed_is_told_nothing_and_nothing_is_kept_of_it(moved: Cast) -> None:
    bob = moved.browser("bob")
    bob.post("/view", {"view": "sealed"})
    assert read(bob).entries == ()
    assert bob.get(PUBLIC).headers["Cache-Control"] == "no-store"
    assert "Teaser9" not in bob.get(PAGE).text


def test_a_series_without_days_has_a_feed_without_entries(cast: Cast) -> None:
    with cast.app.app_context():
        empty = read(cast.browser())
    assert empty.entries == ()
    assert "Nothing yet." in cast.browser().get(PAGE).text
    assert cast.browser().get("/series/nowhere/feed.atom").status_code == 404


def test_the_page_of_the_series_leads_to_it(moved: Cast) -> None:
    page = moved.browser().get(SERIES).text
    assert f'<link rel="alternate" type="application/atom+xml" href="{PUBLIC}"' in page
    assert f'href="{PAGE}"' in page
    assert f'value="http://localhost{PUBLIC}"' in moved.browser().get(PAGE).text


def test_addresses_and_names_are_those_of_the_public_address(moved: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(moved.app.config, "PUBLIC_URL", "https://ranker.example.org")
    found = read(moved.browser())
    assert found.itself == f"https://ranker.example.org{PUBLIC}"
    assert found.id.startswith("tag:ranker.example.org,2026:")


def test_words_of_people_cannot_break_out_of_the_document(moved: Cast) -> None:
    words = "</div></content>&amp; <script>x</script>]]>\x07\x1b\ufffe"
    with moved.app.app_context():
        db.session.execute(update(Moment).values(title=f"{words}title", teaser=f"{words}teaser"))
        db.session.execute(update(Series).values(title=f"{words}series"))
        db.session.commit()
    plain = "</div></content>&amp; <script>x</script>]]>"
    assert f"{plain}teaser" in read(moved.browser()).text
    assert read(moved.browser()).title.startswith(f"{plain}series")
    assert f"{plain}title" in read(moved.browser(), made(moved, "ada", 6)).text


def test_a_day_tells_the_first_of_many(moved: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MOST_IN_A_DAY", 1)
    entry = read(moved.browser()).entries[0]
    assert entry.lines == ("Unlocks after S2·E2, “Teaser9”: up 2, now at rank 1", "and 1 more further down")
    assert entry.title.startswith("2 moments")


def test_a_feed_has_so_many_days_at_most(moved: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "DAYS", 2)
    assert len(read(moved.browser()).entries) == 1  # today, on which nothing moved, and yesterday


def test_a_retired_moment_is_told_no_more(moved: Cast) -> None:
    assert "SecretTitle1" in read(moved.browser(), path := made(moved, "ada", 6)).text
    with moved.app.app_context():
        retire_moment(COMMAND_LINE, moved.public["moment1"])
    assert "SecretTitle1" not in read(moved.browser(), path).text


# For a fan alone


@pytest.mark.parametrize("position", range(7))
@pytest.mark.parametrize("cap", [0, 3, 6])
@pytest.mark.parametrize("view", ["masked", "sealed"])
def test_a_feed_of_ones_own_tells_no_more_than_its_cap_and_where_the_fan_is(
    moved: Cast, view: str, cap: int, position: int
) -> None:
    moved.declare("cy", 6)
    path = made(moved, "cy", cap)
    moved.browser("cy").post("/view", {"view": view})
    moved.declare("cy", position)
    first = 1 if view == "masked" else 5  # sealed, there is nothing it could overtake before
    for whoever in (moved.browser(), moved.browser("ada"), moved.browser("cy")):
        found = read(whoever, path)
        assert not [word for word in hidden_words(moved, min(cap, position)) if word in found.text]
        assert ("SecretTitle1" in found.text) == (min(cap, position) >= first)
        assert ("Teaser9" in found.text) == (view == "masked" and min(cap, position) < 6)


def test_it_is_kept_by_nobody_found_by_no_crawler_and_told_to_no_other_site(moved: Cast) -> None:
    answer = moved.browser().get(made(moved, "ada", 6))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    assert moved.browser().get(read_atom(answer.data).itself, headers=validator(answer)).status_code == 304


def test_its_entries_are_its_own_and_do_not_know_the_secret(moved: Cast) -> None:
    path = made(moved, "ada", 6)
    found = read(moved.browser(), path)
    public = read(moved.browser())
    assert {found.id, *(entry.id for entry in found.entries)}.isdisjoint(
        {public.id, *(entry.id for entry in public.entries)}
    )
    assert path.removeprefix("/feeds/") not in found.id + "".join(entry.id for entry in found.entries)


def test_nobody_can_show_its_address_again(moved: Cast) -> None:
    path = made(moved, "ada", 4)
    page = moved.browser("ada").get(PAGE).text
    assert "You have one since" in page
    assert "it tells up to S1·E4" in page
    assert path not in page
    with moved.app.app_context():
        kept = db.session.scalars(select(PrivateFeed)).one()
        assert path.removeprefix("/feeds/").encode() not in kept.token_hash


def test_another_one_ends_the_one_before_and_ending_it_leaves_nothing(moved: Cast) -> None:
    ada, unknown = moved.browser("ada"), moved.browser().get("/feeds/unknown")
    first, second = made(moved, "ada", 6), made(moved, "ada", 2)
    assert moved.browser().get(first).status_code == 404
    assert read(moved.browser(), second)
    others = made(moved, "bob", 1)
    assert ada.post(f"{PAGE}/end").status_code == 303
    gone = moved.browser().get(second)
    assert (gone.status_code, len(gone.data)) == (404, len(unknown.data))
    assert read(moved.browser(), others)
    assert "You have one since" not in ada.get(PAGE).text


def test_it_is_closed_with_the_account_and_gone_with_it(moved: Cast) -> None:
    path = made(moved, "bob", 4)
    with moved.app.app_context():
        disable_account(COMMAND_LINE, moved.users["bob"])
        assert moved.browser().get(path).status_code == 404
        enable_account(COMMAND_LINE, moved.users["bob"])
    assert read(moved.browser(), path)
    bob = moved.browser("bob")
    bob.post("/account/confirm", {"password": PASSWORD})
    bob.post("/account/delete", {"name": "bob"})
    assert moved.browser().get(path).status_code == 404


@pytest.mark.parametrize("cap", [5, 6, 99, "x", "", -1])
def test_nobody_is_told_more_than_they_have_seen(moved: Cast, cap: object) -> None:
    assert moved.browser("bob").post(PAGE, {"cap": cap}).status_code == 422
    with moved.app.app_context():
        assert db.session.scalars(select(PrivateFeed)).all() == []


def test_a_visitor_is_asked_to_log_in_and_a_page_of_another_numbering_is_refused(moved: Cast) -> None:
    assert moved.browser().post(PAGE, {"cap": 0}).location.startswith("/login")
    assert moved.browser("bob").post(f"{PAGE}?numbering=1", {"cap": 1}).status_code == 409


def test_the_page_shows_what_it_would_tell_before_it_is_made(moved: Cast) -> None:
    bob = moved.browser("bob")
    assert "SecretTitle1" not in bob.get(PAGE).text
    assert "SecretTitle1" in bob.get(f"{PAGE}?cap=4").text
    far = bob.get(f"{PAGE}?cap=99").text
    assert not [word for word in hidden_words(moved, 4) if re.search(rf"{word}(?!\d)", far)]


def test_the_export_of_an_account_says_how_far_its_feeds_go(moved: Cast) -> None:
    made(moved, "bob", 3)
    bob = moved.browser("bob")
    bob.post("/account/confirm", {"password": PASSWORD})
    (entry,) = bob.get("/account/export").get_json()["series"]
    assert entry["feed"]["up_to"] == "S1·E3"
    moved.declare("bob", 2)
    (entry,) = bob.get("/account/export").get_json()["series"]
    assert entry["feed"]["up_to"] == "S1·E2"
