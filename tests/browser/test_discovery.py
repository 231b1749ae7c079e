"""The search while one types, and the keys in a dialogue."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.window import LIST
from tests.cast import Cast


def test_the_search_answers_as_one_types_and_keeps_the_focus(open_window: Opener, cast: Cast) -> None:
    page = open_window("bob").visit("/")
    page.get_by_role("searchbox").fill("secret")
    page.keyboard.press("Enter")
    expect(page.locator(".found__moment")).to_have_count(6)
    field = page.get_by_role("searchbox")
    field.fill("secrettitle")
    field.press_sequentially("4")
    expect(page.locator(".found__moment")).to_have_text(["SecretTitle4 S1·E3"])
    expect(field).to_be_focused()
    expect(field).to_have_value("secrettitle4")
    expect(page.locator("#said")).to_have_text("1 moment found.")
    page.get_by_role("link", name="SecretTitle4").click()
    page.go_back()
    expect(page.locator(".found__moment")).to_have_text(["SecretTitle4 S1·E3"])


def test_a_question_mark_shows_the_keys_and_escape_puts_them_away(open_window: Opener, cast: Cast) -> None:
    page = open_window("bob").visit(LIST)
    dialogue = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    expect(dialogue).to_contain_text("Moves the entry one is in")
    expect(page).to_have_title("My top 10 · The Lighthouse · Ranker")
    page.keyboard.press("Escape")
    expect(dialogue).to_be_hidden()
    page.keyboard.press("?")
    expect(dialogue).to_be_visible()
    dialogue.get_by_role("button", name="Close").click()
    expect(dialogue).to_be_hidden()


def test_a_question_mark_in_a_field_is_a_question_mark(open_window: Opener, cast: Cast) -> None:
    page = open_window("bob").visit("/search")
    page.get_by_role("searchbox").press_sequentially("who?")
    expect(page.get_by_role("searchbox")).to_have_value("who?")
    expect(page.get_by_role("dialog")).to_be_hidden()
