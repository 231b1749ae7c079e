"""Everything but dragging works with scripting off."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from ranker.actions.unlocked import greet
from tests.browser.conftest import Opener
from tests.browser.site import Site
from tests.browser.test_saving_goes_wrong import end_sessions
from tests.browser.window import LIST, SERIES
from tests.cast import PASSWORD, Cast


def test_with_scripting_off_one_registers_declares_progress_and_makes_a_list(
    open_window: Opener, cast: Cast, site: Site
) -> None:
    window = open_window(java_script_enabled=False)
    page = window.visit("/register?next=" + SERIES)
    page.get_by_label("Name").fill("eve")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(site.url + SERIES)
    cast.users["eve"] = cast.users["dana"] + 1

    page.locator("#rail-forward").click()
    window.expect_position(1)
    window.pick_episode(4)
    page.locator("#jump-yes").click()
    window.expect_position(4)
    expect(page).to_have_url(site.url + SERIES)

    page.get_by_role("link", name="Make the first list").click()
    expect(page.locator("[data-handle]").first).to_be_hidden()
    for number in (1, 2, 3, 4):
        window.button("add", number).click()
    window.expect_saved("eve", 1, 2, 3, 4)
    window.press("up", 3)
    window.expect_saved("eve", 1, 3, 2, 4)
    window.press("down", 1)
    window.expect_saved("eve", 3, 1, 2, 4)
    window.press("top", 4)
    window.expect_saved("eve", 4, 3, 1, 2)
    page.locator(f"#more-{window.token(4)}").click()
    page.locator(f"#to-{window.token(4)}").select_option("3")
    window.button("place", 4).click()
    window.expect_saved("eve", 3, 1, 4, 2)
    window.press("remove", 1)
    window.expect_saved("eve", 3, 4, 2)
    page.locator("#rail-back").click()
    window.expect_position(3)
    expect(page).to_have_url(site.url + LIST)


def test_with_scripting_off_the_view_switches_and_stays(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    window = open_window("bob", java_script_enabled=False)
    page = window.visit(SERIES)
    expect(page.locator("#standings > li")).to_have_count(9)
    page.get_by_role("button", name="Sealed").click()
    expect(page.locator("#standings > li")).to_have_count(6)
    page.get_by_role("link", name="Classic").click()
    expect(page.locator("#standings > li")).to_have_count(6)


def test_with_scripting_off_one_finds_and_sorts_moments(open_window: Opener, cast: Cast) -> None:
    cast.rank("bob", 5)
    page = open_window("ada", java_script_enabled=False).visit(LIST)
    page.get_by_label("Find a moment").fill("TITLE7")
    page.get_by_label("Find a moment").press("Enter")
    expect(page.locator("#pool .entry:visible .entry__title")).to_have_text(["SecretTitle7"])
    expect(page.locator("#find-found")).to_have_text("1 of 9 match")
    page.get_by_label("Find a moment").fill("nothing like it")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Show all").click()
    expect(page.locator("#pool .entry:visible")).to_have_count(9)
    page.get_by_label("Find a moment").fill("s2·e1")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#pool .entry:visible .entry__title")).to_have_text(["SecretTitle7", "SecretTitle8"])
    page.get_by_label("Find a moment").fill("")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Newest").click()
    expect(page.locator("#pool .entry__title").first).to_have_text("SecretTitle9")


def test_with_scripting_off_one_takes_back_and_does_again_and_writes_a_note(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    window = open_window("ada", java_script_enabled=False)
    page = window.visit(LIST)
    window.press("up", 2)
    window.expect_saved("ada", 2, 1)
    page.locator("#undo").click()
    window.expect_saved("ada", 1, 2)
    page.locator("#redo").click()
    window.expect_saved("ada", 2, 1)
    page.locator(f"#more-{window.token(1)}").click()
    page.locator(f"#note-open-{window.token(1)}").click()
    expect(window.button("top", 1)).to_be_hidden()
    assert is_clear_of_the_rail(page, f"#write-{window.token(1)}")
    page.locator(f"#note-text-{window.token(1)}").fill("Because of the light")
    page.locator(f"#note-save-{window.token(1)}").click()
    expect(window.row(1)).to_contain_text("Because of the light")
    expect(page).to_have_url(re.compile(f"#entry-{window.token(1)}$"))
    expect(window.row(1)).to_be_in_viewport(ratio=1)


def test_with_scripting_off_new_moments_are_shown_one_at_a_time_or_all_at_once(open_window: Opener, cast: Cast) -> None:
    with cast.app.app_context():
        greet(cast.gate("bob"))
    window = open_window("bob", java_script_enabled=False)
    page = window.visit(LIST)
    page.locator("#rail-forward").click()
    expect(page.locator("#unlocked")).to_contain_text("2 new moments")
    page.get_by_role("switch", name="Show new moments one at a time").click()
    page.locator("#reveal-show").click()
    page.locator("#reveal-add").click()
    window.expect_saved("bob", 7)
    page.get_by_role("switch", name="Show new moments one at a time").click()
    page.locator("#greet-all").click()
    expect(page.locator("#unlocked")).to_have_count(0)
    expect(page.locator("#pool")).to_contain_text("SecretTitle8")


def test_with_scripting_off_whoever_is_logged_out_meanwhile_logs_in_and_is_back_at_the_list(
    open_window: Opener, cast: Cast, site: Site
) -> None:
    cast.rank("ada", 1, 2)
    window = open_window("ada", java_script_enabled=False)
    page = window.visit(LIST)
    end_sessions(cast, "ada")
    window.press("up", 2)
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(site.url + LIST)
    window.expect_saved("ada", 1, 2)


def test_with_scripting_off_a_stale_page_gets_the_newest_list_and_a_sentence(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada", java_script_enabled=False)
    page = window.visit(LIST)
    cast.rank("ada", 3, 2, 1)
    window.expects("status of 409")
    window.press("up", 3)
    expect(page.locator("#problem")).to_contain_text("This is the newest.")
    window.expect_saved("ada", 3, 2, 1)


def test_with_scripting_off_a_moment_is_added_from_its_page_and_its_link_leads_to_its_row(
    open_window: Opener, cast: Cast, site: Site
) -> None:
    cast.rank("ada", 1, 2)
    window = open_window("ada", java_script_enabled=False, viewport={"width": 360, "height": 740})
    here = f"{SERIES}/moments/{window.token(5)}"
    page = window.visit(here)
    page.locator("#add").click()
    expect(page).to_have_url(site.url + here)
    expect(page.locator("#listed")).to_contain_text("Added at place 3.")
    expect(page.locator("#listed-undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Undone.")).to_be_visible()
    expect(page.locator("#add")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("#placed").click()
    expect(page).to_have_url(f"{site.url}{LIST}#entry-{window.token(5)}")
    window.expect_saved("ada", 1, 2, 5)
    assert is_clear_of_the_rail(page, f"#entry-{window.token(5)}")
    expect(window.row(5)).to_be_in_viewport(ratio=1)


def is_clear_of_the_rail(page: Page, what: str) -> bool:
    rail, box = page.locator("#rail").bounding_box(), page.locator(what).bounding_box()
    return bool(rail and box and box["y"] >= rail["y"] + rail["height"])
