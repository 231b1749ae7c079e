"""A fan shares their list; whoever opens its link sees it as far as they have come themselves."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.window import LIST
from tests.cast import SLUG, Cast


def test_a_list_is_previewed_shared_copied_and_opened_by_a_stranger(cast: Cast, open_window: Opener) -> None:
    cast.rank("ada", 9, 1, 5)
    ada = open_window("ada")
    ada.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = ada.visit(LIST)
    page.get_by_role("link", name="Share").click()
    rows = page.locator(".sharing__preview .entry")
    expect(rows).to_have_text([re.compile("Teaser9"), re.compile("Teaser1"), re.compile("Teaser5")])
    page.get_by_role("radio", name="Up to S1·E4").check()
    expect(rows).to_have_text([re.compile("Teaser9"), re.compile("SecretTitle1"), re.compile("SecretTitle5")])
    page.get_by_role("button", name="Share it like this").click()
    expect(page.get_by_role("heading", name="It is shared")).to_be_visible()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.endswith(f"/fans/ada/{SLUG}")

    stranger = open_window()
    seen = stranger.visit(f"/fans/ada/{SLUG}")
    expect(seen.locator(".entry--locked")).to_have_count(3)
    seen.get_by_role("button", name="I have seen S1·E1").click()
    expect(seen.locator(".entry")).to_have_text(
        [re.compile("Teaser9"), re.compile("SecretTitle1"), re.compile("Teaser5")]
    )
    assert seen.url.endswith(f"/fans/ada/{SLUG}")

    page.get_by_role("button", name="Stop sharing").click()
    expect(page.get_by_role("heading", name="Only you see it now")).to_be_visible()
    stranger.expects("404")
    assert seen.reload() is not None
    expect(seen.get_by_role("heading", name="Nothing here")).to_be_visible()


def test_how_far_it_is_told_is_chosen_with_the_arrows(cast: Cast, open_window: Opener) -> None:
    cast.rank("ada", 9, 1, 5)
    page = open_window("ada").visit(LIST + "/share")
    page.get_by_role("radio", name="Nothing of the story").focus()
    for code, titles in (("S1·E1", 1), ("S1·E2", 1), ("S1·E3", 1), ("S1·E4", 2)):
        page.keyboard.press("ArrowDown")
        row = page.get_by_role("radio", name=f"Up to {code}")
        expect(row).to_be_checked()
        expect(page.locator("#along-name + p")).to_contain_text(f"Told up to {code}")
        expect(row).to_be_focused()
        expect(page.locator(".sharing__preview .entry__title a")).to_have_count(titles)


def test_a_list_is_copied_for_a_forum_told_as_far_as_one_chooses(cast: Cast, open_window: Opener) -> None:
    cast.rank("ada", 9, 1)
    ada = open_window("ada")
    ada.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = ada.visit(LIST + "/share")
    page.get_by_role("radio", name="Up to S1·E1").check()
    expect(page.locator("#along-name + p")).to_contain_text("Told up to S1·E1")
    page.get_by_text("Reddit with").click()
    page.locator("details[open]").get_by_role("button", name="Copy").click()
    expect(page.locator("#said")).to_have_text("Your list is copied.")
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert copied[2:] == ["1. locked until S2·E2: Teaser9", "2. >!SecretTitle1!< (S1·E1)"]
