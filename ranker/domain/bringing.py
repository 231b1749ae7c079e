"""What a list that somebody brings along means: each of its lines against the moments its owner may choose."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from ranker.domain.finding import MOST_ALIKE, SHARED, plain, telling_words
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
    choice = _Choice(moments)
    return tuple(_each_once([_matched(line, choice) for line in lines]))


def title_key(title: str) -> str:
    """What titles have in common that are the same but for capitals, accents, punctuation and spaces."""
    whole = "".join(letter for letter in title if letter not in INSIDE_WORDS)
    letters = "".join(letter if letter.isalnum() else " " for letter in plain(whole))
    return " ".join(letters.split()) or "".join(plain(whole).split())


class _Index:
    """Which titles have which parts, so that a line is compared only with those that share any with it."""

    def __init__(self, parts: Callable[[str], frozenset[str]], moments: Sequence[VisibleMoment]) -> None:
        self._parts = parts
        self._sizes: list[int] = []
        self._having: dict[str, list[int]] = defaultdict(list)
        for index, moment in enumerate(moments):
            own = parts(moment.title)
            self._sizes.append(len(own))
            for part in own:
                self._having[part].append(index)

    def near(self, title: str) -> Iterator[tuple[float, float, int]]:
        """Of each title that shares a part: which share of the smaller one that is, which of both, and its index."""
        wanted = self._parts(title)
        common = Counter(index for part in wanted for index in self._having.get(part, ()))
        for index, count in sorted(common.items()):
            size = self._sizes[index]
            yield count / min(size, len(wanted)), count / (size + len(wanted) - count), index


class _Choice:
    """The moments that may be chosen, by the ways to find them."""

    def __init__(self, moments: Sequence[VisibleMoment]) -> None:
        self._moments = moments
        self._titles: dict[str, list[VisibleMoment]] = defaultdict(list)
        for moment in moments:
            self._titles[title_key(moment.title)].append(moment)

    def called(self, title: str) -> Sequence[VisibleMoment]:
        return self._titles.get(title_key(title), ())

    def near(self, title: str) -> tuple[VisibleMoment, ...]:
        """Moments that share half of the words of the shorter title, or else many groups of three letters."""
        by_words = [(part, whole, index) for part, whole, index in self._words.near(title) if part >= SHARED]
        by_letters = ((whole, 0.0, index) for _, whole, index in self._threes.near(title) if whole >= SIMILAR)
        best = sorted(by_words or by_letters, key=lambda one: one[:2], reverse=True)
        return tuple(self._moments[index] for _, _, index in best[:MOST_ALIKE])

    @cached_property
    def _words(self) -> _Index:
        return _Index(telling_words, self._moments)

    @cached_property
    def _threes(self) -> _Index:
        return _Index(_threes, self._moments)


def _matched(line: Line, choice: _Choice) -> Brought:
    for reading in line.readings:
        same = _narrowed(choice.called(reading), reading, line)
        if len(same) == 1:
            return Brought(line, Fate.FOUND, same[0])
        if same:
            return Brought(line, Fate.UNSURE, choices=tuple(same))
    if line.locked:
        return Brought(line, Fate.LOCKED)
    near = choice.near(line.readings[0]) if line.readings else ()
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
