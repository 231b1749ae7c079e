"""From a fan to the ranking: a moment is suggested, accepted and seen by whom it should be; one too early waits."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from ranker.database import writing
from ranker.models import User
from tests.browser.conftest import Opener
from tests.browser.window import LIST, SERIES, Window
from tests.cast import Cast, key
from tests.worlds.building import THEN

SUGGESTIONS = f"{SERIES}/suggestions"


def everybody_is_old(cast: Cast) -> None:
    with cast.app.app_context(), writing() as session:
        session.execute(update(User).values(created_at=THEN))


def suggests(window: Window, title: str, episode: str = "2") -> None:
    page = window.page
    page.get_by_label("Title").fill(title)
    page.get_by_label("Seen by the end of").select_option(episode)
    page.get_by_label("What happens").fill("The whole coast goes dark.")
    page.get_by_role("button", name="Suggest it").click()


@pytest.mark.parametrize("scripting", [True, False])
def test_a_suggestion_goes_from_a_fan_into_the_ranking(open_window: Opener, cast: Cast, scripting: bool) -> None:
    bob, desk, cy = (open_window(name, java_script_enabled=scripting) for name in ("bob", "dana", "cy"))
    bob.visit(LIST).get_by_role("link", name="Suggest a moment").click()
    suggests(bob, "The lantern breaks")
    expect(bob.page.locator(".wish")).to_contain_text("waiting")
    desk.visit("/admin/").get_by_role("navigation", name="The desk").get_by_role("link", name="From fans").click()
    if not scripting:  # the first answer shows the preview of what was changed
        desk.expects("422")
        desk.page.get_by_role("link", name="Accept").click()
        desk.page.get_by_label("Teaser", exact=True).fill("Lights out")
        desk.page.get_by_role("button", name="Publish it").click()
        expect(desk.page.get_by_role("alert")).to_contain_text("then publish")
        desk.page.get_by_role("button", name="Publish it").click()
    else:
        desk.page.get_by_role("link", name="Accept").click()
        desk.page.wait_for_load_state()
        with desk.page.expect_response(lambda answer: answer.url.endswith("/preview")):
            desk.page.get_by_label("Teaser", exact=True).fill("Lights out")
        expect(desk.page.locator("#preview")).to_contain_text("Lights out")
        desk.page.get_by_role("button", name="Publish it").click()
    expect(desk.page.locator(".note--good")).to_contain_text("is published")
    bob.visit(SUGGESTIONS).locator(".wish").get_by_role("link", name="The lantern breaks").click()
    expect(bob.page.get_by_role("heading", level=1)).to_have_text("The lantern breaks")
    expect(bob.visit(SERIES).locator("#standings")).to_contain_text("The lantern breaks")
    expect(cy.visit(SERIES).locator("#standings")).to_contain_text("Lights out")
    assert "lantern" not in cy.page.content()


def test_what_is_there_already_is_pointed_out_as_one_types_and_blocks_nobody(open_window: Opener, cast: Cast) -> None:
    window = open_window("bob")
    page = window.visit(SUGGESTIONS)
    page.get_by_label("Title").fill("secrettitle1")
    expect(page.locator("#alike")).to_contain_text("Is it this one?")
    expect(page.locator("#alike").get_by_role("link")).to_have_text("SecretTitle1")
    page.get_by_label("Title").fill("SecretTitle9")  # which bob cannot see
    expect(page.locator("#alike")).not_to_contain_text("Is it")
    page.get_by_label("Title").fill("secrettitle1")
    expect(page.locator("#alike")).to_contain_text("Is it this one?")
    page.get_by_label("What happens").fill("Once more, with feeling.")
    page.get_by_role("button", name="Suggest it").click()
    expect(page.locator(".wish")).to_contain_text("secrettitle1")


@pytest.mark.parametrize("button", ["It is another one: send it", "Suggest it"])
def test_without_scripting_it_is_asked_once_before_sending(open_window: Opener, cast: Cast, button: str) -> None:
    window = open_window("bob", java_script_enabled=False)
    window.visit(SUGGESTIONS)
    suggests(window, "secrettitle1")
    expect(window.page.locator("#asks")).to_be_focused()
    expect(window.page.locator("#asks")).to_contain_text("Not sent yet. Is it this one?")
    expect(window.page.get_by_label("What happens")).to_have_value("The whole coast goes dark.")
    window.page.get_by_role("button", name=button).click()
    expect(window.page.locator(".wish")).to_contain_text("secrettitle1")


def test_a_suggestion_is_locked_again_when_its_author_goes_back(open_window: Opener, cast: Cast) -> None:
    window = open_window("bob")
    window.visit(SUGGESTIONS)
    suggests(window, "The lantern breaks")
    expect(window.page.locator(".wish")).to_contain_text("waiting")
    window.page.locator("#rail-back").click()
    window.expect_position(3)
    expect(window.page.locator(".wish")).to_contain_text("locked until S1·E4")
    assert "lantern" not in window.holdings()


def test_a_moment_shown_too_early_waits_at_once_until_the_desk_moves_it_back(open_window: Opener, cast: Cast) -> None:
    everybody_is_old(cast)
    cast.add_fan("eve", 2)
    bob, eve, desk = open_window("bob"), open_window("eve"), open_window("dana")
    expect(eve.visit(SERIES).locator("#standings")).to_contain_text("SecretTitle1")
    bob.visit(f"{SERIES}/moments/{cast.public[key(1)]}").get_by_role("link", name="Report it").click()
    bob.page.get_by_label("It should wait for").select_option("3")
    bob.page.get_by_role("button", name="It is shown too early").click()
    expect(bob.page.locator(".note--good")).to_contain_text("waits for S1·E3 now")
    expect(eve.visit(SERIES).locator("#standings")).not_to_contain_text("SecretTitle1")
    desk.visit("/admin/queue").get_by_role("button", name="Move it back to S1·E1").click()
    expect(eve.visit(SERIES).locator("#standings")).to_contain_text("SecretTitle1")
    desk.page.get_by_role("button", name="Take it back").click()
    expect(desk.page.locator(".queue")).to_contain_text("waits for S1·E3 since")
    expect(eve.visit(SERIES).locator("#standings")).not_to_contain_text("SecretTitle1")


def test_the_queue_is_worked_through_with_the_keyboard(open_window: Opener, cast: Cast) -> None:
    for title in ("First lantern", "Second lantern", "Third boat"):
        cast.suggest("bob", title)
    window = open_window("dana")
    page = window.visit("/admin/queue")
    window.tab_to(page.locator(".queue__one").first.locator("summary"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Only a trailer")
    page.keyboard.press("Enter")
    expect(page.locator(".note--good")).to_contain_text("“First lantern” is declined")
    expect(page.locator(".queue__title")).to_have_count(2)
    expect(page).to_have_url(re.compile("#item-"))
    page.wait_for_load_state()
    page.keyboard.press("Tab")  # from the next one, where the answer has led
    expect(page.get_by_role("link", name="Second lantern", exact=True)).to_be_focused()
    page.get_by_role("button", name="Take it back").press("Enter")
    expect(page.locator(".queue__title")).to_have_count(3)


def test_a_note_is_reported_and_leaves_the_page(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1)
    cast.declare("ada", 4)
    cast.note("ada", 1, "They all drown")
    bob, desk = open_window("bob"), open_window("dana")
    moment = f"{SERIES}/moments/{cast.public[key(1)]}"
    bob.visit(moment).get_by_role("link", name="Report this note").click()
    bob.page.get_by_label("It gives something away").check()
    bob.page.get_by_role("button", name="Report it").click()
    expect(bob.page.locator(".note--good")).to_contain_text("will look")
    desk.visit("/admin/queue").get_by_role("button", name="Hide the note").click()
    expect(bob.visit(moment).locator("#notes")).not_to_contain_text("They all drown")
