"""A step forward says what it unlocked, and shows it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.test_live import LOW, many_moments, row
from tests.browser.window import SERIES
from tests.cast import Cast


def test_a_step_says_what_it_unlocked_lights_it_and_leads_there(open_window: Opener, cast: Cast) -> None:
    many_moments(cast)
    cast.rank("ada", 1, 2, 3, 4, 5, 6, 7)
    window = open_window("bob", viewport=LOW, reduced_motion="no-preference")
    page = window.visit(SERIES)
    expect(page.locator("#unlocked")).to_have_count(0)
    page.locator("#rail-forward").click()
    window.expect_said("Seen up to S2·E1. 2 moments unlocked.")
    expect(page.locator("#unlocked")).to_contain_text("2 moments unlocked")
    expect(page.locator(".standing--moved .standing__title")).to_have_text(["SecretTitle7", "SecretTitle8"])
    expect(page.locator(row(window, 7))).not_to_be_in_viewport()
    page.get_by_role("link", name="Show the first").click()
    expect(page.locator(row(window, 7))).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("link", name="SecretTitle7")).to_be_focused()
    expect(page.locator("#unlocked")).to_be_hidden()


def test_it_is_lit_where_nothing_may_move(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3, 4, 5, 6, 7)
    page = open_window("bob", reduced_motion="reduce").visit(SERIES)
    page.locator("#rail-forward").click()
    lit = page.locator(".standing--moved").first
    plain = page.locator(".standing:not(.standing--moved)").first
    ground = "row => getComputedStyle(row).backgroundColor"
    expect(lit).to_be_attached()
    assert lit.evaluate(ground) != plain.evaluate(ground)


def test_what_is_unlocked_is_shown_to_whoever_looks_for_something_else(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3, 4, 5, 6, 7)
    window = open_window("bob")
    page = window.visit(SERIES)
    page.get_by_role("searchbox", name="Find a moment").fill("title1")
    page.locator("#rail-forward").click()
    page.get_by_role("link", name="Show the first").click()
    expect(page.locator(row(window, 7))).to_be_in_viewport(ratio=1)


def test_the_message_can_be_put_away_and_does_not_come_again(open_window: Opener, cast: Cast) -> None:
    window = open_window("bob")
    page = window.visit(SERIES)
    page.locator("#rail-forward").click()
    page.get_by_role("button", name="Close this message").click()
    expect(page.locator("#unlocked")).to_be_hidden()
    page.reload()
    window.expect_position(5)
    expect(page.locator("#unlocked")).to_have_count(0)


def test_with_scripting_off_the_page_says_it_and_its_link_leads_there(open_window: Opener, cast: Cast) -> None:
    many_moments(cast)
    cast.rank("ada", 1, 2, 3, 4, 5, 6, 7)
    window = open_window("bob", viewport=LOW, java_script_enabled=False)
    page = window.visit(SERIES)
    page.locator("#rail-forward").click()
    expect(page.locator("#unlocked")).to_contain_text("2 moments unlocked")
    page.get_by_role("link", name="Show the first").click()
    expect(page.locator(row(window, 7))).to_be_in_viewport(ratio=1)
