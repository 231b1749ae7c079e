"""Which rows somebody looks for: of a ranking by words in the title and by season, of a pool by words alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from ranker.domain.values import LockedMoment, Moment, Standing, VisibleMoment


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


def plain(text: str) -> str:
    """The text without capitals and accents, as static/js/find.js and pool.js make it."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if not unicodedata.category(letter).startswith("M")).lower()


def _has(moment: Moment, wanted: Sequence[str]) -> bool:
    if isinstance(moment, LockedMoment):
        return not wanted
    title = plain(moment.title)
    return all(word in title for word in wanted)
