"""What an open ranking is answered when it asks whether it has changed."""

from __future__ import annotations

import re
from html import unescape

from tests.cast import SLUG, Browser, Cast
from tests.statements import queries

SERIES = f"/series/{SLUG}"
ROWS = f"{SERIES}/standings"


def asking(page: str) -> tuple[str, dict[str, str]]:
    """The address that an open page asks, and the validator it sends along."""
    region = page[page.index('<section class="ranking"') :]
    address = re.search(r'hx-get="([^"]+)"', region)
    validator = re.search(r"hx-headers='{\"If-None-Match\": \"\\\"(\w+)\\\"\"}'", region)
    assert address is not None
    assert validator is not None
    return unescape(address[1]), {"If-None-Match": f'"{validator[1]}"'}


def test_an_open_page_is_told_in_an_empty_answer_that_nothing_has_changed(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    bob = cast.browser("bob")
    for query in ("", "?method=classic", "?as_of=2", "?view=sealed", "?q=title1&season=1", "?method=first"):
        address, validator = asking(bob.get(SERIES + query).text)
        answer = bob.htmx("GET", address, **validator)
        assert (answer.status_code, answer.data) == (304, b""), query
        assert answer.headers["ETag"] == validator["If-None-Match"]
        weak = {"If-None-Match": f"W/{validator['If-None-Match']}"}
        assert bob.htmx("GET", address, **weak).status_code == 304, "what a proxy makes of it that compresses"
        assert answer.headers["Cache-Control"] == "no-store"


def test_that_costs_no_more_than_asking_who_looks_and_from_where(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    for browser, tables in ((cast.browser("bob"), ["sessions", "series"]), (cast.browser(), ["series"])):
        address, validator = asking(browser.get(SERIES).text)
        with queries(cast.app) as sent:
            assert browser.htmx("GET", address, **validator).status_code == 304
        assert [found[1] for found in map(re.compile(r"FROM (\w+)").search, sent) if found] == tables


def test_a_change_comes_with_the_rows_and_what_to_ask_with_next(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    bob = cast.browser("bob")
    address, validator = asking(bob.get(SERIES).text)
    cast.rank("ada", 2, 1)
    changed = bob.htmx("GET", address, **validator)
    assert changed.status_code == 200
    assert changed.text.startswith('<section class="ranking" id="ranking"')
    assert changed.text.index("SecretTitle2") < changed.text.index("SecretTitle1")
    assert "1 list now." in changed.text
    assert "SecretTitle9" not in changed.text
    again, newest = asking(changed.text)
    assert again == address
    assert newest != validator
    assert bob.htmx("GET", again, **newest).status_code == 304


def test_what_is_hidden_from_a_reader_is_no_change_to_them(cast: Cast) -> None:
    """Neither the revision of the series nor anything else that lies ahead is in the validator."""
    cast.rank("ada", 1, 2, 9, 8)
    bob = cast.browser("bob")
    bob.post("/view", {"view": "sealed"})
    address, validator = asking(bob.get(SERIES).text)
    cast.rank("ada", 1, 8, 2, 9)
    assert bob.htmx("GET", address, **validator).status_code == 304


def test_what_changed_there_and_back_is_no_change(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    bob = cast.browser("bob")
    address, validator = asking(bob.get(SERIES).text)
    cast.rank("ada", 2, 1)
    cast.rank("ada", 1, 2)
    assert bob.htmx("GET", address, **validator).status_code == 304


def test_a_search_narrows_what_is_shown_and_not_what_is_sent_when_it_changes(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    bob = cast.browser("bob")
    address, _ = asking(bob.get(f"{SERIES}?q=title1").text)
    assert "q=" not in address
    assert " hidden" not in bob.htmx("GET", address).text


def loads_again(browser: Browser, address: str, validator: dict[str, str]) -> bool:
    answer = browser.htmx("GET", address, **validator)
    return answer.status_code == 204 and answer.headers.get("HX-Refresh") == "true" and answer.data == b""


def test_a_page_made_for_where_one_stood_before_is_loaded_again(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    bob = cast.browser("bob")
    open_page = asking(bob.get(SERIES).text)
    cast.declare("bob", 2)
    assert loads_again(bob, *open_page)
    cast.declare("bob", 4)
    assert not loads_again(bob, *open_page)
    bob.post("/view", {"view": "sealed"})
    assert loads_again(bob, *open_page)


def test_no_address_gets_rows_from_further_on_than_one_stands(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    bob = cast.browser("bob")
    for query in ("at=6-masked", "at=4-masked&as_of=6", "at=4-masked&view=masked", "as_of=6"):
        assert "SecretTitle9" not in bob.htmx("GET", f"{ROWS}?{query}").text


def test_whoever_opens_that_address_finds_the_page_instead(cast: Cast) -> None:
    answer = cast.browser("bob").get(f"{ROWS}?method=classic&at=4-masked")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{SERIES}?method=classic"
