"""A real server, a real Chromium, and a window that notices everything that goes wrong in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright

from tests.browser.site import Site
from tests.browser.window import PACKAGES, Window
from tests.cast import Cast

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Opener = Callable[..., Window]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@pytest.fixture(scope="package")
def server() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(scope="package")
def chromium() -> Iterator[Chromium]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.fail("The browser tests need Chromium. On Debian or Ubuntu: apt-get install chromium")
    if not (PACKAGES / "htmx.org").exists():
        pytest.fail("The browser tests need the npm packages: npm ci --prefix tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def site(server: Site, cast: Cast) -> Iterator[Site]:
    """The site with the cast of this test on it. Fails the test for an exception that a request met."""
    server.show(cast.app)
    yield server
    server.close_doors()
    assert not server.exceptions, server.exceptions


@pytest.fixture
def open_window(site: Site, chromium: Chromium, cast: Cast) -> Iterator[Opener]:
    """Opens windows, each with cookies of its own. The test fails for every problem in them that it did not expect."""
    windows: list[Window] = []

    def open_window(name: str | None = None, may_keep: bool = False, **options: Any) -> Window:
        context = chromium.new_context(base_url=site.url, **{**DESKTOP, **options})
        window = Window(context, site, cast, may_keep)
        windows.append(window)
        if name:
            window.log_in(name)
        return window

    yield open_window
    problems = [problem for window in windows for problem in window.close()]
    assert not problems, "\n".join(problems)


DESKTOP = {"viewport": {"width": 1440, "height": 1000}, "reduced_motion": "reduce"}
