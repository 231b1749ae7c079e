"""The definitions of DESIGN.md section 4, read off the ballots one by one in exact fractions; slow and obvious."""

from fractions import Fraction
from math import sqrt

from ranker.domain.ballot import Ballot
from tests.domain.strategies import Poll


def offer(poll: Poll, ballot: Ballot) -> set[int]:
    known = poll.catalogue
    moments = zip(known.ids.tolist(), known.labels.tolist(), known.editions.tolist(), strict=True)
    return {moment for moment, label, edition in moments if label <= ballot.progress and edition <= ballot.edition}


def entries(poll: Poll, ballot: Ballot) -> list[int]:
    offered = offer(poll, ballot)
    return [moment for moment in ballot.order if moment in offered]


def prefers(poll: Poll, ballot: Ballot, one: int, other: int) -> bool:
    ranked = entries(poll, ballot)
    return one in ranked and (other not in ranked or ranked.index(one) < ranked.index(other))


def duel(poll: Poll, one: int, other: int) -> tuple[int, int, int]:
    """Ballots offered both, those that prefer the one, those that prefer the other."""
    judges = [ballot for ballot in poll.ballots if {one, other} <= offer(poll, ballot)]
    wins = sum(prefers(poll, ballot, one, other) for ballot in judges)
    losses = sum(prefers(poll, ballot, other, one) for ballot in judges)
    return len(judges), wins, losses


def fair_score(poll: Poll, moment: int, among: list[int], tau: Fraction) -> Fraction:
    others = [other for other in among if other != moment]
    return sum((_preference(poll, moment, other, tau) for other in others), Fraction(0)) / len(others)


def _preference(poll: Poll, moment: int, other: int, tau: Fraction) -> Fraction:
    offered, wins, losses = duel(poll, moment, other)
    if offered + tau == 0:
        return Fraction(1, 2)
    return Fraction(1, 2) + (wins - losses) / (2 * (offered + tau))


def fair_margin(poll: Poll, moment: int, among: list[int]) -> float:
    others = [other for other in among if other != moment]
    return 1.96 * sum(_deviation(poll, moment, other) for other in others) / len(others)


def _deviation(poll: Poll, moment: int, other: int) -> float:
    offered, wins, losses = duel(poll, moment, other)
    if offered == 0:
        return 0.0
    decided, lead = Fraction(wins + losses, offered), Fraction(wins - losses, offered)
    return sqrt((decided - lead**2) / (4 * offered))


def averaged_borda(poll: Poll, moment: int) -> Fraction:
    """N−r points at rank r of N, the unranked sharing what is left equally, summed over the ballots."""
    size = len(poll.catalogue.ids)
    points = (_averaged_points(entries(poll, ballot), moment, size) for ballot in poll.ballots)
    return sum(points, Fraction(0))


def _averaged_points(ranked: list[int], moment: int, size: int) -> Fraction:
    if moment in ranked:
        return Fraction(size - 1 - ranked.index(moment))
    left_over = range(size - len(ranked))
    return Fraction(sum(left_over), len(left_over))


def classic_points(poll: Poll, moment: int, among: list[int], size: int) -> int:
    points = 0
    for ballot in poll.ballots:
        ranked = [entry for entry in entries(poll, ballot) if entry in among]
        points += size - ranked.index(moment) if moment in ranked else 0
    return points


def cut(poll: Poll, ballot: Ballot, horizon: int) -> Ballot:
    """The ballot as its owner would have saved it at the horizon."""
    label_of = dict(zip(poll.catalogue.ids.tolist(), poll.catalogue.labels.tolist(), strict=True))
    seen = tuple(moment for moment in entries(poll, ballot) if label_of[moment] <= horizon)
    return Ballot(min(ballot.progress, horizon), ballot.edition, seen)
