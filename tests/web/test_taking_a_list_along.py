"""One's list as a file and as text, told up to an episode of one's choice and never further than one has come."""

from __future__ import annotations

import re
from html import unescape

import pytest

from ranker.exchange.lists import read_list_csv, read_list_json
from tests.cast import SLUG, Cast

SHARE = f"/series/{SLUG}/list/share"
FILES = ("list.json", "list.csv", "list.md", "list.txt", "reddit.txt", "discord.txt", "discourse.txt", "bbcode.txt")


def taken(cast: Cast, name: str, file: str, cap: object = 0, language: str = "en") -> str:
    answer = cast.browser(name).get(f"{SHARE}/as/{file}?cap={cap}", headers={"Accept-Language": language})
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("file", FILES)
def test_a_list_tells_of_the_story_up_to_the_chosen_episode(cast: Cast, file: str) -> None:
    cast.rank("ada", 9, 1, 3)
    assert re.findall(r"SecretTitle\d", taken(cast, "ada", file, 6)) == ["SecretTitle9", "SecretTitle1", "SecretTitle3"]
    assert re.findall(r"SecretTitle\d", taken(cast, "ada", file, 2)) == ["SecretTitle1", "SecretTitle3"]
    assert re.findall(r"Secret", taken(cast, "ada", file, 0)) == []
    assert re.findall(r"Secret", taken(cast, "ada", file, "x")) == []


@pytest.mark.parametrize("file", FILES)
def test_who_has_gone_back_takes_no_more_along_than_they_may_see(cast: Cast, file: str) -> None:
    cast.rank("ada", 9, 1)
    cast.declare("ada", 3)
    told = taken(cast, "ada", file, 6)
    assert "SecretTitle1" in told
    assert "SecretTitle9" not in told


def test_the_files_are_what_they_are_called_and_can_be_read_again(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    table = cast.browser("ada").get(f"{SHARE}/as/list.csv?cap=1")
    assert table.mimetype == "text/csv"
    assert table.headers["Content-Disposition"] == f'attachment; filename="{SLUG}.list.csv"'
    rows = read_list_csv(table.data)
    assert [(row.place, row.title, row.season, row.episode) for row in rows] == [
        (1, None, 2, 2),
        (2, "SecretTitle1", 1, 1),
    ]
    assert read_list_json(cast.browser("ada").get(f"{SHARE}/as/list.json?cap=1").data) == rows


def test_a_visitor_and_an_unknown_format_get_what_an_unknown_address_gives(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    assert cast.browser().get(f"{SHARE}/as/list.csv").status_code == 404
    assert cast.browser("ada").get(f"{SHARE}/as/list.exe").status_code == 404


def test_the_share_page_offers_the_list_told_as_far_as_the_preview(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    page = cast.browser("ada").get(f"{SHARE}?cap=1").text
    texts = [unescape(text) for text in re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)]
    assert texts == [taken(cast, "ada", f"{name}", 1) for name in (*FILES[4:], *FILES[2:4])]
    assert f"{SHARE}/as/list.csv?cap=1" in page


def test_an_empty_list_is_nothing_to_take_along(cast: Cast) -> None:
    assert "Take it along" not in cast.browser("ada").get(SHARE).text
