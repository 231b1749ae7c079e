"""Rankings side by side: who disagrees with whom, and by how much."""

from ranker.domain.clearance import EpisodeCode, Method, View
from ranker.domain.comparison import compare
from ranker.domain.values import LockedMoment, Moment, Ranking, SeriesCard, Standing, VisibleMoment

CARD = SeriesCard("s", "S", None, None, None, 10, 4)
ONE = EpisodeCode(1, 1, 1)
FAIR, CLASSIC, FIRST = Method


def moment(name: str) -> VisibleMoment:
    return VisibleMoment(name, name.upper(), "", ONE)


def ranking(method: Method, lists: int, *rows: tuple[Moment, int | None]) -> Ranking:
    standings = tuple(Standing(rank, moment, 0.5, None, lists) for moment, rank in rows)
    return Ranking(CARD, View.SEALED, method, 4, lists, standings)


def test_the_widest_disagreement_comes_first_and_the_best_rank_is_known() -> None:
    a, b, c = map(moment, "abc")
    comparison = compare(
        {
            FAIR: ranking(FAIR, 9, (a, 1), (b, 2), (c, 3)),
            CLASSIC: ranking(CLASSIC, 9, (c, 1), (a, 2), (b, 3)),
            FIRST: ranking(FIRST, 4, (a, 1), (b, 2), (c, 3)),
        }
    )
    assert [row.moment for row in comparison.rows] == [c, a, b]
    assert (comparison.rows[0].best, comparison.rows[0].spread) == (1, 2)
    assert [row.spread for row in comparison.rows] == [2, 1, 1]
    assert comparison.lists == {FAIR: 9, CLASSIC: 9, FIRST: 4}
    assert not comparison.agreed


def test_a_method_without_lists_has_no_say() -> None:
    a, b = map(moment, "ab")
    both = {FAIR: ranking(FAIR, 1, (a, 1), (b, 2)), FIRST: ranking(FIRST, 0, (a, None), (b, None))}
    comparison = compare(both)
    assert [dict(row.ranks) for row in comparison.rows] == [{FAIR: 1}, {FAIR: 2}]
    assert comparison.agreed
    assert comparison.decided


def test_locked_moments_are_left_out() -> None:
    a = moment("a")
    comparison = compare({FAIR: ranking(FAIR, 1, (a, 2), (LockedMoment(ONE, "A teaser"), 1))})
    assert [row.moment for row in comparison.rows] == [a]


def test_without_lists_nothing_is_decided() -> None:
    comparison = compare({FAIR: ranking(FAIR, 0, (moment("a"), None))})
    assert not comparison.decided
    assert comparison.rows[0].spread == 0
