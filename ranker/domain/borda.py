"""Spoiler-fair Borda and classic Borda, for one horizon or for all of them at once (DESIGN.md, section 4).

Two paths lead to the score of a horizon, and the sealed view promises the same bytes on both. Floating-point
sums depend on the order of their terms, so the term of each pair is rounded once to a whole number of 2**-48
parts and the terms are summed as integers. Integer sums are exact in any order, so that neither the order of
the moments nor the moments beyond the horizon can show in the last digit. The rounding moves a score by less
than 2**-48, far below the nine decimals that decide a rank; sums of up to 2**14 terms stay below 2**62.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ranker.domain.ballot import BALLOT_SIZE
from ranker.domain.tally import Contests, IntArray, PairCounts

FloatArray: TypeAlias = NDArray[np.float64]

INDIFFERENCE = 5.0
CONFIDENCE = 1.96
ONE = 2.0**48
RANK_DECIMALS = 9


@dataclass(frozen=True, eq=False)
class Scores:
    """The standings of m moments before they are ordered: arrays of shape (m,).

    `score` is a fraction 0..1 of the other moments beaten (fair) or a number of points (classic); `margin` is
    the half-width of its 95 % interval in the same unit, NaN where the method has none; `offered` counts the
    ballots that were offered the moment.
    """

    score: FloatArray
    margin: FloatArray
    offered: IntArray


@dataclass(frozen=True, eq=False)
class Horizons:
    """`Scores` at every horizon 0..E: `score` and `margin` are (E+1, m), `offered` is (m,).

    NaN where the moment's label is beyond the horizon.
    """

    score: FloatArray
    margin: FloatArray
    offered: IntArray


def fair(counts: Contests, tau: float = INDIFFERENCE) -> Scores:
    """Each moment against each other, judged only by the ballots that were offered both.

    F(a) = 1/(m-1) · Σ_b [1/2 + (W[a][b] − W[b][a]) / (2·(offered(a,b) + τ))], where `tau` ≥ 0 is a number of
    pseudo-ballots of indifference; a moment alone, and a pair nobody was offered at τ = 0, get 1/2. The
    margin is 1.96·SE, an upper bound. Source: DESIGN.md, section 4.
    """
    size = np.array(len(counts.offered))
    return Scores(
        score=fair_score(counts, tau),
        margin=CONFIDENCE * _mean_over_others(_deviations(counts).sum(axis=1), size, alone=0.0),
        offered=counts.offered.diagonal(),
    )


def fair_score(counts: Contests, tau: float = INDIFFERENCE) -> FloatArray:
    """The score of `fair` alone, for those who have no use for the margins."""
    return _mean_over_others(_preferences(counts, tau).sum(axis=1), np.array(len(counts.offered)), alone=0.5)


def classic(counts: PairCounts, size: int = BALLOT_SIZE) -> Scores:
    """The plain sum of points: `size` for a first place, one less for each place after, 0 where not listed.

    Places are those among the m moments, numbered anew without the others. Lists may for a while be longer than
    `size` (when a moment comes back to a list filled up meanwhile); what that would cost below 0 is not counted.
    """
    points = np.maximum(size * counts.listed - counts.above.sum(axis=0), 0)
    return Scores(
        score=points.astype(np.float64),
        margin=np.full(len(points), np.nan),
        offered=counts.offered.diagonal(),
    )


def fair_at_every_horizon(counts: PairCounts, labels: IntArray, episodes: int, tau: float = INDIFFERENCE) -> Horizons:
    """`fair` among the moments with label ≤ h, for each h in 0..episodes, to the bit; `labels` is (m,)."""
    seen = _seen(labels, episodes)
    sizes = seen.sum(axis=1)[:, None]
    preferences = _running_sums(_preferences(counts, tau), labels, episodes)
    deviations = _running_sums(_deviations(counts), labels, episodes)
    score = _mean_over_others(preferences, sizes, alone=0.5)
    margin = CONFIDENCE * _mean_over_others(deviations, sizes, alone=0.0)
    return Horizons(
        score=np.where(seen, score, np.nan),
        margin=np.where(seen, margin, np.nan),
        offered=counts.offered.diagonal().copy(),  # so that what was counted need not be kept
    )


def classic_at_every_horizon(counts: PairCounts, labels: IntArray, episodes: int, size: int = BALLOT_SIZE) -> Horizons:
    """`classic` among the moments with label ≤ h, for each h in 0..episodes; `labels` is (m,)."""
    points = np.maximum(size * counts.listed - _running_sums(counts.above.T, labels, episodes), 0)
    return Horizons(
        score=np.where(_seen(labels, episodes), points.astype(np.float64), np.nan),
        margin=np.full(points.shape, np.nan),
        offered=counts.offered.diagonal().copy(),  # so that what was counted need not be kept
    )


def competition_ranks(scores: FloatArray) -> IntArray:
    """Ranks 1 2 2 4 of (m,) scores, none of them NaN; more is better, equal to nine decimals is a tie."""
    rounded = np.round(scores, RANK_DECIMALS)
    not_better = np.searchsorted(np.sort(rounded), rounded, side="right")
    return len(scores) - not_better + 1


def ranks_at_every_horizon(horizons: Horizons) -> IntArray:
    """Competition ranks at each horizon, (E+1, m); 0 beyond it, and where no ballot was offered anything yet."""
    ranks = np.zeros(horizons.score.shape, np.int64)
    for row, scores in enumerate(horizons.score):
        seen = np.flatnonzero(~np.isnan(scores))
        if horizons.offered[seen].any():
            ranks[row, seen] = competition_ranks(scores[seen])
    return ranks


def _preferences(counts: Contests, tau: float) -> IntArray:
    lead = counts.wins - counts.wins.T
    weight = counts.offered + tau
    share = np.divide(lead, weight, out=np.zeros(lead.shape), where=weight > 0)
    return _fixed_point(0.5 + 0.5 * share)


def _deviations(counts: Contests) -> IntArray:
    """sqrt((D/n − (M/n)²) / 4n) of each pair; the difference is taken in integers, so never negative."""
    lead = counts.wins - counts.wins.T
    decided = counts.wins + counts.wins.T
    offered = counts.offered.astype(np.float64)
    spread = (decided * counts.offered - lead * lead).astype(np.float64)
    variance = np.divide(spread, 4 * offered * offered * offered, out=np.zeros(lead.shape), where=offered > 0)
    return _fixed_point(np.sqrt(variance))


def _fixed_point(terms: FloatArray) -> IntArray:
    whole = np.rint(terms * ONE).astype(np.int64)
    np.fill_diagonal(whole, 0)
    return whole


def _mean_over_others(sums: IntArray, sizes: IntArray, alone: float) -> FloatArray:
    others = np.broadcast_to(sizes - 1, sums.shape)
    mean: FloatArray = np.divide(sums, ONE * others, out=np.full(sums.shape, alone), where=others > 0)
    return mean


def _seen(labels: IntArray, episodes: int) -> NDArray[np.bool_]:
    return labels <= np.arange(episodes + 1)[:, None]


def _running_sums(terms: IntArray, labels: IntArray, episodes: int) -> IntArray:
    """Row sums of (m, m) terms over the columns with label ≤ h, for every horizon h: (E+1, m)."""
    by_label = np.argsort(labels)
    sums = np.zeros((len(labels) + 1, len(labels)), np.int64)
    np.cumsum(terms.T[by_label], axis=0, out=sums[1:])
    return sums[np.searchsorted(labels[by_label], np.arange(episodes + 1), side="right")]
