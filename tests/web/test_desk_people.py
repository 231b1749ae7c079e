"""People at the desk: finding an account, what it may look after, and closing it."""

from __future__ import annotations

import datetime as dt
import re
from time import perf_counter

import pytest
from sqlalchemy import insert, select, update

from ranker.actions.accounts import add_silent_account, register
from ranker.actions.accounts.closing import disable_account
from ranker.actions.accounts.roles import grant_curator
from ranker.actions.audit import COMMAND_LINE
from ranker.database import writing
from ranker.desk.keys import A_PAGE
from ranker.extensions import db
from ranker.models import Curator, User, UserSession, now
from tests.cast import PASSWORD, SLUG, Browser, Cast
from tests.web.counting import lists
from tests.web.test_own_account import confirmed

PEOPLE = "/admin/people"
BOB = f"{PEOPLE}/bob"


def names_on(page: str) -> list[str]:
    return re.findall(rf'href="{PEOPLE}/([^"?]+)"', page)


def crowd(cast: Cast, number: int) -> None:
    with cast.app.app_context(), writing() as session:
        names = [f"fan-{one:06}" for one in range(number)]
        session.execute(insert(User), [{"name": name, "name_key": name} for name in names])


def reason(browser: Browser, words: str = "A test") -> int:
    return browser.post(f"{BOB}/disable", {"reason": words}).status_code


def test_an_admin_finds_people_by_a_part_of_their_name(cast: Cast) -> None:
    dana = cast.browser("dana")
    assert names_on(dana.get(PEOPLE).text) == ["ada", "bob", "cy", "dana"]
    assert names_on(dana.get(f"{PEOPLE}?words=A").text) == ["ada", "dana"]
    for strange in ("%", "_", "nobody", "'"):
        page = dana.get(PEOPLE, query_string={"words": strange}).text
        assert names_on(page) == []
        assert "Nobody found" in page


def test_people_are_narrowed_to_who_has_a_desk_and_who_is_disabled(cast: Cast) -> None:
    dana = cast.browser("dana")
    with cast.app.app_context():
        grant_curator(COMMAND_LINE, cast.users["bob"], SLUG)
        disable_account(COMMAND_LINE, cast.users["cy"])
    for who, names in (("admins", ["dana"]), ("curators", ["bob"]), ("disabled", ["cy"]), ("nonsense", None)):
        expected = ["ada", "bob", "cy", "dana"] if names is None else names
        assert names_on(dana.get(f"{PEOPLE}?who={who}").text) == expected, who


def test_the_table_says_what_people_look_after_and_how_many_lists_of_theirs_count(cast: Cast) -> None:
    cast.rank("bob", 1, 2)
    with cast.app.app_context():
        grant_curator(COMMAND_LINE, cast.users["bob"], SLUG)
    row = cast.browser("dana").get(f"{PEOPLE}?words=bob").text
    assert '<td data-name="Lists">1</td>' in row
    assert '<td data-name="Looks after">The Lighthouse</td>' in row
    with cast.app.app_context():
        disable_account(COMMAND_LINE, cast.users["bob"])
    row = cast.browser("dana").get(f"{PEOPLE}?words=bob").text
    assert '<td data-name="Lists">0</td>' in row
    assert "disabled since" in row


def test_all_people_come_page_by_page_forth_and_back_each_once(cast: Cast) -> None:
    crowd(cast, 2 * A_PAGE)
    dana = cast.browser("dana")
    page, pages = dana.get(PEOPLE).text, []
    while True:
        pages.append(names_on(page))
        onward = re.search(r'href="([^"]+)" rel="next"', page)
        if onward is None:
            break
        page = dana.get(onward[1].replace("&amp;", "&")).text
    assert [name for names in pages for name in names] == ["ada", "bob", "cy", "dana"] + [
        f"fan-{one:06}" for one in range(2 * A_PAGE)
    ]
    back = []
    while match := re.search(r'href="([^"]+)" rel="prev"', page):
        page = dana.get(match[1].replace("&amp;", "&")).text
        back.append(names_on(page))
    assert back[-1] == pages[0]
    assert len(back) == len(pages) - 1


def test_no_page_of_a_hundred_thousand_people_takes_long(cast: Cast) -> None:
    crowd(cast, 100_000)
    dana = cast.browser("dana")
    dana.get(PEOPLE)
    for query in (
        "",
        "?after=fan-050000",
        "?before=fan-099999",
        "?words=9999",
        "?words=nobody-at-all",
        "?who=disabled",
    ):
        began = perf_counter()
        assert dana.get(f"{PEOPLE}{query}").status_code == 200
        assert perf_counter() - began < 1.0, query


def test_a_persons_page_says_nothing_of_their_address_and_how_far_they_are(cast: Cast) -> None:
    with cast.app.app_context(), writing() as session:
        session.execute(update(User).where(User.name == "bob").values(email="bob@example.org", email_confirmed=True))
    page = cast.browser("dana").get(BOB).text
    assert "bob@example.org" not in page
    assert "S1·E4" not in page
    assert "An account since" in page


def test_a_name_is_found_however_it_is_written_and_an_unknown_one_is_not(cast: Cast) -> None:
    with cast.app.app_context():
        register("佐々 木.x", PASSWORD)
    dana = cast.browser("dana")
    assert dana.get(f"{PEOPLE}/BOB").status_code == 200
    (link,) = re.findall(rf'href="({PEOPLE}/%[^"?]+)"', dana.get(PEOPLE).text)
    assert "佐々 木.x" in dana.get(link).text
    for name in ("nobody", "..", "%00", "a" * 500):
        assert dana.get(f"{PEOPLE}/{name}").status_code in (404, 400)


@pytest.mark.parametrize("path", ["disable", "enable", "admin", "curator", "sessions/end", "recovery"])
def test_whoever_changes_an_account_says_first_who_they_are(cast: Cast, path: str) -> None:
    cast.rank("bob", 1)
    form = {"reason": "Copied lists", "admin": "yes", "curator": "yes", "series": SLUG}
    dana = cast.browser("dana")
    asked = dana.post(f"{BOB}/{path}", form)
    assert asked.location.startswith("/account/confirm?next=/admin/people/bob")
    assert lists(cast) == 1
    back = dana.post("/account/confirm", {"password": PASSWORD, "next": target_of(dana.get(asked.location).text)})
    assert "Copied lists" in dana.get(back.location).text  # what was typed is still there
    assert dana.post(f"{BOB}/{path}", form).status_code in (200, 303)


def target_of(page: str) -> str:
    match = re.search(r'name="next"[^>]*value="([^"]*)"', page)
    assert match
    return match[1].replace("&amp;", "&")


def test_an_admin_disables_an_account_with_a_reason_and_enables_it_again(cast: Cast) -> None:
    cast.rank("bob", 1)
    bob, dana = cast.browser("bob"), confirmed(cast, "dana")
    assert "1 list leaves the rankings" in dana.get(BOB).text
    assert reason(dana, "") == 422
    assert reason(dana, "  ") == 422
    assert reason(dana, "x" * 201) == 422
    assert lists(cast) == 1
    assert reason(dana, "Fifty accounts, one hand") == 303
    assert lists(cast) == 0
    assert bob.get("/account").status_code == 303  # logged out
    page = dana.get(BOB).text
    assert "“Fifty accounts, one hand”" in page
    assert "the account is disabled" in page
    assert dana.post(f"{BOB}/enable").status_code == 303
    assert lists(cast) == 1
    assert "Fifty" not in dana.get(BOB).text


def test_nobody_disables_their_own_account_at_the_desk(cast: Cast) -> None:
    with cast.app.app_context():
        register("dora", PASSWORD, is_admin=True)
    dana = confirmed(cast, "dana")
    assert "Disable the account" not in dana.get(f"{PEOPLE}/dana").text
    answer = dana.post(f"{PEOPLE}/dana/disable", {"reason": "A test"})
    assert answer.status_code == 409
    assert "your own account" in answer.text


def test_an_admin_makes_another_one_and_steps_back(cast: Cast) -> None:
    dana = confirmed(cast, "dana")
    assert "last admin who can get in" in dana.get(f"{PEOPLE}/dana").text
    refused = dana.post(f"{PEOPLE}/dana/admin", {"admin": "no"})
    assert refused.status_code == 409
    assert "Make somebody else an admin first." in refused.text
    assert dana.post(f"{BOB}/admin", {"admin": "yes"}).status_code == 303
    assert cast.browser("bob").get(PEOPLE).status_code == 200
    assert dana.post(f"{PEOPLE}/dana/admin", {"admin": "no"}).location == "/"
    assert dana.get(PEOPLE).status_code == 404
    assert confirmed(cast, "bob").post(f"{BOB}/admin", {"admin": "no"}).status_code == 409


def test_an_admin_makes_a_curator_and_takes_that_away(cast: Cast) -> None:
    dana = confirmed(cast, "dana")
    assert dana.post(f"{BOB}/curator", {"curator": "yes", "series": SLUG}).status_code == 303
    assert dana.post(f"{BOB}/curator", {"curator": "yes", "series": SLUG}).status_code == 303  # a second press
    bob = cast.browser("bob")
    assert bob.get(f"/admin/series/{SLUG}").status_code == 200
    assert dana.post(f"{BOB}/curator", {"curator": "no", "series": SLUG}).status_code == 303
    assert bob.get(f"/admin/series/{SLUG}").status_code == 404
    with cast.app.app_context():
        assert db.session.scalar(select(User.curates).where(User.name == "bob")) == 0
        assert db.session.scalar(select(Curator.user_id)) is None


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("curator", {"curator": "yes", "series": "no-such-series"}, 422),
        ("curator", {"curator": "no", "series": ""}, 422),
        ("curator", {"series": SLUG}, 422),
        ("admin", {}, 422),
        ("admin", {"admin": "perhaps"}, 422),
    ],
)
def test_a_form_that_means_nothing_changes_nothing(cast: Cast, path: str, form: dict[str, str], status: int) -> None:
    assert confirmed(cast, "dana").post(f"{BOB}/{path}", form).status_code == status
    with cast.app.app_context():
        assert db.session.execute(select(User.is_admin, User.curates).where(User.name == "bob")).one() == (False, 0)


@pytest.mark.parametrize("field", ["admin", "curator"])
def test_nobody_looks_after_anything_with_an_account_that_cannot_be_entered(cast: Cast, field: str) -> None:
    with cast.app.app_context():
        add_silent_account("nobody-home")
        disable_account(COMMAND_LINE, cast.users["bob"])
    dana = confirmed(cast, "dana")
    for name in ("nobody-home", "bob"):
        answer = dana.post(f"{PEOPLE}/{name}/{field}", {field: "yes", "series": SLUG})
        assert answer.status_code == 409
        assert "Nobody can get in with this account" in answer.text


def test_an_admin_ends_all_sessions_of_somebody(cast: Cast) -> None:
    bob, elsewhere = cast.browser("bob"), cast.browser("bob")
    assert "2 places" in cast.browser("dana").get(BOB).text
    assert confirmed(cast, "dana").post(f"{BOB}/sessions/end").status_code == 303
    for browser in (bob, elsewhere):
        assert browser.get("/account").status_code == 303
    with cast.app.app_context():
        assert db.session.scalar(select(UserSession.public_id).where(UserSession.user_id == cast.users["bob"])) is None


def test_a_recovery_link_is_shown_once_and_works_once(cast: Cast) -> None:
    dana = confirmed(cast, "dana")
    page = dana.post(f"{BOB}/recovery").text
    link = re.search(r'value="http://localhost(/recover/link/[^"]+)"', page)
    assert link
    assert link[1] not in dana.get(BOB).text
    assert cast.browser().post(link[1], {"password": "another long one"}).status_code == 303
    assert cast.browser().post(link[1], {"password": "another long one"}).status_code == 404


def test_who_gets_letters_needs_no_link_from_an_admin(cast: Cast) -> None:
    cast.app.config["SMTP"] = object()
    with cast.app.app_context(), writing() as session:
        session.execute(update(User).where(User.name == "bob").values(email="b@example.org", email_confirmed=True))
    dana = confirmed(cast, "dana")
    assert "Make a link" not in dana.get(BOB).text
    answer = dana.post(f"{BOB}/recovery")
    assert answer.status_code == 409
    assert "/recover/link/" not in answer.text
    assert "Make a link" in dana.get(f"{PEOPLE}/cy").text


def test_a_disabled_account_gets_no_link(cast: Cast) -> None:
    with cast.app.app_context():
        disable_account(COMMAND_LINE, cast.users["bob"])
    assert confirmed(cast, "dana").post(f"{BOB}/recovery").status_code == 409


def test_decisions_about_lists_of_a_disabled_account_are_refused_with_what_to_do(old: Cast) -> None:
    old.rank("ada", 1, 2)
    with old.app.app_context():
        disable_account(COMMAND_LINE, old.users["ada"])
    dana, counting = old.browser("dana"), f"/admin/series/{SLUG}/counting"
    assert not re.search(r"\bada\b", dana.get(counting).text)
    for decision in ("count", "count-all", "undo"):
        answer = dana.post(counting, {"decision": decision, "fan": "ada"})
        assert answer.status_code == 409
        assert "Enable the account first." in answer.text
    assert dana.post(counting, {"decision": "hold", "fan": "ada", "note": "x"}).status_code == 422
    assert lists(old) == 0


def test_the_word_of_who_one_is_does_not_last(cast: Cast) -> None:
    dana = confirmed(cast, "dana")
    with cast.app.app_context(), writing() as session:
        session.execute(update(UserSession).values(confirmed_at=now() - dt.timedelta(minutes=5)))
    assert dana.post(f"{BOB}/admin", {"admin": "yes"}).location.startswith("/account/confirm")


def test_every_page_of_the_desk_leads_to_its_other_parts_as_far_as_one_may_open_them(cast: Cast) -> None:
    with cast.app.app_context():
        grant_curator(COMMAND_LINE, cast.users["bob"], SLUG)
    own = ["/admin/", "/admin/queue", "/admin/audit"]
    all_of_it = ["/admin/", "/admin/queue", "/admin/people", "/admin/invites", "/admin/audit"]
    for name, parts in (("bob", own), ("dana", all_of_it)):
        browser = cast.browser(name)
        for path in (*parts, f"/admin/series/{SLUG}", f"/admin/series/{SLUG}/moments"):
            nav = browser.get(path).text.partition('<nav class="pages pages--desk"')[2].partition("</nav>")[0]
            assert re.findall(r'href="([^"]*)"', nav) == parts, path
            assert nav.count("aria-current") == 1


def test_the_desk_says_on_its_first_page_how_much_waits(cast: Cast) -> None:
    dana = cast.browser("dana")
    assert "Nothing that fans suggest or report waits." in dana.get("/admin/").text
    cast.browser("bob").post(
        f"/series/{SLUG}/suggestions", {"title": "The lamp", "text": "It goes out.", "episode": "2"}
    )
    page = dana.get("/admin/").text
    assert "1 suggestion or report waits for you." in page
    assert f'href="/admin/queue?series={SLUG}">1 from fans' in page
    assert '1<span class="visually-hidden"> waiting</span>' in dana.get("/admin/audit").text


@pytest.mark.parametrize(
    ("deed", "form", "place"),
    [
        ("disable", {"reason": "Stuffing"}, "state"),
        ("enable", {}, "state"),
        ("admin", {"admin": "yes"}, "roles"),
        ("curator", {"curator": "yes", "series": SLUG}, "roles"),
        ("sessions/end", {}, "entry"),
        ("recovery", {}, "entry"),
    ],
)
def test_whoever_was_asked_who_they_are_is_led_to_where_they_were_and_told_to_go_on(
    cast: Cast, deed: str, form: dict[str, str], place: str
) -> None:
    if deed == "enable":
        confirmed(cast, "dana").post(f"{BOB}/disable", {"reason": "Stuffing"})
    dana = cast.browser("dana")
    asked = dana.post(f"{BOB}/{deed}", form)
    there = dana.post("/account/confirm", {"password": PASSWORD, "next": target_of(dana.get(asked.location).text)})
    address, _, anchor = there.location.partition("#")
    assert anchor == place
    page = dana.get(address).text
    section = page[page.index(f'id="{place}"') :].partition("</section>")[0]
    assert "You can go on now: press once more what you meant to do." in section
    assert page.count("You can go on now") == 1
    assert "You can go on now" not in dana.get(BOB).text


def test_nobody_is_told_to_go_on_who_has_not_said_who_they_are(cast: Cast) -> None:
    assert "You can go on now" not in cast.browser("dana").get(f"{BOB}?go_on=state").text
    assert "You can go on now" not in confirmed(cast, "dana").get(f"{BOB}?go_on=x").text
