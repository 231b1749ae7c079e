"""A phone: one finger, 360 pixels."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.window import LIST, SERIES, Window, middle
from tests.cast import Cast

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


@pytest.fixture
def phone(open_window: Opener, cast: Cast) -> Window:
    cast.rank("ada", 1, 2, 3, 4, 5)
    window = open_window("ada", **PHONE)
    window.visit(LIST)
    return window


def test_a_finger_on_the_handle_drags_and_the_page_stands_still(phone: Window) -> None:
    # In the middle, clear of the rail above and the bar below.
    phone.row(2).evaluate("row => row.scrollIntoView({block: 'center'})")
    expect(phone.handle(3)).to_have_css("touch-action", "none")
    scrolled = phone.page.evaluate("scrollY")
    with phone.saving():
        phone.swipe(middle(phone.handle(3)), middle(phone.place(1), 0.2))
    phone.expect_saved("ada", 3, 1, 2, 4, 5)
    assert phone.page.evaluate("scrollY") == scrolled


def test_a_finger_drags_from_the_pool_into_the_list(phone: Window) -> None:
    phone.page.set_viewport_size({"width": 360, "height": 1900})
    with phone.saving():
        phone.swipe(middle(phone.handle(6)), middle(phone.place(2), 0.2))
    phone.expect_saved("ada", 1, 6, 2, 3, 4, 5)


def test_a_finger_beside_the_handle_scrolls_the_page_and_moves_nothing(phone: Window) -> None:
    title = phone.row(3).locator(".entry__title")
    title.scroll_into_view_if_needed()
    before = phone.page.evaluate("scrollY")
    x, y = middle(title)
    phone.swipe((x, y), (x, y - 250))
    phone.page.wait_for_function("before => scrollY > before + 100", arg=before)
    phone.expect_saved("ada", 1, 2, 3, 4, 5)


def test_that_nothing_was_saved_is_told_where_one_is_looking(phone: Window) -> None:
    phone.expects("Failed to fetch|ERR_INTERNET_DISCONNECTED")
    phone.button("add", 9).scroll_into_view_if_needed()
    phone.context.set_offline(True)
    phone.button("add", 9).tap()
    expect(phone.page.get_by_role("alert").filter(visible=True)).to_be_in_viewport()


def test_a_tap_presses_the_buttons_too(phone: Window) -> None:
    with phone.saving():
        phone.button("up", 2).tap()
    phone.expect_saved("ada", 2, 1, 3, 4, 5)
    with phone.saving():
        phone.button("add", 9).tap()
    phone.expect_saved("ada", 2, 1, 3, 4, 5, 9)


def test_everything_one_presses_is_large_enough_for_a_finger(phone: Window) -> None:
    phone.page.locator(f"#more-{phone.token(3)}").tap()
    expect(phone.button("top", 3)).to_be_visible()
    small = phone.page.evaluate(
        """() => [...document.querySelectorAll('main button, main summary, main select, [data-handle]')]
            .filter((target) => target.checkVisibility())
            .map((target) => [target.id || target.className, target.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.width < 43.5 || box.height < 43.5))
            .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`)"""
    )
    assert small == []


def test_nothing_shines_through_the_rail_and_the_bar(phone: Window) -> None:
    paper = phone.page.evaluate("getComputedStyle(document.body).backgroundColor")
    for part in ("#rail", ".desk__bar"):
        expect(phone.page.locator(part)).to_have_css("background-color", paper)


def test_the_words_of_a_locked_row_stand_clear_of_its_buttons(phone: Window, cast: Cast) -> None:
    cast.rank("ada", 1, 9, 2)
    cast.declare("ada", 2)
    phone.page.reload()
    row = phone.page.locator("#entries .entry--locked")
    expect(row.locator(".entry__meta")).to_have_text("Unlocks after S2·E2")
    words = row.locator(".entry__meta").evaluate(
        "meta => { const range = new Range(); range.selectNodeContents(meta); return range.getBoundingClientRect(); }"
    )
    buttons = row.locator(".entry__acts").bounding_box()
    assert buttons is not None
    assert words["right"] <= buttons["x"] or words["bottom"] <= buttons["y"]


@pytest.mark.parametrize(("name", "words"), [("cy", "seen S1·E1"), ("bob", "seen S2·E1"), ("ada", "All seen")])
def test_the_rail_says_in_words_what_its_button_declares(open_window: Opener, name: str, words: str) -> None:
    page = open_window(name, **PHONE).visit(SERIES)
    expect(page.locator("#rail-forward").get_by_text(words, exact=True)).to_be_in_viewport(ratio=0.98)
    expect(page.locator("#rail-forward")).to_have_accessible_name("All seen" if name == "ada" else f"I have {words}")
