"""The rail of a series with many seasons, with mouse, thumb and keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.series import add_series
from ranker.exchange import EpisodeIn
from tests.browser.conftest import Opener
from tests.browser.site import Site
from tests.browser.test_touch import PHONE
from tests.browser.window import SERIES, Window
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


@contextmanager
def held(page: Page, pattern: str) -> Iterator[None]:
    """What is asked there is answered when this is left."""
    waiting: list[Route] = []
    page.route(re.compile(pattern), lambda route: waiting.append(route))
    yield
    for route in waiting:
        route.continue_()
    page.unroute(re.compile(pattern))


def runs(page: Page) -> bool:
    return bool(page.locator("#rail").evaluate("rail => getComputedStyle(rail, '::after').content !== 'none'"))


def test_a_press_that_takes_long_shows_that_it_was_felt(open_window: Opener, cast: Cast) -> None:
    window = open_window("bob")
    page = window.visit(SERIES)
    back = page.locator("#rail-back")
    assert not runs(page)
    with held(page, "/progress"):
        back.click()
        expect(back).to_have_attribute("aria-busy", "true")
        assert back.evaluate("one => getComputedStyle(one).opacity") == "0.6"
        expect(page.locator("#tick-3")).to_have_class(re.compile("rail__tick--target"))
        assert runs(page)
    window.expect_position(3)
    expect(page.locator("[aria-busy], .rail__tick--target")).to_have_count(0)
    assert not runs(page)


def test_so_does_another_look_at_the_ranking(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    page = open_window("bob").visit(SERIES)
    for pressed, asked in (
        ("#method-classic", "method=classic"),
        ("#view-sealed", "/view"),
        ("#look-earlier", "as_of"),
    ):
        with held(page, asked):
            page.locator(pressed).click()
            expect(page.locator(pressed)).to_have_attribute("aria-busy", "true")
            assert runs(page)
        expect(page.locator("[aria-busy]")).to_have_count(0)


def test_a_press_that_never_arrives_is_not_busy_for_ever(open_window: Opener, cast: Cast) -> None:
    window = open_window("bob")
    window.expects("Failed to load resource|htmx:error")
    page = window.visit(SERIES)
    page.route("**/progress", lambda route: (page.wait_for_timeout(300), route.abort())[1])
    page.locator("#rail-forward").click()
    expect(page.locator("#not-sent")).to_be_visible()
    expect(page.locator("[aria-busy]")).to_have_count(0)


def test_a_press_beside_all_episodes_closes_them_and_does_nothing_else(
    open_window: Opener, cast: Cast, site: Site
) -> None:
    cast.rank("ada", 1, 2)
    page = open_window("bob").visit(SERIES)
    page.locator("#rail-summary").click()
    expect(page.locator("#rail-position")).to_be_visible()
    title = page.get_by_role("link", name="SecretTitle4")  # below the sheet
    title.click()
    expect(page.locator("#rail-position")).to_be_hidden()
    expect(page).to_have_url(site.url + SERIES)
    title.click()
    expect(page.locator("main")).to_contain_text("SecretText4")


def test_keys_press_what_they_are_on_whatever_was_open(open_window: Opener, cast: Cast) -> None:
    window = open_window("bob")
    page = window.visit(SERIES)
    page.locator("#rail-summary").click()
    page.locator("#rail-back").focus()
    expect(page.locator("#rail-position")).to_be_hidden()
    page.keyboard.press("Enter")
    window.expect_position(3)


def test_while_nothing_is_watched_the_step_forward_alone_is_in_ember(open_window: Opener, cast: Cast) -> None:
    newcomer, bob = open_window("cy"), open_window("bob")
    for deed in ("Make the first list", "Make my top 10"):
        page = newcomer.visit(SERIES)
        assert page.evaluate(IN_EMBER) == ["I have seen S1·E1"]
        expect(page.get_by_role("link", name=re.compile("^Make"))).to_have_text(deed)
        assert bob.visit(SERIES).evaluate(IN_EMBER) == [deed]
        cast.rank("ada", 1, 2)


IN_EMBER = """() => {
    const probe = document.createElement('i');
    probe.style.color = 'var(--accent)';
    document.body.append(probe);
    const accent = getComputedStyle(probe).color;
    probe.remove();
    return [...document.querySelectorAll('main .button')]
        .filter((one) => one.checkVisibility() && getComputedStyle(one).backgroundColor === accent)
        .map((one) => one.textContent.trim());
}"""
