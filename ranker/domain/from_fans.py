"""What fans suggest and report: the values a fan gets of their own, and when a report takes effect at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from ranker.domain.clearance import EpisodeCode
from ranker.domain.values import VisibleMoment

# How many of a fan's reports may have moved a moment before somebody has looked at one of them, and how many of
# everybody's in one series: nobody locks a whole series, alone or with friends.
MOVED_BY_ONE = 3
MOVED_IN_A_SERIES = 10
YOUNG = dt.timedelta(days=1)
PAUSE = dt.timedelta(days=30)  # without effect at once, after a report of theirs was reverted


class SuggestionState(StrEnum):
    """What has become of a suggestion."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    MERGED = "merged"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ReportKind(StrEnum):
    """What can be wrong with a moment (the first three), and with a note on one or a fan's name (the others)."""

    EARLY = "early"
    WRONG = "wrong"
    DUPLICATE = "duplicate"
    SPOILS = "spoils"
    UNKIND = "unkind"


WRITTEN_KINDS = (ReportKind.SPOILS, ReportKind.UNKIND)


class ReportState(StrEnum):
    """What has become of a report. A reverted one had moved a moment, and the desk moved it back."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    REVERTED = "reverted"


@dataclass(frozen=True, slots=True)
class Reporter:
    """What decides whether a fan's report that a moment is shown too early moves it at once.

    age: of the account. moved: how many of their reports have moved a moment and nobody has looked yet.
    since_reverted: how long ago one was last reverted; None: never.
    """

    age: dt.timedelta
    moved: int
    since_reverted: dt.timedelta | None


def moves_at_once(reporter: Reporter, settled: bool, moved_in_series: int) -> bool:
    """Whether a moment moves before anybody has looked. It does not where the desk has `settled` its episode before."""
    paused = reporter.since_reverted is not None and reporter.since_reverted < PAUSE
    return (
        not settled
        and not paused
        and reporter.age >= YOUNG
        and reporter.moved < MOVED_BY_ONE
        and moved_in_series < MOVED_IN_A_SERIES
    )


@dataclass(frozen=True, slots=True)
class OwnSuggestion:
    """A fan's suggestion as they may read it now.

    While they cannot see the moment it became, it waits for all they know: that moment may lie ahead of them.
    retired: that moment is not ranked any more.
    """

    public_id: str
    title: str
    text: str
    episode: EpisodeCode
    state: SuggestionState
    reason: str | None = None
    moment: VisibleMoment | None = None
    locked = False

    @property
    def retired(self) -> bool:
        return self.state in (SuggestionState.ACCEPTED, SuggestionState.MERGED) and self.moment is None


@dataclass(frozen=True, slots=True)
class LockedSuggestion:
    """A fan's suggestion that they wrote further on than they are now."""

    unlocks: EpisodeCode
    locked = True


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A fan's report on a moment they can see now, or on a note on it; `applied`: it moved the moment at once."""

    kind: ReportKind
    moment: VisibleMoment
    text: str
    state: ReportState
    applied: bool


@dataclass(frozen=True, slots=True)
class OwnNameReport:
    """A fan's report on somebody's name, as they read it then.

    `looked_at` is all they learn of what came of it: a verdict would tell whether the name gives something away.
    """

    kind: ReportKind
    name: str
    text: str
    looked_at: bool
