"""When a report moves a moment at once, and which titles are alike."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.finding import MOST_ALIKE, alike, telling_words
from ranker.domain.from_fans import MOVED_BY_ONE, MOVED_IN_A_SERIES, PAUSE, YOUNG, Reporter, moves_at_once

TRUSTED = Reporter(dt.timedelta(days=365), 0, None)
SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True)
class Titled:
    title: str


@pytest.mark.parametrize(
    ("changes", "moves"),
    [
        ({}, True),
        ({"age": YOUNG - SECOND}, False),
        ({"age": YOUNG}, True),
        ({"moved": MOVED_BY_ONE - 1}, True),
        ({"moved": MOVED_BY_ONE}, False),
        ({"since_reverted": PAUSE - SECOND}, False),
        ({"since_reverted": PAUSE}, True),
    ],
)
def test_a_report_moves_a_moment_at_once_while_its_author_may_be_trusted(
    changes: dict[str, object], moves: bool
) -> None:
    assert moves_at_once(replace(TRUSTED, **changes), False, 0) is moves  # type: ignore[arg-type]


def test_no_report_moves_what_is_settled_or_one_too_many_in_a_series() -> None:
    assert not moves_at_once(TRUSTED, True, 0)
    assert moves_at_once(TRUSTED, False, MOVED_IN_A_SERIES - 1)
    assert not moves_at_once(TRUSTED, False, MOVED_IN_A_SERIES)


@pytest.mark.parametrize(
    ("title", "other", "found"),
    [
        ("The Red Wedding", "red wedding", True),
        ("L'étoile filante", "ETOILE  filante!", True),
        ("Ned's head", "The head of Ned", True),
        ("The wall falls", "The wall", True),
        ("The wall", "The tower", False),
        ("The lamp goes out", "The boat sinks", False),
        ("지금 우리 학교", "우리 학교", True),
        ("The", "the", True),
        ("", "The wall", False),
        ("?!", "?!", False),
    ],
)
def test_titles_are_alike_when_they_share_half_of_their_telling_words(title: str, other: str, found: bool) -> None:
    assert bool(alike(title, [Titled(other)])) is found


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=12))
def test_what_is_alike_is_among_what_was_looked_at_and_the_same_title_comes_first(
    title: str, others: list[str]
) -> None:
    moments = [Titled(other) for other in [*others, title]]
    found = alike(title, moments)
    assert len(found) <= MOST_ALIKE
    assert set(found) <= set(moments)
    if telling_words(title):
        assert telling_words(found[0].title) == telling_words(title)
