"""Which moments somebody looks for: rows of a ranking by words and season, a pool by words, titles that are alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

from ranker.domain.values import LockedMoment, Moment, Standing, VisibleMoment

MOST_ALIKE = 5
SHARED = 0.5
LITTLE_WORDS = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "into", "is", "it", "of", "on", "s", "the", "to", "with")
) | {"moment", "scene"}


class Titled(Protocol):
    """Whatever has a title that may be read here."""

    @property
    def title(self) -> str: ...


T = TypeVar("T", bound=Titled)


def outside(standings: Sequence[Standing], words: str, season: int | None) -> frozenset[int]:
    """The indices of the rows that are not looked for.

    Words are looked for in titles, so a locked row, which has none, is never found by them. A season is a matter of
    the episode's code, which a locked row shows.
    """
    wanted = plain(words).split()
    if not wanted and season is None:
        return frozenset()
    return frozenset(
        index
        for index, standing in enumerate(standings)
        if not (_has(standing.moment, wanted) and season in (None, standing.moment.season))
    )


def unnamed(moments: Sequence[VisibleMoment], words: str) -> frozenset[int]:
    """The indices of the moments that are not looked for by words in the title and the episode's code."""
    texts = (f"{moment.title} {moment.episode}" for moment in moments)
    return frozenset(index for index, text in enumerate(texts) if not has_words(text, words))


def has_words(text: str, words: str) -> bool:
    """Whether the text has all of these words; no words are in every text."""
    known = plain(text)
    return all(word in known for word in plain(words).split())


def seasons_of(standings: Sequence[Standing]) -> tuple[int, ...]:
    """The seasons that the rows are from, in order."""
    return tuple(sorted({standing.moment.season for standing in standings}))


def alike(title: str, moments: Iterable[T], most: int = MOST_ALIKE) -> tuple[T, ...]:
    """Those of the moments whose titles share half of the words of the shorter one with `title`, the nearest first.

    Capitals, accents and little words do not matter. Moments that are equally near keep their order.
    """
    wanted = telling_words(title)
    near = [(shared(wanted, telling_words(moment.title)), moment) for moment in moments]
    found = sorted((pair for pair in near if pair[0][0] >= SHARED), key=lambda pair: pair[0], reverse=True)
    return tuple(moment for _, moment in found[:most])


@lru_cache(maxsize=4_096)
def telling_words(title: str) -> frozenset[str]:
    """The words of a title that say something; all of them where none does."""
    letters = "".join(letter if letter.isalnum() else " " for letter in plain(title))
    words = frozenset(letters.split())
    return words - LITTLE_WORDS or words


def shared(some: frozenset[str], others: frozenset[str]) -> tuple[float, float]:
    """Which part of the smaller set is in the other, and which part of all their words they share; both 0 to 1."""
    if not some or not others:
        return 0.0, 0.0
    common = len(some & others)
    return common / min(len(some), len(others)), common / len(some | others)


def plain(text: str) -> str:
    """The text without capitals and accents, as static/js/find.js and pool.js make it."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if not unicodedata.category(letter).startswith("M")).lower()


def _has(moment: Moment, wanted: Sequence[str]) -> bool:
    if isinstance(moment, LockedMoment):
        return not wanted
    title = plain(moment.title)
    return all(word in title for word in wanted)
