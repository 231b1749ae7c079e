from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.ballot import Ballot
from ranker.domain.borda import (
    INDIFFERENCE,
    classic,
    classic_at_every_horizon,
    competition_ranks,
    fair,
    fair_at_every_horizon,
)
from ranker.domain.tally import Catalogue
from tests.domain import oracle
from tests.domain.strategies import (
    EDITIONS,
    EPISODES,
    Poll,
    ballots,
    catalogue_of,
    horizons,
    polls,
    polls_offered_everything,
    taus,
)

ROUNDING = 2.0**-47


def same_bits(one: np.ndarray, other: np.ndarray) -> bool:
    return one.dtype == other.dtype and one.tobytes() == other.tobytes()


@given(polls(least_moments=2), taus, horizons)
def test_a_fair_score_is_the_mean_of_its_duels(poll: Poll, tau: float, horizon: int) -> None:
    among = poll.seen_at(horizon)
    ids = poll.catalogue.ids[among].tolist()
    scores = fair(poll.tally().counts(among), tau)
    if len(ids) > 1:
        exact = [oracle.fair_score(poll, moment, ids, Fraction(tau)) for moment in ids]
        assert all(abs(Fraction(found) - wanted) < ROUNDING for found, wanted in zip(scores.score, exact, strict=True))


@given(polls(least_moments=2))
def test_a_margin_is_the_mean_deviation_of_its_duels(poll: Poll) -> None:
    ids = poll.catalogue.ids.tolist()
    expected = [oracle.fair_margin(poll, moment, ids) for moment in ids]
    assert fair(poll.counts()).margin == pytest.approx(expected, abs=4 * ROUNDING, rel=1e-13)


@given(polls(), taus)
def test_every_horizon_at_once_has_the_bits_of_each_horizon_alone(poll: Poll, tau: float) -> None:
    every = fair_at_every_horizon(poll.counts(), poll.catalogue.labels, EPISODES, tau)
    assert every.score.shape == every.margin.shape == (EPISODES + 1, len(poll.catalogue.ids))
    for horizon in range(EPISODES + 1):
        seen = poll.seen_at(horizon)
        alone = fair(poll.tally().counts(seen), tau)
        assert same_bits(every.score[horizon, seen], alone.score)
        assert same_bits(every.margin[horizon, seen], alone.margin)
        assert same_bits(every.offered[seen], alone.offered)


@given(polls())
def test_every_classic_horizon_at_once_has_the_bits_of_each_alone(poll: Poll) -> None:
    every = classic_at_every_horizon(poll.counts(), poll.catalogue.labels, EPISODES)
    for horizon in range(EPISODES + 1):
        seen = poll.seen_at(horizon)
        assert same_bits(every.score[horizon, seen], classic(poll.tally().counts(seen)).score)


@given(polls(), horizons)
def test_a_moment_beyond_the_horizon_has_no_score(poll: Poll, horizon: int) -> None:
    labels = poll.catalogue.labels
    for every in (
        fair_at_every_horizon(poll.counts(), labels, EPISODES),
        classic_at_every_horizon(poll.counts(), labels, EPISODES),
    ):
        assert np.array_equal(np.isnan(every.score[horizon]), labels > horizon)
        assert np.isnan(every.margin[horizon][labels > horizon]).all()


@given(polls(), taus, horizons)
def test_the_ranking_at_a_horizon_knows_nothing_of_what_lies_beyond(poll: Poll, tau: float, horizon: int) -> None:
    seen = poll.seen_at(horizon)
    purged = Catalogue(poll.catalogue.ids[seen], poll.catalogue.labels[seen], poll.catalogue.editions[seen])
    cut = Poll(purged, tuple(oracle.cut(poll, ballot, horizon) for ballot in poll.ballots))
    for method in (lambda counts: fair(counts, tau), classic):
        whole, sealed = method(poll.tally().counts(seen)), method(cut.counts())
        assert same_bits(whole.score, sealed.score)
        assert same_bits(whole.margin, sealed.margin)
        assert same_bits(whole.offered, sealed.offered)


@given(polls(), taus, st.randoms(use_true_random=False))
def test_a_score_depends_on_neither_names_nor_order_of_the_moments(poll: Poll, tau: float, random: object) -> None:
    known, shuffled = poll.catalogue, poll.everything.tolist()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    names = {moment: 7 * moment + 3 for moment in known.ids.tolist()}
    renamed = Catalogue(7 * known.ids[shuffled] + 3, known.labels[shuffled], known.editions[shuffled])
    ballots = tuple(
        Ballot(ballot.progress, ballot.edition, tuple(names.get(moment, -2) for moment in ballot.order))
        for ballot in poll.ballots
    )
    before, after = fair(poll.counts(), tau), fair(Poll(renamed, ballots).counts(), tau)
    assert same_bits(before.score[shuffled], after.score)
    assert same_bits(before.margin[shuffled], after.margin)


@given(polls_offered_everything())
def test_without_indifference_and_with_full_exposure_it_is_the_averaged_borda_count(poll: Poll) -> None:
    ids = poll.catalogue.ids.tolist()
    points = [oracle.averaged_borda(poll, moment) for moment in ids]
    scores = fair(poll.counts(), tau=0).score
    most = len(poll.ballots) * (len(ids) - 1)
    assert scores == pytest.approx([float(point / most) for point in points], abs=ROUNDING)
    assert competition_ranks(scores).tolist() == [1 + sum(other > point for other in points) for point in points]


FOUR = catalogue_of((1, 1, 1), (2, 1, 1), (3, 1, 1), (4, 1, 1))
THREE = catalogue_of((1, 1, 1), (2, 1, 1), (3, 2, 1))


def test_the_ballots_of_the_small_example_give_their_known_points() -> None:
    poll = Poll(THREE, (Ballot(2, 1, (1, 2, 3)),) * 3 + (Ballot(2, 1, (2, 3, 1)),) * 2)
    assert (fair(poll.counts(), 0).score * 5 * 2).round(9).tolist() == [6, 7, 2]
    pair = poll.tally().counts(np.array([0, 1]))
    assert (fair(pair, 0).score * 5 * 1).round(9).tolist() == [3, 2]


def test_the_ballots_of_the_hundred_voters_give_their_known_points() -> None:
    a, b, c, d = 1, 2, 3, 4
    groups = {(a, b, c, d): 42, (b, c, d, a): 26, (c, d, b, a): 15, (d, c, b, a): 17}
    poll = Poll(FOUR, tuple(Ballot(1, 1, order) for order, count in groups.items() for _ in range(count)))
    assert (fair(poll.counts(), 0).score * 100 * 3).round(9).tolist() == [126, 194, 173, 107]


def test_a_moment_published_later_does_not_lose_to_the_entries_of_earlier_ballots() -> None:
    first, late = (1, 1, 1), (2, 1, 2)
    poll = Poll(catalogue_of(first, late), (Ballot(9, 1, (1,)),) * 50)
    assert classic(poll.counts()).score.tolist() == [500, 0]
    assert fair(poll.counts()).score.tolist() == [0.5, 0.5]


@given(polls(least_moments=2), taus)
def test_ballots_that_were_not_offered_a_moment_do_not_move_its_score(poll: Poll, tau: float) -> None:
    for index, moment in enumerate(poll.catalogue.ids.tolist()):
        judges = tuple(ballot for ballot in poll.ballots if moment in oracle.offer(poll, ballot))
        judged = fair(poll.among(judges).counts(), tau)
        assert fair(poll.counts(), tau).score[index] == judged.score[index]


@given(polls(least_moments=1))
def test_empty_ballots_are_indifferent(poll: Poll) -> None:
    blank = poll.among(tuple(Ballot(ballot.progress, ballot.edition, ()) for ballot in poll.ballots))
    scores = fair(blank.counts())
    assert (scores.score == 0.5).all()
    assert (scores.margin == 0).all()
    assert (classic(blank.counts()).score == 0).all()


@given(polls(least_moments=2), st.data())
def test_an_empty_ballot_weakens_every_duel_it_was_offered_and_decides_none(poll: Poll, data: st.DataObject) -> None:
    blank = Ballot(data.draw(ballots(poll.catalogue)).progress, EDITIONS, ())
    before, after = poll.counts(), poll.among((*poll.ballots, blank)).counts()
    seen = poll.catalogue.labels <= blank.progress
    assert np.array_equal(before.wins, after.wins)
    assert np.array_equal(after.offered - before.offered, np.outer(seen, seen))


def test_a_moment_alone_scores_one_half() -> None:
    poll = Poll(catalogue_of((1, 1, 1)), (Ballot(1, 1, (1,)),))
    scores = fair(poll.counts())
    assert (scores.score.tolist(), scores.margin.tolist(), scores.offered.tolist()) == ([0.5], [0.0], [1])


def test_a_pair_nobody_was_offered_scores_one_half_without_indifference() -> None:
    assert fair(Poll(FOUR, ()).counts(), tau=0).score.tolist() == [0.5] * 4


def test_five_indifferent_ballots_stand_against_a_first_vote() -> None:
    poll = Poll(catalogue_of((1, 1, 1), (2, 1, 1)), (Ballot(1, 1, (1,)),))
    assert fair(poll.counts(), INDIFFERENCE).score == pytest.approx([7 / 12, 5 / 12])


@given(polls(), horizons, st.integers(8, 12))
def test_classic_points_follow_the_places_among_the_ranked_moments(poll: Poll, horizon: int, size: int) -> None:
    among = poll.seen_at(horizon)
    ids = poll.catalogue.ids[among].tolist()
    expected = [oracle.classic_points(poll, moment, ids, size) for moment in ids]
    scores = classic(poll.tally().counts(among), size)
    assert scores.score.tolist() == expected
    assert np.isnan(scores.margin).all()


def test_equal_scores_share_a_rank_and_the_next_rank_is_left_out() -> None:
    assert competition_ranks(np.array([0.5, 0.9, 0.5, 0.1])).tolist() == [2, 1, 2, 4]
    assert competition_ranks(np.zeros(0)).tolist() == []


def test_scores_equal_to_nine_decimals_are_tied() -> None:
    assert competition_ranks(np.array([0.3, 0.1 + 0.2, 0.3 + 1e-8])).tolist() == [2, 2, 1]


@given(st.lists(st.integers(0, 6)))
def test_a_rank_is_one_more_than_the_number_of_better_scores(scores: list[int]) -> None:
    expected = [1 + sum(other > score for other in scores) for score in scores]
    assert competition_ranks(np.array(scores, np.float64)).tolist() == expected
