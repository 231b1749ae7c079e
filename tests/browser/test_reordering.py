"""Dragging, buttons and keys on the list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, expect

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import MomentText, add_moment
from ranker.actions.series import SeriesFacts, edit_series
from tests.browser.conftest import Opener
from tests.browser.window import A_LOOK, LIST, SERIES, Window, middle
from tests.cast import SLUG, Cast, key


@pytest.fixture
def my_list(open_window: Opener, cast: Cast) -> Callable[..., Window]:
    """A window on ada's list with these moments in it."""

    def my_list(*numbers: int, **options: object) -> Window:
        if numbers:
            cast.rank("ada", *numbers)
        window = open_window("ada", **options)
        window.visit(LIST)
        return window

    return my_list


def test_dragging_down_and_up_reorders(my_list: Callable[..., Window]) -> None:
    window = my_list(1, 2, 3, 4)
    with window.saving():
        window.drag(window.handle(1), window.place(3), at=0.8)
    window.expect_saved("ada", 2, 3, 1, 4)
    with window.saving():
        window.drag(window.handle(4), window.place(1), at=0.2)
    window.expect_saved("ada", 4, 2, 3, 1)


def test_a_moment_dragged_between_two_others_goes_there(my_list: Callable[..., Window]) -> None:
    window = my_list(1, 2, 3)
    with window.saving():
        window.drag(window.handle(9), window.place(2), at=0.3)
    window.expect_saved("ada", 1, 9, 2, 3)
    window.expect_said("SecretTitle9, now 2 of 4.")


def test_a_moment_dragged_out_of_the_list_is_removed(my_list: Callable[..., Window]) -> None:
    window = my_list(1, 2, 3)
    with window.saving():
        window.drag(window.handle(2), window.row(5))
    window.expect_saved("ada", 1, 3)
    expect(window.page.locator("#pool .entry__title")).to_contain_text(["SecretTitle2", "SecretTitle4"])


def lay_out(row: Locator) -> list[tuple[int, int]]:
    """Where the parts of a row stand in it, sideways, and how wide they are."""
    parts = "row => [...row.querySelectorAll('.entry__place, .mark, .entry__title, .entry__acts')]"
    measured = "part => part.getBoundingClientRect()).map(box => [box.x - row.getBoundingClientRect().x, box.width])"
    return [(round(x), round(width)) for x, width in row.evaluate(f"{parts}.map({measured}")]


@pytest.mark.parametrize("number", [1, 9])
def test_what_is_dragged_looks_as_it_did(my_list: Callable[..., Window], number: int) -> None:
    window = my_list(1, 2, 3)
    at_rest = lay_out(window.row(number))
    with held(window, window.handle(number), middle(window.place(2))):
        assert lay_out(window.page.locator(".entry--held")) == at_rest


@pytest.mark.parametrize("number", [1, 9])
@pytest.mark.parametrize("how", ["escape", "away"])
def test_a_drag_can_be_called_off(my_list: Callable[..., Window], number: int, how: str) -> None:
    window = my_list(1, 2, 3)
    posts: list[str] = []
    window.page.on("request", lambda request: posts.append(request.method))
    with held(window, window.handle(number), middle(window.place(3))):
        if how == "escape":
            window.page.keyboard.press("Escape")
        window.page.mouse.move(5, 5) if how == "away" else None
    window.page.wait_for_timeout(A_LOOK)
    window.expect_saved("ada", 1, 2, 3)
    assert "POST" not in posts
    with window.saving():
        window.drag(window.handle(1), window.place(2), at=0.8)
    window.expect_saved("ada", 2, 1, 3)


def test_what_was_dragged_has_the_focus(my_list: Callable[..., Window]) -> None:
    window = my_list(1, 2, 3)
    with window.saving():
        window.drag(window.handle(9), window.place(2), at=0.3)
    expect(window.row(9)).to_be_focused()


@contextmanager
def held(window: Window, handle: Locator, at: tuple[float, float]) -> Iterator[None]:
    """In here the mouse has picked a row up and moved it; at the end it lets go wherever it is."""
    mouse = window.page.mouse
    mouse.move(*middle(handle))
    mouse.down()
    mouse.move(*at, steps=8)
    window.page.wait_for_timeout(A_LOOK)
    mouse.move(at[0], at[1] + 1)  # a hand is never quite still, and where it was last may have been asked too early
    window.page.wait_for_timeout(A_LOOK)
    yield
    mouse.up()


def test_a_drag_that_ends_where_it_began_saves_nothing(my_list: Callable[..., Window]) -> None:
    window = my_list(1, 2, 3, reduced_motion="no-preference")
    posts: list[str] = []
    window.page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    window.drag(window.handle(2), window.place(2))
    window.page.wait_for_timeout(200)
    assert posts == []
    window.expect_list(1, 2, 3)
    expect(window.page.locator("#list [style]")).to_have_count(0)


def test_a_drag_leaves_no_styles_behind(my_list: Callable[..., Window]) -> None:
    window = my_list(1, 2, 3, reduced_motion="no-preference")
    with window.saving():
        window.drag(window.handle(3), window.place(1), at=0.2)
    expect(window.page.locator("#list [style]")).to_have_count(0)
    expect(window.page.locator("body > .entry")).to_have_count(0)


def test_a_drag_into_a_full_list_lets_the_last_one_out_and_can_be_undone(
    my_list: Callable[..., Window], cast: Cast
) -> None:
    make_lists_short(cast, 3)
    window = my_list(1, 2, 3)
    with window.saving():
        window.drag(window.handle(5), window.place(2), at=0.3)
    window.expect_saved("ada", 1, 5, 2)
    window.expect_said("SecretTitle5, now 2 of 3. The list was full, so “SecretTitle3” went back. You can undo this.")
    with window.saving():
        window.page.keyboard.press("Control+z")
    window.expect_saved("ada", 1, 2, 3)


def make_lists_short(cast: Cast, size: int) -> None:
    with cast.app.app_context():
        edit_series(COMMAND_LINE, SLUG, SeriesFacts("The Lighthouse", None, None, size))


def test_the_pool_scrolls_beside_the_list_and_its_last_moment_is_dragged_to_the_top(
    my_list: Callable[..., Window], cast: Cast
) -> None:
    with cast.app.app_context():
        for number in range(10, 40):
            cast.public[key(number)] = add_moment(COMMAND_LINE, SLUG, MomentText(f"SecretTitle{number}", "", None, 6))
    window = my_list(1, 2, viewport={"width": 1200, "height": 800})
    window.page.locator("#list-name").evaluate("heading => heading.scrollIntoView({behavior: 'instant'})")
    window.row(3).hover()
    window.page.mouse.wheel(0, 5000)
    for shown in (window.row(39), window.place(1)):
        expect(shown).to_be_in_viewport(ratio=1)
    with window.saving():
        window.drag(window.handle(39), window.place(1), at=0.2)
    window.expect_saved("ada", 39, 1, 2)
    scrolled = window.page.locator("#pool").evaluate("pool => pool.scrollTop")
    assert scrolled > 500
    with window.saving():
        window.button("add", 38).click()
    window.expect_saved("ada", 39, 1, 2, 38)
    expect(window.row(37)).to_be_in_viewport()


def test_rows_glide_to_their_places_and_stand_there_at_once_for_who_wants_no_motion(
    open_window: Opener, cast: Cast
) -> None:
    cast.rank("ada", 1, 2, 3, 4)
    for motion, gliding in (("no-preference", {1, 2, 3}), ("reduce", set())):
        window = open_window("ada", reduced_motion=motion)
        page = window.visit(LIST)
        page.evaluate("() => addEventListener('htmx:after:swap', () => { window.moving = (" + MOVING + ")(); })")
        with window.saving():
            window.press("top", 3)
        assert set(page.evaluate("window.moving")) == {f"entry-{window.token(number)}" for number in gliding}
        with window.saving():
            page.locator("#undo").click()
        window.expect_saved("ada", 1, 2, 3, 4)
        page.wait_for_function(f"() => !({MOVING})().length")


# The rows that are not where they will be.
MOVING = """() => [...document.querySelectorAll('[data-entry]')]
    .filter((row) => row.getAnimations().length).map(({id}) => id)"""

MOVES = (
    ("add", 9, (1, 2, 3, 4, 9), "SecretTitle9, now 5 of 5."),
    ("up", 3, (1, 3, 2, 4), "SecretTitle3, now 2 of 4."),
    ("down", 2, (1, 3, 2, 4), "SecretTitle2, now 3 of 4."),
    ("top", 4, (4, 1, 2, 3), "SecretTitle4, now 1 of 4."),
    ("remove", 2, (1, 3, 4), "SecretTitle2, taken out of your list. 3 of 10 places taken."),
    ("place", 1, (2, 3, 1, 4), "SecretTitle1, now 3 of 4."),
)


@pytest.mark.parametrize(("verb", "number", "order", "said"), MOVES, ids=[move[0] for move in MOVES])
def test_every_button_moves_says_so_and_keeps_the_focus_with_its_moment(
    my_list: Callable[..., Window], verb: str, number: int, order: tuple[int, ...], said: str
) -> None:
    window = my_list(1, 2, 3, 4)
    if verb == "place":
        window.page.locator(f"#more-{window.token(number)}").click()
        window.page.locator(f"#to-{window.token(number)}").select_option("3")
    with window.saving():
        window.press(verb, number)
    window.expect_saved("ada", *order)
    window.expect_said(said)
    window.expect_focus_on(number)


def test_up_pressed_again_and_again_stays_under_the_finger_and_stops_at_the_top(
    my_list: Callable[..., Window],
) -> None:
    window = my_list(1, 2, 3)
    up = window.button("up", 3)
    up.focus()
    for order in ((1, 3, 2), (3, 1, 2)):
        with window.saving():
            window.page.keyboard.press("Enter")
        window.expect_saved("ada", *order)
        expect(up).to_be_focused()
    expect(up).to_have_attribute("aria-disabled", "true")
    window.page.keyboard.press("Enter")
    window.page.wait_for_timeout(150)
    window.expect_saved("ada", 3, 1, 2)
    expect(up).to_be_focused()


def test_alt_and_an_arrow_move_the_row_one_is_in(my_list: Callable[..., Window]) -> None:
    window = my_list(1, 2, 3)
    window.row(3).focus()
    with window.saving():
        window.page.keyboard.press("Alt+ArrowUp")
    window.expect_saved("ada", 1, 3, 2)
    window.expect_said("SecretTitle3, now 2 of 3.")
    window.expect_focus_on(3)
    with window.saving():
        window.page.keyboard.press("Alt+ArrowDown")
    window.expect_saved("ada", 1, 2, 3)
    window.expect_focus_on(3)


def test_ten_quick_presses_are_ten_moves(my_list: Callable[..., Window]) -> None:
    window = my_list(1, 2, 3, 4, 5, 6, 7, 8, 9)
    window.button("up", 9).focus()
    for _ in range(5):
        window.page.keyboard.press("Alt+ArrowUp")
    window.button("down", 1).focus()
    for _ in range(5):
        window.page.keyboard.press("Alt+ArrowDown")
    window.expect_saved("ada", 2, 3, 9, 4, 5, 1, 6, 7, 8)
    expect(window.page.locator("input[name=version]")).to_have_value("11")


def test_ten_presses_in_one_breath_are_ten_moves(my_list: Callable[..., Window]) -> None:
    """Faster than any answer: all of them are on their way before the first is back."""
    window = my_list(1, 2, 3, 4, 5, 6, 7, 8, 9)
    buttons = [f"up-{window.token(9)}"] * 4 + [f"down-{window.token(1)}"] * 4 + [f"up-{window.token(5)}"] * 2
    window.page.evaluate("ids => { for (const id of ids) document.getElementById(id).click(); }", buttons)
    window.expect_saved("ada", 2, 3, 4, 5, 9, 1, 6, 7, 8)
    expect(window.page.locator("input[name=version]")).to_have_value("11")


def test_presses_on_different_moments_add_them_all(my_list: Callable[..., Window]) -> None:
    window = my_list()
    ids = [f"add-{window.token(number)}" for number in (4, 2, 9, 1)]
    window.page.evaluate("ids => { for (const id of ids) document.getElementById(id).click(); }", ids)
    window.expect_saved("ada", 4, 2, 9, 1)


def test_with_the_keyboard_alone_one_gets_from_the_series_to_a_saved_top_three(open_window: Opener) -> None:
    window = open_window("bob")
    page = window.visit(SERIES)
    window.tab_to(page.get_by_role("link", name="Make the first list"))
    page.keyboard.press("Enter")
    page.wait_for_url("**" + LIST)
    for number in (4, 1, 6):
        window.tab_to(window.button("add", number))
        with window.saving():
            page.keyboard.press("Enter")
        expect(page.locator("#pool [data-verb=add]:focus")).to_have_count(1)  # one goes on adding from there
    window.tab_to(window.button("up", 6), press="Shift+Tab")
    with window.saving():
        page.keyboard.press("Alt+ArrowUp")
    window.expect_saved("bob", 4, 6, 1)
    window.tab_to(page.locator(f"#more-{window.token(1)}"))
    page.keyboard.press("Enter")
    window.tab_to(window.button("top", 1))
    with window.saving():
        page.keyboard.press("Enter")
    window.expect_saved("bob", 1, 4, 6)
    window.expect_focus_on(1)


def test_escape_closes_a_menu_and_gives_the_focus_back(my_list: Callable[..., Window]) -> None:
    window = my_list(1, 2)
    more = window.page.locator(f"#more-{window.token(2)}")
    more.focus()
    window.page.keyboard.press("Enter")
    window.tab_to(window.button("remove", 2))
    window.page.keyboard.press("Escape")
    expect(window.button("remove", 2)).to_be_hidden()
    expect(more).to_be_focused()


def test_locked_rows_of_my_list_can_be_moved_and_removed(my_list: Callable[..., Window], cast: Cast) -> None:
    window = list_with_two_locks(my_list, cast)
    locked = window.page.locator("#entries .entry--locked")
    with window.saving():
        locked.first.get_by_role("button", name="Move the locked moment at place 2 up").click()
    window.expect_list(0, 1, 2, 0)
    expect(locked.first).to_contain_text("“Teaser9”")
    with window.saving():
        window.drag(locked.nth(1).locator("[data-handle]"), window.place(2), at=0.2)
    window.expect_list(0, 0, 1, 2)
    with window.saving():
        locked.nth(1).locator("summary").click()
        locked.nth(1).get_by_role("button", name="Remove").click()
    window.expect_list(0, 1, 2)
    cast.declare("ada", 6)
    assert cast.titles_of("ada") == ["SecretTitle9", "SecretTitle1", "SecretTitle2"]


def test_the_focus_stays_with_a_locked_row_that_moves(my_list: Callable[..., Window], cast: Cast) -> None:
    window = list_with_two_locks(my_list, cast)
    window.page.locator("#entries .entry--locked").first.focus()
    for place in (3, 4, 4):
        window.page.keyboard.press("Alt+ArrowDown")
        window.page.wait_for_function(
            "place => document.activeElement.closest('[data-entry]')?.dataset.place == place", arg=place
        )
    window.expect_list(1, 2, 0, 0)
    expect(window.page.locator("#entries .entry--locked").last).to_contain_text("“Teaser9”")


def test_what_is_said_of_a_locked_row_is_where_it_is_now(my_list: Callable[..., Window], cast: Cast) -> None:
    window = list_with_two_locks(my_list, cast)
    with window.saving():
        window.page.get_by_role("button", name="Move the locked moment at place 2 up").click()
    window.expect_said("The locked moment, now 1 of 4.")


def list_with_two_locks(my_list: Callable[..., Window], cast: Cast) -> Window:
    cast.rank("ada", 1, 9, 2, 8)
    cast.declare("ada", 2)
    window = my_list()
    window.expect_list(1, 0, 2, 0)
    return window


@pytest.mark.parametrize(("number", "at", "order"), [(1, 0.8, (2, 1, 3)), (9, 0.3, (1, 9, 2, 3))])
def test_a_mouse_drags_a_row_by_its_title_or_anywhere_and_selects_and_follows_nothing(
    my_list: Callable[..., Window], number: int, at: float, order: tuple[int, ...]
) -> None:
    window = my_list(1, 2, 3)
    title = window.row(number).get_by_role("link")
    with window.saving():
        window.drag(title, window.place(2), at=at)
    window.expect_saved("ada", *order)
    with window.saving():
        window.drag(window.row(number).locator(".entry__meta"), window.place(1), at=0.2)
    window.expect_saved("ada", number, *(other for other in order if other != number))
    assert window.page.evaluate("getSelection().toString()") == ""
    assert window.page.url.endswith(LIST)


def test_a_drag_from_a_title_that_is_called_off_does_not_follow_it(my_list: Callable[..., Window]) -> None:
    window = my_list(1, 2, 3)
    title = window.row(1).get_by_role("link")
    with held(window, title, middle(window.place(3))):
        window.page.keyboard.press("Escape")
        window.page.mouse.move(*middle(title))
    window.page.wait_for_timeout(A_LOOK)
    window.expect_saved("ada", 1, 2, 3)
    assert window.page.url.endswith(LIST)


@pytest.mark.parametrize("number", [1, 9])
def test_a_click_on_a_title_leads_to_its_moment(my_list: Callable[..., Window], number: int) -> None:
    window = my_list(1, 2, 3)
    with window.saving():
        window.drag(window.row(2).get_by_role("link"), window.place(1), at=0.2)
    window.row(number).get_by_role("link").click()
    window.page.wait_for_url(f"**{SERIES}/moments/{window.token(number)}")


def test_the_words_of_a_note_can_be_selected(my_list: Callable[..., Window], cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    cast.note("ada", 1, "Because of the light")
    window = my_list()
    window.row(1).locator(".entry__note").dblclick(position={"x": 20, "y": 12})
    assert window.page.evaluate("getSelection().toString()").strip() in ("Because", "of", "the", "light")


def numerals(window: Window) -> list[str]:
    """The numerals of the list from top to bottom, free places included."""
    return window.page.locator("#entries .entry__place, #entries .slot__place").filter(visible=True).all_inner_texts()


def test_numerals_stay_while_a_row_moves_through_them(my_list: Callable[..., Window]) -> None:
    window = my_list(1, 2, 3, 4)
    with held(window, window.handle(1), middle(window.place(3))):
        expect(window.page.locator(".entry--held .entry__place")).to_have_text("3")
        assert numerals(window) == [str(place) for place in range(1, 11)]
        window.page.keyboard.press("Escape")
    window.page.wait_for_timeout(A_LOOK)
    expect(window.row(1).locator(".entry__place")).to_have_text("1")
    with held(window, window.handle(9), middle(window.place(2))):
        expect(window.page.locator(".entry--held")).to_have_attribute("data-lands", re.compile("2|3"))
        expect(window.row(4).locator(".entry__place")).to_have_text("5")
        expect(window.page.locator("#entries .slot:visible")).to_have_count(5)
        window.page.keyboard.press("Escape")
    expect(window.row(4).locator(".entry__place")).to_have_text("4")
    expect(window.page.locator("#entries .slot:visible")).to_have_count(6)


def test_over_a_full_list_one_sees_who_would_have_to_go(my_list: Callable[..., Window], cast: Cast) -> None:
    make_lists_short(cast, 3)
    window = my_list(1, 2, 3)
    with held(window, window.handle(9), middle(window.place(2))):
        expect(window.page.locator(".entry--leaving .entry__title")).to_have_text("SecretTitle3")
        expect(window.page.locator(".entry--leaving .entry__place")).to_be_empty()
        window.page.keyboard.press("Escape")
    expect(window.page.locator(".entry--leaving")).to_have_count(0)


ARROWS = (
    ("up", 4, ((1, 2, 4, 3), (1, 4, 2, 3), (4, 1, 2, 3))),
    ("down", 1, ((2, 1, 3, 4), (2, 3, 1, 4), (2, 3, 4, 1))),
)


@pytest.mark.parametrize(("verb", "number", "orders"), ARROWS, ids=[arrow[0] for arrow in ARROWS])
def test_an_arrow_pressed_again_where_the_pointer_is_moves_the_same_moment_on(
    my_list: Callable[..., Window], verb: str, number: int, orders: tuple[tuple[int, ...], ...]
) -> None:
    window = my_list(1, 2, 3, 4)
    x, y = middle(window.button(verb, number))
    for order in orders:
        with window.saving():
            window.page.mouse.click(x, y)
        window.expect_list(*order)
    window.expect_saved("ada", *orders[-1])
    window.expect_focus_on(number)


@pytest.mark.parametrize("why", ["it waited", "the pointer moved"])
def test_an_arrow_pressed_later_or_elsewhere_moves_the_row_it_stands_in(
    my_list: Callable[..., Window], why: str
) -> None:
    window = my_list(1, 2, 3, 4)
    x, y = middle(window.button("up", 4))
    with window.saving():
        window.page.mouse.click(x, y)
    window.expect_list(1, 2, 4, 3)
    window.page.wait_for_timeout(850 if why == "it waited" else 0)
    with window.saving():
        window.page.mouse.click(x + (0 if why == "it waited" else 10), y)
    window.expect_saved("ada", 1, 2, 3, 4)
