"""Looking for rows of a ranking and of a pool: by words, and by season."""

from __future__ import annotations

from ranker.domain.clearance import EpisodeCode
from ranker.domain.finding import outside, plain, seasons_of, unnamed
from ranker.domain.values import LockedMoment, Moment, Standing, VisibleMoment


def rows(*moments: Moment) -> list[Standing]:
    return [Standing(rank, moment, 0.5, 0.1, 3) for rank, moment in enumerate(moments, 1)]


def visible(title: str, season: int) -> VisibleMoment:
    return VisibleMoment(f"id of {title}", title, "", EpisodeCode(season, season, 1))


ROWS = rows(
    visible("The Café Scene", 1),
    LockedMoment(EpisodeCode(3, 2, 1), "A scene with a teaser"),
    visible("A scene on the roof", 2),
)


def test_everything_is_looked_for_when_nothing_is_asked() -> None:
    assert outside(ROWS, "", None) == frozenset()
    assert outside(ROWS, "  ", None) == frozenset()


def test_all_words_have_to_be_in_the_title_in_any_order_without_capitals_and_accents() -> None:
    assert outside(ROWS, "SCENE cafe", None) == {1, 2}
    assert outside(ROWS, "sçene", None) == {1}
    assert outside(ROWS, "scene zebra", None) == {0, 1, 2}


def test_a_locked_row_is_never_found_by_words_not_even_by_those_of_its_teaser() -> None:
    assert 1 in outside(ROWS, "teaser", None)


def test_a_locked_row_follows_the_season() -> None:
    assert outside(ROWS, "", 2) == {0}
    assert outside(ROWS, "roof", 1) == {0, 1, 2}


def test_in_a_pool_the_code_of_an_episode_finds_its_moments_too() -> None:
    pool = [visible("The Café Scene", 1), visible("A scene on the roof", 2)]
    assert unnamed(pool, "") == frozenset()
    assert unnamed(pool, "cafe scene") == {1}
    assert unnamed(pool, "scene s2") == {0}
    assert unnamed(pool, "zebra") == {0, 1}


def test_only_seasons_that_have_rows_are_offered() -> None:
    assert seasons_of(ROWS) == (1, 2)
    assert seasons_of([]) == ()


def test_letters_that_are_composed_of_several_are_compared_by_their_parts() -> None:
    assert plain("학교") in plain("지금 우리 학교는")
    assert plain("e\u0301clair") == plain("éclair") == "eclair"
