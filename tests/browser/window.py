"""A browser window of somebody's, with the moves tests make in it. It keeps a list of all that goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import (
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Route,
    WebError,
    expect,
)

from ranker.web.assets import SCRIPTS
from tests.browser.site import Site
from tests.cast import SLUG, Cast, key

PACKAGES = Path(__file__).resolve().parent.parent / "node_modules"
SERIES = f"/series/{SLUG}"
LIST = f"{SERIES}/list"
# Sortable looks where the pointer is every 50 ms.
A_LOOK = 130


class Window:
    def __init__(self, context: BrowserContext, site: Site, cast: Cast, may_keep: bool = False) -> None:
        self.context = context
        self.site = site
        self.cast = cast
        self.problems: list[str] = []
        self.expected: list[str] = []
        context.set_default_timeout(8_000)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        if not may_keep:  # whoever answers for other hosts switches the browser's cache off
            context.route(re.compile(f"^(?!{re.escape(site.url)}/)"), self.answer_elsewhere)
        self.page = context.new_page()

    def log_in(self, name: str) -> None:
        cookie = self.cast.browser(name).client.get_cookie("session")
        assert cookie is not None
        self.context.add_cookies([{"name": "session", "value": cookie.value, "url": self.site.url}])

    def visit(self, path: str, page: Page | None = None) -> Page:
        page = page or self.page
        page.goto(path)
        return page

    def second_tab(self, path: str) -> Page:
        return self.visit(path, self.context.new_page())

    # What goes wrong

    def expects(self, pattern: str) -> None:
        """Problems like this one belong to the test, and at least one of them has to come."""
        self.expected.append(pattern)

    def close(self) -> list[str]:
        """The problems nobody expected, and the expected ones that did not come."""
        self.context.close()
        unexpected = [text for text in self.problems if not any(re.search(known, text) for known in self.expected)]
        return unexpected + self.unmet()

    def unmet(self) -> list[str]:
        missed = [known for known in self.expected if not any(re.search(known, text) for text in self.problems)]
        return [f"expected, but it did not come: {known}" for known in missed]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"{message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        self.problems.append(f"uncaught: {error.error}")

    def answer_elsewhere(self, route: Route, request: Request) -> None:
        content = cdn_files().get(request.url)
        if content is None:
            self.problems.append(f"asked another host: {request.url}")
            route.abort()
            return
        headers = {"content-type": "text/javascript", "access-control-allow-origin": "*"}
        route.fulfill(body=content, headers=headers)

    # My list

    def token(self, number: int) -> str:
        return self.cast.public[key(number)]

    def row(self, number: int) -> Locator:
        return self.page.locator(f"#entry-{self.token(number)}")

    def handle(self, number: int) -> Locator:
        return self.row(number).locator("[data-handle]")

    def place(self, place: int) -> Locator:
        """A place of the list, taken or free."""
        entries = self.page.locator("#entries > .entry")
        taken = entries.count()
        free = self.page.locator("#entries > .slot")
        return entries.nth(place - 1) if place <= taken else free.nth(place - taken - 1)

    def button(self, verb: str, number: int) -> Locator:
        return self.page.locator(f"#{verb}-{self.token(number)}")

    def press(self, verb: str, number: int) -> None:
        """Presses a moment's button, out of its menu if it is in there."""
        button = self.button(verb, number)
        if verb in ("top", "remove", "place") and not button.is_visible():
            self.page.locator(f"#more-{self.token(number)}").click()
        button.click()

    @contextmanager
    def saving(self, status: int = 200) -> Iterator[None]:
        """The list is saved in here; leaves when the answer is on the page."""
        with self.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            yield
        assert answer.value.status == status, answer.value.status
        expect(self.page.locator("#entries")).not_to_have_attribute("aria-busy", "true")

    def expect_list(self, *numbers: int, page: Page | None = None) -> None:
        """These moments in this order: on the page (0 stands for a locked row)."""
        wanted = [f"SecretTitle{number}" if number else re.compile("Teaser|A locked moment") for number in numbers]
        expect((page or self.page).locator("#entries .entry__title")).to_have_text(wanted)

    def expect_saved(self, name: str, *numbers: int) -> None:
        """These moments in this order: in the database and on the page."""
        self.expect_list(*numbers)
        wanted = [f"SecretTitle{number}" if number else "locked" for number in numbers]
        for _ in range(60):
            if self.cast.titles_of(name) == wanted:
                return
            self.page.wait_for_timeout(50)
        assert self.cast.titles_of(name) == wanted

    def expect_said(self, words: str) -> None:
        expect(self.page.locator("#said")).to_have_text(words)

    def expect_focus_on(self, number: int) -> None:
        inside = "token => document.activeElement?.closest('[data-entry]')?.id === `entry-${token}`"
        self.page.wait_for_function(inside, arg=self.token(number))

    # Progress

    def pick_episode(self, position: int) -> None:
        """Declares progress with the picker of the rail, without answering what it may ask."""
        self.page.locator("#rail-summary").click()
        self.page.locator("#rail-position").select_option(str(position))
        self.page.locator("#rail-pick").get_by_role("button", name="Set").click()

    def expect_position(self, position: int) -> None:
        expect(self.page.locator("#content")).to_have_attribute("data-position", str(position))

    # Mouse, finger and keyboard

    def drag(self, handle: Locator, target: Locator, at: float = 0.5) -> None:
        """With the mouse, slowly enough for people. `at` is where in the target's height it is dropped."""
        handle.scroll_into_view_if_needed()
        mouse = self.page.mouse
        mouse.move(*middle(handle))
        mouse.down()
        x, y = middle(target, at)
        mouse.move(x, y, steps=10)
        self.page.wait_for_timeout(A_LOOK)
        mouse.move(x, y + 1)
        self.page.wait_for_timeout(A_LOOK)
        mouse.up()

    @contextmanager
    def holding(self, handle: Locator, at: tuple[float, float]) -> Iterator[Callable[[tuple[float, float]], None]]:
        """A finger that picks a row up and rests `at` a point; inside it can move on, at the end it lets go."""
        screen = self.context.new_cdp_session(self.page)
        touch(screen, "touchStart", middle(handle))
        self.page.wait_for_timeout(A_LOOK)
        self.rest(screen, at)
        yield partial(self.rest, screen)
        touch(screen, "touchEnd")

    def swipe(self, start: tuple[float, float], end: tuple[float, float], steps: int = 12) -> None:
        """With one finger, as the browser gets it from a touch screen."""
        screen = self.context.new_cdp_session(self.page)
        touch(screen, "touchStart", start)
        self.page.wait_for_timeout(A_LOOK)
        for step in range(1, steps + 1):
            touch(screen, "touchMove", between(start, end, step / steps))
            self.page.wait_for_timeout(16)
        self.rest(screen, end)
        touch(screen, "touchEnd")

    def rest(self, screen: CDPSession, at: tuple[float, float]) -> None:
        """What is dragged follows moves, so the last of them are made on the spot."""
        for near in (2, 1, 0):
            touch(screen, "touchMove", (at[0], at[1] - near))
            self.page.wait_for_timeout(A_LOOK)

    def tab_to(self, target: Locator, limit: int = 90, press: Literal["Tab", "Shift+Tab"] = "Tab") -> None:
        """Goes to it as somebody does who has no mouse."""
        for _ in range(limit):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press(press)
        raise AssertionError(f"the keyboard does not reach {target}")

    # Everything the browser holds

    def holdings(self, page: Page | None = None) -> str:
        """All the page and its storages hold, as text; what a nosy person could read in the developer tools."""
        return str((page or self.page).evaluate(HOLDINGS))


HOLDINGS = """() => JSON.stringify([
    document.documentElement.outerHTML,
    [...document.querySelectorAll('input, select, textarea')].map((field) => field.value),
    {...localStorage}, {...sessionStorage}, history.state, document.title, document.cookie, location.href,
])"""


def middle(target: Locator, at: float = 0.5) -> tuple[float, float]:
    box = target.bounding_box()
    assert box is not None, "it is not to be seen"
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * at


def between(start: Sequence[float], end: Sequence[float], part: float) -> tuple[float, float]:
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def touch(screen: CDPSession, kind: str, point: tuple[float, float] | None = None) -> None:
    points: list[dict[str, Any]] = [{"x": point[0], "y": point[1]}] if point else []
    screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@cache
def cdn_files() -> dict[str, bytes]:
    """What the CDN would send, from the npm packages, by address."""
    folders = {script: script.package.rpartition("@")[0] for script in SCRIPTS}
    return {script.cdn: (PACKAGES / folder / script.path).read_bytes() for script, folder in folders.items()}
