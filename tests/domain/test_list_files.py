"""A list in files and as text: nothing is lost on the way, and no title gets out from behind its spoiler tag."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ranker.domain.clearance import EpisodeCode
from ranker.domain.values import LockedMoment, Moment, PublicList, SeriesCard, VisibleMoment
from ranker.exchange.lists import read_list_csv, read_list_json, rows_of, write_list_csv, write_list_json
from ranker.exchange.pasting import APART, STYLES, one_line

SERIES = SeriesCard("s", "A Series", None, None, None, 10, 99)
CODES = st.builds(EpisodeCode, st.integers(1, 99), st.integers(1, 9), st.integers(1, 99))
NOT_EMPTY = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
NASTY = st.lists(st.sampled_from("|!<>[]\\/`*_~@#&:() =+-＝\"',;ab") | st.just("[/spoiler]"), min_size=1).map("".join)
TITLES = (NOT_EMPTY | NASTY).map(str.strip).filter(bool)
MOMENTS: st.SearchStrategy[Moment] = st.builds(LockedMoment, CODES, st.none() | TITLES) | st.builds(
    VisibleMoment, st.just("0" * 12), TITLES, st.just(""), CODES
)
LISTS = st.builds(
    PublicList,
    st.just("ada"),
    st.just(SERIES),
    st.lists(MOMENTS, max_size=10).map(tuple),
    st.none() | CODES,
    st.just(True),
)


@given(LISTS)
def test_a_list_comes_back_from_a_table_and_from_json_as_it_was(shown: PublicList) -> None:
    assert read_list_csv(write_list_csv(shown)) == rows_of(shown)
    assert read_list_json(write_list_json(shown)) == rows_of(shown)


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@x", "＝1", "'=1"])
def test_no_cell_is_a_formula(title: str) -> None:
    shown = PublicList("ada", SERIES, (VisibleMoment("0" * 12, title, "", EpisodeCode(1, 1, 1)),), None, False)
    cell = write_list_csv(shown).decode("utf-8-sig").splitlines()[1].split(",")[1]
    assert cell.startswith("'")


@pytest.mark.parametrize("file", STYLES)
@given(title=TITLES, code=CODES)
@example(title="\\", code=EpisodeCode(1, 1, 1))
def test_no_title_gets_out_from_behind_its_tag(file: str, title: str, code: EpisodeCode) -> None:
    """The tags are where the line has them, and nowhere else, for whoever reads from the left."""
    style = STYLES[file]
    before, after = style.tag
    line = style.line(3, VisibleMoment("0" * 12, title, "", code))
    start, end = f"3. {before}", f"{after} ({code})"
    assert line.startswith(start)
    assert line.endswith(end)
    inside = line[len(start) : -len(end)]
    assert len(line.splitlines()) == 1
    if before:
        assert (inside + after).index(after) == len(inside)
        assert before not in inside
        assert not re.search(r"(?<!\\)(\\\\)*\\$", inside), "the tag that closes must not be escaped by what it closes"


@pytest.mark.parametrize("file", STYLES)
@given(title=TITLES.filter(lambda title: APART not in title))
def test_a_title_reads_as_it_was_written(file: str, title: str) -> None:
    style = STYLES[file]
    shown = style.escape(one_line(title)).replace(APART, "")
    if file not in ("bbcode.txt", "list.txt"):
        shown = re.sub(r"\\([^A-Za-z0-9\s])", r"\1", shown)
    assert shown == one_line(title)


@pytest.mark.parametrize("file", sorted(set(STYLES) - {"list.txt"}))
def test_nobody_is_pinged(file: str) -> None:
    assert "@everyone" not in STYLES[file].line(1, LockedMoment(EpisodeCode(1, 1, 1), "@everyone"))


def test_a_list_as_people_paste_it() -> None:
    moments = (
        VisibleMoment("0" * 12, "The end!", "", EpisodeCode(3, 1, 3)),
        LockedMoment(EpisodeCode(9, 1, 9), "Somebody returns"),
        LockedMoment(EpisodeCode(9, 1, 9), None),
    )
    shown = PublicList("ada", SERIES, moments, EpisodeCode(4, 1, 4), True)
    assert STYLES["reddit.txt"].text(shown) == (
        "My top 10 of A Series (told up to S1·E4)\n\n"
        "1. >!The end\\!!< (S1·E3)\n2. locked until S1·E9: Somebody returns\n3. locked until S1·E9\n"
    )
    assert "1. ||The end\\!|| (S1·E3)" in STYLES["discord.txt"].text(shown)
    assert "1. [spoiler]The end![/spoiler] (S1·E3)" in STYLES["bbcode.txt"].text(shown)
    assert "1. The end! (S1·E3)" in STYLES["list.txt"].text(shown)
