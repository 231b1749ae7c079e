"""Undo, notes, the pool, newly unlocked moments, the list through the story: as people use them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import MomentText, add_moment
from ranker.actions.series import SeriesFacts, edit_series
from ranker.actions.unlocked import choose_reveal, greet, write_note
from tests.browser.conftest import Opener
from tests.browser.window import LIST, SERIES, middle
from tests.cast import SLUG, Cast


def test_undo_and_redo_by_button_and_by_keys_keep_the_focus(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada")
    page = window.visit(LIST)
    for _ in range(2):
        with window.saving():
            window.press("up", 3)
    window.expect_saved("ada", 3, 1, 2)
    with window.saving():
        page.locator("#undo").click()
    window.expect_saved("ada", 1, 3, 2)
    window.expect_said("Undone. SecretTitle1 is 1 of 3 again.")
    expect(page.locator("#undo")).to_be_focused()
    with window.saving():
        page.keyboard.press("Control+z")
    window.expect_saved("ada", 1, 2, 3)
    with window.saving():
        page.keyboard.press("Control+Shift+z")
    window.expect_saved("ada", 1, 3, 2)
    with window.saving():
        page.locator("#redo").click()
    window.expect_saved("ada", 3, 1, 2)
    expect(page.locator("#redo")).to_have_attribute("aria-disabled", "true")


def test_on_a_phone_the_bar_takes_back_and_does_again(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1)
    cast.rank("ada", 1, 2)
    window = open_window("ada", viewport={"width": 360, "height": 700})
    page = window.visit(LIST)
    undo, redo = page.get_by_role("button", name="Undo"), page.get_by_role("button", name="Redo")
    expect(undo).to_have_count(1)
    expect(redo).to_have_count(0)
    with window.saving():
        undo.click()
    window.expect_saved("ada", 1)
    with window.saving():
        redo.click()
    window.expect_saved("ada", 1, 2)
    expect(redo).to_be_focused()
    undo.focus()
    expect(redo).to_have_count(0)


def test_three_quick_undos_are_three(open_window: Opener, cast: Cast) -> None:
    for order in ([1], [1, 2], [1, 2, 3], [1, 2, 3, 4]):
        cast.rank("ada", *order)
    window = open_window("ada")
    page = window.visit(LIST)
    for _ in range(3):
        page.keyboard.press("Control+z")
    window.expect_saved("ada", 1)


def test_ctrl_z_while_typing_is_the_fields_own(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    window = open_window("ada")
    page = window.visit(LIST)
    page.locator("#find-words").fill("moment")
    page.locator("#find-words").press("Control+z")
    page.wait_for_timeout(300)
    window.expect_saved("ada", 1, 2)


def fill_the_list(cast: Cast) -> None:
    """Ada's list has ten entries, and an eleventh moment is in the pool."""
    with cast.app.app_context():
        extra = [add_moment(COMMAND_LINE, SLUG, MomentText(f"SecretTitle1{number}", "", None, 1)) for number in (0, 1)]
    cast.public |= {"moment10": extra[0], "moment11": extra[1]}
    cast.rank("ada", *range(1, 11))


def test_a_drag_onto_a_full_list_lets_the_last_one_out_and_can_be_undone(open_window: Opener, cast: Cast) -> None:
    fill_the_list(cast)
    window = open_window("ada", viewport={"width": 1440, "height": 1400})
    page = window.visit(LIST)
    with window.saving():
        window.drag(window.handle(11), window.place(2), at=0.2)
    window.expect_saved("ada", 1, 11, *range(2, 10))
    expect(page.locator("#said")).to_contain_text("The list was full, so “SecretTitle10” went back")
    expect(page.locator("#notice")).to_contain_text("“SecretTitle10” went back")
    with window.saving():
        page.locator("#notice-undo").click()
    window.expect_saved("ada", *range(1, 11))


def test_a_drag_below_the_last_of_a_full_list_takes_the_last_place(open_window: Opener, cast: Cast) -> None:
    fill_the_list(cast)
    window = open_window("ada", viewport={"width": 1440, "height": 1400})
    page = window.visit(LIST)
    with window.saving():
        window.drag(window.handle(11), window.place(10), at=1.7)
    window.expect_saved("ada", *range(1, 10), 11)
    expect(page.locator("#notice")).to_contain_text("“SecretTitle10” went back")
    with window.saving():
        page.locator("#notice-undo").click()
    window.expect_saved("ada", *range(1, 11))


def test_a_press_puts_a_moment_into_a_full_list_and_the_last_one_goes_back(open_window: Opener, cast: Cast) -> None:
    fill_the_list(cast)
    window = open_window("ada")
    page = window.visit(LIST)
    button = page.get_by_role("button", name="Swap in SecretTitle11 at place 10; what is there goes back")
    with window.saving():
        button.press("Enter")
    window.expect_saved("ada", *range(1, 10), 11)
    expect(window.row(11)).to_be_focused()
    with window.saving():
        page.locator("#notice-undo").click()
    window.expect_saved("ada", *range(1, 11))


def test_why_a_press_does_nothing_is_to_be_seen_and_heard_until_the_next_press(open_window: Opener, cast: Cast) -> None:
    fill_the_list(cast)
    window = open_window("ada")
    page = window.visit(LIST)
    for press, number in (("up", 1), ("down", 10)):
        why = "SecretTitle1 is first already." if press == "up" else "SecretTitle10 is last already."
        window.button(press, number).focus()
        page.keyboard.press("Enter")
        window.expect_said(why)
        expect(page.locator("#why")).to_be_in_viewport()
        expect(page.locator("#why")).to_have_text(why)
    with window.saving():
        window.press("down", 1)
    expect(page.locator("#why")).to_be_hidden()


def test_a_press_that_came_too_late_is_made_again_by_one_press(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada")
    page = window.visit(LIST)
    cast.rank("ada", 1, 2, 3, 4)
    window.expects("status of 409")
    with window.saving(409):
        window.press("up", 3)
    with window.saving():
        page.get_by_role("button", name="Move up SecretTitle3").click()
    window.expect_saved("ada", 1, 3, 2, 4)


def test_a_save_without_a_connection_is_tried_again_by_one_press(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada", viewport={"width": 1440, "height": 1400})
    page = window.visit(LIST)
    window.expects("Failed to fetch|ERR_INTERNET_DISCONNECTED")
    window.context.set_offline(True)
    window.drag(window.handle(3), window.place(1), at=0.2)
    window.expect_list(1, 2, 3)
    window.context.set_offline(False)
    with window.saving():
        page.get_by_role("button", name="Try again").click()
    window.expect_saved("ada", 3, 1, 2)


def test_the_pool_is_searched_as_one_types_and_keeps_its_order(open_window: Opener, cast: Cast) -> None:
    cast.rank("bob", 5)
    window = open_window("ada")
    page = window.visit(LIST)
    page.locator("#find-words").fill("TITLE7")
    expect(page.locator("#pool .entry:visible")).to_have_count(1)
    expect(page.locator("#find-found")).to_have_text("1 of 9 match")
    page.locator("#find-words").press("Escape")
    expect(page.locator("#pool .entry:visible")).to_have_count(9)
    for order, first in (("newest", "SecretTitle9"), ("community", "SecretTitle5"), ("story", "SecretTitle1")):
        page.locator(f"#sort-{order}").click()
        expect(page.locator(f"#sort-{order}")).to_have_attribute("aria-pressed", "true")
        expect(page.locator("#pool .entry__title").first).to_have_text(first)
    page.locator("#sort-newest").click()
    expect(page.locator("#sort-newest")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator("#pool .entry__title").first).to_have_text("SecretTitle9")


def test_a_search_without_a_hit_says_so_and_shows_all_at_a_press(open_window: Opener) -> None:
    page = open_window("ada").visit(LIST)
    none = page.get_by_text("No moment here has these words.")
    expect(none).to_be_hidden()
    page.locator("#find-words").fill("nothing like it")
    expect(none).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    expect(page.locator("#pool .entry:visible")).to_have_count(9)
    expect(page.locator("#find-words")).to_be_focused()
    expect(none).to_be_hidden()


@pytest.mark.parametrize("how", ["press", "drag"])
def test_what_was_taken_out_is_said_where_it_can_be_undone_until_something_is_dragged(
    open_window: Opener, cast: Cast, how: str
) -> None:
    cast.rank("ada", 1, 2, 3)
    window = open_window("ada")
    page = window.visit(LIST)
    with window.saving():
        window.press("remove", 2) if how == "press" else window.drag(window.handle(2), window.row(5))
    expect(page.locator("#notice")).to_contain_text("SecretTitle2, taken out of your list.")
    with window.saving():
        page.locator("#notice-undo").click()
    window.expect_saved("ada", 1, 2, 3)
    with window.saving():
        window.press("remove", 2)
    page.mouse.move(*middle(window.handle(1)))
    page.mouse.down()
    page.mouse.move(*middle(window.place(2)), steps=8)
    expect(page.locator("#notice")).to_be_hidden()
    page.keyboard.press("Escape")
    page.mouse.up()


def test_what_was_taken_out_is_to_be_seen_in_the_pool(open_window: Opener, cast: Cast) -> None:
    with cast.app.app_context():
        for number in range(40):
            add_moment(COMMAND_LINE, SLUG, MomentText(f"Another moment {number}", "", None, 1))
    cast.rank("ada", 1, 9)
    window = open_window("ada", viewport={"width": 1200, "height": 800})
    window.visit(LIST)
    window.page.locator("#list-name").evaluate("heading => heading.scrollIntoView({behavior: 'instant'})")
    with window.saving():
        window.press("remove", 9)
    expect(window.row(9)).to_be_focused()
    expect(window.row(9)).to_be_in_viewport(ratio=1)


def test_an_empty_pool_says_why_and_leaves_no_gap_below(open_window: Opener, cast: Cast) -> None:
    cast.declare("bob", 1)
    cast.rank("bob", 1, 2)
    window = open_window("bob")
    page = window.visit(LIST)
    said = page.get_by_text("Every moment you have seen is in your list.").bounding_box()
    setting = page.locator("#reveal-setting").bounding_box()
    assert said is not None
    assert setting is not None
    assert setting["y"] - (said["y"] + said["height"]) < 60
    with window.saving():
        window.drag(window.handle(2), page.locator("#pool"))
    window.expect_saved("bob", 1)


def test_three_hundred_moments_are_found_and_added_quickly(open_window: Opener, cast: Cast) -> None:
    with cast.app.app_context():
        for number in range(300):
            add_moment(COMMAND_LINE, SLUG, MomentText(f"Another moment {number}", "", None, 1 + number % 6))
    window = open_window("ada")
    page = window.visit(LIST)
    page.locator("#find-words").fill("moment 299")
    expect(page.locator("#pool .entry:visible")).to_have_count(1)
    with window.saving():
        page.locator("#pool .entry:visible").get_by_role("button", name="Add").click()
    expect(page.locator("#entries .entry__title")).to_have_text(["Another moment 299"])


def test_what_was_unlocked_is_marked_new_until_it_is_seen(open_window: Opener, cast: Cast) -> None:
    with cast.app.app_context():
        greet(cast.gate("bob"))
    window = open_window("bob")
    page = window.visit(LIST)
    expect(page.locator("#unlocked")).to_have_count(0)
    page.locator("#rail-forward").click()
    window.expect_position(5)
    expect(page.locator("#unlocked")).to_contain_text("2 new moments")
    expect(page.locator("#pool .entry__title").first).to_have_text("SecretTitle7")
    page.locator("#greet-all").click()
    expect(page.locator("#unlocked")).to_have_count(0)
    expect(page.locator("#pool .entry__title").first).to_have_text("SecretTitle1")


def test_new_moments_come_one_at_a_time_for_whoever_prefers_it(open_window: Opener, cast: Cast) -> None:
    with cast.app.app_context():
        greet(cast.gate("bob"))
    window = open_window("bob")
    page = window.visit(LIST)
    page.get_by_text("Show new moments one at a time").click()
    page.locator("#rail-forward").click()
    window.expect_position(5)
    expect(page.locator("#reveal")).to_contain_text("2 new moments")
    assert "SecretTitle8" not in window.holdings()
    expect(page.get_by_text("SecretText7")).not_to_be_visible()
    page.locator("#reveal-show").click()
    expect(page.get_by_text("SecretText7")).to_be_visible()
    with window.saving():
        page.locator("#reveal-add").click()
    window.expect_saved("bob", 7)
    page.locator("#reveal-show").click()
    expect(page.get_by_text("SecretText8")).to_be_visible()
    page.locator("#later").click()
    expect(page.locator("#reveal")).to_have_count(0)
    expect(page.locator("#pool")).to_contain_text("SecretTitle8")


def test_a_new_moment_that_comes_alone_can_take_the_last_place_of_a_full_list(open_window: Opener, cast: Cast) -> None:
    cast.rank("bob", 1, 2, 3)
    with cast.app.app_context():
        greet(cast.gate("bob"))
        edit_series(COMMAND_LINE, SLUG, SeriesFacts("The Lighthouse", None, None, 3))
        choose_reveal(cast.users["bob"], True)
    cast.declare("bob", 5)
    window = open_window("bob")
    page = window.visit(LIST)
    page.locator("#reveal-show").click()
    expect(page.locator("#reveal")).to_contain_text("In place 3 it takes the place of “SecretTitle3”")
    with window.saving():
        page.get_by_role("button", name="Put it in place 3").click()
    window.expect_saved("bob", 1, 2, 7)
    window.expect_said("SecretTitle7, now 3 of 3. The list was full, so “SecretTitle3” went back. You can undo this.")
    window.expect_focus_on(7)
    expect(page.locator("#pool")).to_contain_text("SecretTitle3")
    expect(page.locator("#reveal")).to_contain_text("1 new moment")
    with window.saving():
        page.locator("#notice-undo").click()
    window.expect_saved("bob", 1, 2, 3)


def test_a_note_is_written_under_an_entry_and_stays_there(open_window: Opener, cast: Cast) -> None:
    cast.rank("bob", 1, 2)
    window = open_window("bob")
    page = window.visit(LIST)
    page.locator(f"#more-{window.token(1)}").click()
    page.locator(f"#note-open-{window.token(1)}").click()
    page.locator(f"#note-text-{window.token(1)}").fill("Because of the light")
    with window.saving():
        page.locator(f"#note-save-{window.token(1)}").click()
    expect(window.row(1)).to_contain_text("Because of the light")
    page.reload()
    expect(window.row(1)).to_contain_text("Because of the light")


def test_a_note_is_written_in_its_row_and_left_by_escape_with_the_focus_back(open_window: Opener, cast: Cast) -> None:
    cast.rank("bob", 1, 2)
    window = open_window("bob")
    page = window.visit(LIST)
    more, field = page.locator(f"#more-{window.token(1)}"), page.locator(f"#note-text-{window.token(1)}")
    more.click()
    page.locator(f"#note-open-{window.token(1)}").click()
    expect(field).to_be_focused()
    expect(window.button("top", 1)).to_be_hidden()
    expect(window.row(1)).to_contain_text("Shown without your name. 280 left.")
    field.fill("Because")
    expect(window.row(1)).to_contain_text("273 left.")
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(more).to_be_focused()
    page.keyboard.press("Enter")
    page.locator(f"#note-open-{window.token(1)}").press("Enter")
    expect(field).to_be_focused()
    expect(field).to_have_value("")


def test_a_note_being_written_outlives_a_move(open_window: Opener, cast: Cast) -> None:
    cast.rank("bob", 1, 2)
    window = open_window("bob")
    page = window.visit(LIST)
    page.locator(f"#more-{window.token(1)}").click()
    page.locator(f"#note-open-{window.token(1)}").click()
    field = page.locator(f"#note-text-{window.token(1)}")
    field.fill("Because")
    with window.saving():
        page.evaluate("id => document.getElementById(id).click()", f"up-{window.token(2)}")
    window.expect_saved("bob", 2, 1)
    expect(field).to_be_focused()
    expect(field).to_have_value("Because")


def test_a_long_note_leaves_numeral_and_mark_with_the_title(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    cast.note("ada", 1, "word " * 50)
    window = open_window("ada")
    window.visit(LIST)
    note = window.row(1).locator(".entry__note").bounding_box()
    assert note is not None
    for part in (".entry__place", ".mark", "[data-handle]", ".entry__title"):
        box = window.row(1).locator(part).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= note["y"] + 1


def test_a_note_from_further_on_is_not_in_the_page_after_going_back(open_window: Opener, cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    with cast.app.app_context():
        write_note(cast.gate("ada"), cast.public["moment1"], "Knowing how it ends")
    window = open_window("ada")
    page = window.visit(LIST)
    expect(window.row(1)).to_contain_text("Knowing how it ends")
    page.locator("#rail-back").click()
    window.expect_position(5)
    assert "Knowing how it ends" not in window.holdings()


def test_the_list_through_the_story_shows_each_stage_and_what_changed(open_window: Opener, cast: Cast) -> None:
    cast.rank("bob", 1, 2)
    cast.declare("bob", 6)
    cast.rank("bob", 9, 2)
    window = open_window("bob")
    page = window.visit(LIST)
    page.get_by_role("link", name="Through the story").click()
    expect(page.locator("main")).to_contain_text("SecretTitle9")
    expect(page.locator("main")).to_contain_text("SecretTitle1")
    page.locator("main").get_by_role("link", name="S1·E4").first.click()
    expect(page.locator("main ol, main ul").filter(has_text="SecretTitle1")).not_to_have_count(0)
    assert "SecretTitle9" not in page.locator("main ol").last.inner_text()


def test_one_steps_along_the_rail_with_the_arrow_keys(open_window: Opener, cast: Cast) -> None:
    window = open_window("bob")
    page = window.visit(SERIES)
    page.locator("#tick-4").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tick-5")).to_be_focused()
    page.keyboard.press("Enter")
    window.expect_position(5)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    window.expect_position(4)
