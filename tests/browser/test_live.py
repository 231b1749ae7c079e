"""An open ranking notices what changes, within seconds, without moving what the reader looks at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Response, expect

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import MomentText, add_moment
from tests.browser.conftest import Opener
from tests.browser.site import Site
from tests.browser.window import LIST, SERIES, Window
from tests.cast import SLUG, Cast, key

NOTICED = 5_000  # ms
LOW = {"width": 1000, "height": 500}
ASKED = re.compile("/standings")


def many_moments(cast: Cast, number: int = 30) -> None:
    with cast.app.app_context():
        for extra in range(10, 10 + number):
            text = MomentText(f"SecretTitle{extra}", "", None, 1)
            cast.public[key(extra)] = add_moment(COMMAND_LINE, SLUG, text)


@contextmanager
def counted(page: Page) -> Iterator[Counter[int]]:
    """The answers to what the page asks by itself, by status."""
    answers: Counter[int] = Counter()

    def note(response: Response) -> None:
        if ASKED.search(response.url):
            answers[response.status] += 1

    page.on("response", note)
    yield answers
    page.remove_listener("response", note)


def row(window: Window, number: int) -> str:
    return f"#row-{window.token(number)}"


def top_of(page: Page, selector: str) -> float:
    return float(page.locator(selector).evaluate("row => row.getBoundingClientRect().top"))


def changes(page: Page) -> None:
    """Waits until the page has noticed a change."""
    with page.expect_response(lambda answer: bool(ASKED.search(answer.url)) and answer.status == 200, timeout=NOTICED):
        pass
    page.wait_for_timeout(100)


def test_a_save_in_one_window_shows_in_another_within_five_seconds(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    reader, writer = open_window("bob"), open_window("ada")
    page = reader.visit(SERIES)
    expect(page.locator("#standings .standing__title").first).to_have_text("SecretTitle1")
    writer.visit(LIST)
    with writer.saving():
        writer.press("up", 2)
    expect(page.locator("#standings .standing__title").first).to_have_text("SecretTitle2", timeout=NOTICED)
    expect(page.locator("#said")).to_have_text("The ranking has changed: 1 list now.")


def test_while_nothing_changes_every_answer_is_empty_and_nothing_moves_or_is_said(
    open_window: Opener, cast: Cast
) -> None:
    cast.rank("ada", 1, 2)
    page = open_window("bob").visit(SERIES)
    page.evaluate("""() => {
        window.mutations = 0;
        new MutationObserver((all) => { window.mutations += all.filter(({type}) => type !== 'attributes').length; })
            .observe(document.body, {subtree: true, childList: true, characterData: true});
    }""")
    with counted(page) as answers:
        page.wait_for_timeout(9_000)
    assert set(answers) == {304}
    assert 1 <= answers[304] <= 3
    assert page.evaluate("window.mutations") == 0
    expect(page.locator("#said")).to_be_empty()


def test_after_a_change_the_new_rows_are_asked_about(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    page = open_window("bob").visit(SERIES)
    cast.rank("ada", 2, 1)
    changes(page)
    with counted(page) as answers:
        page.wait_for_timeout(5_000)
    assert set(answers) == {304}


def test_what_the_reader_looks_at_stays_where_it_is_when_a_row_comes_from_below(
    open_window: Opener, cast: Cast
) -> None:
    many_moments(cast)
    cast.rank("ada", 1, 2, 3, 4, 5, 6)
    window = open_window("bob", viewport=LOW)
    page = window.visit(SERIES)
    page.locator(row(window, 5)).scroll_into_view_if_needed()
    page.mouse.wheel(0, 250)
    page.wait_for_timeout(300)
    tops = {number: top_of(page, row(window, number)) for number in range(10, 40)}
    before = {number: y for number, y in tops.items() if 120 < y < 400}
    assert before, "no row of the middle is on screen"
    last = max(tops, key=tops.__getitem__)  # those that nobody has ranked stand in an order of their ids
    cast.rank("ada", last, 1, 2, 3, 4, 5, 6)  # one row goes from the end to the top: all others go down by one
    changes(page)
    expect(page.locator("#standings .standing__title").first).to_have_text(f"SecretTitle{last}")
    for number in before:
        assert top_of(page, row(window, number)) == pytest.approx(before[number], abs=1)


def test_the_row_with_the_focus_keeps_it_and_stays_in_its_place_on_screen(open_window: Opener, cast: Cast) -> None:
    many_moments(cast)
    cast.rank("ada", 1, 2, 3, 4, 5, 6)
    window = open_window("bob", viewport=LOW)
    page = window.visit(SERIES)
    link = page.locator(f"{row(window, 6)} .standing__title")
    link.focus()
    page.wait_for_timeout(300)
    before = top_of(page, row(window, 6))
    cast.rank("ada", 10, 11, 12, 13, 1, 2, 3, 4, 5, 6)
    expect(page.locator("#standings .standing__title").first).to_have_text("SecretTitle10", timeout=NOTICED)
    expect(link).to_be_focused()
    assert top_of(page, row(window, 6)) == pytest.approx(before, abs=1)


def test_at_the_top_of_the_page_nothing_scrolls(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("bob", viewport=LOW)
    page = window.visit(SERIES)
    cast.rank("ada", 3, 2, 1)
    changes(page)
    assert page.evaluate("scrollY") == 0


def test_a_search_goes_on_while_the_ranking_changes(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    page = open_window("bob").visit(SERIES)
    field = page.get_by_role("searchbox", name="Find a moment")
    field.press_sequentially("title2")
    cast.rank("ada", 2, 1)
    changes(page)
    assert page.locator("#standings > li:visible .standing__title").all_text_contents() == ["SecretTitle2"]
    expect(field).to_be_focused()
    expect(field).to_have_value("title2")
    expect(page.locator("#standings > li:visible .standing__rank")).to_contain_text("1")


def test_only_rows_that_moved_are_lit_and_without_fading_for_who_wants_no_motion(
    open_window: Opener, cast: Cast
) -> None:
    cast.rank("ada", 1, 2, 3)
    lively, calm = open_window("bob", reduced_motion="no-preference"), open_window("bob")
    pages = [lively.visit(SERIES), calm.visit(SERIES)]
    cast.rank("ada", 2, 1, 3)
    for page in pages:
        expect(page.locator("#standings .standing__title").first).to_have_text("SecretTitle2", timeout=NOTICED)
    moved = pages[0].locator(".standing--moved .standing__title")
    expect(moved).to_have_text(["SecretTitle2", "SecretTitle1"])
    names = [page.locator(row(lively, 2)).evaluate("row => getComputedStyle(row).animationName") for page in pages]
    assert names == ["moved", "lit"]


def test_a_page_that_looks_back_is_kept_up_to_date_as_it_looks(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 9, 2)
    page = open_window("bob").visit(f"{SERIES}?as_of=2&method=classic")
    cast.rank("ada", 2, 9, 1)
    changes(page)
    expect(page.locator("#standings .standing__title")).to_have_text(["SecretTitle2", "SecretTitle1", "SecretTitle3"])
    expect(page.locator("#standings")).to_contain_text("points")


def test_progress_that_changed_on_another_device_loads_the_page_again(open_window: Opener, cast: Cast) -> None:
    window = open_window("bob")
    page = window.visit(SERIES)
    cast.declare("bob", 2)
    expect(page.locator("#content")).to_have_attribute("data-position", "2", timeout=NOTICED)
    assert "SecretTitle4" not in window.holdings(page)


def test_the_view_chosen_on_another_device_loads_the_page_again(open_window: Opener, cast: Cast) -> None:
    window = open_window("bob")
    page = window.visit(SERIES)
    cast.browser("bob").post("/view", {"view": "sealed"})
    expect(page.locator("#standings > li")).to_have_count(6, timeout=NOTICED)
    assert "Teaser9" not in window.holdings(page)


def test_an_answer_for_where_one_stood_before_is_not_shown(open_window: Opener, cast: Cast) -> None:
    """The answer is held back until the reader has gone back in the story."""
    cast.rank("ada", 9, 1, 4)
    window = open_window("bob")
    page = window.visit(SERIES)
    held = []
    page.route(ASKED, lambda route: held.append(route) if not held else route.continue_())
    cast.rank("ada", 9, 4, 1)
    with page.expect_request(ASKED, timeout=NOTICED):
        pass
    page.wait_for_timeout(100)
    fetched = held[0].fetch()
    assert "SecretTitle4" in fetched.text()
    window.pick_episode(2)
    window.expect_position(2)
    held[0].fulfill(response=fetched)
    page.wait_for_timeout(300)
    assert "SecretTitle4" not in window.holdings(page)


def test_a_server_that_is_away_is_asked_again_quietly_and_more_slowly(
    open_window: Opener, cast: Cast, site: Site
) -> None:
    cast.rank("ada", 1, 2)
    window = open_window("bob")
    window.expects("Failed to load resource|htmx:error")
    page = window.visit(SERIES)
    asked: list[float] = []
    page.route(ASKED, lambda route: (asked.append(0), route.abort())[1])
    page.wait_for_timeout(13_000)
    assert len(asked) == 2  # after 3.5 s, and 7 s later
    expect(page.locator("#not-sent")).to_be_hidden()
    page.unroute(ASKED)
    cast.rank("ada", 2, 1)
    expect(page.locator("#standings .standing__title").first).to_have_text("SecretTitle2", timeout=20_000)


def test_a_page_that_nobody_looks_at_asks_nothing(open_window: Opener, cast: Cast) -> None:
    page = open_window("bob").visit(SERIES)
    page.evaluate("() => Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    with counted(page) as answers:
        page.wait_for_timeout(5_000)
        assert not answers
        page.evaluate("() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }")
        page.wait_for_timeout(400)
        assert answers == {304: 1}
