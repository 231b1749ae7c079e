"""Bringing a list along: nothing is saved before it was shown, and nothing beyond one's episode is ever found."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from ranker.exchange.pasting import STYLES
from ranker.extensions import db
from ranker.models import Series
from ranker.words import LANGUAGES
from tests.cast import SLUG, Cast, key
from tests.statements import queries
from tests.web.test_taking_a_list_along import FILES, taken
from tests.web.test_watched import as_a_file
from tests.worlds.walk import body_of

LIST = f"/series/{SLUG}/list"
BRING = f"{LIST}/bring"


def bring(cast: Cast, name: str, text: str) -> TestResponse:
    return cast.browser(name).post(BRING, {"text": text})


def upload(cast: Cast, name: str, content: bytes, language: str = "en") -> TestResponse:
    file = io.BytesIO(content), "list.txt"
    return cast.browser(name).post(BRING, {"file": file}, headers={"Accept-Language": language})


def test_a_list_of_another_series_says_so_and_of_this_one_does_not(cast: Cast) -> None:
    """Before anything is saved. Another site may have given this series another address, or another title."""
    cast.rank("ada", 1, 2)
    own = taken(cast, "ada", "list.json", 6)
    elsewhere = own.replace(f'"series": "{SLUG}"', '"series": "elsewhere"')
    other = elsewhere.replace('"title": "The Lighthouse"', '"title": "The Windmill"')
    assert other not in (own, elsewhere)
    pages = [bring(cast, "ada", text).text for text in (own, elsewhere, other, "\ufeff" + other)]
    assert ["a list of another series, “The Windmill”" in page for page in pages] == [False, False, True, True]
    assert all("2 moments found" in page for page in pages)


def form_of(page: TestResponse, *chosen: str) -> dict[str, Any]:
    """What the page's form posts, with these choices made."""
    version = re.search(r'name="version" value="(\d+)"', page.text)
    entries = re.findall(r'name="entry" value="([^"]+)"', page.text)
    text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.S)
    assert version is not None
    assert text is not None
    return {"version": version[1], "entry": [*entries, *chosen], "text": text[1]}


def save(cast: Cast, name: str, page: TestResponse, *chosen: str) -> TestResponse:
    return cast.browser(name).post(f"{BRING}/save", form_of(page, *chosen))


@pytest.mark.parametrize("file", FILES)
def test_a_list_that_was_taken_along_comes_back_as_it_was(cast: Cast, file: str) -> None:
    cast.rank("ada", 9, 1, 3)
    content = taken(cast, "ada", file, 6)
    cast.rank("ada", 2)
    page = upload(cast, "ada", content.encode())
    assert "3 moments found" in page.text
    assert cast.titles_of("ada") == ["SecretTitle2"]
    answer = save(cast, "ada", page)
    assert (answer.status_code, answer.location) == (303, LIST)
    assert cast.titles_of("ada") == ["SecretTitle9", "SecretTitle1", "SecretTitle3"]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("read_in", LANGUAGES)
@pytest.mark.parametrize("written_in", LANGUAGES)
def test_a_list_comes_back_from_whichever_language_it_was_written_in(
    cast: Cast, file: str, written_in: str, read_in: str
) -> None:
    cast.rank("ada", 9, 1, 3)
    content = taken(cast, "ada", file, 2, written_in)
    if file in STYLES:
        assert ("나의 톱 10" in content, "S2·E2까지 잠김" in content) == (written_in == "ko", written_in == "ko")
    page = upload(cast, "ada", content.encode(), read_in)
    assert re.findall(r'name="entry" value="([^"]+)"', page.text) == [cast.public["moment1"], cast.public["moment3"]]
    assert page.text.count('class="brought__rest"') == 2  # what leaves the list, and that one line was locked
    assert page.text.count('class="brought__lines"') == 1  # no line of it was taken for a title that is not known


def test_it_can_be_undone_like_any_other_save(cast: Cast) -> None:
    cast.rank("ada", 2)
    save(cast, "ada", bring(cast, "ada", "SecretTitle1\nSecretTitle3"))
    cast.browser("ada").post(f"{LIST}/undo", cast.list_form("ada"))
    assert cast.titles_of("ada") == ["SecretTitle2"]


def test_a_locked_moment_is_not_found_in_the_words_of_an_unknown_one(cast: Cast) -> None:
    hidden, unknown = bring(cast, "bob", "SecretTitle9"), bring(cast, "bob", "SecretTitle0")
    assert "Nothing you have seen up to S2·E1" not in hidden.text
    assert body_of(hidden).replace("SecretTitle9", "X") == body_of(unknown).replace("SecretTitle0", "X")
    assert "SecretTitle9" not in bring(cast, "ada", "SecretTitle1").text
    assert "1 moment found" in bring(cast, "ada", "SecretTitle9").text, "there was something to hide"


def test_the_database_is_asked_the_same_of_a_locked_moment_as_of_an_unknown_one(cast: Cast) -> None:
    browser, asked = cast.browser("bob"), []
    browser.post(BRING, {"text": "SecretTitle1"})  # what is kept is kept by now
    for title in ("SecretTitle1", "SecretTitle9", "SecretTitle0"):
        with queries(cast.app) as sent:
            browser.post(BRING, {"text": title})
        asked.append(list(sent))
    assert asked[0]
    assert asked[0] == asked[1] == asked[2]


def test_a_locked_moment_is_refused_in_the_words_of_an_unknown_one(cast: Cast) -> None:
    cast.rank("bob", 1)
    form = {"version": "1", "text": "SecretTitle1"}
    hidden = cast.browser("bob").post(f"{BRING}/save", {**form, "entry": [cast.public[key(9)]]})
    unknown = cast.browser("bob").post(f"{BRING}/save", {**form, "entry": ["0" * 12]})
    assert hidden.status_code == 422
    assert body_of(hidden) == body_of(unknown)
    assert cast.titles_of("bob") == ["SecretTitle1"]


@pytest.mark.parametrize("view", ["masked", "sealed"])
def test_locked_entries_keep_their_places(cast: Cast, view: str) -> None:
    cast.rank("ada", 1, 9, 3)
    cast.declare("ada", 3)
    cast.browser("ada").post("/view", {"view": view})
    page = bring(cast, "ada", "SecretTitle4\nSecretTitle3\nSecretTitle1")
    assert ("stays where it is" in page.text) == (view == "masked")
    assert "SecretTitle9" not in page.text
    save(cast, "ada", page)
    cast.declare("ada", 6)
    assert cast.titles_of("ada") == ["SecretTitle4", "SecretTitle9", "SecretTitle3", "SecretTitle1"]


def test_a_near_title_has_to_be_confirmed_and_else_is_left_out(cast: Cast) -> None:
    page = bring(cast, "ada", "SecretTitle1\nSecretTitel3")
    assert "1 moment found, 1 to confirm" in page.text
    assert "“SecretTitel3” is" in page.text
    save(cast, "ada", page)
    assert cast.titles_of("ada") == ["SecretTitle1"]
    save(cast, "ada", bring(cast, "ada", "SecretTitle1\nSecretTitel3"), cast.public[key(3)])
    assert cast.titles_of("ada") == ["SecretTitle1", "SecretTitle3"]


def test_a_list_that_was_changed_meanwhile_is_shown_once_more_and_loses_nothing(cast: Cast) -> None:
    page = bring(cast, "ada", "SecretTitle1\nSecretTitel3")
    cast.rank("ada", 5)
    answer = save(cast, "ada", page, cast.public[key(3)])
    assert answer.status_code == 409
    assert "look once more, then save" in answer.text
    assert f'value="{cast.public[key(3)]}" selected' in answer.text
    assert cast.titles_of("ada") == ["SecretTitle5"]
    save(cast, "ada", answer, cast.public[key(3)])
    assert cast.titles_of("ada") == ["SecretTitle1", "SecretTitle3"]


def test_one_moment_confirmed_twice_is_refused_and_nothing_is_lost(cast: Cast) -> None:
    answer = save(cast, "ada", bring(cast, "ada", "SecretTitel1\nSecretTitel1"), *[cast.public[key(1)]] * 2)
    assert answer.status_code == 422
    assert "in your list already" in answer.text
    assert "SecretTitel1</textarea>" in answer.text


def test_it_says_what_is_not_found_twice_there_and_would_leave(cast: Cast) -> None:
    cast.rank("ada", 2)
    page = bring(cast, "ada", "1. SecretTitle1\n2. Zebra\n3. secrettitle1\n4. locked until S9·E9").text
    for words in ("Not found", "1. SecretTitle1", "2. Zebra", "There twice", "Not in it any more", "SecretTitle2"):
        assert words in page
    assert "1 line has no title" in page


def test_a_list_with_more_than_there_are_places_says_which_are_left_over(cast: Cast) -> None:
    with cast.app.app_context():
        db.session.execute(update(Series).values(ballot_size=3))
        db.session.commit()
    page = bring(cast, "ada", "\n".join(f"SecretTitle{number}" for number in range(1, 6)))
    assert "No place for these" in page.text
    assert "Your list holds 3." in page.text
    save(cast, "ada", page)
    assert cast.titles_of("ada") == ["SecretTitle1", "SecretTitle2", "SecretTitle3"]


@pytest.mark.parametrize("name", ["cy", "ada"])
def test_where_nothing_is_found_there_is_nothing_to_save(cast: Cast, name: str) -> None:
    page = bring(cast, name, "Zebra").text
    assert "Nothing was found" in page
    assert "Save this as my list" not in page
    assert page.count("You have not watched anything yet") == (name == "cy")


def test_where_nothing_is_found_it_does_not_read_like_a_loss(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 3)
    page = bring(cast, "ada", taken(cast, "ada", FILES[0], 0)).text
    assert "3 lines have no title" in page
    assert "Nothing was found" in page
    assert "So nothing changes: your list stays as it is. Bring a text that has the titles in it" in page
    for words in ("What your list would become", "Not in it any more", "SecretTitle"):
        assert words not in page


@pytest.mark.parametrize("progress", [6, 4])
def test_a_list_of_which_nothing_is_chosen_is_refused_and_empties_nothing(cast: Cast, progress: int) -> None:
    cast.rank("ada", 9, 1, 3)
    cast.declare("ada", progress)
    answer = save(cast, "ada", bring(cast, "ada", "SecretTitel2"))
    assert answer.status_code == 422
    assert "nothing would be left in your list. Nothing was changed" in answer.text
    assert "“SecretTitel2” is" in answer.text, "and it can be chosen still"
    cast.declare("ada", 6)
    assert cast.titles_of("ada") == ["SecretTitle9", "SecretTitle1", "SecretTitle3"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe", "not text in UTF-8"),
        (b"\x89PNG\0", "not text in UTF-8"),
        (b"a\0", "not a text file"),
        (b"a" * 70_000, "too large for a list"),
        (b"{", "cannot be read"),
        (b"a\n" * 51, "we look at 50"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(cast: Cast, content: bytes, words: str) -> None:
    answer = upload(cast, "ada", content)
    assert answer.status_code == 422
    assert words in answer.text


def test_nothing_at_all_is_asked_for_and_what_was_typed_stays(cast: Cast) -> None:
    assert "There is nothing in it yet" in bring(cast, "ada", "").text
    answer = bring(cast, "ada", "{broken")
    assert answer.status_code == 422
    assert "{broken</textarea>" in answer.text


def test_a_visitor_is_asked_to_log_in_and_finds_the_page_afterwards(cast: Cast) -> None:
    assert "Make an account to keep your list" in cast.browser().get(BRING).text
    answer = cast.browser().post(BRING, {"text": "SecretTitle1"})
    assert answer.location == f"/login?next={BRING}"


def test_the_list_and_what_is_taken_along_lead_there(cast: Cast) -> None:
    cast.rank("ada", 1)
    for page in (LIST, f"{LIST}/share"):
        assert f'href="{BRING}"' in cast.browser("ada").get(page).text


def test_a_file_beyond_all_we_take_is_answered_in_place_too(cast: Cast) -> None:
    answer = cast.browser("ada").client.post(BRING, **as_a_file(b"a" * 11_000_000))
    assert answer.status_code == 413
    assert "too large for a list: we take 64 KB" in answer.text


def test_a_large_file_for_nothing_there_is_a_page_of_ours(cast: Cast) -> None:
    large = as_a_file(b"a" * 11_000_000)
    assert cast.browser("ada").client.post("/series/nothing/list/bring", **large).status_code == 404
    assert cast.browser().client.post(BRING, **large).location == f"/login?next={BRING}"
