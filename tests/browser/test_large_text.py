"""Whoever has their browser write twice as large reads every page on a phone without scrolling it sideways."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from tests.browser.conftest import ARGUMENTS, PROGRAMS, Opener
from tests.browser.test_accessibility import STRETCHES
from tests.browser.window import SERIES
from tests.cast import Cast

PHONE = {"width": 360, "height": 740}
AROUND = ("/", "/search?q=secret", "/login", "/register", "/account", "/methods", "/counting", "/keys", "/nothing")
BELOW = ("", "?as_of=2", "/story", "/duels", "/crowd", "/methods", "/moments/{moment1}", "/moments/{moment9}")
OWN = ("/list", "/list/story", "/list/share", "/list/bring", "/suggestions", "/feed", "/embed")


@pytest.fixture
def chromium(chromium: Chromium) -> Iterator[Chromium]:
    """One whose letters are twice as large, by the setting that people have for it: style sheets are not asked."""
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    large = chromium.browser_type.launch(
        executable_path=program, args=[*ARGUMENTS, "--blink-settings=defaultFontSize=32"]
    )
    yield large
    large.close()


def test_no_page_scrolls_sideways(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 9, 2, 1)
    cast.rank("bob", 1, 2, 4)
    window = open_window("bob", viewport=PHONE)
    window.expects("status of 404")
    wide = {}
    for path in (*AROUND, *(SERIES + path for path in BELOW + OWN)):
        page = window.visit(path.format(**cast.public))
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        if stretches := page.evaluate(STRETCHES):
            wide[path] = stretches
    assert wide == {}


def test_search_and_account_are_on_the_screen(open_window: Opener, cast: Cast) -> None:
    page = open_window("bob", viewport=PHONE).visit("/")
    for name in ("Search", "bob"):
        expect(page.get_by_label("Site").get_by_role("link", name=name)).to_be_in_viewport(ratio=1)
