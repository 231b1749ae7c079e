"""The rail of a series with many seasons, with mouse, thumb and keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.series import add_series
from ranker.exchange import EpisodeIn
from tests.browser.conftest import Opener
from tests.browser.test_touch import PHONE
from tests.browser.window import Window
from tests.cast import Cast, lighthouse

LONG = "/series/the-long-one"
SEASONS = (10, 10, 10, 10, 10, 10, 7, 6)


@pytest.fixture
def long_series(cast: Cast) -> None:
    """Eight seasons, 73 episodes, as the longest of the real ones."""
    episodes = tuple(
        EpisodeIn(season=season, number=number, title=f"EpisodeTitle{season}-{number}")
        for season, count in enumerate(SEASONS, 1)
        for number in range(1, count + 1)
    )
    series = lighthouse().model_copy(update={"slug": "the-long-one", "title": "The Long One", "episodes": episodes})
    with cast.app.app_context():
        add_series(COMMAND_LINE, series.model_copy(update={"moments": ()}))


def go_to(window: Window, position: int) -> Page:
    page = window.visit(LONG)
    window.pick_episode(position)
    page.locator("#jump-yes").click()
    window.expect_position(position)
    return page


@pytest.mark.usefixtures("long_series")
def test_many_seasons_are_stepped_through_with_the_arrow_keys_and_one_is_opened(open_window: Opener) -> None:
    window = open_window("bob")
    page = go_to(window, 44)
    here = page.locator("#to-season-5")
    expect(here).to_have_attribute("aria-current", "step")
    window.tab_to(here)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#to-season-6")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Episode 4 of season 5")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    window.expect_position(45)
    window.expect_said("Seen up to S5·E5.")


@pytest.mark.usefixtures("long_series")
@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_all_episodes_open_where_one_is(open_window: Opener, options: dict[str, object]) -> None:
    window = open_window("bob", **options)
    page = go_to(window, 66)
    page.locator("#rail-summary").click()
    here = page.get_by_role("button", name="Episode 6 of season 7")
    expect(here).to_be_in_viewport(ratio=1)
    expect(page.locator("#rail-position")).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Episode 7 of season 7").click()
    window.expect_position(67)
    page.locator("#rail-back").click()
    window.expect_position(66)


@pytest.mark.usefixtures("long_series")
def test_a_thumb_takes_one_step_with_one_tap_and_is_asked_before_a_jump(open_window: Opener) -> None:
    window = open_window("bob", **PHONE)
    page = window.visit(LONG)
    page.locator("#rail-forward").tap()
    window.expect_position(1)
    window.pick_episode(31)
    expect(page.locator("#content")).to_contain_text("30 episodes further")
    page.get_by_role("link", name="No, stay at S1·E1").tap()
    window.expect_position(1)
    page.locator("#rail-back").tap()
    window.expect_position(0)
