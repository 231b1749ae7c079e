from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.duels import Duel, DuelCounts, Outcome, circle, condorcet_winner, smith_set
from tests.domain import oracle
from tests.domain.strategies import Poll, polls

Z = Fraction(196, 100)


@st.composite
def duels(draw: st.DrawFn, least: int = 0) -> Duel:
    wins, losses, neither = (draw(st.integers(0, 400)) for _ in range(3))
    return Duel(wins + losses + neither + least, wins + least, losses)


@st.composite
def majorities(draw: st.DrawFn, least: int = 1) -> np.ndarray:
    """Who beats whom among up to seven moments, draws included."""
    size = draw(st.integers(least, 7))
    beats = np.zeros((size, size), np.bool_)
    for one, other in combinations(range(size), 2):
        result = draw(st.sampled_from((1, 0, -1)))
        beats[one, other], beats[other, one] = result == 1, result == -1
    return beats


@given(polls())
def test_a_duel_is_judged_by_the_ballots_that_could_choose_both(poll: Poll) -> None:
    ids = poll.catalogue.ids.tolist()
    rows = DuelCounts.among(poll.counts()).rows()
    for one, other in combinations(range(len(ids)), 2):
        expected = Duel(*oracle.duel(poll, ids[one], ids[other]))
        assert rows[one][other] == expected
        assert rows[other][one] == expected.reversed


@given(polls(), st.data())
def test_some_duels_are_that_part_of_all_duels(poll: Poll, data: st.DataObject) -> None:
    every = DuelCounts.among(poll.counts())
    indices = st.lists(st.integers(0, len(poll.catalogue.ids)), max_size=4)
    rows, columns = data.draw(indices), data.draw(indices)
    whole = every.rows()
    assert every.part(rows, columns).rows() == [[whole[row][column] for column in columns] for row in rows]


@given(polls())
def test_a_moment_nobody_knows_has_fought_no_duel(poll: Poll) -> None:
    every = DuelCounts.among(poll.counts()).rows()
    assert {duel for row in every for duel in (row[-1],)} | set(every[-1]) == {Duel(0, 0, 0)}


@given(polls())
def test_who_beats_whom_is_the_majority_of_those_who_decide(poll: Poll) -> None:
    counts = DuelCounts.among(poll.counts())
    for row, beaten in zip(counts.rows(), counts.beats.tolist(), strict=True):
        assert [duel.outcome is Outcome.WON for duel in row] == beaten


@given(duels())
def test_the_other_side_of_a_duel_is_its_mirror(duel: Duel) -> None:
    mirrored = {Outcome.WON: Outcome.LOST, Outcome.LOST: Outcome.WON}
    assert duel.reversed.outcome is mirrored.get(duel.outcome, duel.outcome)
    assert duel.reversed.share == pytest.approx(1 - duel.share)
    assert duel.reversed.interval == pytest.approx((1 - duel.interval[1], 1 - duel.interval[0]))
    assert duel.reversed.clear == duel.clear
    assert duel.reversed.neither == duel.neither == duel.offered - duel.wins - duel.losses


@given(duels(least=1))
def test_the_interval_holds_what_no_test_would_refuse(duel: Duel) -> None:
    """Wilson's interval by its definition: its ends are where |share − p| is 1.96 standard deviations of p."""
    share = Fraction(duel.wins, duel.decided)
    for end in map(Fraction, duel.interval):
        assert float((share - end) ** 2) == pytest.approx(float(Z**2 * end * (1 - end) / duel.decided), abs=1e-12)
    low, high = duel.interval
    assert 0 <= low <= float(share) <= high <= 1


def test_the_interval_covers_the_truth_nine_times_in_ten_and_more_with_few_ballots() -> None:
    for ballots in (10, 20, 40):
        for truth in (0.3, 0.5, 0.6):
            chance = sum(
                comb(ballots, wins) * truth**wins * (1 - truth) ** (ballots - wins)
                for wins in range(ballots + 1)
                if Duel(ballots, wins, ballots - wins).interval[0]
                <= truth
                <= Duel(ballots, wins, ballots - wins).interval[1]
            )
            assert chance > 0.92


def test_a_duel_that_nobody_decides_is_open() -> None:
    duel = Duel(7, 0, 0)
    assert (duel.outcome, duel.share, duel.interval, duel.neither) == (Outcome.OPEN, 0.5, (0.0, 1.0), 7)
    assert not duel.clear
    assert Duel(9, 3, 3).outcome is Outcome.TIED


def test_a_few_ballots_are_no_clear_win_and_many_are() -> None:
    assert not Duel(5, 3, 2).clear
    assert Duel(60, 41, 19).clear
    assert [round(100 * end) for end in Duel(60, 41, 19).interval] == [56, 79]


@given(majorities())
def test_the_condorcet_winner_beats_every_other_moment(beats: np.ndarray) -> None:
    size = len(beats)
    winners = [one for one in range(size) if all(beats[one, other] for other in range(size) if other != one)]
    assert condorcet_winner(beats) == (winners[0] if winners and size > 1 else None)


@given(majorities())
def test_the_smith_set_is_the_smallest_that_beats_all_outside(beats: np.ndarray) -> None:
    everything = range(len(beats))
    dominating = (
        set(some)
        for size in range(1, len(beats) + 1)
        for some in combinations(everything, size)
        if all(beats[one, other] for one in some for other in everything if other not in some)
    )
    assert set(smith_set(beats)) == next(dominating)


@given(majorities(least=2))
def test_a_smith_set_of_one_is_the_condorcet_winner(beats: np.ndarray) -> None:
    winner = condorcet_winner(beats)
    assert (smith_set(beats) == [winner]) == (winner is not None)


@given(majorities())
def test_a_circle_is_three_moments_that_beat_each_other_in_turn(beats: np.ndarray) -> None:
    found = circle(beats, range(len(beats)))
    if found is None:
        product = beats.astype(int)
        assert np.trace(product @ product @ product) == 0
    else:
        one, other, third = found
        assert beats[one, other]
        assert beats[other, third]
        assert beats[third, one]


def test_known_answers() -> None:
    """a>b>c three times and b>c>a twice: a beats both. With one list more, a circle: a>b>c, b>c>a, c>a>b."""
    wins = np.array([[0, 3, 3], [2, 0, 5], [2, 0, 0]])
    assert condorcet_winner(wins > wins.T) == 0
    round_and_round = np.array([[0, 2, 1], [1, 0, 2], [2, 1, 0]])
    assert condorcet_winner(round_and_round > round_and_round.T) is None
    assert smith_set(round_and_round > round_and_round.T) == [0, 1, 2]
    assert circle(round_and_round > round_and_round.T, (2, 0, 1)) == (2, 0, 1)


def test_without_moments_there_is_nobody_to_win() -> None:
    nobody = np.zeros((0, 0), np.bool_)
    assert condorcet_winner(nobody) is None
    assert smith_set(nobody) == []
    assert condorcet_winner(np.zeros((1, 1), np.bool_)) is None
