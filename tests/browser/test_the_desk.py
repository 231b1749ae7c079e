"""At the desk, in a browser: a moment is written, looked at, published, and then seen by whoever should see it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.window import SERIES
from tests.cast import SLUG, Cast

TABLE = f"/admin/series/{SLUG}/moments"


def test_a_moment_is_added_looked_at_published_and_seen_by_whom_it_should_be(open_window: Opener, cast: Cast) -> None:
    desk = open_window("dana").visit(f"{TABLE}/new")
    desk.get_by_label("Title").fill("The lamp goes out")
    desk.get_by_label("What happens").fill("Nobody is there.")
    desk.get_by_label("Seen by the end of").select_option("5")
    desk.get_by_label("Teaser", exact=True).fill("Dark")
    preview = desk.locator("#preview")
    expect(preview.locator(".standing__teaser")).to_have_text("“Dark”")
    expect(preview).not_to_contain_text("The lamp goes out")
    desk.get_by_label("Preview for somebody at").select_option("5")
    expect(preview.locator(".standing__title")).to_have_text("The lamp goes out")
    desk.get_by_label("Preview for somebody at").select_option("")
    expect(preview.locator(".standing__title")).to_have_count(0)
    expect(desk.get_by_label("Title")).to_have_value("The lamp goes out")
    desk.get_by_role("button", name="Publish it").click()
    expect(desk.locator(".note--good")).to_contain_text("is published")

    for name, text, count in (("ada", "The lamp goes out", 1), ("bob", "The lamp goes out", 0), ("bob", "“Dark”", 1)):
        page = open_window(name).visit(SERIES)
        expect(page.locator("#standings").get_by_text(text)).to_have_count(count)


def test_moments_are_changed_together_and_taken_back_without_scripting(open_window: Opener, cast: Cast) -> None:
    desk = open_window("dana", java_script_enabled=False).visit(TABLE)
    desk.get_by_label("Choose SecretTitle1").check()
    desk.get_by_label("Choose SecretTitle2").check()
    desk.locator("#bulk-episode").select_option("6")
    desk.get_by_role("button", name="Show what would change").click()
    expect(desk.locator(".table__row")).to_have_count(2)
    desk.get_by_role("button", name="Change them").click()
    expect(desk.get_by_role("row", name="SecretTitle1")).to_contain_text("S2·E2")
    desk.get_by_role("button", name="Take it back").click()
    expect(desk.get_by_role("row", name="SecretTitle1")).to_contain_text("S1·E1")


def test_a_moment_is_published_without_scripting_after_its_preview(open_window: Opener, cast: Cast) -> None:
    window = open_window("dana", java_script_enabled=False)
    window.expects("422")  # the first answer, which shows the preview
    desk = window.visit(f"{TABLE}/new")
    desk.get_by_label("Title").fill("The lamp goes out")
    desk.get_by_label("No teaser").check()
    desk.get_by_role("button", name="Publish it").click()
    expect(desk.get_by_role("alert")).to_contain_text("then publish")
    expect(desk.locator("#preview")).to_contain_text("Unlocks after S2·E2")
    desk.get_by_role("button", name="Publish it").click()
    expect(desk.locator(".note--good")).to_contain_text("is published")
