"""Where the lines of the bump chart run."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ranker.domain.clearance import EpisodeCode, Method
from ranker.domain.paths import Path, Paths
from ranker.domain.values import SeriesCard, VisibleMoment
from ranker.web.bump import Chart, chart_alone, chart_of

Shown = tuple[Paths, list[Path]]


@st.composite
def shown_paths(draw: DrawFn) -> Shown:
    """Some paths, each with a rank now and here and there before, through any number of seasons."""
    seasons = draw(st.lists(st.integers(1, 12), min_size=1, max_size=9))
    codes = [(season, number) for season, count in enumerate(seasons, 1) for number in range(1, count + 1)]
    episodes = tuple(EpisodeCode(position, *code) for position, code in enumerate(codes, 1))
    ranks = st.none() | st.integers(1, 400)
    paths = [
        Path(
            VisibleMoment(f"{number:012x}", "A title", "", episodes[0]),
            (*draw(st.lists(ranks, min_size=len(episodes) - 1, max_size=len(episodes) - 1)), draw(st.integers(1, 400))),
        )
        for number in range(draw(st.integers(1, 12)))
    ]
    paths.sort(key=lambda path: path.now or 0)
    return Paths(SeriesCard("s", "S", None, None, None, 10, len(episodes)), Method.FAIR, episodes, tuple(paths)), paths


def coordinates(drawn: str) -> list[int]:
    return [int(number) for number in re.findall(r"-?\d+", drawn)]


@given(shown_paths())
def test_nothing_is_drawn_outside(shown: Shown) -> None:
    paths, chosen = shown
    for chart in (chart_of(paths, chosen), chart_alone(paths, chosen[0])):
        for line in chart.lines:
            assert all(0 <= number <= 1_000 for number in coordinates(line.curve) + coordinates(line.points))
        for tick in (*chart.ranks, *chart.episodes, *chart.seasons):
            assert 0 <= tick.at <= 100


@given(shown_paths())
def test_a_better_rank_stands_higher_and_the_same_rank_at_the_same_height(shown: Shown) -> None:
    paths, chosen = shown
    chart = chart_of(paths, chosen)
    heights: dict[int, set[int]] = {}
    for line in chart.lines:
        dots = [tuple(map(int, dot)) for dot in re.findall(r"M(\d+) (\d+)h0", line.points)]
        for rank, (_, y) in zip((rank for rank in line.path.ranks if rank), dots, strict=False):
            heights.setdefault(rank, set()).add(y)
    assert all(len(found) == 1 for found in heights.values())
    told = [min(heights[rank]) for rank in sorted(heights)]
    assert told == sorted(told)


@given(shown_paths())
def test_every_line_ends_at_its_label(shown: Shown) -> None:
    paths, chosen = shown
    lines = chart_of(paths, chosen).lines
    for place, line in enumerate(lines):
        assert line.path is chosen[place]
        last = re.search(r"(?:C[\d ]+ (\d+) (\d+)|H1000)$", line.curve)
        assert last is not None
        if last[1]:
            assert abs(int(last[2]) - (place + 0.5) / len(lines) * 1_000) <= 1


@given(shown_paths())
def test_the_labels_of_the_episodes_find_room(shown: Shown) -> None:
    paths, chosen = shown
    chart: Chart = chart_of(paths, chosen)
    for ticks, most in ((chart.episodes, 16), (chart.seasons, 9)):
        assert len(ticks) <= most
        assert sum(not tick.spare for tick in ticks) <= 9


def test_a_hundred_episodes_of_one_season_are_numbered_by_tens() -> None:
    episodes = tuple(EpisodeCode(position, 1, position) for position in range(1, 101))
    path = Path(VisibleMoment("0" * 12, "A title", "", episodes[0]), (1,) * 100)
    paths = Paths(SeriesCard("s", "S", None, None, None, 10, 100), Method.FAIR, episodes, (path,))
    words = [tick.words for tick in chart_of(paths, [path]).episodes]
    assert words == ["E1", *(f"E{number}" for number in range(10, 101, 10))]
