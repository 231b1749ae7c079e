"""Files of what was watched: each site's is read as it gives it, and no bytes at all break anything."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.clearance import EpisodeCode
from ranker.domain.watched import Reach, WatchedShow, reach_of, same_year
from ranker.exchange import watched
from ranker.exchange.watched import WatchedFileRefused, read_watched

CODES = {n: EpisodeCode(n, *code) for n, code in enumerate(((1, 1), (1, 2), (1, 3), (2, 1), (2, 2)), 1)}
SHOW = {"title": "Friends", "year": 1994, "ids": {"trakt": 1657, "slug": "friends", "imdb": "tt0108778", "tvdb": 79168}}
YAMTRACK = (
    '"media_id","source","media_type","title","image","season_number","episode_number","score","progress","status",'
    '"start_date","end_date","notes","progress_changed"\n'
    '"1668","tmdb","tv","Friends","x","","","","24","In progress","2024-02-09","2024-02-09","","2024-02-09T12:00:00Z"\n'
    '"10494","tmdb","movie","Perfect Blue","x","","","9.0","1","Completed","","2024-02-09","","2024-02-09T15:30:00Z"\n'
    '"1668","tmdb","season","Friends","x","1","","8.0","24","Completed","2024-02-09","2024-02-09","",""\n'
    '"1668","tmdb","episode","Friends","x","1","2","","","","","2024-02-09","","2024-02-09T12:00:00Z"\n'
    '"1668","tmdb","episode","Friends","x","1","1","","","","","2024-02-09","","2024-02-09T12:00:00Z"\n'
)


def play(season: object, number: object, show: object = SHOW) -> dict[str, Any]:
    episode = {"season": season, "number": number, "title": "The One", "ids": {"trakt": 1}}
    return {
        "id": 1,
        "watched_at": "2014-03-31T09:28:53.000Z",
        "action": "watch",
        "type": "episode",
        "episode": episode,
    } | {"show": show}


def mark(season: int, number: int, kind: int = 0) -> dict[str, Any]:
    links = {"self": {"href": "x"}, "show": {"href": "https://api.tvmaze.com/shows/431", "name": "Friends"}}
    episode = {"id": 40646, "name": "The One", "season": season, "number": number, "_links": links}
    return {"episode_id": 40646, "marked_at": 1700000000, "type": kind, "_embedded": {"episode": episode}}


def as_json(rows: object) -> bytes:
    return json.dumps(rows).encode()


def as_zip(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"friend/watched/{name.replace('_', '-')}.json", content)
    return out.getvalue()


def friends(*episodes: tuple[int, int], year: int | None = None) -> tuple[WatchedShow, ...]:
    return (WatchedShow("Friends", year, frozenset(episodes)),)


def test_traks_history_is_read_with_its_movies_and_specials_left_out() -> None:
    movie = {"type": "movie", "watched_at": "x", "movie": {"title": "Friends", "year": 1994}}
    content = as_json([play(1, 1), movie, play(1, 2), play(1, 1), play(0, 1)])
    assert read_watched([content]) == friends((1, 1), (1, 2), year=1994)


def test_trakts_watched_shows_are_read_where_they_have_seasons() -> None:
    seasons = [{"number": 1, "episodes": [{"number": 1, "plays": 1}, {"number": 2, "plays": 3}]}]
    shows = [{"plays": 4, "last_watched_at": "x", "show": SHOW, "seasons": seasons}]
    assert read_watched([as_json(shows)]) == friends((1, 1), (1, 2), year=1994)
    with pytest.raises(WatchedFileRefused, match="watched-history"):
        read_watched([as_json([{"plays": 4, "show": SHOW}])])


def test_trakts_zip_is_read_as_it_is_and_so_are_several_of_its_files() -> None:
    one, other = as_json([play(1, 1)]), as_json([play(1, 2)])
    aggregates = as_json([{"plays": 4, "show": SHOW}])
    whole = as_zip(watched_history_1=one, watched_history_2=other, watched_shows=aggregates, ratings_shows=b"{")
    assert read_watched([whole]) == read_watched([one, other]) == friends((1, 1), (1, 2), year=1994)


def test_a_zip_is_not_unpacked_beyond_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "LARGEST", 10_000)
    with pytest.raises(WatchedFileRefused, match="unpacks to more"):
        read_watched([as_zip(watched_history=b" " * 10_001)])
    with pytest.raises(WatchedFileRefused, match="too large"):
        read_watched([b" " * 10_001])


def test_tvmazes_marks_are_read_where_they_say_watched() -> None:
    assert read_watched([as_json([mark(1, 1), mark(1, 2, kind=1), mark(1, 3, kind=2)])]) == friends((1, 1))
    with pytest.raises(WatchedFileRefused, match="embed=episode"):
        read_watched([as_json([{"episode_id": 1, "marked_at": 0, "type": 0}])])


def test_yamtracks_table_is_read() -> None:
    assert read_watched([YAMTRACK.encode()]) == friends((1, 1), (1, 2))


def test_two_shows_of_one_title_stay_two() -> None:
    other = {"title": "Friends", "year": 2021, "ids": {"trakt": 2}}
    assert len(read_watched([as_json([play(1, 1), play(1, 2, other)])])) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "none of them"),
        (b"title,season\n", "none of them"),
        (b"\xff\xfe\0", "none of them"),
        (b"{}", "none of them"),
        (b'[{"a": 1}]', "none of them"),
        (b"[", "cannot be read"),
        (b"[" * 10_000, "cannot be read"),
        (b"PK\x03\x04 and no zip", "cannot be unpacked"),
        (as_zip(ratings=b"[]"), "no watched-history files"),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_reason(content: bytes, words: str) -> None:
    with pytest.raises(WatchedFileRefused, match=words):
        read_watched([content])


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from([SHOW, {"season": 1}])
NAMES = st.sampled_from(
    [
        "show",
        "episode",
        "seasons",
        "episodes",
        "number",
        "season",
        "title",
        "year",
        "ids",
        "type",
        "_embedded",
        "_links",
        "episode_id",
        "name",
        "movie",
    ]
)
ROWS = st.lists(
    st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4)),
    max_size=4,
)


@given(st.binary(max_size=200) | ROWS.map(as_json) | st.binary(max_size=60).map(lambda some: as_zip()[:8] + some))
def test_any_bytes_are_shows_or_refused(content: bytes) -> None:
    try:
        shows = read_watched([content])
    except WatchedFileRefused:
        return
    assert all(show.title and show.episodes for show in shows)


@given(st.text('"\n,a1', max_size=60))
def test_any_table_is_shows_or_refused(rows: str) -> None:
    try:
        read_watched([f"media_type,title,season_number,episode_number\n{rows}".encode()])
    except WatchedFileRefused:
        return


def test_a_file_leads_to_the_last_episode_before_the_first_gap() -> None:
    assert reach_of(CODES, frozenset({(1, 1), (1, 2), (1, 3), (2, 1)})) == Reach(4, None, 0)
    assert reach_of(CODES, frozenset({(1, 1), (1, 3), (2, 2)})) == Reach(1, CODES[2], 2)
    assert reach_of(CODES, frozenset({(2, 1)})) == Reach(0, CODES[1], 1)
    assert reach_of(CODES, frozenset({(9, 9)})) == Reach(0, None, 0)


@given(st.frozensets(st.tuples(st.integers(1, 3), st.integers(1, 4))))
def test_nothing_up_to_where_a_file_leads_is_unwatched(episodes: frozenset[tuple[int, int]]) -> None:
    reach = reach_of(CODES, episodes)
    assert all((CODES[n].season, CODES[n].number) in episodes for n in range(1, reach.position + 1))
    following = CODES.get(reach.position + 1)
    assert following is None or (following.season, following.number) not in episodes


def test_years_that_differ_by_one_may_be_of_one_show() -> None:
    assert same_year(2021, 2022)
    assert same_year(None, 2022)
    assert not same_year(2003, 2022)
