"""At the desk, in a browser: a moment is written, looked at, published, and then seen by whoever should see it."""

from __future__ import annotations

from playwright.sync_api import expect

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.episodes import insert_episode
from ranker.exchange import EpisodeIn
from ranker.exchange.series import address_of
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


def test_what_can_be_done_with_many_is_there_once_some_are_ticked(open_window: Opener, cast: Cast) -> None:
    desk = open_window("dana").visit(TABLE)
    bulk, everything = desk.locator(".bulk"), desk.get_by_label("Tick all")
    expect(bulk).to_be_hidden()
    desk.get_by_label("Choose SecretTitle1").check()
    expect(bulk).to_be_visible()
    assert everything.evaluate("box => box.indeterminate")
    everything.check()
    expect(desk.locator(".table__tick :checked")).to_have_count(desk.locator("tbody .table__tick").count() + 1)
    desk.get_by_label("Choose SecretTitle1").uncheck()
    expect(everything).not_to_be_checked()
    everything.check()
    everything.uncheck()
    expect(bulk).to_be_hidden()


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


def test_a_moment_called_like_one_that_is_there_is_pointed_out_while_one_types(open_window: Opener) -> None:
    desk = open_window("dana").visit(f"{TABLE}/new")
    desk.get_by_label("Title").press_sequentially("secrettitle7!")
    expect(desk.locator("#alike")).to_contain_text("Is it this one?")
    expect(desk.locator("#alike a")).to_have_text("SecretTitle7")
    desk.get_by_label("Title").fill("Nothing of the kind")
    expect(desk.locator("#alike")).to_have_text("")


def test_an_address_is_suggested_from_the_title_until_one_writes_it_oneself(open_window: Opener) -> None:
    desk = open_window("dana").visit("/admin/series/new")
    title, address = desk.get_by_label("Title"), desk.get_by_label("Address")
    for words in ("Grey’s Anatomy", " Señor Ávila – São (2)!", "지금 우리 학교는", "x" * 79 + " yz"):
        title.fill("")
        title.press_sequentially(words)
        expect(address).to_have_value(address_of(words))
    address.fill("my-own")
    title.fill("Something else")
    expect(address).to_have_value("my-own")
    address.fill("")
    title.press_sequentially("!")
    expect(address).to_have_value("")


def test_an_episode_that_was_missing_comes_between_and_nobody_loses_their_place(
    open_window: Opener, cast: Cast
) -> None:
    bob = open_window("bob").visit(SERIES)
    expect(bob.locator(".rail__now")).to_contain_text("Seen up to S1·E4")
    desk = open_window("dana", java_script_enabled=False).visit(f"/admin/series/{SLUG}")
    desk.get_by_label("Season", exact=True).fill("1")
    desk.get_by_label("Number").fill("3")
    desk.get_by_role("button", name="Add it").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("S1·E3 would come between others")
    desk.get_by_label("Yes, it was only missing here.").check()
    desk.get_by_role("button", name="Put it there").click()
    expect(desk.locator(".note--good")).to_contain_text("all others have followed")
    bob.reload()
    expect(bob.locator(".rail__now")).to_contain_text("Seen up to S1·E5")
    expect(bob.locator("#standings").get_by_text("SecretTitle6")).to_have_count(1)
    expect(bob.locator("#standings").get_by_text("SecretTitle7")).to_have_count(0)


def test_a_page_that_was_open_while_an_episode_came_declares_nothing(open_window: Opener, cast: Cast) -> None:
    window = open_window("bob")
    bob = window.visit(SERIES)
    with cast.app.app_context():
        insert_episode(COMMAND_LINE, SLUG, EpisodeIn(season=1, number=1), seen=True)
    window.expects("409")
    bob.locator("#rail-forward").click()
    expect(bob.get_by_role("heading", level=1)).to_have_text("The episodes have changed")
    bob.goto(bob.url)
    expect(bob.locator(".rail__now")).to_contain_text("Seen up to S1·E5")


def test_an_import_is_taken_back_without_scripting(open_window: Opener, cast: Cast) -> None:
    desk = open_window("dana", java_script_enabled=False).visit(f"/admin/series/{SLUG}/import")
    file = {"name": "next.csv", "mimeType": "text/csv", "buffer": b"season,number,title\n2,3,The storm\n"}
    desk.set_input_files("#file", files=[file])
    desk.get_by_role("button", name="Show what it would do").click()
    desk.get_by_role("button", name="Import exactly this").click()
    expect(desk.locator(".note--good")).to_contain_text("1 new")
    desk.get_by_role("link", name="Import and export").click()
    desk.get_by_role("button", name="Take it back").click()
    expect(desk.locator(".note--good")).to_contain_text("as it was before")
