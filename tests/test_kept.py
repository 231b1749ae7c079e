"""What is kept is found again, and never more of it than there is room for."""

from __future__ import annotations

import pytest
from flask import Flask

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.episodes import add_episode
from ranker.exchange import EpisodeIn
from ranker.kept import Kept
from tests.cast import SLUG, Cast


class Kitchen:
    """Cooks what is asked for, and remembers how often."""

    def __init__(self) -> None:
        self.cooked: list[str] = []

    def cook(self, dish: str) -> str:
        self.cooked.append(dish)
        return dish * 2


def test_what_is_asked_for_again_is_not_made_again() -> None:
    kitchen, kept = Kitchen(), Kept[str](2)
    assert [kept.of("a", lambda: kitchen.cook("a")) for _ in range(3)] == ["aa"] * 3
    assert kitchen.cooked == ["a"]


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    kitchen, kept = Kitchen(), Kept[str](2)
    for dish in "abacab":
        kept.of(dish, lambda dish=dish: kitchen.cook(dish))
    assert kitchen.cooked == ["a", "b", "c", "b"]


def test_what_weighs_more_needs_more_room() -> None:
    kitchen, kept = Kitchen(), Kept[str](10, len)
    for dish in ("aaa", "bb", "aaa", "bb", "c", "aaa"):
        kept.of(dish, lambda dish=dish: kitchen.cook(dish))
    assert kitchen.cooked == ["aaa", "bb", "c", "aaa"]


def test_what_is_too_heavy_is_made_each_time_and_leaves_room_for_the_rest() -> None:
    kitchen, kept = Kitchen(), Kept[str](4, len)
    for dish in ("a", "heavy", "heavy", "a", "a"):
        assert kept.of(dish, lambda dish=dish: kitchen.cook(dish)) == dish * 2
    assert kitchen.cooked == ["a", "heavy", "heavy", "a"]


@pytest.mark.parametrize("name", ["bob", None])
def test_an_episode_that_was_added_is_on_every_rail_at_once(cast: Cast, app: Flask, name: str | None) -> None:
    browser = cast.browser(name)
    assert "Seen up to S2·E3" not in browser.get(f"/series/{SLUG}").text
    with app.app_context():
        add_episode(COMMAND_LINE, SLUG, EpisodeIn(season=2, number=3, title="A new one"))
    assert "Seen up to S2·E3" in browser.get(f"/series/{SLUG}").text


def test_everybody_has_the_rail_of_where_they_stand(cast: Cast) -> None:
    ada, bob = (cast.browser(name).get(f"/series/{SLUG}").text for name in ("ada", "bob"))
    assert "EpisodeTitle6" in ada
    assert "EpisodeTitle4" in bob
    assert "EpisodeTitle5" not in bob
