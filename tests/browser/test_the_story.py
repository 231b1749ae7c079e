"""The bump chart: its lines meet their labels at any size; one is brought out by pointer, by keyboard, by choice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Opener
from tests.browser.window import SERIES
from tests.cast import Cast

# How far each line ends from the middle of its label's left edge, in pixels: to the left and below.
GAPS = """() => [...document.querySelectorAll('.bump__one')].map((one) => {
    const line = one.querySelector('.bump__line');
    const label = one.querySelector('.bump__label').getBoundingClientRect();
    const end = line.getPointAtLength(line.getTotalLength()).matrixTransform(line.getScreenCTM());
    return [label.left - end.x, end.y - (label.top + label.bottom) / 2];
})"""


def votes(cast: Cast) -> None:
    cast.rank("ada", 9, 3, 1, 7, 2)
    cast.rank("bob", 1, 2, 3)


def width_of(page: Page, place: int) -> str:
    line = page.locator(".bump__one").nth(place).locator(".bump__line")
    return str(line.evaluate("line => getComputedStyle(line).strokeWidth"))


def label(page: Page, place: int) -> Locator:
    return page.locator(".bump__label").nth(place)


@pytest.mark.parametrize("width", [360, 1440])
def test_every_line_ends_at_its_label(open_window: Opener, cast: Cast, width: int) -> None:
    votes(cast)
    page = open_window("ada", viewport={"width": width, "height": 900}).visit(f"{SERIES}/story")
    gaps = page.evaluate(GAPS)
    assert len(gaps) == 9
    for left, below in gaps:
        assert abs(left) < 2
        assert abs(below) < 2


def test_a_line_comes_out_under_the_pointer_and_at_its_labels_focus(open_window: Opener, cast: Cast) -> None:
    votes(cast)
    page = open_window("bob").visit(f"{SERIES}/story")
    calm = width_of(page, 1)
    label(page, 1).hover()
    assert width_of(page, 1) > calm
    page.mouse.move(0, 0)
    assert width_of(page, 1) == calm
    label(page, 0).focus()
    page.keyboard.press("Tab")
    expect(label(page, 1)).to_be_focused()
    assert width_of(page, 1) > calm
    assert width_of(page, 0) == calm


def test_the_one_that_moved_most_is_out_until_another_is_looked_at(open_window: Opener, cast: Cast) -> None:
    votes(cast)
    page = open_window("bob").visit(f"{SERIES}/story")
    lit = page.locator(".bump__one--lit .bump__line")
    calm, out = width_of(page, 1), lit.evaluate("line => getComputedStyle(line).strokeWidth")
    assert out > calm
    label(page, 1).hover()
    assert lit.evaluate("line => getComputedStyle(line).strokeWidth") == calm
    label(page, 1).press("Enter")
    expect(label(page, 1)).to_have_attribute("aria-current", "true")
    expect(lit).to_have_count(0)
    expect(page.get_by_label("Add another")).to_be_visible()


def test_the_numbers_begin_at_the_episode_that_is_now(open_window: Opener, cast: Cast) -> None:
    votes(cast)
    page = open_window("ada", viewport={"width": 330, "height": 740}).visit(f"{SERIES}/story")
    box = page.locator(".ranks__box")
    assert box.evaluate(
        "box => box.scrollWidth > box.clientWidth && box.scrollLeft + box.clientWidth >= box.scrollWidth - 1"
    )


@pytest.mark.parametrize("scripting", [True, False])
def test_a_line_is_chosen_by_its_label_and_stays(open_window: Opener, cast: Cast, scripting: bool) -> None:
    votes(cast)
    page = open_window("bob", java_script_enabled=scripting).visit(f"{SERIES}/story")
    calm = width_of(page, 1)
    label(page, 1).press("Enter")
    expect(label(page, 1)).to_have_attribute("aria-current", "true")
    page.mouse.move(0, 0)
    assert width_of(page, 1) > calm
    page.locator("#choose-moment").select_option(index=0)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".bump__label[aria-current]")).to_have_count(2)
    page.get_by_role("link", name="Only those that lead").click()
    expect(page.locator(".bump__label[aria-current]")).to_have_count(0)
