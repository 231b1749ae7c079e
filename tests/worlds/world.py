"""A whole database as one frozen value, so that it can be generated, shrunk and turned into its twin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PUBLISHED, RETIRED, PROPOSED = "published", "retired", "proposed"
VIEWER = "viewer"


@dataclass(frozen=True)
class MomentW:
    """A moment; `edition` is None while it is only proposed. `merged_into` is the public id of another.

    picture: what its picture shows, in words; the files are made from that. settled: no report moves it by itself.
    """

    public_id: str
    label: int
    title: str
    description: str = ""
    teaser: str | None = None
    status: str = PUBLISHED
    edition: int | None = 1
    merged_into: str | None = None
    picture: str | None = None
    settled: bool = False


@dataclass(frozen=True)
class SnapshotW:
    """The standings of some days ago: the ranks of each moment (by public id) at horizons 0, 1, …; 0: none."""

    days_ago: int
    method: str
    ranks: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class SeriesW:
    slug: str
    seasons: tuple[int, ...]
    moments: tuple[MomentW, ...] = ()
    episode_titles: tuple[str | None, ...] = ()
    edition: int = 1
    snapshots: tuple[SnapshotW, ...] = ()
    ballot_size: int = 10

    @property
    def episodes(self) -> int:
        return sum(self.seasons)

    def title_at(self, position: int) -> str | None:
        return self.episode_titles[position - 1] if position <= len(self.episode_titles) else None


@dataclass(frozen=True)
class BallotW:
    """A saved list; `order` are public ids. Of a fan's ballots for a series the one with the highest version counts.

    But a held one does not: `held` says why, and in how many days it would (below 0: it is high time).
    """

    progress: int
    edition: int
    version: int
    order: tuple[str, ...]
    past: tuple[tuple[str, ...], ...] = ()
    held: tuple[str, int | None] | None = None


@dataclass(frozen=True)
class NoteW:
    """A sentence on a moment, written when its author stood at `label`."""

    slug: str
    moment: str
    label: int
    text: str
    hidden: bool = False


@dataclass(frozen=True)
class SuggestionW:
    """A moment a fan would like to see ranked, written when they stood at `label`; `moment`: what it became.

    `name` is what its public id is made from, and `order` when it was written.
    """

    slug: str
    name: str
    episode: int
    label: int
    title: str
    text: str
    state: str = "waiting"
    moment: str | None = None
    reason: str | None = None
    order: int = 0


@dataclass(frozen=True)
class ReportW:
    """What a fan said of a moment when they stood at `label`, or of the name of the fan `named`.

    That a fan has made one, and what came of it, is a fact of theirs that twins keep: `moment` is None then. Of the
    others' on names a twin has none at all: nobody is to notice them.
    """

    slug: str
    moment: str | None
    label: int
    kind: str
    text: str
    state: str = "open"
    applied: bool = False
    order: int = 0
    named: str | None = None


@dataclass(frozen=True)
class FanW:
    """`taken`: a name the desk has taken from them, for which they are called as they are."""

    name: str
    progress: Mapping[str, int] = field(default_factory=dict)
    ballots: Mapping[str, tuple[BallotW, ...]] = field(default_factory=dict)
    greeted: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[NoteW, ...] = ()
    shared: Mapping[str, int] = field(default_factory=dict)
    feeds: Mapping[str, int] = field(default_factory=dict)
    suggestions: tuple[SuggestionW, ...] = ()
    reports: tuple[ReportW, ...] = ()
    reveals_singly: bool = False
    taken: str | None = None


@dataclass(frozen=True)
class World:
    """`salt` sets what never may show: internal ids, the order rows were written in, revisions."""

    series: tuple[SeriesW, ...]
    fans: tuple[FanW, ...] = ()
    salt: int = 0


Horizon = Mapping[str, int]
