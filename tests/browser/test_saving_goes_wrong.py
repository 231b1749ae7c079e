"""Two tabs, no connection, a server in trouble: nothing is lost silently."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from ranker.extensions import db
from ranker.models import User
from tests.browser.conftest import Opener
from tests.browser.site import Site
from tests.browser.window import LIST, Window
from tests.cast import PASSWORD, Cast

UNREACHED = "That did not reach us, so nothing was saved: the list stands as it was. Look at your connection."
SEVERAL = " This goes for more than one change; only the last can be tried again from here."
TROUBLE = "That could not be saved: something is wrong on our side. The list stands as it was."
QUICK = "That was very quick, so it was not saved: the list stands as it was. Wait a moment and try again."
STALE = "Your list was changed in another tab or on another device, so your change was not made. This is the newest."


def test_a_stale_save_from_another_tab_gets_the_newest_list_and_a_sentence(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada")
    window.visit(LIST)
    other = window.second_tab(LIST)
    with window.saving():
        window.press("up", 3)
    window.expect_saved("ada", 1, 3, 2)

    window.expects("status of 409")
    window.expect_list(1, 2, 3, page=other)
    other.locator(f"#add-{window.token(7)}").click()
    expect(other.locator("#problem [role=alert]")).to_have_text(STALE)
    window.expect_list(1, 3, 2, page=other)
    window.expect_saved("ada", 1, 3, 2)
    other.locator(f"#add-{window.token(7)}").click()
    window.expect_list(1, 3, 2, 7, page=other)
    expect(other.locator("#problem")).to_have_count(0)
    assert cast.titles_of("ada")[-1] == "SecretTitle7"


def test_a_tab_that_comes_to_the_front_has_the_newest_list(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada")
    window.visit(LIST)
    cast.rank("ada", 3, 1, 2)
    window.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    window.expect_list(3, 1, 2)
    with window.saving():
        window.press("up", 1)
    window.expect_saved("ada", 1, 3, 2)
    window.page.route(f"**{LIST}", lambda route: route.abort())
    window.expects("ERR_FAILED")
    window.expects("Failed to fetch")
    window.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    window.page.wait_for_timeout(300)
    expect(window.page.locator("#not-sent")).to_be_hidden()
    window.expect_list(1, 3, 2)


def test_a_stale_drag_on_another_device_gets_the_newest_list_too(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada")
    window.visit(LIST)
    cast.rank("ada", 3, 2, 1)
    window.expects("status of 409")
    with window.saving(409):
        window.drag(window.handle(9), window.place(1), at=0.2)
    expect(window.page.locator("#problem [role=alert]")).to_have_text(STALE)
    window.expect_saved("ada", 3, 2, 1)
    expect(window.page.locator("#pool .entry__title").last).to_have_text("SecretTitle9")


def test_two_devices_take_turns_and_a_move_that_came_too_late_is_made_by_one_press(
    open_window: Opener, cast: Cast
) -> None:
    cast.rank("ada", 1, 2, 3)
    desk, phone = open_window("ada"), open_window("ada", viewport={"width": 360, "height": 740})
    desk.visit(LIST)
    phone.visit(LIST)
    with desk.saving():
        desk.press("add", 7)
    phone.expects("status of 409")
    with phone.saving(409):
        phone.press("up", 3)
    expect(phone.page.locator("#problem [role=alert]")).to_have_text(STALE)
    phone.expect_saved("ada", 1, 2, 3, 7)
    with phone.saving():
        phone.page.get_by_role("button", name="Move up SecretTitle3").click()
    phone.expect_saved("ada", 1, 3, 2, 7)
    desk.expects("status of 409")
    with desk.saving(409):
        desk.page.keyboard.press("Control+z")
    desk.expect_saved("ada", 1, 3, 2, 7)
    with desk.saving():
        desk.page.keyboard.press("Control+z")
    desk.expect_saved("ada", 1, 2, 3, 7)


def expect_put_back(window: Window, page: Page, words: str = UNREACHED) -> None:
    window.expect_list(1, 2, 3)
    expect(page.get_by_role("alert").filter(visible=True)).to_have_text(words, use_inner_text=True)
    expect(page.locator("#entries input[name=entry]:enabled")).to_have_count(3)
    expect(page.locator("#pool input[name=entry]:enabled")).to_have_count(0)


def test_a_drag_without_a_connection_is_put_back_and_can_be_made_again(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada", viewport={"width": 1440, "height": 1400})
    page = window.visit(LIST)
    window.expects("Failed to fetch|ERR_INTERNET_DISCONNECTED")
    for handle, place, more in ((9, 2, ""), (3, 1, SEVERAL)):
        window.context.set_offline(True)
        window.drag(window.handle(handle), window.place(place), at=0.2)
        expect_put_back(window, page, UNREACHED + more)
    window.context.set_offline(False)
    assert cast.titles_of("ada") == ["SecretTitle1", "SecretTitle2", "SecretTitle3"]
    with window.saving():
        window.drag(window.handle(9), window.place(2), at=0.2)
    window.expect_saved("ada", 1, 9, 2, 3)
    expect(page.get_by_role("alert").filter(visible=True)).to_have_count(0)


def test_a_drag_out_of_the_list_without_a_connection_is_put_back(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada")
    page = window.visit(LIST)
    window.expects("Failed to fetch|ERR_INTERNET_DISCONNECTED")
    window.context.set_offline(True)
    window.drag(window.handle(2), window.row(6))
    expect_put_back(window, page)


def test_a_press_without_a_connection_changes_nothing_and_says_so(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada")
    page = window.visit(LIST)
    window.expects("Failed to fetch|ERR_INTERNET_DISCONNECTED")
    window.context.set_offline(True)
    window.button("up", 3).focus()
    page.keyboard.press("Enter")
    expect_put_back(window, page)
    expect(window.button("up", 3)).to_be_focused()
    window.context.set_offline(False)
    with window.saving():
        page.keyboard.press("Enter")
    window.expect_saved("ada", 1, 3, 2)


def test_a_press_after_one_that_was_lost_still_counts(open_window: Opener, cast: Cast) -> None:
    """Of two quick presses the first is lost on the way: the second is made within the list as it is."""
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada")
    page = window.visit(LIST)
    window.expects("Failed to fetch|ERR_FAILED")
    page.route("**" + LIST, lambda route: route.abort(), times=1)
    ids = [f"add-{window.token(number)}" for number in (8, 9)]
    page.evaluate("ids => { for (const id of ids) document.getElementById(id).click(); }", ids)
    window.expect_saved("ada", 1, 2, 3, 9)


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_in_trouble_leaves_the_list_as_it_was(open_window: Opener, cast: Cast, status: int) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada")
    page = window.visit(LIST)
    window.expects(f"status of {status}")
    page.route("**" + LIST, lambda route: route.fulfill(status=status, body="<main>broken</main>"), times=1)
    window.drag(window.handle(3), window.place(1), at=0.2)
    expect_put_back(window, page, TROUBLE)
    with window.saving():
        window.press("up", 3)
    window.expect_saved("ada", 1, 3, 2)


def test_too_many_presses_at_once_are_told_as_what_they_are_and_can_be_tried_again(
    open_window: Opener, cast: Cast
) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada")
    page = window.visit(LIST)
    window.expects("status of 429")
    page.route("**" + LIST, lambda route: route.fulfill(status=429, body="<main>quick</main>"), times=1)
    window.press("up", 3)
    expect_put_back(window, page, QUICK)
    with window.saving():
        page.get_by_role("button", name="Try again").click()
    window.expect_saved("ada", 1, 3, 2)


def test_somebody_whose_session_has_ended_is_asked_to_log_in_and_comes_back_to_the_list(
    open_window: Opener, cast: Cast, site: Site
) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada")
    page = window.visit(LIST)
    end_sessions(cast, "ada")
    window.expects("status of 401")
    window.press("up", 3)
    page.wait_for_url(re.compile(r"/login\?next="))
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(site.url + LIST)
    window.expect_list(1, 2, 3)


def test_somebody_who_logged_out_in_another_tab_is_told_that_nothing_was_saved(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada")
    page = window.visit(LIST)
    other = window.second_tab("/account")
    other.get_by_role("button", name="Log out").click()
    expect(other.get_by_role("link", name="Log in")).to_be_visible()
    window.expects("status of 400")
    window.drag(window.handle(3), window.place(1), at=0.2)
    expect(page.get_by_role("alert").filter(visible=True)).to_be_visible()
    window.expect_saved("ada", 1, 2, 3)


def end_sessions(cast: Cast, name: str) -> None:
    with cast.app.app_context():
        db.session.execute(update(User).where(User.id == cast.users[name]).values(session_epoch=User.session_epoch + 1))
        db.session.commit()
