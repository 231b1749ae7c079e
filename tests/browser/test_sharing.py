"""A fan shares their list; whoever opens its link sees it as far as they have come themselves."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.test_the_rail import held
from tests.browser.window import LIST, SERIES
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


def tell(page: Page, words: str) -> None:
    """Chooses up to where it is told, by row."""
    page.get_by_role("radio", name=words).check()


def what_bob_sees(cast: Cast) -> str:
    return cast.browser("bob").get(f"/fans/ada/{SLUG}").text


def test_what_is_shared_is_what_is_chosen_though_it_was_not_previewed(cast: Cast, open_window: Opener) -> None:
    cast.rank("ada", 9, 1, 5)
    page = open_window("ada", java_script_enabled=False).visit(LIST + "/share")
    tell(page, "Up to S1·E4")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".sharing__preview .entry__title a")).to_have_count(2)
    assert "csrf" not in page.url
    tell(page, "Nothing of the story")
    page.get_by_role("button", name="Share it like this").click()
    expect(page.get_by_role("heading", name="It is shared")).to_be_visible()
    assert "SecretTitle" not in what_bob_sees(cast)
    tell(page, "Up to S1·E1")
    page.get_by_role("button", name="Preview").click()
    tell(page, "Up to S1·E4")
    page.get_by_role("button", name="Show it like this from now on").click()
    expect(page.get_by_role("status").filter(has_text="Your list is shared")).to_be_visible()
    assert "SecretTitle5" in what_bob_sees(cast)


def test_a_choice_counts_before_its_preview_is_there(cast: Cast, open_window: Opener) -> None:
    cast.rank("ada", 9, 1, 5)
    page = open_window("ada").visit(LIST + "/share?cap=4")
    with held(page, "share.cap=0"):
        tell(page, "Nothing of the story")
        page.get_by_role("button", name="Share it like this").click()
        expect(page.get_by_role("heading", name="It is shared")).to_be_visible()
    assert "SecretTitle" not in what_bob_sees(cast)


@pytest.mark.parametrize("scripting", [True, False])
def test_enter_shares_nothing(cast: Cast, open_window: Opener, scripting: bool) -> None:
    cast.rank("ada", 9, 1, 5)
    page = open_window("ada", java_script_enabled=scripting).visit(LIST + "/share?cap=1")
    for words, titles in (("Up to S1·E4", 2), ("Nothing of the story", 0)):
        tell(page, words)
        page.keyboard.press("Enter")
        expect(page.locator(".sharing__preview .entry__title a")).to_have_count(titles)
        assert "csrf" not in page.url
    expect(page.get_by_role("heading", name="Only you see it now")).to_be_visible()
    assert cast.browser("bob").get(f"/fans/ada/{SLUG}").status_code == 404


def test_a_feed_tells_what_is_chosen_though_it_was_not_previewed(cast: Cast, open_window: Opener) -> None:
    page = open_window("ada", java_script_enabled=False).visit(f"{SERIES}/feed?cap=4")
    page.get_by_label("Tell me the story").select_option("0")
    page.get_by_role("button", name="Make my address").click()
    expect(page.get_by_label("Your new address")).to_be_visible()
    assert "csrf" not in page.url
    page.goto(f"{SERIES}/feed")
    expect(page.get_by_text("it tells nothing of the story")).to_be_visible()


def test_what_only_scripts_can_do_is_not_offered_without_them(cast: Cast, open_window: Opener) -> None:
    page = open_window("ada", java_script_enabled=False).visit(f"{SERIES}/feed")
    expect(page.locator("[data-copies]")).to_have_count(1)
    expect(page.locator("[data-copies]")).to_be_hidden()


# While the answer to a choice is on its way


def choose(page: Page, position: int) -> None:
    row = page.locator(f"#cap-{position}")
    if row.count():
        row.click()
    else:
        page.get_by_role("combobox", name=re.compile("the story")).select_option(str(position))


def choice_on(page: Page) -> str:
    return str(page.locator("#choice").evaluate("form => new FormData(form).get('cap')"))


@pytest.mark.parametrize(
    ("path", "asked", "depends"),
    [
        (f"{LIST}/share?cap=4", "share.cap=", ["sharing__preview", "along"]),
        (f"{SERIES}/feed?cap=4", "feed.cap=", ["sharing__preview"]),
        (f"{SERIES}/embed?upto=4", "embed.upto=", ["sharing__link", "sharing__preview"]),
    ],
)
def test_what_still_shows_the_choice_before_cannot_be_taken(
    cast: Cast, open_window: Opener, monkeypatch: pytest.MonkeyPatch, path: str, asked: str, depends: list[str]
) -> None:
    monkeypatch.setitem(cast.app.config, "EMBED", ("*",))
    cast.rank("ada", 9, 1, 5)
    page = open_window("ada").visit(path)
    waits = page.locator("[inert]")
    expect(waits).to_have_count(0)
    with held(page, asked):
        for position in (1, 0):  # the first makes way for the second, and ends nothing
            choose(page, position)
            page.wait_for_timeout(400)
            expect(waits).to_have_class(depends)
        expect(waits.first).to_have_css("opacity", "0.45")
    expect(waits).to_have_count(0)
    expect(page.locator(f".{depends[0]}")).to_have_css("opacity", "1")


@pytest.mark.parametrize("path", [f"{LIST}/share?cap=4", f"{SERIES}/feed?cap=4"])
def test_a_choice_that_did_not_arrive_is_taken_back(cast: Cast, open_window: Opener, path: str) -> None:
    cast.rank("ada", 9, 1, 5)
    window = open_window("ada")
    window.expects("Failed to load resource|htmx:error")
    page = window.visit(path)
    choose(page, 1)
    expect(page.locator("#choice :is([checked], [selected])")).to_have_attribute("value", "1")
    page.route(re.compile("cap=0"), lambda route: route.abort())
    choose(page, 0)
    expect(page.locator("#not-sent")).to_be_visible()
    expect(page.locator("[inert]")).to_have_count(0)
    assert choice_on(page) == "1"
    page.unroute(re.compile("cap=0"))
    choose(page, 0)
    expect(page.locator("#not-sent")).to_be_hidden()
    assert choice_on(page) == "0"
