"""What somebody does to a page whose scripts are still on their way is not lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Opener
from tests.browser.window import LIST, Window
from tests.cast import Cast


@contextmanager
def still_loading(window: Window, path: str) -> Iterator[Page]:
    """The page before any of its scripts has run; they do when this is left."""
    held: list[Route] = []
    window.page.route("**/htmx.min.js", lambda route: held.append(route))
    window.page.goto(path, wait_until="commit")
    yield window.page
    while not held:
        window.page.wait_for_timeout(10)
    window.answer_elsewhere(held[0], held[0].request)


def test_words_typed_meanwhile_are_looked_for(open_window: Opener, cast: Cast) -> None:
    with still_loading(open_window("bob"), "/search?q=secret") as page:
        expect(page.locator(".found__moment")).to_have_count(6)
        page.get_by_role("searchbox").fill("secrettitle4")
    expect(page.locator(".found__moment")).to_have_text(["SecretTitle4 S1·E3"])
    expect(page.get_by_role("searchbox")).to_have_value("secrettitle4")


def test_nor_are_they_when_our_own_script_comes_after_htmx_has_begun(open_window: Opener, cast: Cast) -> None:
    window = open_window("bob")
    held: list[Route] = []
    window.page.route("**/js/early.js", lambda route: held.append(route))
    with still_loading(window, "/search?q=secret") as page:
        page.get_by_role("searchbox").fill("secrettitle4")
    page.wait_for_function("() => document.querySelector('[data-htmx-powered]')")
    expect(page.locator(".found__moment")).to_have_count(6)
    held[0].continue_()
    expect(page.locator(".found__moment")).to_have_text(["SecretTitle4 S1·E3"])


def test_a_choice_made_meanwhile_is_taken(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 9, 1, 5)
    with still_loading(open_window("ada"), f"{LIST}/share") as page:
        page.get_by_role("radio", name="Up to S1·E4").check()
    rows = page.locator(".sharing__preview .entry")
    expect(rows).to_have_text([re.compile("Teaser9"), re.compile("SecretTitle1"), re.compile("SecretTitle5")])


def test_a_page_nobody_touched_asks_for_nothing(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 9, 1, 5)
    window = open_window("ada")
    asked: list[str] = []
    window.page.on("request", lambda request: asked.append(request.url))
    with still_loading(window, f"{LIST}/share?cap=4") as page:
        pass
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if "/list/share" in url] == [f"{window.site.url}{LIST}/share?cap=4"]
