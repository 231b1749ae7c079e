"""What the story changes: where a moment stood when it came, and where it stands now."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ranker.domain.borda import Horizons, competition_ranks, ranks_at_every_horizon
from ranker.domain.clearance import EpisodeCode, Method
from ranker.domain.paths import Course, Path, Paths, courses_of
from ranker.domain.tally import IntArray
from ranker.domain.values import SeriesCard, VisibleMoment


@st.composite
def rank_tables(draw: DrawFn) -> IntArray:
    """Ranks (episodes, m) of moments that come at some episode; anything may be missing anywhere."""
    episodes, moments = draw(st.integers(0, 5)), draw(st.integers(0, 6))
    rows = st.lists(st.integers(0, 5), min_size=moments, max_size=moments)
    return np.array(draw(st.lists(rows, min_size=episodes, max_size=episodes)), np.int64).reshape(episodes, moments)


@given(rank_tables())
def test_a_course_is_told_among_those_that_were_there(ranks: IntArray) -> None:
    table = ranks.tolist()
    expected: list[Course | None] = []
    for moment in range(ranks.shape[1]):
        came = next((row for row in table if row[moment]), None)
        if came is None or not table[-1][moment]:
            expected.append(None)
            continue
        there = [one for one in range(ranks.shape[1]) if came[one] and table[-1][one]]
        then, now = (1 + sum(row[one] < row[moment] for one in there) for row in (came, table[-1]))
        expected.append(Course(then, now, len(there)))
    assert courses_of(ranks) == expected


def test_nobody_falls_because_somebody_came() -> None:
    assert courses_of(np.array([[1, 0, 0], [2, 1, 0], [3, 1, 2]])) == [
        Course(1, 1, 1),
        Course(1, 1, 2),
        Course(2, 2, 3),
    ]


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([0.1, 0.5, 0.9]), st.integers(0, 2)), max_size=6))
def test_the_ranks_of_a_horizon_are_those_among_what_it_sees(moments: list[tuple[int, float, int]]) -> None:
    labels, scores, offered = (
        (np.array(column) for column in zip(*moments, strict=True)) if moments else [np.zeros(0)] * 3
    )
    rows = np.array([np.where(labels <= horizon, scores, np.nan) for horizon in range(5)])
    ranks = ranks_at_every_horizon(Horizons(rows, rows, offered))
    for horizon in range(5):
        seen = np.flatnonzero(labels <= horizon)
        decided = any(offered[seen])
        expected = np.zeros(len(moments), np.int64)
        expected[seen] = competition_ranks(scores[seen]) if decided else 0
        assert ranks[horizon].tolist() == expected.tolist()


def test_the_furthest_three_are_told() -> None:
    card = SeriesCard("s", "S", None, None, None, 10, 2)
    paths = [
        Path(VisibleMoment(str(then), str(then), "", EpisodeCode(1, 1, 1)), (then, now), Course(then, now, 9))
        for then, now in ((1, 6), (2, 1), (3, 3), (4, 2), (5, 4), (6, 1), (9, 10))
    ]
    told = Paths(card, Method.FAIR, (EpisodeCode(1, 1, 1), EpisodeCode(2, 1, 2)), tuple(paths))
    assert [path.moment.title for path in told.risers] == ["6", "4", "2"]
    assert [path.moment.title for path in told.fallers] == ["1", "9"]
