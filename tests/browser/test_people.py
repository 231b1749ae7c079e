"""People at the desk, in a browser: an account is disabled, and the ranking and its owner feel it at once."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.window import SERIES
from tests.cast import PASSWORD, SLUG, Cast

PEOPLE = "/admin/people"


def says_who(page: Page) -> None:
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def find(page: Page, name: str) -> None:
    """By the keyboard alone."""
    page.get_by_label("Name").focus()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.locator(".table__row")).to_have_count(1)
    page.get_by_role("link", name=name).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_an_account_is_found_disabled_and_enabled_with_the_keyboard(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    cast.rank("bob", 1, 2)
    bob = open_window("bob").visit("/account")
    desk = open_window("dana").visit(PEOPLE)
    find(desk, "bob")
    desk.get_by_label("Reason").focus()
    desk.keyboard.type("Fifty accounts, one hand")
    desk.keyboard.press("Enter")
    says_who(desk)
    expect(desk.get_by_label("Reason")).to_have_value("Fifty accounts, one hand")
    expect(desk.get_by_text("You can go on now")).to_be_in_viewport()
    expect(desk.get_by_role("button", name="Disable the account")).to_be_in_viewport()
    desk.get_by_label("Reason").press("Enter")
    expect(desk.locator(".note--good")).to_contain_text("Disabled.")
    bob.reload()
    expect(bob.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    expect(open_window("ada").visit(SERIES).get_by_text("1 list", exact=False).first).to_be_visible()
    desk.get_by_role("button", name="Enable the account").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("button", name="Disable the account")).to_be_visible()
    expect(open_window("ada").visit(SERIES).get_by_text("2 lists", exact=False).first).to_be_visible()


def test_a_curator_is_made_without_scripting_and_reads_the_audit_of_their_series(
    open_window: Opener, cast: Cast
) -> None:
    desk = open_window("dana", java_script_enabled=False).visit(f"{PEOPLE}/bob")
    desk.get_by_label("A series to look after").select_option(SLUG)
    desk.get_by_role("button", name="Let them").click()
    says_who(desk)
    expect(desk.get_by_label("A series to look after")).to_have_value(SLUG)
    desk.get_by_role("button", name="Let them").click()
    expect(desk.locator(".note--good")).to_contain_text("bob looks after it.")

    window = open_window("bob", java_script_enabled=False)
    bob = window.visit("/admin/audit")
    if bob.get_by_role("button", name="Open the desk").count():
        bob.get_by_role("button", name="Open the desk").click()
    expect(bob.locator(".table__row").first).to_contain_text("Curator: grant")
    bob.get_by_label("What", exact=True).select_option("series.add")
    bob.get_by_role("button", name="Filter").click()
    expect(bob.locator(".table__row")).to_have_count(1)
    expect(bob.locator(".table__row")).to_contain_text("Series: add")
