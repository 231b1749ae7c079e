"""No page has a barrier that axe knows of, in light and dark, on a phone and on a desk; none scrolls sideways."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from ranker.actions import decisions
from ranker.actions.accounts.invites import make_invite
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.imports import keep_file
from ranker.actions.moments import MomentText, add_moment
from ranker.actions.reports import report_duplicate, report_note, report_wrong
from ranker.actions.series import SeriesFacts, edit_series
from ranker.database import writing
from ranker.domain.counting import CountingRules
from ranker.domain.from_fans import ReportKind
from ranker.models import Passkey, Report, Suggestion
from tests.browser.conftest import Opener
from tests.browser.test_from_fans import SUGGESTIONS, everybody_is_old
from tests.browser.window import LIST, PACKAGES, SERIES, Window
from tests.cast import PASSWORD, SLUG, Cast, key
from tests.web.from_fans import decide, ids_of, too_early

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
A_DAY = dt.timedelta(days=1)
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1440, "height": 1000}
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


def votes(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 7, 2)
    cast.rank("bob", 1, 2, 3)


def notes(cast: Cast) -> None:
    votes(cast)
    cast.note("ada", 1, "Best of all, and not only for those who like lamps")
    cast.note("bob", 1, "A_very_long_word_" * 8)


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
    window.page.locator("#pool [data-why]").first.dispatch_event("click")
    expect(window.page.locator("#why")).to_be_visible()


def a_full_list_and_one_new_moment(cast: Cast) -> None:
    cast.rank("bob", 1, 2, 3)
    with cast.app.app_context():
        edit_series(COMMAND_LINE, SLUG, SeriesFacts("The Lighthouse", None, None, 3))


def sealed(window: Window) -> None:
    window.page.get_by_role("button", name="Sealed").click()
    expect(window.page.get_by_role("button", name="Sealed")).to_have_attribute("aria-pressed", "true")


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
    window.page.locator("[data-entry] [data-keeps-open] > summary").nth(1).click()


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


def stale(window: Window) -> None:
    window.expects("status of 409")
    window.cast.rank("ada", 2, 1)
    window.press("up", 2)


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
    "list of a visitor": Place(LIST, "Your list wants a name on it"),
    "list, empty": Place(LIST, "0 of 10 placed", "bob"),
    "list, nothing watched": Place(LIST, "You have not watched anything yet", "cy"),
    "list, full": Place(LIST, "10 of 10 placed", "ada", all_places_taken),
    "list, full, and why one cannot add": Place(LIST, "The list is full. Take", "ada", all_places_taken, why_not),
    "list with locked rows": Place(LIST, "4 of 10 placed", "ada", some_locked),
    "list, a menu open": Place(LIST, "To the top", "ada", votes, open_menu),
    "list, a note open": Place(LIST, "Write a note", "ada", votes, open_note),
    "list, one new moment": Place(LIST, "Add to my list", "bob", there=one_new_moment_shown),
    "list, one new moment and no place": Place(
        LIST, "Put it in place 3", "bob", a_full_list_and_one_new_moment, one_new_moment_shown
    ),
    "list that waits": Place(LIST, "Your list is saved.", "eve", some_held),
    "list, no story yet": Place(LIST + "/story", "Your list has no story yet", "bob"),
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
    "recover": Place("/recover", "A new password"),
    "account": Place("/account", "Your account", "bob", two_passkeys),
    "account, is it you": Place("/account/password", "Is it you, bob?", "bob", two_passkeys),
    "account, name": Place("/account/name", "Your name", "bob"),
    "account, password": Place("/account/password", "You stay logged in here", "bob", there=says_who),
    "account, codes": Place("/account/codes", "Make new codes", "bob", there=says_who),
    "account, passkeys": Place("/account/passkeys", "My phone", "bob", two_passkeys, says_who),
    "account, sessions": Place("/account/sessions", "Log out everywhere", "bob", there=says_who),
    "account, delete": Place("/account/delete", "Delete your account?", "bob", there=says_who),
    "nothing here": Place("/series/none", "Nothing here", status=404),
    "desk": Place("/admin/", "The desk", "dana"),
    "desk, a series": Place(f"/admin/series/{SLUG}", "All moments", "dana"),
    "desk, the moments": Place(f"/admin/series/{SLUG}/moments", "SecretTitle1", "dana", votes),
    "desk, what would change": Place(f"/admin/series/{SLUG}/moments", "What would change", "dana", votes, two_chosen),
    "desk, a moment": Place("/admin/moments/{moment1}", "Save", "dana"),
    "desk, another meaning": Place("/admin/moments/{moment1}", "lists hold this", "dana", votes, another_title),
    "desk, a duplicate": Place("/admin/moments/{moment1}/merge", "It is the same as", "dana", votes),
    "desk, a picture": Place("/admin/moments/{moment1}/picture", "Add a picture", "dana"),
    "desk, lists that are held": Place(f"/admin/series/{SLUG}/counting", "Young account", "dana", some_held),
    "desk, nobody to hold": Place(f"/admin/series/{SLUG}/counting", "Nobody", "dana", some_held, held_and_refused),
    "desk, with and without": Place(f"/admin/series/{SLUG}/counting?show=ranking", "would be 3", "dana", some_held),
    "desk, every list counts": Place(f"/admin/series/{SLUG}/counting", "Every list counts", "dana"),
    "desk, invitations": Place("/admin/invites", "The link", "dana", two_invitations, makes_an_invitation),
    "desk, an import": Place(f"/admin/series/{SLUG}/import", "Nothing can be imported until", "dana", a_file_waits),
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
    "report no note": Place(SERIES + "/notes/0123456789ab/report", "There is no such note", "bob", status=404),
    "desk, from fans": Place("/admin/queue", "Same as another", "dana", said_by_fans, declines),
    "desk, from fans, one decided": Place("/admin/queue", "It stays as it was", "dana", said_by_fans, dismissed),
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
    assert [wrong[:20] for wrong in found if "sideways" in wrong] == ["360 light: scrolls s", "360 dark: scrolls si"]


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
