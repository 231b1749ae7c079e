"""Nothing beyond the viewer's episode is in the browser: in no page, storage, history or other tab."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import Opener
from tests.browser.site import Site
from tests.browser.window import LIST, SERIES, Window
from tests.cast import EPISODES, LABELS, Cast, key


def secrets_beyond(position: int) -> list[str]:
    words = [f"Secret{kind}{n}" for n, label in enumerate(LABELS, 1) if label > position for kind in ("Title", "Text")]
    return words + [f"EpisodeTitle{episode}" for episode in range(position + 1, len(EPISODES) + 1)]


def leaks(text: str, position: int, cast: Cast) -> set[str]:
    ids = [cast.public[key(n)] for n, label in enumerate(LABELS, 1) if label > position]
    return {secret for secret in (*secrets_beyond(position), *ids) if re.search(rf"{secret}\b", text)}


def test_a_visitor_sees_everything_locked_and_unlocks_as_they_go(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 9, 1, 2)
    window = open_window()
    page = window.visit(SERIES)
    expect(page.locator(".standing--locked")).to_have_count(9)
    assert leaks(window.holdings(), 0, cast) == set()
    for position, unlocked, told in ((1, 2, "2 moments"), (2, 3, "1 moment"), (3, 4, "1 moment")):
        page.locator("#rail-forward").click()
        expect(page.locator(".standing__title")).to_have_count(unlocked)
        window.expect_said(f"Seen up to S1·E{position}. {told} unlocked.")
        assert leaks(window.holdings(), position, cast) == set()
    page.reload()
    window.expect_position(3)
    page.get_by_role("link", name="SecretTitle4").click()
    expect(page.locator("main")).to_contain_text("SecretText4")


def test_what_a_visitor_declared_comes_along_into_their_account(open_window: Opener, site: Site) -> None:
    window = open_window()
    page = window.visit(SERIES)
    page.locator("#rail-forward").click()
    window.expect_position(1)
    window.visit(LIST).get_by_role("link", name="Make an account").click()
    page.get_by_label("Name").fill("eve")
    page.get_by_label("Password").fill("a long enough password")
    page.get_by_role("button", name="Make the account").click()
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(site.url + LIST)
    window.expect_position(1)
    expect(page.locator("#pool .entry")).to_have_count(2)


def test_sealed_shows_no_trace_of_what_lies_ahead_and_masked_shows_the_locks(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 9, 8, 1, 2)
    window = open_window("bob")
    page = window.visit(SERIES)
    expect(page.locator(".standing--locked")).to_have_count(3)
    expect(page.get_by_role("button", name="Masked")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Sealed").click()
    expect(page.get_by_role("button", name="Sealed")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#standings > li")).to_have_count(6)
    expect(page.locator(".standing--locked")).to_have_count(0)
    assert re.search(r"Teaser[79]\b", window.holdings()) is None
    page.reload()
    expect(page.locator(".standing--locked")).to_have_count(0)
    page.get_by_role("button", name="Masked").click()
    expect(page.locator(".standing--locked")).to_have_count(3)


def test_at_a_lower_clearance_the_browser_holds_nothing_hidden(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 9, 1, 7, 2)
    window = open_window("ada")
    page = window.visit(SERIES)
    assert "SecretTitle9" in window.holdings()
    window.pick_episode(2)
    window.expect_position(2)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    for path in (SERIES, LIST, "/", "/account", f"{SERIES}?method=classic", f"{SERIES}?as_of=6"):
        window.visit(path)
        assert leaks(window.holdings(), 2, cast) == set(), path
    window.visit(f"{SERIES}/moments/{window.token(9)}")
    assert leaks(page.content().replace(window.token(9), ""), 2, cast) == set()
    window.visit(LIST)
    with window.saving():
        window.press("up", 2)
    assert leaks(window.holdings(), 2, cast) == set()
    pages = [answer for answer in answers if answer.request.resource_type in ("document", "fetch")]
    assert len(pages) >= 7
    for answer in pages:
        assert answer.headers["cache-control"] == "no-store"


def lower_to_two(window: Window, page: Page) -> None:
    page.locator("#rail-summary").click()
    page.locator("#rail-position").select_option("2")
    page.locator("#rail-pick").get_by_role("button", name="Set").click()
    expect(page.locator("#content")).to_have_attribute("data-position", "2")


def test_lowering_progress_locks_the_page_and_the_list_at_once(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 9, 1, 7, 2)
    window = open_window("ada")
    window.visit(LIST)
    window.expect_list(9, 1, 7, 2)
    lower_to_two(window, window.page)
    window.expect_list(0, 1, 0, 2)
    assert leaks(window.holdings(), 2, cast) == set()


def test_back_after_lowering_progress_shows_nothing_that_is_locked_now(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 9, 1, 7, 2)
    window = open_window("ada")
    page = window.visit(LIST)
    window.visit(f"{SERIES}/moments/{window.token(9)}")
    expect(page.locator("main")).to_contain_text("SecretText9")
    window.visit(SERIES)
    lower_to_two(window, page)
    page.go_back()
    expect(page.get_by_role("heading", name="Locked until S2·E2")).to_be_visible()
    assert leaks(window.holdings().replace(window.token(9), ""), 2, cast) == set()
    page.go_back()
    window.expect_list(0, 1, 0, 2)
    assert leaks(window.holdings(), 2, cast) == set()


def test_back_shows_nothing_locked_in_a_browser_with_a_cache_and_no_scripting(open_window: Opener, cast: Cast) -> None:
    window = open_window("ada", may_keep=True, java_script_enabled=False)
    window.visit("/")  # the first page changes the cookie, and with it what a cache may answer
    page = window.visit(f"{SERIES}/moments/{window.token(9)}")
    expect(page.locator("main")).to_contain_text("SecretText9")
    page.get_by_role("link", name="Community ranking").click()
    lower_to_two(window, page)
    page.go_back()
    expect(page.locator("#standings")).not_to_contain_text("SecretTitle9")
    page.go_back()
    expect(page.get_by_role("heading", name="Locked until S2·E2")).to_be_visible()
    assert leaks(page.content().replace(window.token(9), ""), 2, cast) == set()


def test_a_page_the_browser_kept_whole_is_loaded_again_before_it_is_shown(open_window: Opener, cast: Cast) -> None:
    """As from the back/forward cache, which browsers keep even under no-store."""
    window = open_window("ada")
    page = window.visit(SERIES)
    expect(page.locator("#standings")).to_contain_text("SecretTitle9")
    cast.declare("ada", 2)
    restore = "() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    hidden = page.evaluate(f"() => {{ ({restore})(); return document.getElementById('content').hidden; }}")
    assert hidden
    window.expect_position(2)
    assert leaks(window.holdings(), 2, cast) == set()


@pytest.mark.parametrize("path", [SERIES, LIST])
def test_another_open_tab_locks_at_once_too(open_window: Opener, cast: Cast, path: str) -> None:
    cast.rank("ada", 9, 1, 7, 2)
    window = open_window("ada")
    window.visit(SERIES)
    other = window.second_tab(path)
    expect(other.locator("#content")).to_contain_text("SecretTitle9")
    lower_to_two(window, window.page)
    expect(other.locator("#content")).to_have_attribute("data-position", "2")
    expect(other.locator("#content")).to_be_visible()
    assert leaks(window.holdings(other), 2, cast) == set()


def test_an_open_moment_in_another_tab_locks_at_once(open_window: Opener, cast: Cast) -> None:
    window = open_window("ada")
    window.visit(SERIES)
    other = window.second_tab(f"{SERIES}/moments/{window.token(9)}")
    lower_to_two(window, window.page)
    expect(other.get_by_role("heading", name="Locked until S2·E2")).to_be_visible()
    assert leaks(window.holdings(other).replace(window.token(9), ""), 2, cast) == set()


@pytest.mark.parametrize("scripting", [True, False])
def test_a_locked_moment_opens_where_it_is_with_one_press(open_window: Opener, cast: Cast, scripting: bool) -> None:
    window = open_window(java_script_enabled=scripting)
    page = window.visit(f"{SERIES}/moments/{window.token(1)}")
    expect(page.get_by_role("heading", name="Locked until S1·E1")).to_be_visible()
    page.locator(".moment").get_by_role("button", name="I have seen S1·E1").click()
    expect(page.get_by_role("heading", name="SecretTitle1")).to_be_visible()


def test_a_moment_that_is_further_away_asks_before_it_opens(open_window: Opener, cast: Cast) -> None:
    window = open_window()
    page = window.visit(f"{SERIES}/moments/{window.token(9)}")
    page.get_by_role("button", name="I have seen S2·E2").click()
    page.get_by_role("button", name="Yes, I have seen S2·E2").click()
    expect(page.get_by_role("heading", name="SecretTitle9")).to_be_visible()


@pytest.mark.parametrize(("path", "locks"), [(SERIES, ".standing--locked"), (LIST, ".entry--locked")])
def test_sealing_the_view_seals_every_open_tab(open_window: Opener, cast: Cast, path: str, locks: str) -> None:
    cast.rank("ada", 9, 1, 7, 2)
    cast.declare("ada", 2)
    window = open_window("ada")
    page = window.visit(SERIES)
    other = window.second_tab(path)
    expect(other.locator(locks)).not_to_have_count(0)
    page.get_by_role("button", name="Sealed").click()
    expect(other.locator(locks)).to_have_count(0)
    expect(other.locator("#content")).to_be_visible()
    assert re.search(r"Teaser[79]\b", window.holdings(other)) is None
    page.get_by_role("button", name="Masked").click()
    expect(other.locator(locks)).not_to_have_count(0)


def test_a_locked_moment_in_another_tab_is_gone_when_the_view_is_sealed(open_window: Opener, cast: Cast) -> None:
    window = open_window("bob")
    window.expects("status of 404")
    page = window.visit(SERIES)
    other = window.second_tab(f"{SERIES}/moments/{window.token(9)}")
    expect(other.get_by_role("heading", name="Locked until S2·E2")).to_be_visible()
    page.get_by_role("button", name="Sealed").click()
    expect(other.get_by_role("heading", name="Nothing here")).to_be_visible()
