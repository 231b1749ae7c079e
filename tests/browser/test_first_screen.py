"""What a page of a series shows before anything is scrolled, and that its head is the same on every page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Opener
from tests.browser.test_accessibility import BARRIERS, SCHEMES, Scheme, axe
from tests.browser.window import SERIES, Window
from tests.cast import Cast

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1440, "height": 900}


def top(page: Page, selector: str) -> float:
    return float(page.locator(selector).first.evaluate("one => one.getBoundingClientRect().top"))


@pytest.mark.parametrize("path", [SERIES, f"{SERIES}?as_of=2"], ids=["now", "looking back"])
def test_a_visitor_with_a_phone_sees_ranked_rows_before_scrolling(open_window: Opener, cast: Cast, path: str) -> None:
    many_lists(cast)
    window = open_window(viewport=PHONE)
    window.visit(SERIES)
    window.pick_episode(4)
    window.page.locator("#jump-yes").click()
    window.expect_position(4)
    page = window.visit(path)
    assert top(page, ".standing") <= 440
    if path != SERIES:
        expect(page.locator(".lookback__label")).to_be_visible()


def width(field: Locator) -> float:
    return float(field.evaluate("one => one.getBoundingClientRect().width"))


def many_lists(cast: Cast) -> None:
    """So many that a ranking needs no word on how few they are."""
    for number in range(20):
        cast.add_fan(f"fan{number}", 6, (1, 2, 3))


def on_a_phone(open_window: Opener, cast: Cast, scripting: bool = True) -> Window:
    cast.rank("ada", 1, 2, 3)
    window = open_window("bob", viewport=PHONE, java_script_enabled=scripting)
    window.visit(SERIES)
    return window


@pytest.mark.parametrize("scripting", [True, False], ids=["scripting", "without"])
def test_a_phone_has_the_switches_in_a_sheet_of_their_own(open_window: Opener, cast: Cast, scripting: bool) -> None:
    page = on_a_phone(open_window, cast, scripting).page
    sheet = page.get_by_role("button", name="How one looks at it: Masked · Fair")
    expect(page.locator("#lens-sheet")).to_be_hidden()
    sheet.click()
    expect(page.get_by_text("locked moments keep their places")).to_be_visible()
    page.get_by_role("link", name="Classic").click()
    expect(page.locator("#lens-sheet")).to_be_hidden()
    page.get_by_role("button", name="How one looks at it: Masked · Classic").click()
    page.get_by_role("button", name="Sealed").click()
    page.get_by_role("button", name="How one looks at it: Sealed · Classic").click()
    page.get_by_role("link", name="Look back").click()
    expect(page.get_by_role("button", name="How one looks at it: As it looks from S1·E3 · Classic")).to_be_visible()
    page.get_by_role("link", name="Back to now").click()
    expect(page.locator("#lens-open")).to_contain_text("Sealed · Classic")


def test_the_sheet_of_a_phone_is_used_with_keys_alone(open_window: Opener, cast: Cast) -> None:
    window = on_a_phone(open_window, cast)
    window.tab_to(window.page.locator("#lens-open"))
    window.page.keyboard.press("Enter")
    window.tab_to(window.page.locator("#method-classic"), limit=8)
    window.page.keyboard.press("Escape")
    expect(window.page.locator("#lens-sheet")).to_be_hidden()
    expect(window.page.locator("#lens-open")).to_be_focused()


def test_a_phone_has_a_button_that_opens_the_field_and_moves_no_row(open_window: Opener, cast: Cast) -> None:
    page = on_a_phone(open_window, cast).page
    field = page.get_by_role("searchbox", name="Find a moment")
    before = top(page, ".standing")
    assert width(field) == 44
    field.click()
    assert width(field) > 120
    assert top(page, ".standing") == pytest.approx(before, abs=1)
    field.press_sequentially("title2")
    expect(page.locator("#standings > li:visible")).to_have_count(1)
    page.locator("#said").evaluate("() => document.activeElement.blur()")
    expect(field).to_have_value("title2")
    assert width(field) > 120


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_open_sheet_and_the_open_field_have_no_barriers(open_window: Opener, cast: Cast, scheme: Scheme) -> None:
    page = on_a_phone(open_window, cast).page
    page.emulate_media(color_scheme=scheme)
    page.evaluate(axe())
    page.get_by_role("searchbox", name="Find a moment").focus()
    assert page.evaluate(BARRIERS) == []
    page.locator("#lens-open").click()
    expect(page.locator("#lens-sheet")).to_be_visible()
    assert page.evaluate(BARRIERS) == []


PAGES = ("", "/story", "/duels", "/list", "/crowd", "/methods", "/moments/{moment1}")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_tabs_and_rail_are_as_high_and_headings_as_large_on_every_page(
    open_window: Opener, cast: Cast, viewport: dict[str, int]
) -> None:
    cast.rank("ada", 1, 2, 3)
    cast.rank("bob", 2, 1)
    window = open_window("bob", viewport=viewport)
    heights, sizes = set(), set()
    for path in PAGES:
        page = window.visit(SERIES + path.format(**cast.public))
        heights.add((top(page, ".pages"), top(page, "#rail")))
        sizes.add(page.locator("h1").evaluate("one => getComputedStyle(one).fontSize"))
        assert top(page, "#rail") < top(page, "h1")
        if page.locator(".pages [aria-current]").count():
            expect(page.locator(".pages [aria-current]")).to_be_in_viewport(ratio=1)
    assert len(heights) == 1, heights
    assert len(sizes) == 1, sizes
    assert page.locator(".pages").evaluate("one => one.offsetHeight") <= 44
