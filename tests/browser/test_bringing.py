"""A list and what was watched are brought along: shown first, confirmed, and taken back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.window import LIST
from tests.cast import SLUG, Cast
from tests.domain.test_watched import as_json, play

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripting", [True, False], ids=["with scripting", "without scripting"])
def test_a_pasted_list_is_previewed_confirmed_saved_and_undone(
    cast: Cast, open_window: Opener, scripting: bool
) -> None:
    cast.rank("ada", 2)
    page = open_window("ada", java_script_enabled=scripting).visit(LIST)
    page.get_by_role("link", name="Bring a list").click()
    page.get_by_label("Your list as text").fill("1. >!SecretTitle3!<\n2. SecretTitel1\n3. Zebra")
    page.get_by_role("button", name="Show what it would become").click()
    expect(page.get_by_role("heading", name="1 moment found, 1 to confirm")).to_be_visible()
    page.get_by_label("“2. SecretTitel1” is").select_option(label="SecretTitle1 (S1·E1)")
    page.get_by_role("button", name="Save this as my list").click()
    titles = page.locator("#entries .entry__title")
    expect(titles).to_have_text([re.compile("SecretTitle3"), re.compile("SecretTitle1")])
    expect(page.get_by_text("saved as you brought it")).to_be_visible()
    page.locator("#undo").click()
    expect(titles).to_have_text([re.compile("SecretTitle2")])


def test_a_file_of_what_was_watched_is_previewed_and_confirmed(cast: Cast, open_window: Opener) -> None:
    page = open_window("cy").visit("/account")
    page.get_by_role("link", name="Import what you have watched").click()
    plays = as_json([play(1, number, {"title": "The Lighthouse"}) for number in (1, 2, 3)])
    page.get_by_label("One file or several").set_input_files(
        [{"name": "watched-history.json", "mimeType": "application/json", "buffer": plays}]
    )
    page.get_by_role("button", name="Show how far it goes").click()
    expect(page.get_by_label("The Lighthouse")).to_be_checked()
    expect(page.get_by_text("3 episodes further")).to_be_visible()
    page.get_by_role("button", name="Yes, I have seen these").click()
    expect(page.get_by_text("You have gone on in The Lighthouse.")).to_be_visible()
    expect(page.get_by_text("Seen up to S1·E3")).to_be_visible()
    assert page.url.endswith("/")
    page.goto(f"/series/{SLUG}/list")
    expect(page.locator("#pool .entry")).to_have_count(4)
