"""Accounts in a real browser: codes to keep, passwords one can look at, and passkeys with a virtual authenticator."""

from __future__ import annotations

import re

from playwright.sync_api import CDPSession, expect

from tests.browser.conftest import Opener
from tests.browser.site import Site
from tests.browser.window import LIST, Window
from tests.cast import PASSWORD, Cast


def log_out(window: Window) -> None:
    window.visit("/account").get_by_role("button", name="Log out").click()
    expect(window.page.get_by_role("link", name="Log in")).to_be_visible()


def say_who(window: Window) -> None:
    window.page.get_by_label("Your password").fill(PASSWORD)
    window.page.get_by_role("button", name="Go on").click()


def test_what_is_wrong_in_a_form_is_said_by_the_page_and_in_its_language(open_window: Opener) -> None:
    window = open_window()
    window.expects("422")
    page = window.visit("/register")
    page.get_by_role("button", name="한국어").click()
    page.locator("#name").fill("eve")
    page.locator("#password").fill("short")
    page.locator("form.form button.button--main").click()
    expect(page.locator("#password-error")).to_contain_text("10")
    expect(page.locator("#password")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#password")).to_be_focused()
    expect(page.locator("#name")).to_have_value("eve")


def test_a_newcomer_keeps_their_codes_and_gets_back_in_with_one(open_window: Opener, site: Site) -> None:
    window = open_window()
    page = window.visit(f"/register?next={LIST}")
    page.get_by_label("Name").fill("eve")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    codes = page.locator(".codes__one")
    expect(codes).to_have_count(8)
    written = codes.all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as a file").click()
    assert download.value.suggested_filename == "ranker-recovery-codes.txt"
    assert all(code in download.value.path().read_text() for code in written)
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(site.url + LIST)

    log_out(window)
    page = window.visit("/login")
    page.get_by_role("link", name="Lost your password?").click()
    page.get_by_label("Name").fill("eve")
    page.get_by_label("One of your recovery codes").fill(written[3].lower().replace("-", ""))
    page.get_by_label("New password").fill("a brand new password")
    page.get_by_role("button", name="Set the password").click()
    expect(page.locator("main")).to_contain_text("You have a new password")
    expect(page.locator("main")).to_contain_text("7 left")


def test_what_is_typed_into_a_password_field_can_be_looked_at_and_goes_off_hidden(open_window: Opener) -> None:
    window = open_window()
    page = window.visit("/login")
    field, eye = page.get_by_label("Password"), page.get_by_role("button", name="Show what is typed")
    field.fill("not the right one")
    window.tab_to(eye)
    page.keyboard.press("Enter")
    expect(field).to_have_attribute("type", "text")
    expect(eye).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    expect(field).to_have_attribute("type", "password")
    eye.click()
    page.evaluate("addEventListener('submit', () => { window.name = document.getElementById('password').type; })")
    page.get_by_label("Name").fill("bob")
    window.expects("status of 422")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.locator("main")).to_contain_text("We know no account")
    assert page.evaluate("window.name") == "password"


def test_after_the_log_out_neither_the_way_back_nor_the_storages_show_who_was_there(open_window: Opener) -> None:
    window = open_window("bob")
    page = window.visit("/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("bob")
    page.evaluate("localStorage.left = sessionStorage.left = 'bob'")
    log_out(window)
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.go_back()
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    assert "bob" not in window.holdings()


# Passkeys


def device_of(window: Window, verified: bool = True) -> CDPSession:
    """Gives the computer an authenticator, whose owner does as they are asked, or holds up the wrong finger."""
    device = window.context.new_cdp_session(window.page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verified,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device


def add_passkey(window: Window, name: str = "My computer") -> None:
    page = window.visit("/account/passkeys")
    if "/confirm" in page.url:
        say_who(window)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("main")).to_contain_text("Your passkey is there.")


def test_a_fan_adds_a_passkey_and_logs_in_with_it_alone(open_window: Opener, site: Site) -> None:
    window = open_window("bob")
    device_of(window)
    add_passkey(window)
    expect(window.page.locator(".settings__name")).to_have_text("My computer")
    log_out(window)
    page = window.visit(f"/login?next={LIST}")
    page.get_by_label("Stay logged in").check()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(site.url + LIST)
    expect(page.locator(".masthead__link--me")).to_have_text("bob")
    assert [cookie for cookie in window.context.cookies() if cookie["name"] == "session" and cookie["expires"] > 0]


def test_a_passkey_says_again_who_one_is(open_window: Opener) -> None:
    window = open_window("bob")
    device_of(window)
    add_passkey(window)
    log_out(window)
    window.visit("/login").get_by_role("button", name="Use a passkey").click()
    expect(window.page.locator(".masthead__link--me")).to_be_visible()
    page = window.visit("/account/delete")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete your account?")


def test_a_passkey_is_renamed_and_removed(open_window: Opener) -> None:
    window = open_window("bob")
    device_of(window)
    add_passkey(window)
    page = window.page
    page.locator(".rename__open").click()
    page.get_by_label("New name of My computer").fill("The old laptop")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".settings__name")).to_have_text("The old laptop")
    page.get_by_role("button", name="Remove The old laptop").click()
    expect(page.locator(".settings__name")).to_have_count(0)
    log_out(window)
    page = window.visit("/login")
    page.get_by_role("button", name="Use a passkey").click()
    window.expects("status of 422")
    expect(page.locator("main")).to_contain_text("That passkey did not work here")


def test_whoever_cancels_or_is_not_recognised_can_try_again(open_window: Opener) -> None:
    window = open_window()
    device_of(window, verified=False)
    page = window.visit("/login")
    page.get_by_role("button", name="Use a passkey").click()
    failed = page.locator("[data-failed]")
    expect(failed).to_contain_text("That did not work, or was cancelled.")
    again = failed.get_by_role("button", name="Try again")
    expect(again).to_be_focused()
    with page.expect_response(re.compile("/login/passkey/challenge")):
        again.click()
    expect(failed).to_be_visible()


def test_with_scripting_off_there_is_no_button_that_could_not_work(open_window: Opener, cast: Cast) -> None:
    page = open_window(java_script_enabled=False).visit("/login")
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="passkey")).to_have_count(0)
    expect(page.get_by_role("button", name="Show what is typed")).to_have_count(0)
