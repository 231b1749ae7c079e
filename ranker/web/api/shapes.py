"""What the API hands out, made from the gate's values. A locked moment has no id, title or text here either."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ranker.domain.clearance import Method, View
from ranker.domain.duels import Meeting, Outcome
from ranker.domain.from_fans import LockedSuggestion, OwnSuggestion, SuggestionState
from ranker.domain.places import Placing
from ranker.domain.values import (
    EpisodeRow,
    ListEntry,
    LockedMoment,
    Moment,
    MyList,
    Ranking,
    SeriesCard,
    Standing,
    VisibleMoment,
)

Position = Annotated[int, Field(ge=0, le=999_999_999, description="An episode's place in the series, 1..E; 0: none.")]


class Shape(BaseModel):
    model_config = ConfigDict(use_enum_values=True)


class Series(Shape):
    """A series, and how far the viewer is in it."""

    slug: str
    title: str
    year: int | None
    network: str | None
    episodes: int
    list_size: int
    seen_up_to: Position


class SeriesList(Shape):
    items: list[Series]


class Episode(Shape):
    """An episode; its title is null while it lies ahead."""

    position: Position
    code: str
    season: int
    number: int
    title: str | None
    seen: bool


class EpisodeList(Shape):
    """numbering: how often the episodes were numbered anew. Sent with a position, it cannot mean another."""

    numbering: int
    items: list[Episode]


class Visible(Shape):
    """A moment the viewer has reached. `picture` says what its picture shows."""

    locked: Literal[False] = False
    id: str
    title: str
    description: str
    episode: str
    position: Position
    picture: str | None


class Locked(Shape):
    """A moment that lies ahead: when it unlocks, and its teaser if it has one."""

    locked: Literal[True] = True
    unlocks: str
    position: Position
    teaser: str | None


AnyMoment = Annotated[Visible | Locked, Field(discriminator="locked")]


class MomentList(Shape):
    """Moments in story order. `next`: the address of those after them, null after the last."""

    items: list[AnyMoment]
    next: str | None


class OneMoment(Shape):
    moment: AnyMoment


class StandingShape(Shape):
    """A row of a ranking. score: 0..1 (fair, first) or points (classic); margin: half of its 95 % interval."""

    rank: int | None
    score: float | None
    margin: float | None
    offered: int = Field(description="How many lists could choose it.")
    early: bool
    risen: int | None
    moment: AnyMoment


class Standings(Shape):
    series: str
    view: View
    method: Method
    lists: int
    since: dt.date | None
    items: list[StandingShape]


class Places(Shape):
    """How many lists have the moment at each place, 1 first, of those that could choose it."""

    offered: int
    at: list[int]
    elsewhere: int


class DuelShape(Shape):
    """A duel with another moment, from this one's side."""

    other: Visible
    outcome: Outcome
    offered: int
    wins: int
    losses: int
    share: float
    low: float
    high: float


class DuelList(Shape):
    items: list[DuelShape]


class Progress(Shape):
    position: Position
    code: str | None
    numbering: int


class Entry(Shape):
    """A place of a list. `token` names it when the list is saved: a moment's id, or `locked-N`."""

    place: int
    token: str
    note: str | None
    moment: AnyMoment


class SuggestionShape(Shape):
    """state: waiting, accepted, merged or declined, as far as you may know; moment: what it became, if you see it."""

    id: str
    locked: Literal[False] = False
    title: str
    text: str
    episode: str
    state: SuggestionState
    reason: str | None
    moment: Visible | None


class LockedSuggestionShape(Shape):
    """One that you wrote further on than you are now."""

    locked: Literal[True] = True
    unlocks: str


class SuggestionList(Shape):
    items: list[SuggestionShape | LockedSuggestionShape]


class OwnList(Shape):
    """The fan's list. Its version is the ETag, and what a change is based on."""

    version: int
    size: int
    counts: bool
    counts_from: dt.datetime | None
    items: list[Entry]


class Me(Shape):
    name: str | None
    view: View


# From the gate's values


def series_of(card: SeriesCard, position: int) -> Series:
    return Series(
        slug=card.slug,
        title=card.title,
        year=card.year,
        network=card.network,
        episodes=card.episode_count,
        list_size=card.ballot_size,
        seen_up_to=position,
    )


def episode_of(row: EpisodeRow) -> Episode:
    code = row.code
    return Episode(
        position=row.position, code=str(code), season=code.season, number=code.number, title=row.title, seen=row.seen
    )


def visible_of(moment: VisibleMoment) -> Visible:
    return Visible(
        id=moment.public_id,
        title=moment.title,
        description=moment.description,
        episode=str(moment.episode),
        position=moment.episode.position,
        picture=moment.picture,
    )


def moment_of(moment: Moment) -> Visible | Locked:
    if isinstance(moment, LockedMoment):
        return Locked(unlocks=str(moment.unlocks), position=moment.unlocks.position, teaser=moment.teaser)
    return visible_of(moment)


def standing_of(row: Standing) -> StandingShape:
    return StandingShape(
        rank=row.rank,
        score=row.score,
        margin=row.margin,
        offered=row.offered,
        early=row.early,
        risen=row.risen,
        moment=moment_of(row.moment),
    )


def standings_of(ranking: Ranking) -> Standings:
    return Standings(
        series=ranking.series.slug,
        view=ranking.view,
        method=ranking.method,
        lists=ranking.lists,
        since=ranking.since,
        items=[standing_of(row) for row in ranking.standings],
    )


def places_of(placing: Placing) -> Places:
    return Places(offered=placing.offered, at=list(placing.at), elsewhere=placing.elsewhere)


def duel_of(meeting: Meeting) -> DuelShape:
    duel = meeting.duel
    low, high = duel.interval
    return DuelShape(
        other=visible_of(meeting.other),
        outcome=duel.outcome,
        offered=duel.offered,
        wins=duel.wins,
        losses=duel.losses,
        share=duel.share,
        low=low,
        high=high,
    )


def entry_of(entry: ListEntry) -> Entry:
    return Entry(place=entry.place, token=entry.token, note=entry.note or None, moment=moment_of(entry.moment))


def suggestion_of(one: OwnSuggestion | LockedSuggestion) -> SuggestionShape | LockedSuggestionShape:
    if isinstance(one, LockedSuggestion):
        return LockedSuggestionShape(unlocks=str(one.unlocks))
    return SuggestionShape(
        id=one.public_id,
        title=one.title,
        text=one.text,
        episode=str(one.episode),
        state=one.state,
        reason=one.reason,
        moment=visible_of(one.moment) if one.moment else None,
    )


def list_of(my: MyList) -> OwnList:
    return OwnList(
        version=my.version,
        size=my.size,
        counts=my.counts,
        counts_from=my.counts_from,
        items=[entry_of(entry) for entry in my.entries],
    )
