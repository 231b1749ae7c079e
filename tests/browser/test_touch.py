"""A phone: one finger, 360 pixels."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.test_reordering import make_lists_short
from tests.browser.window import LIST, SERIES, Window, middle
from tests.cast import Cast

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


@pytest.fixture
def phone(open_window: Opener, cast: Cast) -> Window:
    cast.rank("ada", 1, 2, 3, 4, 5)
    window = open_window("ada", **PHONE)
    window.visit(LIST)
    return window


def test_a_finger_on_the_handle_drags_and_the_page_stands_still(phone: Window) -> None:
    # In the middle, clear of the rail above and the bar below.
    phone.row(2).evaluate("row => row.scrollIntoView({block: 'center'})")
    expect(phone.handle(3)).to_have_css("touch-action", "none")
    scrolled = phone.page.evaluate("scrollY")
    with phone.saving():
        phone.swipe(middle(phone.handle(3)), middle(phone.place(1), 0.2))
    phone.expect_saved("ada", 3, 1, 2, 4, 5)
    assert phone.page.evaluate("scrollY") == scrolled


def test_a_finger_drags_from_the_pool_into_the_list(phone: Window) -> None:
    phone.page.set_viewport_size({"width": 360, "height": 1900})
    with phone.saving():
        phone.swipe(middle(phone.handle(6)), middle(phone.place(2), 0.2))
    phone.expect_saved("ada", 1, 6, 2, 3, 4, 5)


def test_a_finger_drags_out_of_the_list_into_the_pool(phone: Window) -> None:
    phone.page.set_viewport_size({"width": 360, "height": 1900})
    with phone.saving():
        phone.swipe(middle(phone.handle(2)), middle(phone.row(7)))
    phone.expect_saved("ada", 1, 3, 4, 5)


@pytest.mark.parametrize(("number", "edge", "order"), [(1, 510, (2, 3, 4, 5, 1)), (5, 130, (5, 1, 2, 3, 4))])
def test_a_finger_that_holds_a_row_at_the_edge_scrolls_to_the_end(
    phone: Window, number: int, edge: int, order: tuple[int, ...]
) -> None:
    """The other end of the list is out of sight: it comes under the finger, and the row is dropped there."""
    phone.page.set_viewport_size({"width": 360, "height": 600})
    other = order[-2] if number == 1 else order[1]
    phone.row(number).evaluate("row => row.scrollIntoView({block: 'center'})")
    expect(phone.row(other)).not_to_be_in_viewport(ratio=1)
    x, _ = middle(phone.handle(number))
    with phone.holding(phone.handle(number), (x, edge)) as finger:
        phone.page.wait_for_function(
            "([id, down]) => { const box = document.getElementById(id).getBoundingClientRect();"
            "return down ? box.bottom < innerHeight - 170 : box.top > 90; }",
            arg=[f"entry-{phone.token(other)}", number == 1],
        )
        for _ in range(5):  # it may have scrolled further while one looked where to go
            finger(middle(phone.row(other), 0.9 if number == 1 else 0.1))
            if phone.page.locator("#entries .entry__title").all_text_contents() == titles(*order):
                break
    phone.expect_saved("ada", *order)


def titles(*numbers: int) -> list[str]:
    return [f"SecretTitle{number}" for number in numbers]


def test_whoever_adds_one_after_the_other_stays_where_they_choose(phone: Window) -> None:
    # As in a browser that does not keep by itself what is shown in its place.
    phone.page.evaluate("document.documentElement.style.overflowAnchor = 'none'")
    phone.page.get_by_role("link", name="Pool 4").tap()
    for number, place in ((7, 6), (6, 7), (9, 8)):
        phone.row(number).evaluate("row => row.scrollIntoView({block: 'center'})")
        before = phone.page.locator("#pool-name").bounding_box()
        with phone.saving():
            phone.button("add", number).tap()
        expect(phone.page.locator(".desk__said")).to_have_text(f"SecretTitle{number}, now {place} of {place}.")
        expect(phone.page.locator(".desk__said")).to_be_in_viewport(ratio=1)
        after = phone.page.locator("#pool-name").bounding_box()
        assert before is not None
        assert after is not None
        assert abs(after["y"] - before["y"]) < 1
    phone.expect_saved("ada", 1, 2, 3, 4, 5, 7, 6, 9)


def test_a_row_taken_out_does_not_take_the_page_along(phone: Window) -> None:
    phone.row(2).evaluate("row => row.scrollIntoView({block: 'center'})")
    phone.page.locator(f"#more-{phone.token(2)}").tap()
    expect(phone.button("remove", 2)).to_be_in_viewport(ratio=1)
    scrolled = phone.page.evaluate("scrollY")
    with phone.saving():
        phone.button("remove", 2).tap()
    phone.expect_saved("ada", 1, 3, 4, 5)
    assert abs(phone.page.evaluate("scrollY") - scrolled) < 1


def test_a_menu_at_the_foot_of_the_window_comes_into_view(phone: Window) -> None:
    more = phone.page.locator(f"#more-{phone.token(3)}")
    more.evaluate("more => scrollBy(0, more.getBoundingClientRect().bottom - innerHeight + 70)")
    more.tap()
    expect(phone.button("place", 3)).to_be_in_viewport(ratio=1)
    bar = phone.page.locator(".desk__bar").bounding_box()
    last = phone.button("place", 3).bounding_box()
    assert bar is not None
    assert last is not None
    assert last["y"] + last["height"] <= bar["y"]


def test_a_finger_beside_the_handle_scrolls_the_page_and_moves_nothing(phone: Window) -> None:
    title = phone.row(3).locator(".entry__title")
    title.scroll_into_view_if_needed()
    before = phone.page.evaluate("scrollY")
    x, y = middle(title)
    phone.swipe((x, y), (x, y - 250))
    phone.page.wait_for_function("before => scrollY > before + 100", arg=before)
    phone.expect_saved("ada", 1, 2, 3, 4, 5)


def test_that_nothing_was_saved_is_told_where_one_is_looking(phone: Window) -> None:
    phone.expects("Failed to fetch|ERR_INTERNET_DISCONNECTED")
    phone.button("add", 9).scroll_into_view_if_needed()
    phone.context.set_offline(True)
    phone.button("add", 9).tap()
    expect(phone.page.get_by_role("alert").filter(visible=True)).to_be_in_viewport()


def test_that_the_list_was_changed_elsewhere_is_told_where_one_is_looking(phone: Window, cast: Cast) -> None:
    phone.expects("status of 409")
    phone.row(9).evaluate("row => row.scrollIntoView({block: 'center'})")
    cast.rank("ada", 5, 4)
    with phone.saving(409):
        phone.button("add", 9).tap()
    expect(phone.page.locator("#problem [role=alert]")).to_be_in_viewport(ratio=1)
    with phone.saving():
        phone.page.locator("#again-press").tap()
    phone.expect_saved("ada", 5, 4, 9)


def test_a_message_is_put_away_by_one_tap(phone: Window, cast: Cast) -> None:
    phone.expects("status of 409")
    cast.rank("ada", 5, 4)
    with phone.saving(409):
        phone.button("up", 2).tap()
    phone.page.locator("#problem").get_by_role("button", name="Close this message").tap()
    expect(phone.page.locator("#problem")).to_be_hidden()
    with phone.saving():
        phone.button("up", 4).tap()
    phone.expect_saved("ada", 4, 5)


def test_a_tap_presses_the_buttons_too(phone: Window) -> None:
    with phone.saving():
        phone.button("up", 2).tap()
    phone.expect_saved("ada", 2, 1, 3, 4, 5)
    with phone.saving():
        phone.button("add", 9).tap()
    phone.expect_saved("ada", 2, 1, 3, 4, 5, 9)


def test_everything_one_presses_is_large_enough_for_a_finger(phone: Window) -> None:
    phone.page.locator(f"#more-{phone.token(3)}").tap()
    expect(phone.button("top", 3)).to_be_visible()
    small = phone.page.evaluate(
        """() => [...document.querySelectorAll('main button, main summary, main select, [data-handle]')]
            .filter((target) => target.checkVisibility())
            .map((target) => [target.id || target.className, target.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.width < 43.5 || box.height < 43.5))
            .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`)"""
    )
    assert small == []


def test_nothing_shines_through_the_rail_and_the_bar(phone: Window) -> None:
    paper = phone.page.evaluate("getComputedStyle(document.body).backgroundColor")
    for part in ("#rail", ".desk__bar"):
        expect(phone.page.locator(part)).to_have_css("background-color", paper)


def test_the_words_of_a_locked_row_stand_clear_of_its_buttons(phone: Window, cast: Cast) -> None:
    cast.rank("ada", 1, 9, 2)
    cast.declare("ada", 2)
    phone.page.reload()
    row = phone.page.locator("#entries .entry--locked")
    expect(row.locator(".entry__meta")).to_have_text("Unlocks after S2·E2")
    words = row.locator(".entry__meta").evaluate(
        "meta => { const range = new Range(); range.selectNodeContents(meta); return range.getBoundingClientRect(); }"
    )
    buttons = row.locator(".entry__acts").bounding_box()
    assert buttons is not None
    assert words["right"] <= buttons["x"] or words["bottom"] <= buttons["y"]


@pytest.mark.parametrize(("name", "words"), [("cy", "seen S1·E1"), ("bob", "seen S2·E1"), ("ada", "All seen")])
def test_the_rail_says_in_words_what_its_button_declares(open_window: Opener, name: str, words: str) -> None:
    page = open_window(name, **PHONE).visit(SERIES)
    expect(page.locator("#rail-forward").get_by_text(words, exact=True)).to_be_in_viewport(ratio=0.98)
    expect(page.locator("#rail-forward")).to_have_accessible_name("All seen" if name == "ada" else f"I have {words}")


def test_a_tap_on_a_title_leads_to_its_moment(phone: Window) -> None:
    phone.row(3).get_by_role("link").tap()
    phone.page.wait_for_url(f"**{SERIES}/moments/{phone.token(3)}")


def test_a_row_of_a_phone_is_no_higher_than_its_words_need(phone: Window) -> None:
    for number in (1, 5):
        box = phone.row(number).bounding_box()
        assert box is not None
        assert box["height"] <= 84


def test_the_bar_leads_to_the_place_where_one_is_not_and_has_undo_beside_it(phone: Window) -> None:
    page = phone.page
    bar = page.get_by_role("navigation", name="List and pool")
    expect(bar.get_by_role("link")).to_have_text(["Pool 4"])
    bar.get_by_role("link", name="Pool 4").tap()
    expect(bar.get_by_role("link")).to_have_text(["My list 5"])
    with phone.saving():
        phone.button("add", 9).tap()
    expect(bar.get_by_role("link")).to_have_text(["My list 6"])
    with phone.saving():
        bar.get_by_role("button", name="Undo").tap()
    phone.expect_saved("ada", 1, 2, 3, 4, 5)
    bar.get_by_role("link", name="My list 5").tap()
    expect(bar.get_by_role("link")).to_have_text(["Pool 4"])


def test_what_a_full_list_let_go_is_said_in_the_bar_and_hides_no_place(phone: Window, cast: Cast) -> None:
    make_lists_short(cast, 5)
    phone.page.reload()
    bar = phone.page.locator(".desk__bar")
    height = bar.evaluate("bar => bar.offsetHeight")
    with phone.saving():
        phone.button("add", 9).tap()
    expect(bar).to_contain_text("The list was full, so “SecretTitle5” went back.")
    expect(phone.page.locator("#notice")).to_be_hidden()
    assert bar.evaluate("bar => bar.offsetHeight") == height
    with phone.saving():
        bar.get_by_role("button", name="Undo").tap()
    phone.expect_saved("ada", 1, 2, 3, 4, 5)
