"""No page has a barrier that axe knows of, in light and dark, on a phone and on a desk; none scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from ranker.actions.catalogue import MomentText, add_moment
from tests.browser.conftest import Opener
from tests.browser.window import LIST, PACKAGES, SERIES, Window
from tests.cast import SLUG, Cast, key

pytestmark = pytest.mark.browser

Rules = list[str]
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1440, "height": 1000}
COLOURS = ["color-contrast", "link-in-text-block"]


def nothing(window: Window) -> None:
    pass


@dataclass(frozen=True)
class Place:
    """A page as somebody finds it: who, where, what there is before, what they do there, and what they must see."""

    path: str
    shows: str
    who: str | None = None
    before: Callable[[Cast], object] = lambda cast: None
    there: Callable[[Window], object] = nothing
    status: int = 200


def votes(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 7, 2)
    cast.rank("bob", 1, 2, 3)


def some_locked(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 7, 2)
    cast.declare("ada", 2)


def all_places_taken(cast: Cast) -> None:
    with cast.app.app_context():
        for number in (10, 11):
            text = MomentText(f"SecretTitle{number} with a rather long name to go with it", "", None, 1)
            cast.public[key(number)] = add_moment(SLUG, text)
    cast.rank("ada", *range(1, 11))


def sealed(window: Window) -> None:
    window.page.get_by_role("button", name="Sealed").click()
    expect(window.page.get_by_role("button", name="Sealed")).to_have_attribute("aria-pressed", "true")


def wrong_password(window: Window) -> None:
    window.expects("status of 422")
    window.page.get_by_label("Name").fill("bob")
    window.page.get_by_label("Password").fill("not the right one")
    window.page.get_by_role("button", name="Log in").click()


def open_menu(window: Window) -> None:
    window.page.locator("[data-entry] [data-menu] > summary").nth(1).click()


def open_note(window: Window) -> None:
    open_menu(window)
    window.page.locator("[data-entry] [data-keeps-open] > summary").nth(1).click()


def one_new_moment_shown(window: Window) -> None:
    window.page.locator("#reveal-setting").click()
    window.page.locator("#rail-forward").click()
    window.expect_position(5)
    window.page.locator("#reveal-show").click()


def two_stages(cast: Cast) -> None:
    cast.rank("bob", 1, 2, 3)
    cast.declare("bob", 5)
    cast.rank("bob", 2, 1, 7)


def stale(window: Window) -> None:
    window.expects("status of 409")
    window.cast.rank("ada", 2, 1)
    window.press("up", 2)


PLACES = {
    "home of a visitor": Place("/", "Say how far you are."),
    "home of a fan": Place("/", "Seen up to S1·E4", "bob"),
    "series, masked": Place(SERIES, "Unlocks after", "bob", votes),
    "series, sealed": Place(SERIES, "Sealed:", "bob", votes, sealed),
    "series, classic": Place(f"{SERIES}?method=classic", "points", "bob", votes),
    "series without lists": Place(SERIES, "No lists yet", "bob"),
    "series at nothing watched": Place(SERIES, "Nothing watched yet", "cy", votes),
    "series, sealed at nothing watched": Place(SERIES, "Nothing to see yet", "cy", votes, sealed),
    "series, looking back": Place(f"{SERIES}?as_of=2", "Looking back", "bob", votes),
    "series, the rail open": Place(
        SERIES, "Season 1", "bob", votes, lambda window: window.page.locator("#rail-summary").click()
    ),
    "list of a visitor": Place(LIST, "Your list wants a name on it"),
    "list, empty": Place(LIST, "0 of 10 placed", "bob"),
    "list, nothing watched": Place(LIST, "You have not watched anything yet", "cy"),
    "list, full": Place(LIST, "10 of 10 placed", "ada", all_places_taken),
    "list with locked rows": Place(LIST, "4 of 10 placed", "ada", some_locked),
    "list, a menu open": Place(LIST, "To the top", "ada", votes, open_menu),
    "list, a note open": Place(LIST, "Write a note", "ada", votes, open_note),
    "list, one new moment": Place(LIST, "Add to my list", "bob", there=one_new_moment_shown),
    "list, no story yet": Place(LIST + "/story", "Your list has no story yet", "bob"),
    "list through the story": Place(LIST + "/story", "Gone since", "bob", two_stages),
    "list, stale": Place(LIST, "Your list was changed in another tab", "ada", votes, stale),
    "moment": Place(SERIES + "/moments/{moment1}", "SecretText1", "bob", votes),
    "locked moment": Place(SERIES + "/moments/{moment9}", "Locked until S2·E2", "bob"),
    "jump confirmation": Place(SERIES, "Have you seen everything", "cy", there=lambda window: window.pick_episode(4)),
    "log in": Place("/login", "Log in"),
    "log in, refused": Place("/login", "We know no account", there=wrong_password),
    "register": Place("/register", "Make an account"),
    "account": Place("/account", "Your account", "bob"),
    "nothing here": Place("/series/none", "Nothing here", status=404),
    "desk": Place("/admin/", "The desk", "dana"),
    "desk, a series": Place(f"/admin/series/{SLUG}", "SecretTitle1", "dana"),
    "desk, a moment": Place("/admin/moments/{moment1}", "Save", "dana"),
    "desk, a new series": Place("/admin/series/new", "By hand", "dana"),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_page_has_no_barriers_and_does_not_scroll_sideways(open_window: Opener, cast: Cast, name: str) -> None:
    place = PLACES[name]
    place.before(cast)
    window = open_window(place.who)
    if place.status != 200:
        window.expects(f"status of {place.status}")
    page = window.visit(place.path.format(**cast.public))
    place.there(window)
    expect(page.locator("main")).to_contain_text(place.shows)
    page.evaluate(axe())
    # The second scheme of a size differs in its colours alone.
    assert check(page, PHONE, "light") == []
    assert check(page, PHONE, "dark", COLOURS) == []
    assert check(page, DESK, "dark") == []
    assert check(page, DESK, "light", COLOURS) == []


def check(page: Page, size: ViewportSize, scheme: Literal["light", "dark"], rules: Rules | None = None) -> list[str]:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    return [*page.evaluate(BARRIERS, rules), *page.evaluate(STRETCHES)]


BARRIERS = """async (rules) => {
    const found = await axe.run(document, {resultTypes: ['violations'], ...(rules && {runOnly: rules})});
    return found.violations.flatMap(
        ({id, help, nodes}) => nodes.map(({target, failureSummary}) => `${id}: ${help}: ${target} ${failureSummary}`));
}"""

STRETCHES = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const everything = [...document.querySelectorAll('body *')];
    const wide = everything.filter((one) => one.getBoundingClientRect().right > width + 0.5);
    return [`scrolls sideways, ${document.documentElement.scrollWidth} px: ` +
        wide.map((one) => one.id || one.getAttribute('class') || one.tagName).slice(0, 6).join(', ')];
}"""


@cache
def axe() -> str:
    return f"() => {{ {(PACKAGES / 'axe-core' / 'axe.min.js').read_text()} }}"


def test_axe_and_the_ruler_find_what_is_wrong(open_window: Opener) -> None:
    """They would pass any page if they did not run."""
    page = open_window().visit("/")
    page.evaluate(axe())
    assert check(page, PHONE, "light") == []
    page.evaluate(
        """() => {
            const image = document.createElement('img');
            image.width = 900;
            document.querySelector('main').append(image);
        }"""
    )
    found = " ".join(check(page, PHONE, "light"))
    assert "image-alt" in found
    assert "scrolls sideways" in found
