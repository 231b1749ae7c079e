"""Duels by hand: choosing two, walking through the matrix with keys, and its own scrolling box on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.window import SERIES
from tests.cast import Cast

DUELS = f"{SERIES}/duels"


@pytest.fixture(autouse=True)
def _lists(cast: Cast) -> None:
    cast.rank("ada", 2, 1, 3)
    cast.rank("bob", 1, 2)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))


@pytest.mark.parametrize("scripting", [True, False])
def test_any_two_moments_are_compared_by_a_form(open_window: Opener, scripting: bool) -> None:
    page = open_window("bob", java_script_enabled=scripting).visit(DUELS)
    page.get_by_label("Compare", exact=True).select_option(label="SecretTitle3")
    page.get_by_label("with", exact=True).select_option(label="SecretTitle1")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="SecretTitle1 beats SecretTitle3 on 2 of 2 lists")).to_be_visible()


@pytest.mark.parametrize("scripting", [True, False])
def test_a_field_of_the_matrix_leads_to_its_duel(open_window: Opener, scripting: bool) -> None:
    page = open_window("bob", java_script_enabled=scripting).visit(DUELS)
    page.get_by_role("link", name="SecretTitle3 against SecretTitle2").click()
    expect(page.get_by_role("heading", name="SecretTitle2 beats SecretTitle3 on 2 of 2 lists")).to_be_in_viewport()


def test_trying_duels_in_the_matrix_keeps_the_place(open_window: Opener) -> None:
    window = open_window("bob", viewport={"width": 1200, "height": 500})
    page = window.visit(DUELS)
    page.get_by_role("link", name="SecretTitle3 against SecretTitle1").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 0
    for other in (1, 2):
        page.get_by_role("link", name=f"SecretTitle3 against SecretTitle{other}").click()
        words = f"SecretTitle{other} beats SecretTitle3 on 2 of 2 lists"
        expect(page.get_by_role("heading", name=words)).to_be_in_viewport()
        expect(page.locator("#said")).to_have_text(words)
    assert page.evaluate("scrollY") == before
    assert page.url.endswith(f"a={window.token(3)}&b={window.token(2)}")


def test_the_matrix_marks_the_duel_on_show(open_window: Opener) -> None:
    page = open_window("bob").visit(DUELS)
    marked = page.locator(".matrix__duel[aria-current]")
    expect(marked).to_have_attribute(
        "aria-label", re.compile("^SecretTitle(1 against SecretTitle2|2 against SecretTitle1)")
    )
    page.get_by_role("link", name="SecretTitle3 against SecretTitle1").click()
    expect(marked).to_have_attribute("aria-label", re.compile("^SecretTitle3 against SecretTitle1"))
    page.get_by_label("Compare", exact=True).select_option(label="SecretTitle2")
    page.get_by_label("with", exact=True).select_option(label="SecretTitle3")
    page.get_by_role("button", name="Compare").click()
    expect(marked).to_have_attribute("aria-label", re.compile("^SecretTitle2 against SecretTitle3"))
    expect(page.locator(".matrix__duel[tabindex='0']")).to_have_attribute("aria-current", "true")


def test_on_a_phone_one_moment_is_held_against_each_and_its_duels_rise_from_below(open_window: Opener) -> None:
    window = open_window("bob", viewport={"width": 360, "height": 640})
    page = window.visit(DUELS)
    expect(page.locator(".matrix")).to_be_hidden()
    page.locator("#against-one").select_option(label="SecretTitle3")
    row = page.locator(".against__row", has_text="SecretTitle1")
    expect(row).to_contain_text("loses to")
    row.scroll_into_view_if_needed()
    before = row.evaluate("row => row.getBoundingClientRect().top")
    row.get_by_role("link").click()
    duel = page.get_by_role("heading", name="SecretTitle1 beats SecretTitle3 on 2 of 2 lists")
    expect(duel).to_be_in_viewport()
    page.get_by_role("button", name="Close").click()
    expect(duel).not_to_be_in_viewport()
    assert abs(row.evaluate("row => row.getBoundingClientRect().top") - before) < 2


def test_arrow_keys_walk_through_the_matrix_and_tab_leaves_it(open_window: Opener) -> None:
    page = open_window("bob").visit(DUELS)
    titles = page.locator(".matrix__title").all_inner_texts()
    page.locator(".matrix__duel").first.focus()
    for key, row, column in (
        ("ArrowRight", 0, 2),
        ("ArrowDown", 1, 2),
        ("ArrowDown", 3, 2),
        ("ArrowLeft", 3, 1),
        ("ArrowUp", 2, 1),
    ):
        page.keyboard.press(key)
        assert focused(page).startswith(f"{titles[row]} against {titles[column]}:"), key
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert focused(page).startswith(f"{titles[0]} against {titles[1]}:")
    assert page.locator('.matrix__duel[tabindex="0"]').count() == 1


def test_on_a_phone_the_matrix_scrolls_in_its_own_box_and_keeps_the_titles_in_sight(open_window: Opener) -> None:
    page = open_window("bob", viewport={"width": 360, "height": 740}).visit(DUELS)
    page.get_by_role("link", name="Show the matrix").click()
    box, title = page.locator(".matrix__box"), page.locator(".matrix__row").first
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    before = title.bounding_box()
    box.evaluate("box => { box.scrollLeft = 200; }")
    after = title.bounding_box()
    assert before is not None
    assert after is not None
    assert before["x"] == after["x"]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_moments_record_leads_to_its_duels(open_window: Opener) -> None:
    window = open_window("bob")
    page = window.visit(f"{SERIES}/moments/{window.token(1)}")
    page.locator("#record").get_by_role("link", name="SecretTitle2").click()
    expect(page.get_by_role("heading", name="SecretTitle1 and SecretTitle2 draw, 1 list each")).to_be_visible()
