"""What somebody typed is there again when they come back to it from where they did not mean to go."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.drafts import hide_series
from ranker.web.admin.entrance import OPENED
from tests.browser.conftest import Opener
from tests.browser.window import LIST, SERIES, Window
from tests.cast import PASSWORD, SLUG, Cast

SUGGESTIONS = f"{SERIES}/suggestions"
AGAIN = "What you typed is here again. It has not been sent."
NOTE = "Where it began"


def log_out_elsewhere(window: Window) -> None:
    other = window.second_tab("/account")
    other.get_by_role("button", name="Log out").click()
    expect(other.get_by_role("link", name="Log in")).to_be_visible()
    other.close()


def log_in(page: Page, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def write_note(window: Window) -> None:
    window.page.locator(f"#more-{window.token(1)}").click()
    window.page.locator(f"#note-open-{window.token(1)}").click()
    window.page.keyboard.type(NOTE)
    window.page.locator(f"#note-save-{window.token(1)}").click()


@pytest.fixture
def written(open_window: Opener, cast: Cast) -> Window:
    """A note that was sent by somebody who is logged in no more."""
    cast.rank("ada", 1, 2)
    window = open_window("ada")
    window.visit(LIST)
    log_out_elsewhere(window)
    window.expects("status of 400")
    write_note(window)
    expect(window.page.locator("#load-again")).to_be_visible()
    window.page.locator("#load-again").click()
    return window


def test_a_note_is_there_again_after_logging_in(written: Window) -> None:
    page = written.page
    page.get_by_role("main").get_by_role("link", name="Log in").click()
    log_in(page, "ada")
    field = page.locator(f"#note-text-{written.token(1)}")
    expect(field).to_be_focused()
    expect(field).to_have_value(NOTE)
    expect(page.locator("#typed-again")).to_contain_text(AGAIN)
    page.locator(f"#note-save-{written.token(1)}").click()
    expect(page.locator(".entry__note")).to_contain_text(NOTE)
    expect(page.locator("#typed-again")).to_be_hidden()
    page.reload()
    expect(page.locator("#typed-again")).to_be_hidden()


def test_what_one_typed_is_not_there_for_another(written: Window, cast: Cast) -> None:
    page = written.page
    cast.rank("bob", 1)
    page.get_by_role("main").get_by_role("link", name="Log in").click()
    log_in(page, "bob")
    expect(page.locator("#entries .entry")).to_have_count(1)
    page.wait_for_load_state()
    assert page.evaluate("sessionStorage.getItem('typed')") is None
    expect(page.locator("#typed-again")).to_be_hidden()
    assert NOTE not in page.content()


def test_a_note_that_is_not_saved_stays_open_while_the_list_changes(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada")
    page = window.visit(LIST)
    page.locator(f"#more-{window.token(1)}").click()
    page.locator(f"#note-open-{window.token(1)}").click()
    page.keyboard.type(NOTE)
    field = page.locator(f"#note-text-{window.token(1)}")
    for verb, number, order in (("down", 1, (2, 1, 3)), ("up", 3, (2, 3, 1)), ("remove", 1, (2, 3))):
        with window.saving():
            window.press(verb, number)
        window.expect_list(*order)
        if verb != "remove":
            expect(field).to_be_visible()
            expect(field).to_have_value(NOTE)
    with window.saving():
        page.locator("#notice-undo").click()
    expect(field).to_have_value(NOTE)
    with window.saving():
        page.locator(f"#note-save-{window.token(1)}").click()
    expect(page.locator(".entry__note")).to_contain_text(NOTE)
    expect(field).to_be_hidden()
    with window.saving():
        window.press("up", 3)
    expect(field).to_be_hidden()


def test_a_note_that_was_not_sent_is_there_again_on_coming_back(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1)
    window = open_window("ada")
    page = window.visit(LIST)
    page.locator(f"#more-{window.token(1)}").click()
    page.locator(f"#note-open-{window.token(1)}").click()
    page.keyboard.type(NOTE)
    page.get_by_role("link", name="Ranking").first.click()
    expect(page).to_have_url(f"{window.site.url}{SERIES}")
    page.wait_for_load_state()
    page.get_by_role("link", name="My list").first.click()
    field = page.locator(f"#note-text-{window.token(1)}")
    expect(field).to_have_value(NOTE)
    expect(page.locator("#typed-again")).to_contain_text(AGAIN)
    page.locator(f"#note-close-{window.token(1)}").click()
    page.reload()
    expect(field).to_have_value("")


def test_of_several_notes_the_one_typed_last_is_there_again(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada")
    page = window.visit(LIST)
    for number, words in ((2, "Older"), (3, "Newest"), (1, "Older")):
        page.locator(f"#more-{window.token(number)}").click()
        page.locator(f"#note-open-{window.token(number)}").click()
        page.keyboard.type(words)
    page.locator(f"#note-text-{window.token(3)}").press_sequentially(".")
    page.get_by_role("link", name="Ranking").first.click()
    expect(page).to_have_url(f"{window.site.url}{SERIES}")
    page.wait_for_load_state()
    page.get_by_role("link", name="My list").first.click()
    expect(page.locator(f"#note-text-{window.token(3)}")).to_have_value(re.compile("Newest"))


def test_whoever_changes_a_list_that_is_hidden_meanwhile_is_not_told_of_trouble(
    open_window: Opener, cast: Cast
) -> None:
    cast.rank("ada", 1, 2)
    window = open_window("ada")
    page = window.visit(LIST)
    with cast.app.app_context():
        hide_series(COMMAND_LINE, SLUG)
    window.expects("status of 404")
    window.press("up", 2)
    expect(page.locator("#not-saved")).to_contain_text("This page is out of date")
    page.locator("#load-again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing here")


def test_a_form_that_was_answered_by_an_error_is_filled_in_again(open_window: Opener, cast: Cast) -> None:
    window = open_window("bob")
    page = window.visit(SUGGESTIONS)
    page.get_by_label("Title").fill("The lantern breaks")
    page.get_by_label("Seen by the end of").select_option("2")
    page.get_by_label("What happens").fill("The whole coast goes dark.")
    page.route("**/suggestions", lambda route: route.fulfill(status=502, body="Bad gateway"), times=1)
    window.expects("status of 502")
    page.get_by_role("button", name="Suggest it").click()
    expect(page.get_by_text("Bad gateway")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Title")).to_have_value("The lantern breaks")
    expect(page.get_by_label("Seen by the end of")).to_have_value("2")
    expect(page.get_by_label("What happens")).to_have_value("The whole coast goes dark.")
    page.get_by_role("button", name="Suggest it").click()
    expect(page.locator(".wish")).to_contain_text("waiting")
    expect(page.get_by_label("Title")).to_have_value("")
    page.wait_for_load_state()
    page.go_back()
    expect(page.locator("#typed-again")).to_be_hidden()


def test_what_was_typed_at_the_desk_outlives_the_visit(open_window: Opener, cast: Cast) -> None:
    window = open_window("dana")
    address = f"/admin/moments/{cast.public['moment1']}"
    page = window.visit(address)
    page.get_by_label("Title").fill("Another title")
    later = cast.browser("dana")
    with later.client.session_transaction() as session:
        session.pop(OPENED)
    cookie = later.client.get_cookie("session")
    assert cookie is not None
    window.context.add_cookies([{"name": "session", "value": cookie.value, "url": window.site.url}])
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#content .note--problem")).to_contain_text("Your visit to the desk had ended")
    page.wait_for_load_state()
    page.get_by_role("button", name="Open the desk").click()
    expect(page).to_have_url(f"{window.site.url}{address}")
    expect(page.get_by_label("Title")).to_have_value("Another title")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#content .note--good")).to_be_visible()
    expect(page.locator("#typed-again")).to_be_hidden()
