"""What a list that somebody brings along means: each of its lines against the moments its owner may choose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from ranker.domain.finding import MOST_ALIKE, alike, plain, shared
from ranker.domain.values import VisibleMoment

SIMILAR = 0.4  # of all the groups of three letters in two titles, so many are in both
INSIDE_WORDS = "'’‘`\u200b\u200c\u200d\ufeff"  # apostrophes, and what has no width


class Fate(StrEnum):
    """What becomes of a line. A locked one stands for a moment that was locked where the line was written."""

    FOUND = "found"
    UNSURE = "unsure"
    UNKNOWN = "unknown"
    REPEATED = "repeated"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was written, what its title may be (the likeliest first), and the episode it names, if it does.

    locked: it says of itself that it has no title.
    """

    words: str
    readings: tuple[str, ...]
    season: int | None = None
    number: int | None = None
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Brought:
    """What becomes of a line: the moment it means, or those it may mean."""

    line: Line
    fate: Fate
    moment: VisibleMoment | None = None
    choices: tuple[VisibleMoment, ...] = ()


def matched(lines: Sequence[Line], moments: Sequence[VisibleMoment]) -> tuple[Brought, ...]:
    """What becomes of each line, where `moments` are all that may be chosen.

    A title is found whatever its capitals, accents and punctuation. One that is only nearly so has to be confirmed.
    """
    titles = _by_title(moments)
    return tuple(_each_once([_matched(line, titles, moments) for line in lines]))


@lru_cache(maxsize=4_096)
def title_key(title: str) -> str:
    """What titles have in common that are the same but for capitals, accents, punctuation and spaces."""
    whole = "".join(letter for letter in title if letter not in INSIDE_WORDS)
    letters = "".join(letter if letter.isalnum() else " " for letter in plain(whole))
    return " ".join(letters.split()) or "".join(plain(whole).split())


def _by_title(moments: Sequence[VisibleMoment]) -> Mapping[str, list[VisibleMoment]]:
    titles: dict[str, list[VisibleMoment]] = defaultdict(list)
    for moment in moments:
        titles[title_key(moment.title)].append(moment)
    return titles


def _matched(line: Line, titles: Mapping[str, list[VisibleMoment]], moments: Sequence[VisibleMoment]) -> Brought:
    for reading in line.readings:
        same = _narrowed(titles.get(title_key(reading), []), reading, line)
        if len(same) == 1:
            return Brought(line, Fate.FOUND, same[0])
        if same:
            return Brought(line, Fate.UNSURE, choices=tuple(same))
    if line.locked:
        return Brought(line, Fate.LOCKED)
    near = next((found for reading in line.readings if (found := _near(reading, moments))), ())
    return Brought(line, Fate.UNSURE, choices=near) if near else Brought(line, Fate.UNKNOWN)


def _narrowed(same: Sequence[VisibleMoment], reading: str, line: Line) -> list[VisibleMoment]:
    """Of moments whose titles are the same, those in the episode that is named, and of these those written just so."""
    left = list(same)
    for better in (
        [moment for moment in left if (moment.episode.season, moment.episode.number) == (line.season, line.number)],
        [moment for moment in left if moment.title.split() == reading.split()],
    ):
        left = [moment for moment in left if moment in better] or left
    return left


def _near(reading: str, moments: Sequence[VisibleMoment]) -> tuple[VisibleMoment, ...]:
    """Moments that share words with the title, or else most of its letters in a row."""
    by_words = alike(reading, moments)
    if by_words:
        return by_words
    wanted = _threes(reading)
    near = [(shared(wanted, _threes(moment.title))[1], moment) for moment in moments]
    found = sorted((pair for pair in near if pair[0] >= SIMILAR), key=lambda pair: pair[0], reverse=True)
    return tuple(moment for _, moment in found[:MOST_ALIKE])


@lru_cache(maxsize=4_096)
def _threes(title: str) -> frozenset[str]:
    """Every three letters that stand beside each other, with a space at both ends."""
    padded = f" {title_key(title)} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _each_once(brought: Sequence[Brought]) -> Iterator[Brought]:
    """A moment that a line means for sure is no choice for another, and the second line that means it repeats it."""
    sure = {one.moment for one in brought if one.moment is not None}
    taken: set[VisibleMoment] = set()
    for one in brought:
        left = tuple(choice for choice in one.choices if choice not in sure)
        if one.moment in taken or (one.choices and not left):
            yield Brought(one.line, Fate.REPEATED, one.moment)
            continue
        if one.moment is not None:
            taken.add(one.moment)
        yield replace(one, choices=left)
