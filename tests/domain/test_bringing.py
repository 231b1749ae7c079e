"""A list that is brought along: what we wrote ourselves comes back, and no text at all breaks anything."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ranker.domain.bringing import Brought, Fate, matched, title_key
from ranker.domain.clearance import EpisodeCode
from ranker.domain.values import PublicList, VisibleMoment
from ranker.exchange.brought import LONGEST_LINE, LONGEST_TEXT, MOST_LINES, ListRefused, read_lines, text_of_file
from ranker.exchange.lists import write_list_csv, write_list_json
from ranker.exchange.pasting import STYLES, one_line
from tests.domain.test_list_files import LISTS, TITLES

FILES = ("list.csv", "list.json", *STYLES)


def written(file: str, shown: PublicList) -> bytes:
    if file in STYLES:
        return STYLES[file].text(shown).encode()
    return write_list_csv(shown) if file == "list.csv" else write_list_json(shown)


def moment(number: int, title: str, season: int = 1, episode: int = 1) -> VisibleMoment:
    return VisibleMoment(f"{number:012x}", title, "", EpisodeCode(episode, season, episode))


POOL = (
    moment(1, "The Lighthouse burns"),
    moment(2, "It's over, isn't it?", 1, 2),
    moment(3, "Café au lait", 1, 3),
    moment(4, "The reunion", 1, 4),
    moment(5, "The reunion", 2, 1),
)


def brought(text: str) -> tuple[Brought, ...]:
    return matched(read_lines(text), POOL)


def found(text: str) -> list[int]:
    """The numbers of the moments that were found, in order; 0 for a line that means none for sure."""
    return [int(one.moment.public_id, 16) if one.fate is Fate.FOUND and one.moment else 0 for one in brought(text)]


@pytest.mark.parametrize("file", FILES)
@given(shown=LISTS)
def test_what_is_visible_in_a_list_of_ours_comes_back(file: str, shown: PublicList) -> None:
    visible = [one for one in shown.entries if isinstance(one, VisibleMoment)]
    assume(len({title_key(one.title) for one in visible}) == len(visible))
    pool = [moment(n, one.title, one.episode.season, one.episode.number) for n, one in enumerate(visible)]
    if not shown.entries:
        return
    lines = matched(read_lines(text_of_file(written(file, shown))), pool)
    assert [one.moment for one in lines if one.fate is Fate.FOUND] == pool
    assert len(lines) == len(shown.entries)


@pytest.mark.parametrize(
    "line",
    [
        "The Lighthouse burns",
        "1. The Lighthouse burns",
        "#1 the lighthouse BURNS!",
        "3) The Lighthouse, burns",
        "- The Lighthouse burns",
        "• the lighthouse burns (S1·E1)",
        ">!The Lighthouse burns!<",
        "2. ||The Lighthouse burns|| (S01E01)",
        "[SPOILER=end]The Lighthouse burns[/spoiler]",
        "title\nThe Lighthouse burns",
        "place;title;season\n1;The Lighthouse burns;1",
        "title\tepisode\nThe Lighthouse burns\t1",
    ],
)
def test_a_title_is_found_however_people_write_it(line: str) -> None:
    assert found(line) == [1]


def test_accents_and_apostrophes_do_not_matter() -> None:
    assert found("cafe au lait\nIts over isn’t it") == [3, 2]


def test_of_two_moments_with_one_title_the_episode_decides_or_else_the_fan() -> None:
    assert found("The reunion (S2·E1)") == [5]
    (unsure,) = brought("The reunion")
    assert unsure.fate is Fate.UNSURE
    assert {one.public_id for one in unsure.choices} == {POOL[3].public_id, POOL[4].public_id}


@pytest.mark.parametrize("line", ["The lighthous burnz", "When the lighthouse burns down"])
def test_a_title_that_is_only_near_has_to_be_confirmed(line: str) -> None:
    (unsure,) = brought(line)
    assert unsure.fate is Fate.UNSURE
    assert unsure.choices[0] == POOL[0]


def test_what_is_nothing_like_it_is_unknown_and_a_second_line_is_a_repetition() -> None:
    lines = brought("Zebra\nCafé au lait\nCafe au lait\nlocked until S2·E2: Somebody returns")
    assert [one.fate for one in lines] == [Fate.UNKNOWN, Fate.FOUND, Fate.REPEATED, Fate.LOCKED]


def test_what_one_line_means_for_sure_is_no_choice_for_another() -> None:
    lines = brought("The Lighthouse burns\nThe lighthous burnz\nThe reunion (S1·E4)\nThe reunion")
    assert [one.fate for one in lines] == [Fate.FOUND, Fate.REPEATED, Fate.FOUND, Fate.UNSURE]
    assert lines[-1].choices == (POOL[4],)


def test_a_countdown_is_turned_round_and_a_table_is_read_by_its_places() -> None:
    assert found("2. Café au lait\n1. The Lighthouse burns") == [1, 3]
    assert found("place,title\n2,Café au lait\n1,The Lighthouse burns") == [1, 3]
    assert found("2. Café au lait\n2. The Lighthouse burns") == [3, 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing in it"),
        (" \n\t\n", "nothing in it"),
        ("title,season\n", "nothing in it"),
        ("x" * (LONGEST_TEXT + 1), "too long"),
        ("x" * (LONGEST_LINE + 1), "too long for a title"),
        ("a\n" * (MOST_LINES + 1), "51 lines"),
        ("{", "cannot be read"),
        ("{}", "not a list as we write it"),
        ('{"format": "ranker.list/1", "entries": [{"title": 7}]}', "not a list as we write it"),
        ("{" * 10_000, "cannot be read"),
    ],
)
def test_what_is_no_list_is_refused_with_a_reason(text: str, words: str) -> None:
    with pytest.raises(ListRefused, match=words):
        read_lines(text)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\xff\xfea\0", "not text in UTF-8"), (b"a\0b", "not a text file"), (b"a" * 70_000, "too large")],
)
def test_a_file_that_is_no_text_is_refused_with_a_reason(content: bytes, words: str) -> None:
    with pytest.raises(ListRefused, match=words):
        text_of_file(content)


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace")))
@example(b'"title\n"')
@example(json.dumps({"format": "ranker.list/1", "entries": [{}]}).encode())
def test_any_bytes_are_lines_or_refused(content: bytes) -> None:
    try:
        lines = read_lines(text_of_file(content))
    except ListRefused:
        return
    assert 1 <= len(lines) <= MOST_LINES
    assert len(matched(lines, POOL)) == len(lines)


@given(TITLES)
def test_a_title_is_found_by_itself(title: str) -> None:
    assume("\n" not in one_line(title))
    (one,) = matched(read_lines(f"- {one_line(title)}"), [moment(9, title)])
    assert one.fate is Fate.FOUND
