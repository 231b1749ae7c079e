"""The other tests rely on the window to notice what goes wrong. Here it has to."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Opener
from tests.browser.window import SERIES

WRONGS = {
    "another host": ("() => fetch('https://example.com/').catch(() => 0)", "example.com"),
    "a file the CDN should not be asked for": (
        """() => new Promise((onerror) => {
            const src = 'https://cdn.jsdelivr.net/npm/htmx.org@4.0.0/dist/htmx.min.js';
            document.head.append(Object.assign(document.createElement('script'), {onerror, src}));
        })""",
        "asked another host: https://cdn.jsdelivr.net/npm/htmx.org@4.0.0",
    ),
    "a style the policy forbids": (
        "() => document.body.append(Object.assign(document.createElement('style'), {textContent: '*{}'}))",
        "style-src",
    ),
    "a script the policy forbids": (
        "() => document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))",
        "script-src",
    ),
    "an error nobody caught": ("() => { setTimeout(() => { throw new Error('dropped'); }); }", "dropped"),
    "an error on the console": ("() => console.error('broken')", "broken"),
    "a missing file": ("() => fetch('/static/js/none.js')", "status of 404"),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_a_window_notices(open_window: Opener, wrong: str) -> None:
    script, words = WRONGS[wrong]
    window = open_window()
    page = window.visit(SERIES)
    assert window.problems == []
    page.evaluate(script)
    page.wait_for_timeout(100)
    assert any(words in problem for problem in window.problems), window.problems
    window.problems.clear()


def test_a_library_with_other_bytes_does_not_run(open_window: Opener) -> None:
    window = open_window()
    window.context.route(
        "**/htmx.min.js",
        lambda route: route.fulfill(body="window.evil = 1", headers={"access-control-allow-origin": "*"}),
    )
    window.expects("integrity")
    page = window.visit(SERIES)
    assert page.evaluate("window.evil") is None


def test_an_expected_problem_that_does_not_come_is_a_problem(open_window: Opener) -> None:
    window = open_window()
    window.expects("status of 418")
    window.visit(SERIES)
    assert window.unmet() == ["expected, but it did not come: status of 418"]
    window.expected.clear()
