"""Bringing what one has watched elsewhere: it is asked before anything opens, and never goes back."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from ranker.extensions import db
from ranker.models import Series
from tests.cast import EPISODES, SLUG, Cast
from tests.domain.test_watched import as_json, play

WATCHED = "/account/watched"


def bring(cast: Cast, name: str, *episodes: int, title: str = "The Lighthouse", **show: object) -> TestResponse:
    """Brings Trakt's history of these episodes, by position."""
    rows = [play(*EPISODES[one - 1], {"title": title, **show}) for one in episodes]
    return upload(cast, name, as_json(rows))


def upload(cast: Cast, name: str, *contents: bytes) -> TestResponse:
    files = [(io.BytesIO(content), "watched-history.json") for content in contents]
    return cast.browser(name).post(WATCHED, {"file": files})


def as_a_file(content: bytes) -> dict[str, Any]:
    """What a browser sends of a form with a file alone."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.json"\r\n\r\n'
    return {"data": head + content + b"\r\n--x--\r\n", "content_type": "multipart/form-data; boundary=x"}


def confirm(cast: Cast, name: str, page: TestResponse) -> TestResponse:
    asked = re.findall(r'name="forward" value="([^"]+)" checked', page.text)
    return cast.browser(name).post(f"{WATCHED}/confirm", {"forward": asked})


def position(cast: Cast, name: str) -> int:
    with cast.app.app_context():
        return cast.gate(name).clearance.position


def test_a_file_is_shown_and_moves_one_on_once_it_is_confirmed(cast: Cast) -> None:
    page = bring(cast, "bob", 1, 2, 3, 4, 5, 6)
    assert "2 episodes further" in page.text
    assert position(cast, "bob") == 4
    answer = confirm(cast, "bob", page)
    assert (answer.status_code, answer.location) == (303, "/")
    assert position(cast, "bob") == 6


def test_it_goes_to_the_first_gap_and_says_so(cast: Cast) -> None:
    page = bring(cast, "cy", 1, 2, 4, 5)
    assert "2 episodes further" in page.text
    assert "S1·E3 is not in your file, though 2 later ones are" in page.text
    confirm(cast, "cy", page)
    assert position(cast, "cy") == 2


def test_it_never_goes_back(cast: Cast) -> None:
    page = bring(cast, "ada", 1, 2)
    assert "Your file goes no further than you are here" in page.text
    cast.browser("ada").post(f"{WATCHED}/confirm", {"forward": f"{SLUG}:2:0"})
    assert position(cast, "ada") == 6


def test_it_tells_nothing_of_episodes_one_has_not_confirmed(cast: Cast) -> None:
    page = bring(cast, "cy", 1, 2, 3, 4, 5, 6).text
    assert "6 episodes further" in page
    assert not re.search(r"EpisodeTitle|Secret|Teaser", page)


def test_shows_that_are_not_here_are_counted_alone(cast: Cast) -> None:
    page = bring(cast, "bob", 1, 2, title="Elsewhere <b>").text
    assert "1 show in your file is not here" in page
    assert "Elsewhere" not in page


@pytest.mark.parametrize(("year", "here"), [(2022, True), (2021, True), (2003, False), (None, True)])
def test_a_show_of_another_year_is_another_show(cast: Cast, year: int | None, here: bool) -> None:
    with cast.app.app_context():
        db.session.execute(update(Series).values(year=2022))
        db.session.commit()
    page = bring(cast, "cy", 1, title="THE LIGHTHOUSE!", year=year).text
    assert ("1 episode further" in page) == here
    assert ("1 show in your file is not here" in page) != here


def test_two_shows_of_that_title_are_not_decided_between(cast: Cast) -> None:
    rows = [play(1, 1, {"title": "The Lighthouse", "ids": {"trakt": one}}) for one in (1, 2)]
    page = upload(cast, "cy", as_json(rows))
    assert "more than one show could be meant" in page.text
    assert 'name="forward"' not in page.text


def test_where_episodes_were_numbered_anew_meanwhile_nothing_moves(cast: Cast) -> None:
    page = bring(cast, "cy", 1, 2)
    with cast.app.app_context():
        db.session.execute(update(Series).values(numbering=1))
        db.session.commit()
    confirm(cast, "cy", page)
    assert position(cast, "cy") == 0


@pytest.mark.parametrize("asked", ["none:1:0", f"{SLUG}:99:0", f"{SLUG}:-1:0", SLUG, "::", f"{SLUG}:x:0", f"{SLUG}:2"])
def test_words_that_were_made_up_change_nothing(cast: Cast, asked: str) -> None:
    answer = cast.browser("cy").post(f"{WATCHED}/confirm", {"forward": asked})
    assert answer.status_code == 303
    assert position(cast, "cy") == 0


def test_what_cannot_be_read_is_refused_in_words(cast: Cast) -> None:
    for contents, words in (
        ((b"x",), "none of them"),
        ((as_json([play(1, 1)]), b"["), "cannot be read"),
        ((), "Choose a file"),
    ):
        answer = upload(cast, "bob", *contents)
        assert answer.status_code == 422
        assert words in answer.text


def test_without_a_tick_nothing_changes(cast: Cast) -> None:
    answer = cast.browser("bob").post(f"{WATCHED}/confirm")
    assert answer.status_code == 422
    assert "No series was chosen" in answer.text


def test_the_account_and_the_rail_lead_there_for_fans_alone(cast: Cast) -> None:
    for path in ("/account", f"/series/{SLUG}"):
        assert f'href="{WATCHED}"' in cast.browser("bob").get(path).text
    assert f'href="{WATCHED}"' not in cast.browser().get(f"/series/{SLUG}").text
    assert cast.browser().get(WATCHED).location == f"/login?next={WATCHED}"


@pytest.mark.parametrize("size", [10 * 1024 * 1024 + 1, 11_000_000])
def test_a_file_that_is_too_large_is_answered_in_place(cast: Cast, size: int) -> None:
    answer = cast.browser("bob").client.post(WATCHED, **as_a_file(b"x" * size))
    assert answer.status_code == 413
    assert "This file is too large: we take 10 MB." in answer.text
    assert "How far your file goes" not in answer.text
    assert 'aria-describedby="file-hint file-problem"' in answer.text


def test_a_visitor_with_a_large_file_is_asked_to_log_in(cast: Cast) -> None:
    answer = cast.browser().client.post(WATCHED, **as_a_file(b"x" * 11_000_000))
    assert answer.location == f"/login?next={WATCHED}"
