"""What the gate hands out: frozen values, never rows. A locked moment has no title, text, picture or id to leak."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from ranker.domain.clearance import EpisodeCode, Method, View

EARLY_BELOW = 20


@dataclass(frozen=True, slots=True)
class SeriesCard:
    """What anybody may know of a series."""

    slug: str
    title: str
    year: int | None
    network: str | None
    attribution: str | None
    ballot_size: int
    episode_count: int


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """One step of the rail; `title` is None beyond the viewer's progress, for episode titles can spoil."""

    code: EpisodeCode
    title: str | None
    seen: bool

    @property
    def position(self) -> int:
        return self.code.position


@dataclass(frozen=True, slots=True)
class Season:
    number: int
    episodes: tuple[EpisodeRow, ...]

    @property
    def seen(self) -> int:
        """How many of its episodes the viewer has seen."""
        return sum(episode.seen for episode in self.episodes)


@dataclass(frozen=True)
class Rail:
    """Where the viewer stands in the series: `position` 0..total, and every episode grouped by season.

    numbering: how often the episodes were numbered anew, so that a page of before is not taken by its word.
    """

    series: SeriesCard
    position: int
    seasons: tuple[Season, ...]
    numbering: int = 0

    @property
    def total(self) -> int:
        return self.series.episode_count

    @cached_property
    def here(self) -> EpisodeCode | None:
        """The episode the viewer has reached; None when nothing is watched yet."""
        return self.code_at(self.position)

    @cached_property
    def next(self) -> EpisodeCode | None:
        return self.code_at(self.position + 1)

    @property
    def previous(self) -> int | None:
        return self.position - 1 if self.position else None

    def code_at(self, position: int) -> EpisodeCode | None:
        episodes = (episode.code for season in self.seasons for episode in season.episodes)
        return next((code for code in episodes if code.position == position), None)


@dataclass(frozen=True, slots=True)
class VisibleMoment:
    """A moment the viewer has reached; `picture` is what its picture shows, in words, None if it has none."""

    public_id: str
    title: str
    description: str
    episode: EpisodeCode
    picture: str | None = None
    locked = False

    @property
    def season(self) -> int:
        return self.episode.season


@dataclass(frozen=True, slots=True)
class LockedMoment:
    """What may be said of a moment that lies ahead: the episode that unlocks it, and its teaser if it has one."""

    unlocks: EpisodeCode
    teaser: str | None
    locked = True

    @property
    def season(self) -> int:
        return self.unlocks.season


Moment = VisibleMoment | LockedMoment


@dataclass(frozen=True, slots=True)
class Standing:
    """One row of a ranking. Without ballots `rank` and `score` are None and the rows stand in story order.

    score: a fraction 0..1 (fair) or points (classic). margin: the half-width of its 95 % interval, in the unit
    of the score; None where the method has none. offered: ballots that could choose the moment.
    risen: how many places it rose since `Ranking.since` (below 0: fell), None if it was not ranked then.
    """

    rank: int | None
    moment: Moment
    score: float | None
    margin: float | None
    offered: int
    risen: int | None = None

    @property
    def early(self) -> bool:
        return self.offered < EARLY_BELOW


@dataclass(frozen=True, slots=True)
class Ranking:
    """A community ranking as one viewer may see it. `lists` counts the ballots that were offered any of its moments.

    since: the day its rows say how much they have risen since; None when there is nothing to compare with.
    """

    series: SeriesCard
    view: View
    method: Method
    horizon: int
    lists: int
    standings: tuple[Standing, ...]
    since: dt.date | None = None

    @property
    def decided(self) -> bool:
        """Whether there are any ballots to rank by."""
        return self.lists > 0

    @property
    def few(self) -> bool:
        """Whether there are so few ballots that every one moves it."""
        return self.lists < EARLY_BELOW

    @property
    def shared_ranks(self) -> frozenset[int]:
        """The ranks that several rows have."""
        ranks = [standing.rank for standing in self.standings if standing.rank is not None]
        return frozenset(rank for rank, rows in Counter(ranks).items() if rows > 1)

    @property
    def best_score(self) -> float:
        return max((standing.score or 0.0 for standing in self.standings), default=0.0)

    def standing_of(self, public_id: str) -> Standing | None:
        """The row of a visible moment."""
        for row in self.standings:
            if isinstance(row.moment, VisibleMoment) and row.moment.public_id == public_id:
                return row
        return None


class PoolOrder(StrEnum):
    """The orders the pool can stand in."""

    STORY = "story"
    NEWEST = "newest"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One place of a fan's list. `token` names the entry in a form; a locked one is named by its place alone.

    note: the fan's own sentence on it, if they wrote one and may see it now.
    """

    place: int
    token: str
    moment: Moment
    note: str = ""


@dataclass(frozen=True, slots=True)
class PoolEntry:
    """A visible moment that is not in the list; `new` until it is placed or the fan says they have seen it."""

    moment: VisibleMoment
    new: bool


@dataclass(frozen=True, slots=True)
class MyList:
    """A fan's list as they may see it now, and the visible moments that are not in it.

    `pool` begins with the new ones. When the fan wants those one at a time, they are in `unrevealed` instead. A list
    that does not count yet begins to at `counts_from` (None: when an admin has looked). set_aside: how many entries are
    not shown, for their moments are retired.
    """

    series: SeriesCard
    version: int
    entries: tuple[ListEntry, ...]
    pool: tuple[PoolEntry, ...]
    unrevealed: tuple[VisibleMoment, ...]
    order: PoolOrder
    reveals_singly: bool
    can_undo: bool
    can_redo: bool
    counts: bool
    counts_from: dt.datetime | None
    set_aside: int

    @property
    def size(self) -> int:
        return self.series.ballot_size

    @property
    def full(self) -> bool:
        return len(self.entries) >= self.size

    @property
    def unlocked(self) -> int:
        """How many moments are new to the fan."""
        return len(self.unrevealed) + sum(entry.new for entry in self.pool)

    def unlocked_since(self, position: int) -> int:
        """How many moments the fan sees, placed or not, and would not at `position`."""
        listed = (entry.moment for entry in self.entries)
        placed = (moment for moment in listed if isinstance(moment, VisibleMoment))
        moments = (*placed, *(row.moment for row in self.pool), *self.unrevealed)
        return sum(moment.episode.position > position for moment in moments)

    @property
    def free_places(self) -> range:
        return range(len(self.entries) + 1, self.size + 1)


@dataclass(frozen=True, slots=True)
class ListForm:
    """What a page that does not show a fan's list posts to change it: the rows as they stand, and the version."""

    version: int
    tokens: tuple[str, ...]
    size: int

    @property
    def full(self) -> bool:
        return len(self.tokens) >= self.size


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One place of a list as it stood; `change` is how many places it rose since the stage before (None: it came)."""

    place: int
    moment: VisibleMoment
    change: int | None


@dataclass(frozen=True, slots=True)
class StoryStage:
    """A fan's list as it stood when they had reached an episode; `gone` are those that left since the stage before."""

    episode: EpisodeCode | None
    position: int
    entries: tuple[StoryEntry, ...]
    gone: tuple[VisibleMoment, ...]


@dataclass(frozen=True, slots=True)
class FanNote:
    """What a fan noted on a moment: at which place of their list it stands, and where they were when they wrote it.

    `public_id` is what a report names it by. A hidden one was taken off the page, and is there for its author alone.
    """

    public_id: str
    text: str
    place: int
    written_at: EpisodeCode | None
    mine: bool
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class FanNotes:
    """A page 1..`pages` of the notes on a moment that this viewer may read, and how many those are in all."""

    notes: tuple[FanNote, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class PublicList:
    """A fan's list as somebody may see it whom they show it to.

    shown_to: the last episode of which anything is readable here; None: of none. capped: whether it is the owner who
    set that end, and not the viewer's own progress.
    """

    owner: str
    series: SeriesCard
    entries: tuple[Moment, ...]
    shown_to: EpisodeCode | None
    capped: bool


@dataclass(frozen=True, slots=True)
class Match:
    """One row of a list that is set beside another: `other` is its place there, None if it is not to be found."""

    place: int
    moment: Moment
    other: int | None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two fans' lists, each as the viewer may see it.

    judged: how many moments their agreement (Kendall's tau-b, −1 to 1) is taken over; None while they order none.
    """

    left: PublicList
    right: PublicList
    left_rows: tuple[Match, ...]
    right_rows: tuple[Match, ...]
    judged: int
    agreement: float | None


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """A series on the home page, with where the viewer is in it."""

    series: SeriesCard
    position: int
    here: EpisodeCode | None
    has_list: bool


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A series on the home page with what is new there for the viewer: the moments they unlocked last, newest first.

    agreement: of their list with the others' order (Kendall's tau-b, −1 to 1); None where there is nothing to say.
    """

    shelf: ShelfRow
    newest: tuple[VisibleMoment, ...]
    agreement: float | None


@dataclass(frozen=True, slots=True)
class FoundIn:
    """What somebody looks for, as found in one series: the first of its visible moments, and how many there are.

    named: whether the title of the series itself has the words.
    """

    series: SeriesCard
    named: bool
    moments: tuple[VisibleMoment, ...]
    total: int
