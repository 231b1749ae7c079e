"""From nothing to a list that counts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.series import add_series
from tests.browser.conftest import Opener
from tests.browser.site import Site
from tests.browser.window import LIST, SERIES
from tests.cast import PASSWORD, Cast, lighthouse
from tests.conftest import dispose, make_app


def test_a_newcomer_registers_says_how_far_they_are_and_makes_a_list_that_counts(
    open_window: Opener, cast: Cast, site: Site
) -> None:
    window = open_window(reduced_motion="no-preference")
    page = window.visit(SERIES)
    page.get_by_role("link", name="Make the first list").click()
    page.get_by_role("link", name="Make an account").click()
    page.get_by_label("Name").fill("eve")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(site.url + LIST)
    cast.users["eve"] = cast.users["dana"] + 1

    page.locator("#rail-forward").click()
    window.expect_position(1)
    window.pick_episode(4)
    expect(page.get_by_role("heading", name="Have you seen everything up to S1·E4?")).to_be_visible()
    expect(page.locator("#content")).to_contain_text("3 episodes further")
    page.locator("#jump-yes").click()
    window.expect_position(4)

    expect(page.locator("#pool .entry__title")).to_have_text([f"SecretTitle{n}" for n in range(1, 7)])
    for place, number in enumerate((2, 5, 3), 1):
        with window.saving():
            window.drag(window.handle(number), window.place(place))
    window.expect_saved("eve", 2, 5, 3)
    with window.saving():
        window.drag(window.handle(3), window.place(1), at=0.2)
    window.expect_saved("eve", 3, 2, 5)

    page.reload()
    window.expect_list(3, 2, 5)
    again = make_app(cast.app.config["SQLALCHEMY_DATABASE_URI"], cast.app.config["DATA_DIR"])
    site.show(again)
    page.reload()
    window.expect_list(3, 2, 5)
    page.get_by_role("link", name="Ranking", exact=True).click()
    expect(page.locator(".standing__title").first).to_have_text("SecretTitle3")
    page.wait_for_load_state()  # its scripts too, for while another app takes over nobody is let in
    site.show(cast.app)
    dispose(again)


@pytest.mark.parametrize("scripting", [True, False], ids=["scripting", "without"])
def test_a_visitor_who_has_watched_nothing_is_asked_how_far_they_are(open_window: Opener, scripting: bool) -> None:
    window = open_window(java_script_enabled=scripting, viewport={"width": 360, "height": 740}, has_touch=True)
    page = window.visit(SERIES)
    start = page.locator("#start")
    expect(start).to_contain_text("Which episode did you finish last?")
    start.get_by_role("link", name="Choose it").tap()
    page.locator("#rail-grid button[value='4']").tap()
    page.locator("#jump-yes").tap()
    window.expect_position(4)
    expect(start).to_have_count(0)


def test_the_real_form_logs_in_and_a_wrong_password_is_told(open_window: Opener, site: Site) -> None:
    window = open_window()
    window.expects("status of 422")
    page = window.visit("/login?next=" + LIST)
    for password in ("not the right one", PASSWORD):
        page.get_by_label("Name").fill("bob")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        if password != PASSWORD:
            expect(page.get_by_label("Password")).to_have_accessible_description(
                "We know no account with this name and password."
            )
    expect(page).to_have_url(site.url + LIST)
    expect(page.get_by_role("link", name="bob")).to_be_visible()


def test_a_jump_can_be_cancelled(open_window: Opener, cast: Cast) -> None:
    window = open_window("bob")
    page = window.visit(SERIES)
    window.pick_episode(6)
    page.get_by_role("link", name="No, stay at S1·E4").click()
    window.expect_position(4)
    page.reload()
    window.expect_position(4)
    expect(page.locator("#standings")).not_to_contain_text("SecretTitle7")


def test_a_new_list_shows_in_the_ranking_of_somebody_else(open_window: Opener, cast: Cast) -> None:
    other = open_window("ada")
    other.visit(SERIES)
    expect(other.page.locator("#standings .standing__rank")).to_have_count(0)
    window = open_window("bob")
    window.visit(LIST)
    with window.saving():
        window.press("add", 6)
    other.page.reload()
    expect(other.page.locator(".standing__title").first).to_have_text("SecretTitle6")


def test_the_buttons_of_every_series_on_the_shelf_end_on_one_line(open_window: Opener, cast: Cast) -> None:
    with cast.app.app_context():
        add_series(COMMAND_LINE, lighthouse().model_copy(update={"slug": "another", "moments": ()}))
    cast.rank("bob", 1)
    page = open_window("bob").visit("/")
    for words in ("My top 10 of", "Make my top 10 of"):
        expect(page.get_by_role("link", name=words).first).to_be_visible()
    ends = page.locator(".shelf__acts").evaluate_all(
        "all => all.map((acts) => acts.lastElementChild.getBoundingClientRect().right)"
    )
    assert len(ends) == 2
    assert ends[0] == ends[1]
