"""What an import would do: a file compared with the series as it is. Nothing here reads or writes anything.

An import adds and changes; it takes nothing away. What a file leaves empty stays as it is, and so does the status of a
moment that is there.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ranker.exchange.contents import Contents, Entry, Remark
from ranker.exchange.series import MOST_EPISODES, MOST_MOMENTS, EpisodeIn, MomentIn, SeriesFile
from ranker.words import _, later

BETWEEN = later(
    "it would come between episodes that are there; add it by itself first, where you are asked who has seen it: "
    "new ones of a file go to the end"
)
Code = tuple[int, int]  # season and number
Fields = Mapping[str, Any]


class Kind(StrEnum):
    SERIES = "series"
    EPISODE = "episode"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that would be done. Without `before` it is new; else before and after hold the fields that change.

    key: an episode's season and number, a moment's public id ("" if it is new), the series' slug.
    """

    kind: Kind
    key: str
    place: str
    name: str
    before: Fields | None
    after: Fields

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def earlier(self) -> bool:
        """Whether a moment would be shown to fans who have not got as far as it asks for now."""
        if self.kind is not Kind.MOMENT or self.before is None or "season" not in self.before:
            return False
        return _place_of(self.after) < _place_of(self.before)

    @property
    def moves(self) -> bool:
        """Whether a moment that is there would wait for another episode than now."""
        return self.kind is Kind.MOMENT and self.before is not None and "season" in self.before


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an import would do, or why it cannot be done: with anything refused nothing is."""

    steps: tuple[Step, ...] = ()
    unchanged: tuple[str, ...] = ()
    refused: tuple[Remark, ...] = ()
    skipped: tuple[Remark, ...] = ()
    among: tuple[tuple[int, int, str | None], ...] = ()  # the episodes there are: without them a code means nothing

    @property
    def new(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.is_new)

    @property
    def changed(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not step.is_new)

    @property
    def can_be_done(self) -> bool:
        return bool(self.steps) and not self.refused

    @property
    def digest(self) -> str:
        """Says which plan was shown: another one has another."""
        steps = [[step.kind, step.key, step.name, step.before, step.after] for step in self.steps]
        return hashlib.sha256(json.dumps([steps, len(self.refused), self.among], default=str).encode()).hexdigest()


def plan_import(known: SeriesFile, contents: Contents) -> Plan:
    """What it would do to the series `known`, whose moments have their public ids as keys, to import `contents`."""
    if contents.slug not in (None, known.slug):
        return Plan(
            refused=(
                Remark("", str(contents.slug), _("this file is about another series than %(slug)s", slug=known.slug)),
            )
        )
    found = [*_facts(known, contents), *_episodes(known, contents), *_moments(known, contents)]
    refused = [*contents.refused, *(one for one in found if isinstance(one, Remark))]
    steps = [one for one in found if isinstance(one, Step)]
    changing = tuple(step for step in steps if step.is_new or step.before != step.after)
    still = tuple(step.name for step in steps if not step.is_new and step.before == step.after)
    among = tuple((episode.season, episode.number, episode.title) for episode in known.episodes)
    return Plan(changing, still, (*refused, *_too_many(known, changing)), contents.skipped, among)


def _facts(known: SeriesFile, contents: Contents) -> Iterator[Step]:
    before = {name: getattr(known, name) for name in contents.facts}
    if contents.facts:
        yield _only_what_differs(Step(Kind.SERIES, known.slug, "", known.title, before, contents.facts))


def _episodes(known: SeriesFile, contents: Contents) -> Iterator[Step | Remark]:
    """New ones come after all that are there: nothing in between can move what fans have seen."""
    there = {(episode.season, episode.number): episode for episode in known.episodes}
    last = max(there, default=(0, 0))
    seen: set[Code] = set()
    for entry in sorted(contents.episodes, key=lambda entry: (entry.value.season, entry.value.number)):
        episode, code = entry.value, (entry.value.season, entry.value.number)
        name = _episode_name(episode, there.get(code))
        if code in seen:
            yield Remark(entry.place, name, _("this episode is there twice"))
        elif code in there:
            yield _episode_step(entry, there[code], name)
        elif code < last:
            yield Remark(entry.place, name, str(BETWEEN))
        else:
            yield Step(Kind.EPISODE, f"{code[0]}.{code[1]}", entry.place, name, None, episode.model_dump())
        seen.add(code)


def _episode_step(entry: Entry[EpisodeIn], there: EpisodeIn, name: str) -> Step:
    said = {field: value for field, value in entry.value.model_dump().items() if value is not None}
    before = {field: getattr(there, field) for field in said}
    return _only_what_differs(
        Step(Kind.EPISODE, f"{there.season}.{there.number}", entry.place, name, before, said),
    )


def _episode_name(episode: EpisodeIn, there: EpisodeIn | None) -> str:
    title = episode.title or (there.title if there else None)
    return f"S{episode.season}·E{episode.number}{f' {title}' if title else ''}"


def _moments(known: SeriesFile, contents: Contents) -> Iterator[Step | Remark]:
    """A moment is found by its id, else by its title in its episode; else it is new."""
    codes = {(one.season, one.number) for one in known.episodes}
    codes |= {(entry.value.season, entry.value.number) for entry in contents.episodes}
    match = _Matches(known, contents)
    for entry in contents.moments:
        moment = entry.value
        there = match.of(moment)
        if (moment.season, moment.episode) not in codes:
            reason = _("season %(season)d episode %(number)d is not there", season=moment.season, number=moment.episode)
            yield Remark(entry.place, moment.title, reason)
        elif match.repeated(moment):
            yield Remark(entry.place, moment.title, _("this moment is there twice"))
        elif there is None:
            yield Step(Kind.MOMENT, "", entry.place, moment.title, None, moment.model_dump(exclude={"key"}))
        else:
            yield _moment_step(entry, there)


class _Matches:
    """Which moment of the series an entry of the file means, and whether another entry means it too."""

    def __init__(self, known: SeriesFile, contents: Contents) -> None:
        self._by_id = {moment.key: moment for moment in known.moments}
        named = {entry.value.key for entry in contents.moments}
        free = (moment for moment in known.moments if moment.key not in named)
        self._by_title = {_title_and_place(moment): moment for moment in free}
        self._times = Counter(self._identity(entry.value) for entry in contents.moments)

    def of(self, moment: MomentIn) -> MomentIn | None:
        return self._by_id.get(moment.key) or self._by_title.get(_title_and_place(moment))

    def repeated(self, moment: MomentIn) -> bool:
        return self._times[self._identity(moment)] > 1

    def _identity(self, moment: MomentIn) -> object:
        there = self.of(moment)
        return there.key if there else (moment.key, *(_title_and_place(moment) if not moment.key else ()))


def _moment_step(entry: Entry[MomentIn], there: MomentIn) -> Step:
    said = entry.value.model_dump(exclude={"key", "status"})
    said = {field: value for field, value in said.items() if value not in (None, "")}
    before = {field: getattr(there, field) for field in said}
    step = _only_what_differs(Step(Kind.MOMENT, there.key, entry.place, there.title, before, said))
    if not step.after.keys() & {"season", "episode"}:
        return step
    before, after = ({name: getattr(one, name) for name in ("season", "episode")} for one in (there, entry.value))
    # One says nothing without the other.
    return replace(step, before={**(step.before or {}), **before}, after={**step.after, **after})


def _only_what_differs(step: Step) -> Step:
    before = step.before or {}
    names = [name for name in step.after if before.get(name) != step.after[name]]
    return replace(
        step, before={name: before[name] for name in names}, after={name: step.after[name] for name in names}
    )


def _too_many(known: SeriesFile, steps: tuple[Step, ...]) -> Iterator[Remark]:
    new = Counter(step.kind for step in steps if step.is_new)
    if len(known.episodes) + new[Kind.EPISODE] > MOST_EPISODES:
        yield Remark("", "", _("a series has at most %(most)s episodes", most=f"{MOST_EPISODES:,}"))
    if len(known.moments) + new[Kind.MOMENT] > MOST_MOMENTS:
        yield Remark("", "", _("a series has at most %(most)s moments", most=f"{MOST_MOMENTS:,}"))


def _place_of(fields: Fields) -> Code:
    return fields["season"], fields["episode"]


def _title_and_place(moment: MomentIn) -> tuple[str, int, int]:
    return moment.title.casefold(), moment.season, moment.episode
