"""A printed list is the list alone, dark on white, whatever the screen looks like."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.window import LIST
from tests.cast import Cast


def test_a_printed_list_is_the_list_alone(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    window = open_window("ada", viewport={"width": 794, "height": 1123})
    page = window.visit(LIST)
    page.emulate_media(media="print")
    window.expect_list(1, 2)
    for left_out in ("#pool", "#undo", ".entry__acts", ".masthead__nav", ".pages", ".colophon", ".slot"):
        expect(page.locator(left_out).first).to_be_hidden()
    rail, line = (page.locator(part).bounding_box() for part in ("#rail", ".rail__line"))
    assert rail is not None
    assert line is not None
    assert rail["y"] < line["y"] < rail["y"] + rail["height"]


def test_paper_is_white_for_whoever_reads_in_the_dark(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 9)
    cast.declare("ada", 2)
    page = open_window("ada").visit(LIST)
    looks = []
    for scheme in ("light", "dark"):
        page.emulate_media(media="print", color_scheme=scheme)
        looks.append(page.evaluate(LOOKS))
    light, dark = looks
    assert dark == light


LOOKS = """() => [...document.querySelectorAll('body, body *')].filter((one) => one.checkVisibility()).map((one) => {
    const {color, backgroundColor, backgroundImage, borderColor} = getComputedStyle(one);
    return [one.className.baseVal ?? one.className, color, backgroundColor, backgroundImage, borderColor].join(' ');
})"""
