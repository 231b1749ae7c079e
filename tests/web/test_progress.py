"""Declaring progress: one step is one press, a jump asks first, and going back locks again at once."""

from __future__ import annotations

import pytest

from ranker.gate import Viewer, shelf
from tests.cast import PASSWORD, SLUG, Browser, Cast, key

SERIES = f"/series/{SLUG}"


def declare(browser: Browser, position: int | str, **more: object) -> object:
    return browser.post(f"{SERIES}/progress", {"position": position, **more}).status_code


def test_one_step_ahead_is_one_press(cast: Cast) -> None:
    bob = cast.browser("bob")
    assert "SecretTitle7" not in bob.get(SERIES).text
    assert declare(bob, 5) == 303
    assert "SecretTitle7" in bob.get(SERIES).text


def test_a_jump_asks_first_and_says_how_many_episodes(cast: Cast) -> None:
    cy = cast.browser("cy")
    answer = cy.post(f"{SERIES}/progress", {"position": 4})
    assert answer.status_code == 200
    assert "4 episodes" in answer.text
    assert "SecretTitle" not in cy.get(SERIES).text
    assert declare(cy, 4, confirmed=4) == 303
    assert "SecretTitle5" in cy.get(SERIES).text


def test_a_confirmation_is_for_one_position_only(cast: Cast) -> None:
    cy = cast.browser("cy")
    assert declare(cy, 6, confirmed=4) == 200
    assert "SecretTitle" not in cy.get(SERIES).text


def test_going_back_locks_again_at_once(cast: Cast) -> None:
    ada = cast.browser("ada")
    assert "SecretTitle9" in ada.get(SERIES).text
    assert declare(ada, 1) == 303
    text = ada.get(SERIES).text
    assert "SecretTitle1" in text
    assert "SecretTitle3" not in text


@pytest.mark.parametrize("view", ["masked", "sealed"])
def test_the_ranking_says_once_what_a_step_unlocked(cast: Cast, view: str) -> None:
    cast.rank("ada", 9, 8, 7, 1)
    bob = cast.browser("bob")
    bob.post("/view", {"view": view})
    assert " unlocked<" not in bob.get(SERIES).text
    declare(bob, 5)
    text = bob.get(SERIES).text
    assert "2 moments unlocked" in text
    assert f'href="{SERIES}#row-{cast.public[key(8)]}"' in text  # the first of them in the ranking
    assert " unlocked<" not in bob.get(SERIES).text


def test_what_several_steps_unlocked_is_told_together_and_going_back_unlocks_nothing(cast: Cast) -> None:
    bob = cast.browser("bob")
    declare(bob, 5)
    declare(bob, 6)
    assert "3 moments unlocked" in bob.get(SERIES).text
    declare(bob, 5)
    assert " unlocked<" not in bob.get(SERIES).text
    declare(bob, 6)
    declare(bob, 5)
    assert " unlocked<" not in bob.get(SERIES).text


def test_what_was_unlocked_by_somebody_else_or_elsewhere_is_not_told(cast: Cast) -> None:
    here, elsewhere = cast.browser("bob"), cast.browser("bob")
    declare(here, 5)
    declare(elsewhere, 6)
    assert " unlocked<" not in here.get(SERIES).text
    visitor = cast.browser()
    declare(visitor, 1)
    visitor.post("/login", {"name": "ada", "password": PASSWORD})
    text = visitor.get(SERIES).text
    assert "SecretTitle9" in text
    assert " unlocked<" not in text


def test_a_step_is_kept_for_its_own_series_and_while_one_looks_back(cast: Cast) -> None:
    bob = cast.browser("bob")
    declare(bob, 5)
    assert " unlocked<" not in bob.get(f"{SERIES}?as_of=2").text
    assert " unlocked<" not in bob.get("/").text
    assert "2 moments unlocked" in bob.get(f"{SERIES}?method=first").text


@pytest.mark.parametrize("position", [7, -1, "x", "", "1e3", "9" * 30])
def test_an_episode_that_is_none_is_refused_and_nothing_changes(cast: Cast, position: int | str) -> None:
    bob = cast.browser("bob")
    assert declare(bob, position, confirmed=position) == 422
    assert "SecretTitle5" in bob.get(SERIES).text


def test_a_visitor_declares_progress_without_an_account(cast: Cast) -> None:
    visitor = cast.browser()
    assert "SecretTitle" not in visitor.get(SERIES).text
    assert declare(visitor, 1) == 303
    text = visitor.get(SERIES).text
    assert "SecretTitle1" in text
    assert "SecretTitle3" not in text


def test_logging_in_never_raises_a_progress_the_account_has(cast: Cast) -> None:
    visitor = cast.browser()
    declare(visitor, 6, confirmed=6)
    visitor.post("/login", {"name": "bob", "password": PASSWORD})
    assert "SecretTitle7" not in visitor.get(SERIES).text


def test_a_tampered_or_odd_session_sees_nothing(cast: Cast) -> None:
    for odd in ("everything", {SLUG: "6"}, {SLUG: True}, {SLUG: None}, ["x"], {SLUG: -5}):
        visitor = cast.browser()
        with visitor.client.session_transaction() as session:
            session["progress"] = odd
        answer = visitor.get(SERIES)
        assert answer.status_code == 200
        assert "SecretTitle" not in answer.text


def test_after_declaring_one_is_back_on_the_page_one_came_from(cast: Cast) -> None:
    bob = cast.browser("bob")
    for page in (f"{SERIES}/list", f"{SERIES}?method=classic"):
        answer = bob.post(f"{SERIES}/progress", {"position": 4}, headers={"Referer": f"http://localhost{page}"})
        assert answer.location == page
    for elsewhere in (
        "http://evil.example/series/x",
        "http://localhost//evil.example",
        "http://localhost/admin/",
        f"http://localhost{SERIES}/progress",
        "x",
    ):
        answer = bob.post(f"{SERIES}/progress", {"position": 4}, headers={"Referer": elsewhere})
        assert answer.location == SERIES


def test_the_shelf_shows_where_one_is_in_each_series(cast: Cast) -> None:
    with cast.app.app_context():
        row = shelf(Viewer(user_id=cast.users["bob"], name="bob"))[0]
        assert (row.position, str(row.here), row.has_list) == (4, "S1·E4", False)
        assert shelf(Viewer(declared={SLUG: 99}))[0].position == 6
        assert shelf(Viewer())[0].here is None
