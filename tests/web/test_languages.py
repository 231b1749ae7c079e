"""Everybody reads in their own language: which one that is, and that no answer mixes two of them up."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from functools import cache
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import NotFound
from werkzeug.test import TestResponse

from ranker.domain.clearance import Method
from ranker.gate import Gate
from ranker.web.drawing.layouts import series_card
from ranker.web.drawing.typefaces import drawable
from ranker.web.drawing.values import LOOKS, Words
from ranker.web.duels import rendered_board
from ranker.web.errors import on_http_error
from ranker.web.lens import asked_lens
from ranker.web.moments import rendered_reception
from ranker.web.pages import part_of_rail, rendered_ranking
from ranker.words import LANGUAGES, later
from tests.atom import read_atom
from tests.cast import SLUG, Browser, Cast
from tests.catalogue import catalogue_of
from tests.web.test_canaries import addresses, hidden_words, note_at_every_episode
from tests.worlds.walk import text_of

SERIES = f"/series/{SLUG}"
CARDS = (f"{SERIES}/card.png", f"/fans/ada/{SLUG}/card.png")
FEED, PUBLIC_FEED = f"{SERIES}/feed", f"{SERIES}/feed.atom"
ENGLISH, KOREAN = {"Accept-Language": "en"}, {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"}
HANGUL = re.compile("[가-힣]")


korean_catalogue = cache(lambda: catalogue_of("ko"))


def in_korean(text: str) -> str:
    """What this English text is translated as."""
    message = korean_catalogue().get(text)
    assert message
    return str(message.string)


def content(browser: Browser, path: str, headers: dict[str, str]) -> str:
    """The part of a page that is not the same on all, for at the foot of each stand the names of all languages."""
    return browser.get(path, headers=headers).text.partition("<main")[2].partition("</main>")[0]


def language_of(browser: Browser, path: str = "/", headers: dict[str, str] | None = None) -> str:
    """The language of an answer, which its page and its headers agree on."""
    answer = browser.get(path, headers=headers or ENGLISH)
    (said,) = re.findall(r'<html lang="(\w+)">', answer.text)
    assert answer.headers["Content-Language"] == said
    assert "Accept-Language" in answer.headers["Vary"]
    assert re.findall(r'lang="(\w+)" aria-pressed="true"', answer.text) == [said]
    return str(said)


# Which language


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("ko", "ko"),
        ("en-GB,en;q=0.9", "en"),
        ("ko;q=0.2,en;q=0.9", "en"),
        ("fr-FR,fr;q=0.9", "en"),
        ("fr,ko;q=0.5", "ko"),
        ("*", "en"),
        ("", "en"),
        ("?!\t;q=x", "en"),
    ],
)
def test_a_page_is_in_the_language_the_browser_asks_for(cast: Cast, accepted: str, language: str) -> None:
    for path in ("/", SERIES, f"{SERIES}/crowd", "/nothing-here"):
        assert language_of(cast.browser(), path, {"Accept-Language": accepted}) == language


def test_a_visitor_chooses_and_stays_on_the_page_they_came_from(cast: Cast) -> None:
    browser = cast.browser()
    page = f"{SERIES}/duels?as_of=2"
    chosen = browser.post("/language", {"language": "ko"}, headers={"Referer": f"http://localhost{page}"})
    assert (chosen.status_code, chosen.location) == (303, page)
    assert language_of(browser, page) == "ko"
    assert language_of(cast.browser(), page) == "en"
    assert browser.post("/language", {"language": ""}).location == "/"
    assert language_of(browser) == "en"
    assert language_of(browser, headers=KOREAN) == "ko"


def test_a_fan_chooses_for_every_device(cast: Cast) -> None:
    bob, elsewhere, ada = cast.browser("bob"), cast.browser("bob"), cast.browser("ada")
    assert bob.post("/language", {"language": "ko"}).status_code == 303
    assert language_of(bob) == language_of(elsewhere) == "ko"
    assert language_of(ada) == "en"
    elsewhere.post("/language", {"language": "en"})
    assert language_of(bob, headers=KOREAN) == "en"
    bob.post("/language", {"language": ""})
    assert language_of(elsewhere, headers=KOREAN) == "ko"
    assert language_of(elsewhere) == "en"


def test_what_a_visitor_chose_is_not_what_a_fan_has_chosen(cast: Cast) -> None:
    """The account wins over the browser and over what somebody chose there before."""
    browser = cast.browser()
    browser.post("/language", {"language": "ko"})
    cast.browser("bob").post("/language", {"language": "en"})
    browser.post("/login", {"name": "bob", "password": "a long enough password"})
    assert "bob" in browser.get("/").text
    assert language_of(browser) == "en"


@pytest.mark.parametrize("unknown", ["fr", "KO", "ko-KR", "../en", "x" * 5000])
@pytest.mark.parametrize("name", ["bob", None])
def test_a_language_we_do_not_speak_cannot_be_chosen(cast: Cast, name: str | None, unknown: str) -> None:
    browser = cast.browser(name)
    browser.post("/language", {"language": "ko"})
    assert browser.post("/language", {"language": unknown}).status_code == 422
    assert language_of(browser) == "ko"


def test_every_page_offers_every_language(cast: Cast) -> None:
    page = cast.browser().get(SERIES).text
    form = page[page.index('action="/language"') :].partition("</form>")[0]
    for code, name in LANGUAGES.items():
        assert re.search(rf'value="{code}" lang="{code}" aria-pressed="\w+">{name}<', form)


# What is said in it


def test_texts_are_said_in_it(cast: Cast) -> None:
    browser = cast.browser()
    heading = "Are you with the crowd, or on your own?"
    assert heading in browser.get(f"{SERIES}/crowd", headers=ENGLISH).text
    korean = content(browser, f"{SERIES}/crowd", KOREAN)
    assert heading not in korean
    assert in_korean(heading) in korean


def test_days_are_written_as_its_readers_write_them(cast: Cast) -> None:
    ada = cast.browser("ada")
    ada.post(FEED, {"cap": 6})
    assert re.search(r"since \d{1,2} [A-Z][a-z]+ 20\d\d;", ada.get(FEED, headers=ENGLISH).text)
    assert re.search(r"20\d\d년 \d{1,2}월 \d{1,2}일", ada.get(FEED, headers=KOREAN).text)


def kept_parts(gate: Gate) -> dict[str, str]:
    """All that is rendered once for everybody who stands where this viewer does."""
    lens = asked_lens(gate)
    moment = gate.ranking(Method.FAIR).standings[0].moment
    parts = {f"rail {part}": part_of_rail(part, gate.rail) for part in ("grid", "options", "ticks")}
    board = rendered_board(gate, lens, None)
    return {
        **parts,
        "ranking": rendered_ranking(gate, Method.FAIR).rows,
        "matrix": board.matrix,
        "verdict": board.verdict or "",
        "moment": rendered_reception(gate.reception(moment.public_id), lens, moment),  # type: ignore[union-attr]
    }


def test_what_is_kept_for_many_is_kept_for_each_language(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 7, 3)
    cast.rank("bob", 1, 3)
    found = []
    for headers in (ENGLISH, KOREAN, ENGLISH, KOREAN):
        with cast.app.test_request_context(SERIES, headers=headers):
            found.append(kept_parts(cast.gate("ada")))
    first, korean, again, korean_again = found
    assert first == again
    assert korean == korean_again
    for name, words in first.items():
        assert not HANGUL.search(words), name
        assert HANGUL.search(korean[name]), name


@pytest.mark.parametrize(
    ("ask", "status", "title"),
    [
        (lambda browser: browser.get("/nothing", headers=KOREAN), 404, "Nothing here"),
        (
            lambda browser: browser.post("/language", headers={**KOREAN, "Sec-Fetch-Site": "cross-site"}),
            403,
            "Not for you",
        ),
        (lambda browser: browser.post("/language", {"language": "fr"}, headers=KOREAN), 422, "That does not fit"),
        (lambda browser: browser.client.post("/language", headers=KOREAN), 400, "This form has expired"),
    ],
)
def test_errors_are_said_in_it(cast: Cast, ask: Callable[[Browser], TestResponse], status: int, title: str) -> None:
    answer = ask(cast.browser())
    assert (answer.status_code, answer.headers["Content-Language"]) == (status, "ko")
    assert f"<h1>{in_korean(title)}</h1>" in re.sub(r"<h1[^>]*>", "<h1>", answer.text)


def test_a_database_that_is_busy_is_said_in_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY

    def wait_in_vain() -> None:
        raise OperationalError("SELECT 1", None, busy)

    monkeypatch.setitem(cast.app.view_functions, "home.show", wait_in_vain)
    for name in ("bob", None):
        answer = cast.browser(name).get("/", headers=KOREAN)
        assert (answer.status_code, answer.headers["Content-Language"]) == (503, "ko")
        assert in_korean("Very busy right now") in answer.text


def test_a_text_that_is_made_later_is_escaped_like_any_other(app: Flask) -> None:
    said = later("“%(name)s” is nobody's", name="<b>")
    assert app.jinja_env.from_string("{{ said }}").render(said=said) == "“&lt;b&gt;” is nobody&#39;s"


def test_what_is_said_to_nobody_in_particular_is_english(app: Flask) -> None:
    with app.test_request_context("/"):
        text, _, _ = on_http_error(NotFound())  # type: ignore[misc]
    assert '<html lang="en">' in text


@pytest.mark.parametrize("view", ["masked", "sealed"])
@pytest.mark.parametrize("name", ["cy", None])
def test_nothing_hidden_is_in_any_korean_answer(cast: Cast, name: str | None, view: str) -> None:
    """The sweep of the canaries at one position; there it is done for all of them."""
    cast.rank("ada", 9, 1, 7, 3)
    note_at_every_episode(cast)
    cast.declare("cy", 6)
    cast.rank("cy", 9, 8, 1)
    browser = cast.browser(name)
    browser.post(f"{SERIES}/progress", {"position": 2, "confirmed": 2})
    browser.post("/view", {"view": view})
    browser.post("/language", {"language": "ko"})
    forbidden = hidden_words(cast, 2)
    found = 0
    for address in addresses(cast):
        for answer in (browser.get(address, headers=KOREAN), browser.htmx("GET", address, **KOREAN)):
            seen = text_of(answer) + str(answer.headers)
            assert not [word for word in forbidden if re.search(rf"{word}(?!\d)", seen)], address
            found += answer.headers.get("Content-Language") == "ko"
    assert found > 100


# What other sites and readers fetch


@pytest.fixture
def shared(cast: Cast) -> Cast:
    cast.rank("ada", 9, 1, 7, 2)
    cast.browser("ada").post(f"{SERIES}/list/share", {"cap": 6})
    return cast


@pytest.mark.parametrize("path", [*CARDS, PUBLIC_FEED])
def test_what_is_for_everybody_goes_by_its_address_alone(shared: Cast, path: str) -> None:
    browser = shared.browser()
    english, korean = browser.get(path), browser.get(f"{path}?lang=ko")
    assert english.data != korean.data
    assert (english.headers["Content-Language"], korean.headers["Content-Language"]) == ("en", "ko")
    browser.post("/language", {"language": "ko"})
    for same in (path, f"{path}?lang=en", f"{path}?lang=fr"):
        assert browser.get(same, headers=KOREAN).data == english.data
    assert browser.get(f"{path}?lang=ko", headers=ENGLISH).data == korean.data


def test_a_korean_card_says_the_same_in_korean_and_every_letter_of_it_is_drawn(shared: Cast) -> None:
    with shared.app.test_request_context(f"{CARDS[0]}?lang=ko"):
        gate = shared.gate(None)
        card = series_card(gate.ranking(Method.FAIR), LOOKS["light"])
    written = [shape for shape in card.shapes if isinstance(shape, Words)]
    said = " ".join(shape.text for shape in written)
    for text in ("Community ranking", in_korean("Unlocks after %(code)s") % {"code": "S1·E1"}):
        assert (in_korean(text) if text.isascii() else text) in said
    assert "“Teaser1”" in said
    for shape in written:
        assert shape.text == drawable(shape.text) != ""
        assert shape.left + shape.width <= (552 if shape.left < 552 else 1180), shape
    assert Image.open(BytesIO(shared.browser().get(f"{CARDS[0]}?lang=ko").data)).size == (1200, 630)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_ones_own_list_is_drawn_in_ones_own_language(shared: Cast, kind: str) -> None:
    path = f"{SERIES}/list/share/picture.{kind}?cap=2"
    english, korean = (shared.browser("ada").get(path, headers=headers) for headers in (ENGLISH, KOREAN))
    assert english.data != korean.data
    assert shared.browser("ada").get(f"{path}&lang=ko", headers=ENGLISH).data == english.data
    if kind == "svg":
        assert in_korean("Nothing beyond %(code)s is told.") % {"code": "S1·E2"} in korean.text


def test_oembed_names_the_card_in_its_language(shared: Cast) -> None:
    asked = f"/oembed?url=http://localhost/fans/ada/{SLUG}"
    english, korean = (shared.browser().get(asked + more).get_json() for more in ("", "&lang=ko"))
    assert english["thumbnail_url"] == f"http://localhost{CARDS[1]}"
    assert korean["thumbnail_url"] == f"http://localhost{CARDS[1]}?lang=ko"
    assert korean["title"] == f"{in_korean('%(name)s’s top %(size)s') % {'name': 'ada', 'size': 10}} · The Lighthouse"


@pytest.mark.parametrize("name", ["ada", None])
def test_the_page_of_the_feed_names_it_in_the_language_of_its_reader(cast: Cast, name: str | None) -> None:
    browser = cast.browser(name)
    assert f'value="http://localhost{PUBLIC_FEED}"' in browser.get(FEED, headers=ENGLISH).text
    assert f'value="http://localhost{PUBLIC_FEED}?lang=ko"' in browser.get(FEED, headers=KOREAN).text


def test_a_feed_in_another_language_is_another_feed(cast: Cast) -> None:
    english, korean = (read_atom(cast.browser().get(f"{PUBLIC_FEED}{query}").data) for query in ("", "?lang=ko"))
    assert korean.itself == f"http://localhost{PUBLIC_FEED}?lang=ko"
    assert korean.title == in_korean("%(series)s: what moves") % {"series": "The Lighthouse"}
    assert korean.id != english.id


def test_a_private_feed_is_in_the_language_it_was_made_in(cast: Cast) -> None:
    """Whoever fetches it is a program: neither its headers nor the fan's account say how the address is read."""
    ada = cast.browser("ada")
    made = ada.post(FEED, {"cap": 6}, headers=KOREAN).text
    (address,) = re.findall(r'value="http://localhost(/feeds/[\w-]{43}\?lang=ko)"', made)
    plain = address.partition("?")[0]
    for browser in (ada, cast.browser()):
        for headers in (ENGLISH, KOREAN):
            assert 'xml:lang="ko"' in browser.get(address, headers=headers).text
            assert 'xml:lang="en"' in browser.get(plain, headers=headers).text
    assert re.search(r'value="http://localhost/feeds/[\w-]{43}"', ada.post(FEED, {"cap": 6}, headers=ENGLISH).text)
