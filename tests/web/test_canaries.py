"""A first sweep: whatever is hidden is in no response to anybody at a lower clearance, on any address there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import pytest

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.drafts import hide_series
from ranker.actions.moments import retire_moment
from ranker.actions.name_verdicts import let_name_stay
from ranker.actions.reports import report_name
from ranker.actions.sharing import share_list
from ranker.domain.from_fans import ReportKind
from ranker.models import Report
from tests.cast import EPISODES, LABELS, SLUG, Cast
from tests.web.from_fans import ids_of
from tests.worlds.walk import text_of

# Files, and pictures whose words are drawn: those are compared by the two worlds, byte for byte.
NOT_PAGES = {"static", "cards.of_series", "cards.of_list", "sharing.as_png"}


def addresses(cast: Cast) -> Iterator[str]:
    """Every GET address there is, with every value its parts can have here, and the queries pages take."""
    for rule in cast.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_PAGES:
            continue
        path = (
            rule.rule.replace("<slug>", SLUG)
            .replace("<token>", "x")
            .replace("<digest>", "x")
            .replace("<file>", "x")
            .replace("<int:entry>", "1")
            .replace("<name>", "ada")
            .replace("<path:path>", "x")
            .replace("<size>", "large")
            .replace("<picture>", "x")
            .replace("<int:season>/<int:number>", "1/3")
            .replace("<suggestion_id>", "x")
        )
        of_moments = [*cast.public.values(), "000000000000"] if "<public_id>" in path else [""]
        of_notes = [*cast.note_ids(), "000000000000"] if "<note>" in path else [""]
        for id, note in product(of_moments, of_notes):
            address = path.replace("<public_id>", id).replace("<note>", note)
            assert "<" not in address, f"{rule.rule} has no place in the sweep"
            yield address
    for query in (
        "as_of=6",
        "as_of=1",
        "view=sealed",
        "view=masked",
        "method=classic",
        "method=fair",
        "method=first",
        "sort=title",
    ):
        yield f"/series/{SLUG}?{query}"
        yield f"/series/{SLUG}/story?{query}"
    for file in ("list.csv", "list.json", "list.md", "discord.txt", "bbcode.txt"):
        yield f"/series/{SLUG}/list/share/as/{file}?cap=6"
    for words in ("Title", "Secret", "S2"):
        yield f"/search?q={words}"
    for id in cast.public.values():
        yield f"/series/{SLUG}/story?moment={id}"
    first, last = cast.public["moment1"], cast.public["moment9"]
    for query in (f"a={first}&b={last}", f"a={last}", f"a={first}&b={last}&as_of=6", "part=all&as_of=1", "view=sealed"):
        yield f"/series/{SLUG}/duels?{query}"
    for query in ("as_of=6", "as_of=1", "view=sealed", "page=2"):
        yield f"/series/{SLUG}/moments/{first}?{query}"
        yield f"/series/{SLUG}/moments/{last}?{query}"


def hidden_words(cast: Cast, position: int) -> list[str]:
    """Every word and id that nobody at this position may receive, but for the teasers, which are public."""
    words = [f"EpisodeTitle{episode}" for episode in range(position + 1, len(EPISODES) + 1)]
    for number, label in enumerate(LABELS, 1):
        if label > position:
            words += [f"SecretTitle{number}", f"SecretText{number}", cast.public[f"moment{number}"]]
    written = range(position + 1, len(EPISODES) + 1)
    # Cy's own suggestions and reports on names from further on; and nobody's else at all.
    return words + [f"Secret{kind}{label}" for kind in ("Note", "Wish", "Name") for label in written] + ["SecretAda"]


def note_at_every_episode(cast: Cast, wisher: str = "cy") -> None:
    """Ada writes another note on the first moment at each episode, and says where she stood. Both suggest moments."""
    for position in range(1, len(EPISODES) + 1):
        cast.declare("ada", position)
        cast.note("ada", 1, f"SecretNote{position}")
        cast.declare(wisher, position)
        cast.suggest(wisher, f"SecretWish{position}", f"SecretWish{position} in more words")
        report_a_name(cast, wisher, f"SecretName{position}")
    if wisher != "ada":
        cast.suggest("ada", "SecretAda", "SecretAda says why")
        report_a_name(cast, "ada", "SecretAda of a name")


def report_a_name(cast: Cast, by: str, words: str) -> None:
    """Says something about bob's, in a list he shows; the desk looks at once, so that the same can be said again."""
    with cast.app.app_context():
        share_list(cast.gate("bob"), 4)
        report_name(cast.gate(by), "bob", ReportKind.SPOILS, words)
        let_name_stay(COMMAND_LINE, ids_of(cast, Report)[-1])


@pytest.mark.parametrize("position", range(7))
@pytest.mark.parametrize("view", ["masked", "sealed"])
@pytest.mark.parametrize("name", ["cy", None])
def test_nothing_hidden_is_in_any_response(cast: Cast, name: str | None, view: str, position: int) -> None:
    cast.rank("ada", 9, 1, 7, 3)
    note_at_every_episode(cast)
    cast.declare("cy", 6)
    cast.rank("cy", 9, 8, 1)
    browser = cast.browser(name)
    browser.post(f"/series/{SLUG}/progress", {"position": position, "confirmed": position})
    browser.post("/view", {"view": view})
    forbidden = hidden_words(cast, position)
    if view == "sealed":
        forbidden += [f"Teaser{number}" for number, label in enumerate(LABELS, 1) if label > position]
    for address in addresses(cast):
        for answer in (browser.get(address), browser.htmx("GET", address)):
            assert answer.status_code < 500
            seen = text_of(answer) + str(answer.headers)
            leaked = [word for word in forbidden if re.search(rf"{word}(?!\d)", seen)]
            assert not leaked, f"{address} at {position} ({view}) shows {leaked}"


def test_the_sweep_would_notice(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    note_at_every_episode(cast, wisher="ada")
    cast.suggest("ada", "SecretAda", "SecretAda says why")
    seen = ""
    for position in range(1, len(EPISODES) + 1):
        cast.declare("ada", position)
        seen += "".join(text_of(cast.browser("ada").get(address)) for address in addresses(cast))
    assert all(word in seen for word in hidden_words(cast, 0))


def test_a_retired_moment_is_nowhere_but_on_the_desk(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    with cast.app.app_context():
        retire_moment(COMMAND_LINE, cast.public["moment1"])
    for browser in (cast.browser("ada"), cast.browser()):
        assert "SecretTitle1" not in "".join(text_of(browser.get(address)) for address in addresses(cast))


@pytest.mark.parametrize("name", ["ada", "cy", None])
def test_nothing_of_a_draft_is_in_any_response(cast: Cast, name: str | None) -> None:
    cast.rank("ada", 9, 1, 7, 3)
    note_at_every_episode(cast)
    browser, words = cast.browser(name), r"Secret\w+|Teaser\d|EpisodeTitle\d|The Lighthouse"
    assert re.search(words, text_of(browser.get("/")))
    with cast.app.app_context():
        hide_series(COMMAND_LINE, SLUG)
    for address in addresses(cast):
        for answer in (browser.get(address), browser.htmx("GET", address)):
            assert answer.status_code < 500
            assert not re.search(words, text_of(answer) + str(answer.headers)), address


def test_a_write_answers_nothing_hidden(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 2)
    cast.declare("ada", 4)
    ada = cast.browser("ada")
    for form in (
        cast.list_form("ada", cast.public["moment9"]),
        cast.list_form("ada", cast.public["moment1"], "locked-1"),
        cast.list_form("ada", version=99),
        {**cast.list_form("ada", "locked-1"), "move": "down:locked-1"},
    ):
        answer = ada.htmx("POST", f"/series/{SLUG}/list", form)
        for word in hidden_words(cast, 4):
            assert not re.search(rf"{word}(?!\d)", answer.text)
