"""Everything but dragging works with scripting off."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.site import Site
from tests.browser.window import LIST, SERIES
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.browser


def test_with_scripting_off_one_registers_declares_progress_and_makes_a_list(
    open_window: Opener, cast: Cast, site: Site
) -> None:
    window = open_window(java_script_enabled=False)
    page = window.visit("/register?next=" + SERIES)
    page.get_by_label("Name").fill("eve")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(site.url + SERIES)
    cast.users["eve"] = cast.users["dana"] + 1

    page.locator("#rail-forward").click()
    window.expect_position(1)
    window.pick_episode(4)
    page.locator("#jump-yes").click()
    window.expect_position(4)
    expect(page).to_have_url(site.url + SERIES)

    page.get_by_role("link", name="Make my top 10").click()
    expect(page.locator("[data-handle]").first).to_be_hidden()
    for number in (1, 2, 3, 4):
        window.button("add", number).click()
    window.expect_saved("eve", 1, 2, 3, 4)
    window.press("up", 3)
    window.expect_saved("eve", 1, 3, 2, 4)
    window.press("down", 1)
    window.expect_saved("eve", 3, 1, 2, 4)
    window.press("top", 4)
    window.expect_saved("eve", 4, 3, 1, 2)
    page.locator(f"#more-{window.token(4)}").click()
    page.locator(f"#to-{window.token(4)}").select_option("3")
    window.button("place", 4).click()
    window.expect_saved("eve", 3, 1, 4, 2)
    window.press("remove", 1)
    window.expect_saved("eve", 3, 4, 2)
    page.locator("#rail-back").click()
    window.expect_position(3)
    expect(page).to_have_url(site.url + LIST)


def test_with_scripting_off_the_view_switches_and_stays(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    window = open_window("bob", java_script_enabled=False)
    page = window.visit(SERIES)
    expect(page.locator("#standings > li")).to_have_count(9)
    page.get_by_role("button", name="Sealed").click()
    expect(page.locator("#standings > li")).to_have_count(6)
    page.get_by_role("link", name="Classic").click()
    expect(page.locator("#standings > li")).to_have_count(6)


def test_with_scripting_off_a_stale_page_gets_the_newest_list_and_a_sentence(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada", java_script_enabled=False)
    page = window.visit(LIST)
    cast.rank("ada", 3, 2, 1)
    window.expects("status of 409")
    window.press("up", 3)
    expect(page.locator("#problem")).to_contain_text("This is the newest.")
    window.expect_saved("ada", 3, 2, 1)
