"""No page has a barrier that axe knows of, in light and dark, on a phone and on a desk; none scrolls sideways."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Literal

import pytest
from playwright.sync_api import FilePayload, Page, ViewportSize, expect
from sqlalchemy import insert, update

from ranker.actions import decisions
from ranker.actions.accounts import register
from ranker.actions.accounts.closing import disable_account
from ranker.actions.accounts.emails import change_email
from ranker.actions.accounts.helping import recovery_link_for
from ranker.actions.accounts.invites import make_invite
from ranker.actions.accounts.roles import grant_curator
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.drafts import hide_series
from ranker.actions.imports import apply_import, keep_file
from ranker.actions.moments import MomentText, add_moment, edit_moment, retire_moment
from ranker.actions.reports import report_duplicate, report_name, report_note, report_wrong
from ranker.actions.series import SeriesFacts, edit_series, keep_new_series
from ranker.database import writing
from ranker.domain.counting import CountingRules
from ranker.domain.from_fans import ReportKind
from ranker.exchange.reading import read_contents
from ranker.installation import SEEDS, seed_bytes
from ranker.mail import SmtpServer
from ranker.models import Passkey, Report, Suggestion, User
from ranker.web.accounts import setup_link
from tests.browser.conftest import Opener
from tests.browser.test_from_fans import SUGGESTIONS, everybody_is_old
from tests.browser.window import LIST, PACKAGES, SERIES, Window
from tests.cast import PASSWORD, SLUG, Cast, key
from tests.domain.test_watched import as_json, play
from tests.web.from_fans import decide, ids_of, too_early
from tests.web.test_upkeep import shift

Scheme = Literal["light", "dark"]
A_DAY = dt.timedelta(days=1)
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1440, "height": 1000}
BETWEEN_AND_BEYOND: tuple[ViewportSize, ...] = ({"width": 768, "height": 1000}, {"width": 1920, "height": 1080})
SCHEMES: tuple[Scheme, Scheme] = ("light", "dark")


def nothing(window: Window) -> None:
    pass


@dataclass(frozen=True)
class Place:
    """A page as somebody finds it: who, where, what there is before, what they do there, and what they must see."""

    path: str
    shows: str
    who: str | None = None
    before: Callable[[Cast], object] = lambda cast: None
    there: Callable[[Window], object] = nothing
    status: int = 200


def framed(cast: Cast) -> None:
    cast.app.config["EMBED"] = ("*",)


def votes(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 7, 2)
    cast.rank("bob", 1, 2, 3)


def notes(cast: Cast) -> None:
    votes(cast)
    cast.note("ada", 1, "Best of all, and not only for those who like lamps")
    cast.note("bob", 1, "A_very_long_word_" * 8)


def shared(cast: Cast) -> None:
    votes(cast)
    for name, cap in (("ada", 2), ("bob", 3), ("cy", 0)):
        cast.browser(name).post(f"{LIST}/share", {"cap": cap})


def moved_since_yesterday(cast: Cast) -> None:
    cast.rank("ada", 1, 2, 9)
    cast.browser().get(SERIES)
    shift(cast, A_DAY)
    cast.rank("ada", 9, 2, 1)


def two_alike(cast: Cast) -> None:
    for name in ("eve", "fay"):
        cast.add_fan(name, 6, (1, 2))


def makes_a_feed(window: Window) -> None:
    window.page.get_by_role("button", name="Make my address").click()
    expect(window.page.get_by_label("Your new address")).to_be_visible()


def a_name_is_reported(cast: Cast) -> None:
    """Two report ada's name; bob's reports wait, and one that has nothing watched."""
    shared(cast)
    with cast.app.app_context():
        for by, kind, words in (("bob", ReportKind.SPOILS, "She lights it. " * 9), ("cy", ReportKind.UNKIND, "")):
            report_name(cast.gate(by), "ada", kind, words)


def another_name_is_given(cast: Cast) -> None:
    a_name_is_reported(cast)
    decide(cast, "reports", ids_of(cast, Report)[0], "uphold")


def unfold(window: Window) -> None:
    for summary in window.page.locator(".fold > summary").all():
        summary.click()


def long_titles(cast: Cast) -> None:
    with cast.app.app_context():
        for number in (10, 11):
            text = MomentText(f"{number}_long_title_" + "in_one_word_" * 8, "", None, 1)
            cast.public[key(number)] = add_moment(COMMAND_LINE, SLUG, text)
    cast.rank("ada", 10, 11, 1)


def draw(cast: Cast) -> None:
    cast.rank("ada", 2, 3)
    cast.rank("bob", 3, 2)


def some_locked(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 7, 2)
    cast.declare("ada", 2)


def all_places_taken(cast: Cast) -> None:
    with cast.app.app_context():
        for number in (10, 11):
            text = MomentText(f"SecretTitle{number} with a rather long name to go with it", "", None, 1)
            cast.public[key(number)] = add_moment(COMMAND_LINE, SLUG, text)
    cast.rank("ada", *range(1, 11))


def why_not(window: Window) -> None:
    window.page.locator("#entries [data-why]").first.dispatch_event("click")
    expect(window.page.locator("#why")).to_be_visible()


def a_full_list_and_one_new_moment(cast: Cast) -> None:
    cast.rank("bob", 1, 2, 3)
    with cast.app.app_context():
        edit_series(COMMAND_LINE, SLUG, SeriesFacts("The Lighthouse", None, None, 3))


def sealed(window: Window) -> None:
    window.page.get_by_role("button", name="Sealed").click()
    expect(window.page.get_by_role("button", name="Sealed")).to_have_attribute("aria-pressed", "true")


def sealed_and_embedding(window: Window) -> None:
    sealed(window)
    window.visit(f"/series/{SLUG}/embed")


def wrong_password(window: Window) -> None:
    window.expects("status of 422")
    window.page.get_by_label("Name").fill("bob")
    window.page.get_by_label("Password").fill("not the right one")
    window.page.get_by_role("button", name="Log in").click()


def registers(window: Window) -> None:
    window.page.get_by_label("Name").fill("eve")
    window.page.get_by_label("Password").fill(PASSWORD)
    window.page.get_by_role("button", name="Make the account").click()


def says_who(window: Window) -> None:
    window.page.get_by_label("Your password").fill(PASSWORD)
    window.page.get_by_role("button", name="Go on").click()


def makes_a_token(window: Window) -> None:
    says_who(window)
    window.page.get_by_role("button", name="Make a token").click()


def logs_in_where_somebody_declared(window: Window) -> None:
    window.pick_episode(4)
    window.page.locator("#jump-yes").click()
    window.expect_position(4)
    page = window.visit("/login")
    page.get_by_label("Name").fill("cy")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def two_passkeys(cast: Cast) -> None:
    with cast.app.app_context(), writing() as session:
        for number, name in enumerate(("My phone", "The key on my keyring with a rather long name")):
            keys = {"credential_id": bytes([number]), "public_key": b"", "sign_count": 0}
            session.add(Passkey(user_id=cast.users["bob"], name=name, **keys))


def two_invitations(cast: Cast) -> None:
    with cast.app.app_context():
        make_invite(COMMAND_LINE, "The book club", 5, 7)
        make_invite(COMMAND_LINE, "Last year", 1, -1)


def makes_an_invitation(window: Window) -> None:
    window.page.get_by_label("Who it is for").fill("My sister")
    window.page.get_by_role("button", name="Make the link").click()


def open_menu(window: Window) -> None:
    window.page.locator("[data-entry] [data-menu] > summary").nth(1).click()


def open_note(window: Window) -> None:
    open_menu(window)
    window.page.locator("[data-entry] [data-writes]").nth(1).click()


def one_new_moment_shown(window: Window) -> None:
    window.page.locator("#reveal-setting").click()
    window.page.locator("#rail-forward").click()
    window.expect_position(5)
    window.page.locator("#reveal-show").click()


def two_stages(cast: Cast) -> None:
    cast.rank("bob", 1, 2, 3)
    cast.declare("bob", 5)
    cast.rank("bob", 2, 1, 7)


def two_chosen(window: Window) -> None:
    window.page.get_by_label("Choose SecretTitle7").check()
    window.page.get_by_label("Choose SecretTitle8").check()
    window.page.locator("#bulk-episode").select_option("1")
    window.page.get_by_role("button", name="Show what would change").click()


def letters_can_be_sent(cast: Cast) -> None:
    """A server is set; no page of these has one write to it."""
    cast.app.config["SMTP"] = SmtpServer("smtp", "127.0.0.1", 9, None, None, "Ranker <ranker@example.org>")


def links_in_letters(cast: Cast) -> None:
    with cast.app.app_context():
        cast.public["confirming"] = change_email(cast.users["bob"], "bob@example.org")
        cast.public["recovering"] = recovery_link_for(COMMAND_LINE, cast.users["bob"])


def nobody_has_the_desk(cast: Cast) -> None:
    with cast.app.app_context():
        with writing() as session:
            session.execute(update(User).values(is_admin=False))
        cast.public["beginning"] = setup_link("").rpartition("/")[2]


def another_title(window: Window) -> None:
    window.page.get_by_label("Title").fill("Quite another scene")
    window.page.get_by_role("button", name="Save").click()


def some_held(cast: Cast) -> None:
    votes(cast)
    cast.app.config["COUNTING_RULES"] = CountingRules(A_DAY, identical_lists=5)
    cast.add_fan("eve", 6, (2, 1))
    with cast.app.app_context():
        decisions.hold_list(COMMAND_LINE, SLUG, "bob", "Copied from elsewhere")


def held_and_refused(window: Window) -> None:
    window.expects("status of 422")
    window.page.get_by_label("Fan").fill("nobody")
    window.page.get_by_label("Reason").fill("A reason")
    window.page.get_by_role("button", name="Hold it").click()


def people_of_all_kinds(cast: Cast) -> None:
    votes(cast)
    with cast.app.app_context():
        grant_curator(COMMAND_LINE, cast.users["bob"], SLUG)
        disable_account(COMMAND_LINE, cast.users["cy"], "Fifty accounts and one hand: a rather long reason")
        register("somebody-with-a-long-name-here", PASSWORD)


def a_draft(cast: Cast) -> None:
    votes(cast)
    with cast.app.app_context():
        hide_series(COMMAND_LINE, SLUG)


def asks_to_hide(window: Window) -> None:
    window.page.get_by_role("button", name="Hide it from everybody").click()
    expect(window.page.get_by_role("heading", level=1)).to_have_text("Hide it from everybody?")


def writes_another_address(window: Window) -> None:
    window.expects("status of 422")
    window.page.get_by_label("To delete it, write its address").fill("another")
    window.page.get_by_role("button", name="Delete it for good").click()


def a_crowd(cast: Cast) -> None:
    with cast.app.app_context(), writing() as session:
        rows = [{"name": f"fan-{number:02}", "name_key": f"fan-{number:02}"} for number in range(99)]
        session.execute(insert(User), rows)


def makes_a_recovery_link(window: Window) -> None:
    window.page.get_by_role("button", name="Make a link").click()
    says_who(window)
    window.page.get_by_role("button", name="Make a link").click()


def gives_no_reason(window: Window) -> None:
    window.expects("status of 422")
    window.page.get_by_label("Reason").fill(" ")
    window.page.get_by_role("button", name="Disable the account").click()
    says_who(window)
    window.page.get_by_label("Reason").fill(" ")
    window.page.get_by_role("button", name="Disable the account").click()


def deeds_of_all_kinds(cast: Cast) -> None:
    people_of_all_kinds(cast)
    with cast.app.app_context():
        words = " ".join(f"word{number}" for number in range(200))
        for end in ("", " and an end", " and A_very_long_word_" + "x" * 90):
            edit_moment(COMMAND_LINE, cast.public["moment1"], MomentText("SecretTitle1", words + end, "Teaser1", 1))
        retire_moment(COMMAND_LINE, cast.public["moment2"])


def reads_all_of_it(window: Window) -> None:
    window.page.get_by_role("link", name="Read all of it").first.click()


def stale(window: Window) -> None:
    window.expects("status of 409")
    window.cast.rank("ada", 2, 1)
    window.press("up", 2)


def brings_a_list(window: Window) -> None:
    lines = ["SecretTitle3", "SecretTitel1", "Zebra", "secrettitle3", "locked until S2·E2"]
    window.page.get_by_label("Your list as text").fill("\n".join(lines))
    window.page.get_by_role("button", name="Show what it would become").click()


def brings_no_list(window: Window) -> None:
    window.expects("status of 422")
    window.page.get_by_role("button", name="Show what it would become").click()


def brings_what_is_not_there(window: Window) -> None:
    window.page.get_by_label("Your list as text").fill("Zebra")
    window.page.get_by_role("button", name="Show what it would become").click()


def goes_on(window: Window) -> None:
    window.page.get_by_label("Reason").fill("Many accounts")
    window.page.get_by_role("button", name="Disable the account").click()
    says_who(window)


def brings_a_file(window: Window) -> None:
    plays = as_json([play(1, 1, {"title": title}) for title in ("The Lighthouse", "Elsewhere")] + GAP)
    window.page.get_by_label("One file or several").set_input_files([{**A_FILE, "buffer": plays}])
    window.page.get_by_role("button", name="Show how far it goes").click()


def brings_no_file(window: Window) -> None:
    window.expects("status of 422")
    window.page.get_by_label("One file or several").set_input_files([{**A_FILE, "buffer": b"["}])
    window.page.get_by_role("button", name="Show how far it goes").click()


GAP = [play(2, 1, {"title": "The Lighthouse"})]
A_FILE: FilePayload = {"name": "watched-history.json", "mimeType": "application/json", "buffer": b""}


def an_import(cast: Cast) -> None:
    with cast.app.app_context():
        apply_import(COMMAND_LINE, SLUG, read_contents(b"season,number,title\n3,1,The storm\n"))


def a_series_waits(cast: Cast) -> None:
    with cast.app.app_context():
        keep_new_series(cast.users["dana"], "series.json", seed_bytes(SEEDS[0]))


def a_long_one(cast: Cast) -> None:
    rows = "".join(f"1,1,Moment {number}\n" for number in range(1_001))
    with cast.app.app_context():
        keep_file(cast.users["dana"], SLUG, "long.csv", f"season,episode,title\n{rows}".encode())


def confirmed(window: Window) -> None:
    window.page.get_by_role("button", name="Import exactly this").click()


def one_between(window: Window) -> None:
    window.page.get_by_label("Number").fill("3")
    window.page.get_by_label("Season", exact=True).fill("1")
    window.page.get_by_role("button", name="Add it").click()


def said_by_fans(cast: Cast) -> None:
    """Suggestions of bob's with all that can become of them, and one report of each kind; one has moved a moment."""
    notes(cast)
    everybody_is_old(cast)
    for number, title in enumerate(("The lantern breaks", "A_very_long_word_" * 7, "The letter", "Not SecretTitle3")):
        cast.suggest("bob", title, "He reads it twice, and then once more.", 1 + number)
    wishes = ids_of(cast, Suggestion)
    decide(cast, "suggestions", wishes[1], "decline", reason="A nice detail, but hardly a scene of its own.")
    decide(cast, "suggestions", wishes[2], "merge", into=cast.public[key(3)])
    too_early(cast, "bob", 2, 3)
    with cast.app.app_context():
        report_duplicate(cast.gate("bob"), cast.public[key(3)], cast.public[key(4)])
        report_wrong(cast.gate("bob"), cast.public[key(1)], "It is the other boat.")
        note = cast.gate("ada").reception(cast.public[key(1)]).notes(1).notes[-1]
        report_note(cast.gate("ada"), note.public_id, ReportKind.UNKIND)
    decide(cast, "reports", ids_of(cast, Report)[1], "dismiss")


def said_further_on(cast: Cast) -> None:
    said_by_fans(cast)
    cast.declare("bob", 3)


def reports_a_note(window: Window) -> None:
    window.page.get_by_role("link", name="Report this note").first.click()


def one_like_it(window: Window) -> None:
    window.page.get_by_label("Title").fill("SecretTitle1")
    window.page.get_by_label("What happens").fill("Once more.")
    expect(window.page.locator("#alike")).to_contain_text("Is it this one?")


def says_nothing(window: Window) -> None:
    window.expects("status of 422")
    window.page.locator("form").evaluate_all("forms => forms.forEach(form => form.noValidate = true)")
    window.page.locator("main form").last.get_by_role("button").click()


def declines(window: Window) -> None:
    window.page.locator(".queue__decline > summary").first.click()


def dismissed(window: Window) -> None:
    window.page.get_by_role("button", name="Move it back").click()
    expect(window.page.locator(".note--good")).to_be_visible()


def accepts(window: Window) -> None:
    window.page.get_by_role("link", name="Accept").first.click()


def a_file_waits(cast: Cast) -> None:
    """With something new, something changed, something as it is, and something refused."""
    rows = ("1,1,SecretTitle1,Other words,,", "1,1,SecretTitle2,,,", "2,2,Brand new,,,", "7,7,Nowhere,,,")
    rows += (f"1,1,SecretTitle9,,,{cast.public['moment9']}",)
    with cast.app.app_context():
        header = "season,episode,title,description,teaser,id"
        keep_file(cast.users["dana"], SLUG, "moments.csv", "\n".join([header, *rows]).encode())


PLACES = {
    "home of a visitor": Place("/", "Say how far you are."),
    "home of a fan": Place("/", "Seen up to S1·E4", "bob"),
    "home of a fan with a list": Place("/", "Agreement", "bob", votes),
    "search": Place("/search", "what lies ahead is not looked at"),
    "search, found": Place("/search?q=secret", "SecretTitle6", "bob"),
    "search, nothing found": Place("/search?q=zebra", "Nothing found for", "bob"),
    "embed": Place(f"/embed/{SLUG}", "Unlocks after", None, lambda cast: (framed(cast), votes(cast))),
    "embed, an empty one": Place(f"/embed/{SLUG}", "A locked moment", None, framed),
    "how to embed": Place(
        f"/series/{SLUG}/embed?upto=2", "Everybody who opens your page", "bob", lambda cast: (framed(cast), votes(cast))
    ),
    "how to embed, sealed": Place(SERIES, "You read sealed", None, framed, sealed_and_embedding),
    "keys": Place("/keys", "Takes back the last change"),
    "series, masked": Place(SERIES, "Unlocks after", "bob", votes),
    "series, sealed": Place(SERIES, "Sealed:", "bob", votes, sealed),
    "series, classic": Place(f"{SERIES}?method=classic", "points", "bob", votes),
    "series, first watch": Place(f"{SERIES}?method=first", "always read sealed", "bob", votes),
    "the methods explained": Place("/methods", "Where two bands overlap"),
    "the methods compared": Place(f"{SERIES}/methods", "by all three", "bob", votes),
    "the methods compared, without lists": Place(f"{SERIES}/methods", "nobody disagrees", "bob"),
    "the methods compared, nothing seen": Place(f"{SERIES}/methods", "Nothing to compare yet", "cy", votes),
    "the counting rules": Place("/counting", "New accounts wait", None, some_held),
    "series without lists": Place(SERIES, "No lists yet", "bob"),
    "series at nothing watched": Place(SERIES, "Nothing watched yet", "cy", votes),
    "series, sealed at nothing watched": Place(SERIES, "Nothing to see yet", "cy", votes, sealed),
    "series, looking back": Place(f"{SERIES}?as_of=2", "Looking back", "bob", votes),
    "series, looking back to the first episode": Place(f"{SERIES}?as_of=1", "Looking back", "bob", votes),
    "series, sealed by a link": Place(f"{SERIES}?view=sealed", "Sealed by this link", "bob", votes),
    "series, a step forward": Place(
        SERIES, "2 moments unlocked", "bob", votes, lambda window: window.page.locator("#rail-forward").click()
    ),
    "series, nothing found": Place(f"{SERIES}?q=zebra", "Nothing found", "bob", votes),
    "series, the rail open": Place(
        SERIES, "Season 1", "bob", votes, lambda window: window.page.locator("#rail-summary").click()
    ),
    "story": Place(SERIES + "/story", "The same in numbers", "bob", votes),
    "story, a line brought out": Place(SERIES + "/story?moment={moment2}", "Only those that lead", "bob", votes),
    "story, one episode": Place(SERIES + "/story?as_of=1", "it has only begun", "bob", votes),
    "story without lists": Place(SERIES + "/story", "No lists yet", "bob"),
    "story at nothing watched": Place(SERIES + "/story", "The story has not begun", "cy", votes),
    "me and the crowd": Place(SERIES + "/crowd", "on a scale from", "bob", votes),
    "me and the crowd of a visitor": Place(SERIES + "/crowd", "Are you with the crowd"),
    "me and the crowd without a list": Place(SERIES + "/crowd", "Your list comes first", "bob"),
    "list of a visitor": Place(LIST, "Make an account to keep your list"),
    "list, empty": Place(LIST, "0 of 10 placed", "bob"),
    "list, nothing watched": Place(LIST, "You have not watched anything yet", "cy"),
    "list, full": Place(LIST, "10 of 10 placed", "ada", all_places_taken),
    "list, full, and why one cannot move": Place(LIST, "is first already", "ada", all_places_taken, why_not),
    "list with locked rows": Place(LIST, "4 of 10 placed", "ada", some_locked),
    "list, a menu open": Place(LIST, "To the top", "ada", votes, open_menu),
    "list, a note open": Place(LIST, "Write a note", "ada", votes, open_note),
    "list, one new moment": Place(LIST, "Add to my list", "bob", there=one_new_moment_shown),
    "list, one new moment and no place": Place(
        LIST, "Put it in place 3", "bob", a_full_list_and_one_new_moment, one_new_moment_shown
    ),
    "list that waits": Place(LIST, "Your list is saved.", "eve", some_held),
    "list, no story yet": Place(LIST + "/story", "Your list has no story yet", "bob"),
    "sharing a list": Place(LIST + "/share?cap=4", "What others would see", "ada", shared),
    "a list to take along": Place(
        LIST + "/share?cap=4",
        "behind a spoiler tag",
        "ada",
        shared,
        lambda window: window.page.get_by_text("Discord").first.click(),
    ),
    "bringing a list": Place(LIST + "/bring", "Paste it, or choose a file", "bob"),
    "bringing a list, a preview": Place(LIST + "/bring", "1 to confirm", "ada", some_locked, brings_a_list),
    "bringing a list, nothing found": Place(
        LIST + "/bring", "So nothing changes", "bob", there=brings_what_is_not_there
    ),
    "bringing a list, nothing in it": Place(LIST + "/bring", "There is nothing in it yet", "bob", there=brings_no_list),
    "a public list": Place(f"/fans/ada/{SLUG}", "Unlocks after", "bob", shared),
    "a public list, empty": Place(f"/fans/cy/{SLUG}", "Nothing to see here yet", "bob", shared),
    "two public lists": Place(f"/fans/ada/{SLUG}/beside", "on a scale from", "bob", shared),
    "a public list beside nobody's": Place(
        f"/fans/ada/{SLUG}/beside?with=x", "No list by that name", "bob", shared, status=404
    ),
    "following by feed": Place(f"{SERIES}/feed?cap=4", "moved by", "bob", moved_since_yesterday, makes_a_feed),
    "following by feed, nothing yet": Place(f"{SERIES}/feed", "Nothing yet"),
    "list through the story": Place(LIST + "/story", "Gone since", "bob", two_stages),
    "list, stale": Place(LIST, "Your list was changed in another tab", "ada", votes, stale),
    "moment": Place(SERIES + "/moments/{moment1}", "SecretText1", "bob", votes),
    "moment, with notes and all duels": Place(SERIES + "/moments/{moment1}", "Best of all", "ada", notes, unfold),
    "moment without lists": Place(SERIES + "/moments/{moment1}", "No list could choose it yet", "bob"),
    "duels": Place(SERIES + "/duels", "All against all", "bob", votes),
    "duels, long titles": Place(SERIES + "/duels", "long_title", "ada", long_titles),
    "duels, a draw": Place(SERIES + "/duels?a={moment2}&b={moment3}", "draw", "bob", draw),
    "duels, looking back": Place(SERIES + "/duels?as_of=2", "Looking back", "bob", votes),
    "duels without lists": Place(SERIES + "/duels", "No duel is decided yet", "bob"),
    "duels at nothing watched": Place(SERIES + "/duels", "A duel takes two", "cy", votes),
    "locked moment": Place(SERIES + "/moments/{moment9}", "Locked until S2·E2", "bob"),
    "jump confirmation": Place(SERIES, "Have you seen everything", "cy", there=lambda window: window.pick_episode(4)),
    "log in": Place("/login", "Log in"),
    "log in, refused": Place("/login", "We know no account", there=wrong_password),
    "register": Place("/register", "Make an account"),
    "register, codes": Place("/register", "Keep these codes", there=registers),
    "log in, progress found": Place(SERIES, "Was that you?", there=logs_in_where_somebody_declared),
    "recover by mail": Place("/recover/mail", "We send a link", None, letters_can_be_sent),
    "recover, the link": Place("/recover/link/{recovering}", "A new password", None, links_in_letters),
    "the first admin": Place("/setup/{beginning}", "Welcome to your Ranker", None, nobody_has_the_desk),
    "recover": Place("/recover", "A new password"),
    "account": Place("/account", "Your account", "bob", two_passkeys),
    "account, is it you": Place("/account/password", "Is it you, bob?", "bob", two_passkeys),
    "account, e-mail": Place("/account/email", "It can bring back", "bob", letters_can_be_sent, says_who),
    "account, the address is mine": Place("/confirm/{confirming}", "Is this your address?", None, links_in_letters),
    "account, name": Place("/account/name", "Your name", "bob"),
    "account, watched elsewhere": Place("/account/watched", "One file or several", "bob"),
    "account, watched elsewhere, a preview": Place("/account/watched", "It stops there", "cy", there=brings_a_file),
    "account, watched elsewhere, nothing new": Place("/account/watched", "Nothing would", "ada", there=brings_a_file),
    "account, watched elsewhere, refused": Place("/account/watched", "cannot be read", "bob", there=brings_no_file),
    "account, password": Place("/account/password", "You stay logged in here", "bob", there=says_who),
    "account, codes": Place("/account/codes", "Make new codes", "bob", there=says_who),
    "account, tokens": Place("/account/tokens", "Your new token", "bob", there=makes_a_token),
    "the API": Place("/api/v1/", "What to ask for", "bob"),
    "account, passkeys": Place("/account/passkeys", "My phone", "bob", two_passkeys, says_who),
    "account, sessions": Place("/account/sessions", "Log out everywhere", "bob", there=says_who),
    "account, delete": Place("/account/delete", "Delete your account?", "bob", there=says_who),
    "nothing here": Place("/series/none", "Nothing here", status=404),
    "desk": Place("/admin/", "The desk", "dana"),
    "desk, a series": Place(f"/admin/series/{SLUG}", "All moments", "dana"),
    "desk, with a draft": Place("/admin/", "draft", "dana", a_draft),
    "desk, a draft": Place(f"/admin/series/{SLUG}", "Show it to everybody", "dana", a_draft),
    "desk, hiding a series": Place(f"/admin/series/{SLUG}", "Fans have something here", "dana", votes, asks_to_hide),
    "desk, deleting a draft": Place(f"/admin/series/{SLUG}/delete", "9 moments", "dana", a_draft),
    "desk, deleting another": Place(
        f"/admin/series/{SLUG}/delete", "exactly as it stands", "dana", a_draft, writes_another_address
    ),
    "desk, deleting what is open": Place(f"/admin/series/{SLUG}/delete", "Hide it first", "dana"),
    "desk, the moments": Place(f"/admin/series/{SLUG}/moments", "SecretTitle1", "dana", votes),
    "desk, what would change": Place(f"/admin/series/{SLUG}/moments", "What would change", "dana", votes, two_chosen),
    "desk, a moment": Place("/admin/moments/{moment1}", "Save", "dana"),
    "desk, a new moment": Place(f"/admin/series/{SLUG}/moments/new", "Publish it", "dana"),
    "desk, another meaning": Place("/admin/moments/{moment1}", "lists hold this", "dana", votes, another_title),
    "desk, a duplicate": Place("/admin/moments/{moment1}/merge", "It is the same as", "dana", votes),
    "desk, a picture": Place("/admin/moments/{moment1}/picture", "Add a picture", "dana"),
    "desk, lists that are held": Place(f"/admin/series/{SLUG}/counting", "Young account", "dana", some_held),
    "desk, nobody to hold": Place(f"/admin/series/{SLUG}/counting", "Nobody", "dana", some_held, held_and_refused),
    "desk, with and without": Place(f"/admin/series/{SLUG}/counting?show=ranking", "would be 3", "dana", some_held),
    "desk, every list counts": Place(f"/admin/series/{SLUG}/counting", "Every list counts", "dana"),
    "desk, invitations": Place("/admin/invites", "The link", "dana", two_invitations, makes_an_invitation),
    "desk, an episode": Place(f"/admin/series/{SLUG}/episodes/1/3", "hangs on it", "dana"),
    "desk, an episode without moments": Place(f"/admin/series/{SLUG}/episodes/3/1", "Take it away", "dana", an_import),
    "desk, an episode between others": Place(f"/admin/series/{SLUG}", "would come between", "dana", votes, one_between),
    "desk, an import to take back": Place(f"/admin/series/{SLUG}/import", "The last import", "dana", an_import),
    "desk, a long import": Place(f"/admin/series/{SLUG}/import", "Imported: 1,001 new", "dana", a_long_one, confirmed),
    "desk, an import": Place(f"/admin/series/{SLUG}/import", "Nothing can be imported until", "dana", a_file_waits),
    "desk, ballots for research": Place(f"/admin/series/{SLUG}/ballots?k=2", "in 1 row.", "dana", two_alike),
    "desk, ballots, none shared": Place(f"/admin/series/{SLUG}/ballots", "no 5 begin alike", "dana", votes),
    "desk, ballots of too few": Place(
        f"/admin/series/{SLUG}/ballots?k=1", "A whole number, 2 or more", "dana", votes, status=422
    ),
    "desk, people": Place("/admin/people", "Lists that count", "dana", people_of_all_kinds),
    "desk, nobody of that name": Place("/admin/people?words=nobody", "Nobody found", "dana"),
    "desk, many people": Place("/admin/people?after=fan-00&words=fan", "Before", "dana", a_crowd),
    "desk, a person": Place("/admin/people/bob", "Disable the account", "dana", people_of_all_kinds),
    "desk, a disabled one": Place("/admin/people/cy", "Enable the account", "dana", people_of_all_kinds),
    "desk, a link for a person": Place("/admin/people/bob", "shown only now", "dana", votes, makes_a_recovery_link),
    "desk, a person, going on": Place("/admin/people/bob", "You can go on now", "dana", people_of_all_kinds, goes_on),
    "desk, no reason": Place("/admin/people/bob", "Please fill this in", "dana", votes, gives_no_reason),
    "desk, the audit": Place("/admin/audit", "Read all of it", "dana", deeds_of_all_kinds),
    "desk, nothing in the audit": Place("/admin/audit?person=nobody", "Nothing found", "dana"),
    "desk, an audit entry": Place("/admin/audit", "Moment: edit", "dana", deeds_of_all_kinds, reads_all_of_it),
    "desk, a curator's": Place("/admin/", "For curators", "bob", people_of_all_kinds),
    "desk, a new series from a file": Place("/admin/series/import", "What would be added", "dana", a_series_waits),
    "suggestions of a visitor": Place(SUGGESTIONS, "Is one missing?"),
    "suggestions at nothing watched": Place(SUGGESTIONS, "First an episode", "cy"),
    "suggestions and what became of them": Place(SUGGESTIONS, "hardly a scene", "bob", said_by_fans),
    "suggestions, locked ones": Place(SUGGESTIONS, "locked until S1·E4", "bob", said_further_on),
    "suggestions, one that is there": Place(SUGGESTIONS, "Is it this one?", "bob", there=one_like_it),
    "suggestions, refused": Place(SUGGESTIONS, "Please fill this in", "bob", there=says_nothing),
    "report a moment": Place(SERIES + "/moments/{moment1}/report", "It is there twice", "bob"),
    "report a moment, refused": Place(
        SERIES + "/moments/{moment1}/report", "Please fill this in", "bob", there=says_nothing
    ),
    "report a note": Place(SERIES + "/moments/{moment1}", "Report a note", "ada", notes, reports_a_note),
    "report a name": Place(f"/fans/ada/{SLUG}/report", "wherever it stands", "bob", shared),
    "report a name, refused": Place(f"/fans/ada/{SLUG}/report", "Please choose one", "bob", shared, says_nothing),
    "names that one has reported": Place(SUGGESTIONS, "looked at", "bob", another_name_is_given),
    "desk, a name": Place("/admin/queue", "Give another name", "dana", a_name_is_reported),
    "desk, a name that is gone": Place("/admin/queue", "The account is called", "dana", another_name_is_given),
    "desk, a name that was replaced": Place("/admin/queue?show=decided", "replaced", "dana", another_name_is_given),
    "account, with another name": Place("/account", "Choose another name", "ada", another_name_is_given),
    "report no note": Place(SERIES + "/notes/0123456789ab/report", "There is no such note", "bob", status=404),
    "desk, from fans": Place("/admin/queue", "Same as another", "dana", said_by_fans, declines),
    "desk, from fans, one decided": Place("/admin/queue", "is back at", "dana", said_by_fans, dismissed),
    "desk, from fans, decided": Place("/admin/queue?show=decided", "Why not:", "dana", said_by_fans),
    "desk, from fans, nothing": Place("/admin/queue", "Nothing waits", "dana"),
    "desk, accepting": Place("/admin/queue", "Suggested by bob", "dana", said_by_fans, accepts),
    "desk, a suggestion": Place(
        "/admin/queue",
        "It is there already",
        "dana",
        said_by_fans,
        lambda window: window.page.get_by_role("link", name="The lantern breaks", exact=True).click(),
    ),
    "desk, a new series": Place("/admin/series/new", "By hand", "dana"),
}


# Addresses that are no pages, and pages that one gets to from another place.
NO_PAGES = {"static", "stylesheet", "assets", "pictures.show", "admin.any_picture", "health.alive", "health.ready"}
NO_PAGES |= {"api_pages.openapi", "accounts.export", "admin.export", "admin.export_audit", "series.standings", "file"}
NO_PAGES |= {"discovery.sitemap", "discovery.robots", "list_files.take"}
NO_PAGES |= {"feeds.public", "feeds.private"}
NO_PAGES |= {"cards.of_series", "cards.of_list", "cards.oembed", "sharing.as_png", "sharing.as_svg"}
ON_THE_WAY = {
    "accounts.confirm": "account, is it you",
    "accounts.progress_found_here": "log in, progress found",
    "admin.audit_entry": "desk, an audit entry",
    "admin.one_suggestion": "desk, a suggestion",
}


def test_every_page_there_is_has_its_place_here(cast: Cast) -> None:
    addresses = cast.app.url_map.bind("")
    some = dict.fromkeys((*map(key, range(1, 10)), "recovering", "confirming", "beginning"), "0")
    paths = (place.path.format(**some).partition("?")[0] for place in PLACES.values())
    visited = {addresses.match(path)[0] for path in paths if path != "/series/none"}
    there_are = {rule.endpoint for rule in cast.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    there_are = {endpoint for endpoint in there_are if not endpoint.startswith("api.")}
    assert there_are - NO_PAGES - visited == set(ON_THE_WAY), "Add the new page to PLACES."
    assert set(ON_THE_WAY.values()) <= set(PLACES)


@pytest.mark.parametrize("name", PLACES)
def test_a_page_has_no_barriers_and_does_not_scroll_sideways(open_window: Opener, cast: Cast, name: str) -> None:
    place = PLACES[name]
    place.before(cast)
    window = open_window(place.who)
    if place.status != 200:
        window.expects(f"status of {place.status}")
    page = window.visit(place.path.format(**cast.public))
    place.there(window)
    expect(page.locator("main")).to_contain_text(place.shows)
    assert barriers(page) == []


def barriers(page: Page) -> list[str]:
    """All that is wrong with the page, on a phone and on a desk, in light and in dark. Only media queries tell these
    apart, so that one load of the page serves for all four."""
    page.evaluate(axe())
    found = []
    for size, scheme in product((PHONE, DESK), SCHEMES):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        found += [
            f"{size['width']} {scheme}: {wrong}" for script in (BARRIERS, STRETCHES) for wrong in page.evaluate(script)
        ]
    for size in BETWEEN_AND_BEYOND:
        page.set_viewport_size(size)
        found += [f"{size['width']}: {wrong}" for wrong in page.evaluate(STRETCHES)]
    return found


# All rules that axe has for pages, and that for the size of what one presses, which it leaves out by default.
BARRIERS = """async () => {
    const rules = {'target-size': {enabled: true}};
    const found = await axe.run(document, {resultTypes: ['violations'], rules});
    return found.violations.flatMap(
        ({id, help, nodes}) => nodes.map(({target, failureSummary}) => `${id}: ${help}: ${target} ${failureSummary}`));
}"""

STRETCHES = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const everything = [...document.querySelectorAll('body *')];
    const wide = everything.filter((one) => one.getBoundingClientRect().right > width + 0.5);
    return [`scrolls sideways, ${document.documentElement.scrollWidth} px: ` +
        wide.map((one) => one.id || one.getAttribute('class') || one.tagName).slice(0, 6).join(', ')];
}"""


@cache
def axe() -> str:
    return f"() => {{ {(PACKAGES / 'axe-core' / 'axe.min.js').read_text()} }}"


def test_axe_and_the_ruler_find_what_is_wrong(open_window: Opener) -> None:
    """They would pass any page if they did not run."""
    page = open_window().visit("/")
    assert barriers(page) == []
    page.evaluate(
        """() => {
            const image = document.createElement('img');
            image.width = 900;
            document.querySelector('main').append(image);
        }"""
    )
    found = barriers(page)
    assert sum("image-alt" in wrong for wrong in found) == 4
    where = [wrong.partition(": scrolls")[0] for wrong in found if "sideways" in wrong]
    assert where == ["360 light", "360 dark", "768"]


def test_axe_finds_what_is_wrong_at_one_size_in_one_scheme_alone(open_window: Opener) -> None:
    page = open_window().visit("/")
    page.evaluate(WRONG_IN_ONE_OF_FOUR)
    found = barriers(page)
    wheres = ["360 light", "360 dark", "1440 light", "1440 dark"]
    assert len(found) == len(wheres)
    for where, wrong in zip(wheres, found, strict=True):
        assert wrong.startswith(f"{where}: image-alt")
        assert f"#only-{where.replace(' ', '-')}" in wrong


# For each size and scheme an image without words that shows there and nowhere else.
WRONG_IN_ONE_OF_FOUR = """() => {
    const sheet = new CSSStyleSheet();
    for (const [width, size] of [[360, 'max-width: 400px'], [1440, 'min-width: 401px']]) {
        for (const scheme of ['light', 'dark']) {
            const image = Object.assign(document.createElement('img'), {id: `only-${width}-${scheme}`, hidden: true});
            document.querySelector('main').append(image);
            const here = `(${size}) and (prefers-color-scheme: ${scheme})`;
            sheet.insertRule(`@media ${here} { #${image.id} { display: block } }`);
        }
    }
    document.adoptedStyleSheets.push(sheet);
}"""
