"""Reading the ranking: finding while one types, another look in place, and both with scripting off."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.site import Site
from tests.browser.window import SERIES
from tests.cast import Cast


def titles(page: Page) -> list[str]:
    return page.locator("#standings > li:visible .standing__title").all_text_contents()


def test_rows_are_found_as_one_types_and_locked_ones_never(open_window: Opener, cast: Cast, site: Site) -> None:
    cast.rank("ada", 9, 2, 1)
    page = open_window("bob").visit(SERIES)
    field = page.get_by_role("searchbox", name="Find a moment")
    field.press_sequentially("TITLE2")
    expect(page.locator("#standings > li:visible")).to_have_count(1)
    assert titles(page) == ["SecretTitle2"]
    expect(page.locator("#found")).to_have_text("1 of 9 shown")
    expect(page.locator("#standings > li:visible .standing__rank")).to_contain_text("2")
    field.fill("teaser9")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    expect(page).to_have_url(site.url + SERIES)
    field.press("Enter")
    expect(page).to_have_url(f"{site.url}{SERIES}?q=teaser9")
    page.get_by_role("link", name="Show the whole ranking").click()
    expect(page.locator("#standings > li:visible")).to_have_count(9)
    expect(field).to_be_focused()
    expect(page).to_have_url(site.url + SERIES)
    field.fill("zebra")
    field.press("Escape")
    expect(page.locator("#standings > li:visible")).to_have_count(9)


def test_a_season_is_chosen_and_the_address_keeps_it(open_window: Opener, cast: Cast, site: Site) -> None:
    page = open_window("bob").visit(SERIES)
    page.get_by_role("combobox", name="Season").select_option("2")
    expect(page.locator("#standings > li:visible")).to_have_count(3)
    page.reload()
    expect(page.locator("#standings > li:visible")).to_have_count(3)
    expect(page).to_have_url(f"{site.url}{SERIES}?season=2")


def test_another_look_keeps_what_is_looked_for_even_as_it_is_being_typed(
    open_window: Opener, cast: Cast, site: Site
) -> None:
    cast.rank("ada", 1, 2)
    page = open_window("bob").visit(SERIES)
    page.get_by_role("searchbox", name="Find a moment").fill("title3")
    page.get_by_role("link", name="Classic").click()
    expect(page.locator("#method-classic")).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(f"{site.url}{SERIES}?method=classic&q=title3")
    assert titles(page) == ["SecretTitle3"]
    page.get_by_role("button", name="Sealed").click()
    expect(page.get_by_role("button", name="Sealed")).to_have_attribute("aria-pressed", "true")
    assert titles(page) == ["SecretTitle3"]
    expect(page.locator("#method-classic")).to_have_attribute("aria-current", "true")


def test_one_steps_through_the_story_with_one_key_and_the_focus_stays(
    open_window: Opener, cast: Cast, site: Site
) -> None:
    cast.rank("ada", 1, 2)
    page = open_window("bob").visit(SERIES)
    page.get_by_role("link", name="Look back").focus()
    for position, rows in ((3, 4), (2, 3), (1, 2)):
        page.keyboard.press("Enter")
        expect(page.locator("#standings > li")).to_have_count(rows)
        expect(page).to_have_url(f"{site.url}{SERIES}?as_of={position}")
        expect(page.locator("#look-earlier")).to_be_focused()
    expect(page.locator("#said")).to_contain_text("As it looks from S1·E1.")
    page.locator("#look-earlier").click(force=True)
    expect(page.locator("#said")).to_have_text("There is no earlier episode.")
    page.reload()
    expect(page.locator("#standings > li")).to_have_count(2)
    page.get_by_role("combobox", name="As it looks from").select_option(label="S1·E3 · EpisodeTitle3")
    page.get_by_role("button", name="Look").click()
    expect(page.locator("#standings > li")).to_have_count(4)
    page.get_by_role("link", name="One episode later").click()
    expect(page.locator("#standings > li")).to_have_count(9)
    expect(page).to_have_url(site.url + SERIES)


def test_with_scripting_off_one_finds_and_looks_back(open_window: Opener, cast: Cast, site: Site) -> None:
    cast.rank("ada", 1, 2)
    page = open_window("bob", java_script_enabled=False).visit(SERIES)
    page.get_by_role("searchbox", name="Find a moment").fill("title1")
    page.get_by_role("combobox", name="Season").select_option("1")
    page.get_by_role("button", name="Find").click()
    assert titles(page) == ["SecretTitle1"]
    page.get_by_role("link", name="Look back").click()
    page.get_by_role("link", name="Classic").click()
    page.get_by_role("combobox", name="As it looks from").select_option("2")
    page.get_by_role("button", name="Look").click()
    expect(page).to_have_url(re.compile(r"method=classic&q=title1&season=1&as_of=2|as_of=2"))
    assert titles(page) == ["SecretTitle1"]
    page.get_by_role("link", name="Back to now").click()
    expect(page).to_have_url(f"{site.url}{SERIES}?method=classic&q=title1&season=1")
