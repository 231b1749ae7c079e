"""Files: any bytes are read or refused with a reason, and what is written is read as the same."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ranker.exchange import EpisodeIn, MomentIn, SeriesFile, SeriesFileRefused, write_series
from ranker.exchange.plan import plan_import
from ranker.exchange.reading import WRITERS, read_contents
from ranker.exchange.series import SOMETHING_ELSE, read_series
from ranker.exchange.tables import write_moments

LETTERS = st.characters(exclude_categories=("Cs", "Cc"))
CELLS = st.text(LETTERS | st.sampled_from("='+-@;,\"'"), max_size=30)
LINES = st.text(LETTERS | st.sampled_from("='+-@;,\"'"), min_size=1, max_size=30).map(str.strip).filter(bool)
PROSE = st.text(LETTERS | st.sampled_from("=+-@;,\"'\n\r\t"), max_size=60).map(str.strip)


@st.composite
def series(draw: st.DrawFn) -> SeriesFile:
    codes = sorted(draw(st.sets(st.tuples(st.integers(1, 999), st.integers(1, 9_999)), min_size=1, max_size=6)))
    dates = st.none() | st.dates()
    episodes = tuple(
        EpisodeIn(
            season=season,
            number=number,
            title=draw(st.none() | LINES),
            airdate=draw(dates),
            runtime=draw(st.none() | st.integers(1, 10_000)),
        )
        for season, number in codes
    )
    moments = []
    for key in draw(st.sets(st.text("0123456789abcdef", min_size=12, max_size=12), max_size=5)):
        season, number = draw(st.sampled_from(codes))
        moments.append(
            MomentIn(
                key=key,
                title=draw(LINES),
                description=draw(PROSE),
                teaser=draw(st.none() | LINES),
                season=season,
                episode=number,
                status=draw(st.sampled_from(["published", "proposed", "retired"])),
            )
        )
    size = draw(st.integers(1, 50))
    return SeriesFile(
        format="ranker.series/1",
        slug="a-series",
        title=draw(LINES),
        ballot_size=size,
        episodes=episodes,
        moments=tuple(moments),
    )


@given(series())
def test_a_series_that_was_written_is_read_as_the_same(file: SeriesFile) -> None:
    assert read_series(write_series(file)) == file


@given(series())
def test_episodes_and_moments_that_were_written_are_read_as_the_same(file: SeriesFile) -> None:
    for name in ("episodes.json", "episodes.csv"):
        contents = read_contents(WRITERS[name](file))
        assert tuple(entry.value for entry in contents.episodes) == file.episodes
        assert contents.refused == contents.skipped == ()
    contents = read_contents(WRITERS["moments.csv"](file))
    assert tuple(entry.value for entry in contents.moments) == file.moments


@given(series(), st.sampled_from(sorted(WRITERS)))
def test_what_was_exported_would_change_nothing(file: SeriesFile, name: str) -> None:
    plan = plan_import(file, read_contents(WRITERS[name](file)))
    assert plan.steps == plan.refused == ()


@given(series())
def test_no_cell_of_an_export_begins_like_a_formula(file: SeriesFile) -> None:
    for name in ("episodes.csv", "moments.csv"):
        for row in csv.reader(io.StringIO(WRITERS[name](file).decode("utf-8-sig"), newline="")):
            assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


NASTY = st.text("=+-@＝;\"', 1a", min_size=1, max_size=12).map(str.strip).filter(bool)
NASTY_PROSE = st.text("=+-@＝;\"', 1a\t\r\n", max_size=20).map(str.strip)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(title=NASTY, description=NASTY_PROSE)
@example(title="x;=1+1+cmd|' /C calc'!A0", description="")
@example(title="x; '\"=1+1;y", description="a\n=1\t+1")
def test_no_cell_begins_like_a_formula_wherever_a_spreadsheet_splits(
    delimiter: str, title: str, description: str
) -> None:
    moment = MomentIn(key="k", title=title, description=description, season=1, episode=1)
    written = write_moments([moment])
    text = written.decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        assert not any(cell.lstrip(' "').startswith(("=", "+", "-", "@", "＝", "\t", "\r")) for cell in row)
    assert [entry.value for entry in read_contents(written).moments] == [moment]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["season", "number", "name", "airdate", "runtime", "slug"]), inner, max_size=6
        )
    ),
    max_leaves=12,
)
PYDANTICS_OWN = re.compile(r"[Ii]nput|should|[Vv]alue error|valid ")
TABLES = st.tuples(
    st.sampled_from(["season,number,title", "season;episode;title;id", "\ufeffseason,episode,title,description,x"]),
    st.lists(st.lists(st.sampled_from(["1", "2", "x", "", "=1", '"', "1;1;a"]) | CELLS, max_size=6), max_size=5),
).map(lambda table: "\n".join([table[0], *(",".join(row) for row in table[1])]).encode())


@given(
    st.binary() | TABLES | JSON.map(lambda one: json.dumps([one]).encode()) | JSON.map(lambda o: json.dumps(o).encode())
)
@example(b'[{"season": 1, "number": 1, "name": "\\ud800"}]')
@example(b'[{"season": 1e400, "number": 1}]')
@example(b'[{"season": ' + b"9" * 5_000 + b', "number": 1}]')
def test_any_bytes_are_read_or_refused_with_a_reason(content: bytes) -> None:
    known = SeriesFile(
        format="ranker.series/1",
        slug="x",
        title="X",
        episodes=(EpisodeIn(season=1, number=1), EpisodeIn(season=1, number=2)),
    )
    try:
        plan = plan_import(known, read_contents(content))
    except SeriesFileRefused as refusal:
        words = [str(refusal)]
    else:
        words = ["-", *(remark.reason for remark in plan.refused)]
    assert all(words)
    assert not [said for said in words if PYDANTICS_OWN.search(said) or str(SOMETHING_ELSE) in said]
    assert repr(words).encode()  # whatever it says can be shown


SERIES: dict[str, object] = {
    "format": "ranker.series/1",
    "slug": "x",
    "title": "X",
    "episodes": [{"season": 1, "number": 1}],
    "moments": [{"key": "k", "title": "T", "season": 1, "episode": 1}],
}


@pytest.mark.parametrize(
    ("mistake", "reason"),
    [
        ({"title": None}, "title: this is not a text"),
        ({"title": ""}, "title: this is empty"),
        ({"title": "X" * 201}, "title: this is longer than 200 characters"),
        ({"title": "X\n1"}, "title: this has to be one line, without signs that turn the direction of the text"),
        ({"title": "X\u202e1"}, "title: this has to be one line, without signs that turn the direction of the text"),
        ({"title": "X\u2066"}, "title: this has to be one line, without signs that turn the direction of the text"),
        ({"slug": "My Series"}, "slug: small letters from a to z, digits and single hyphens alone can be here"),
        ({"slug": "a--b"}, "slug: small letters from a to z, digits and single hyphens alone can be here"),
        (
            {"moments": [{"key": "k", "title": "T", "season": 1, "episode": 1, "description": "a\0"}]},
            "moments.0.description: this has a character that no text can hold (NUL)",
        ),
        ({"year": 1799}, "year: this has to be 1800 or more"),
        ({"year": 3000}, "year: this has to be 2999 or less"),
        ({"year": 1999.5}, "year: this is not a whole number"),
        ({"year": "x"}, "year: this is not a whole number"),
        ({"year": []}, "year: this is not a whole number"),
        ({"year": "9" * 5_000}, "year: this number is too large"),
        ({"format": "other"}, "format: this has to be one of these: ranker.series/1"),
        ({"episodes": 1}, "episodes: this is not a list"),
        ({"episodes": []}, "episodes: there have to be 1 at least"),
        ({"episodes": [{"season": 1, "number": 1}] * 2_001}, "episodes: there are more than 2000"),
        ({"episodes": [1]}, "episodes.0: this is not an object with named fields"),
        (
            {"episodes": [{}]},
            "episodes.0.season: this is missing; episodes.0.number: this is missing",
        ),
        (
            {"slug": "A B", "title": "", "year": 1},
            "slug: small letters from a to z, digits and single hyphens alone can be here, as in all-of-us-are-dead; "
            "title: this is empty; year: this has to be 1800 or more",
        ),
        (
            {"episodes": [{}, {}, {}]},
            "episodes.2.season: this is missing (and 1 more)",
        ),
        ({"episodes": [{"season": 1, "number": 1, "airdate": []}]}, "episodes.0.airdate: this is not a date such as "),
        ({"episodes": [{"season": 1, "number": 1, "airdate": 1.5}]}, "episodes.0.airdate: this is not a date such as "),
        ({"episodes": [{"season": 1, "number": 1}] * 2}, "season 1 episode 1 is there twice"),
        (
            {"moments": [{"key": "k", "title": "T", "season": 1, "episode": 1, "status": "x"}]},
            "published, proposed, ret",
        ),
        ({"moments": [{"key": "k", "title": "T", "season": 2, "episode": 1}]}, "moment 'k' is in season 2 episode 1"),
        ({"slug": "new"}, "'new' cannot be the address of a series"),
    ],
)
def test_what_is_wrong_with_a_series_file_is_said_in_words_of_our_own(mistake: dict[str, object], reason: str) -> None:
    with pytest.raises(SeriesFileRefused) as refused:
        read_contents(json.dumps(SERIES | mistake).encode())
    assert reason in str(refused.value)
    assert not PYDANTICS_OWN.search(str(refused.value))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", '{"format": "ranker.series/1",\n "slug" "x"}', "this JSON breaks at line 2, column 9"),
        ("a", '{"format": "ranker.series/1",\n "slug" "x"}', "this JSON breaks at line 2, column 9"),
        ("a.json", '[{"season": 1},\n\n {"season"]', "this JSON breaks at line 3, column 11"),
        ("a.JSON", '"slug": "x"}', "this JSON begins with neither { nor ["),
        ("a.json", "season,number\n1,1", "this JSON begins with neither { nor ["),
        ("a.csv", '"slug": "x"}', "The first line has to name the columns"),
        ("", "x", "The first line has to name the columns"),
    ],
)
def test_a_broken_file_is_told_of_as_what_it_was_meant_to_be(name: str, content: str, words: str) -> None:
    with pytest.raises(SeriesFileRefused) as refused:
        read_contents(content.encode(), name)
    assert words in str(refused.value)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_series_may_have_a_mark_in_front_and_breaks_where_it_does(mark: str) -> None:
    assert read_series((mark + json.dumps(SERIES)).encode()).slug == "x"
    with pytest.raises(SeriesFileRefused, match="this JSON breaks at line 1, column 2"):
        read_series(f"{mark}{{x".encode())
    with pytest.raises(SeriesFileRefused, match="this file is empty"):
        read_series(mark.encode())


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_a_table_may_have_commas_or_semicolons_and_a_mark_in_front(mark: str, separator: str) -> None:
    lines = (("Season", "Number", "Title"), ("1", "1", '"Tea, and; more"'))
    contents = read_contents((mark + "\r\n".join(separator.join(line) for line in lines)).encode())
    assert [entry.value.title for entry in contents.episodes] == ["Tea, and; more"]
