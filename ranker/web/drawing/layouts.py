"""What stands where: on the card of a series, on the card of a list, and on a list to take along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ranker.domain.values import Moment, PublicList, Ranking
from ranker.web.drawing.fitting import largest_that_fits, lines_of
from ranker.web.drawing.parts import LEADING, RowStyle, column, row, sign
from ranker.web.drawing.typefaces import DISPLAY, TEXT
from ranker.web.drawing.values import Block, Look, Picture, Shape
from ranker.words import _, ngettext

Rows = Sequence[tuple[int | None, Moment]]

CARD_WIDTH, CARD_HEIGHT = 1200, 630
CARD_ROWS = 5
CARD_ROW = RowStyle(height=104, place=50, place_width=62, mark=62, title=25, meta=19, gap=20)
LIST_WIDTH = 1080
LIST_ROW = RowStyle(height=124, place=56, place_width=80, mark=80, title=31, meta=22, gap=26)
MARGIN = 72
TITLE_SIZES = (76, 68, 60, 54, 48, 42)


def series_card(ranking: Ranking, look: Look) -> Picture:
    """The community ranking, its first rows."""
    rows = [(standing.rank, standing.moment) for standing in ranking.standings]
    series, count = ranking.series.title, f"{ranking.lists:,}"
    lists = ngettext("%(count)s list", "%(count)s lists", ranking.lists, count=count)
    says = ngettext(
        "The community ranking of %(series)s, by %(count)s list",
        "The community ranking of %(series)s, by %(count)s lists",
        ranking.lists,
        series=series,
        count=count,
    )
    return _card(says, _("Community ranking"), series, f"{lists} · {moments_of(rows)}", rows, look)


def list_card(shown: PublicList, look: Look) -> Picture:
    """A list that a fan shows, its first rows."""
    rows = list(enumerate(shown.entries, 1))
    return _card(says_of(shown), shown.series.title, name_of(shown), moments_of(rows), rows, look)


def whole_list(shown: PublicList, look: Look) -> Picture:
    """A fan's list in full, as tall as it is long."""
    width = LIST_WIDTH - 2 * MARGIN
    size = largest_that_fits(name_of(shown), DISPLAY, TITLE_SIZES, width, 1)
    title = lines_of(name_of(shown), DISPLAY, size, width, 2)
    over = lines_of(shown.series.title, TEXT, 28, width, 1)
    top = 190 + round(len(title) * size * LEADING)
    bottom = top + max(len(shown.entries), 1) * LIST_ROW.height
    shapes = (
        *sign(MARGIN, 92, look),
        *column(MARGIN, 160, over, TEXT, 28, look.quiet),
        *column(MARGIN, 165 + size, title, DISPLAY, size, look.text),
        *_ruled(MARGIN, top, width, list(enumerate(shown.entries, 1)), LIST_ROW, look),
        *_nothing(MARGIN, top, shown.entries, look),
        *column(MARGIN, bottom + 62, (promise(shown),), TEXT, 24, look.quiet),
    )
    return Picture(LIST_WIDTH, bottom + 110, look.page, says_of(shown), shapes)


def name_of(shown: PublicList) -> str:
    return _("%(name)s’s top %(size)s", name=shown.owner, size=shown.series.ballot_size)


def says_of(shown: PublicList) -> str:
    return _("%(list)s of %(series)s", list=name_of(shown), series=shown.series.title)


def promise(shown: PublicList) -> str:
    """Up to where the picture tells anything, in words."""
    if shown.shown_to is None:
        return _("Not a word of the story is told.")
    return _("Nothing beyond %(code)s is told.", code=shown.shown_to)


def moments_of(rows: Rows) -> str:
    return ngettext("%(count)s moment", "%(count)s moments", len(rows), count=f"{len(rows):,}")


def _card(says: str, over: str, title: str, counts: str, rows: Rows, look: Look) -> Picture:
    width = 440
    size = largest_that_fits(title, DISPLAY, TITLE_SIZES, width, 4)
    lines = lines_of(title, DISPLAY, size, width, 4)
    under = 236 + round((len(lines) - 1) * size * LEADING) + size
    shapes = (
        *sign(MARGIN, 106, look),
        *column(MARGIN, 212, lines_of(over, TEXT, 26, width, 1), TEXT, 26, look.quiet),
        *column(MARGIN, 222 + size, lines, DISPLAY, size, look.text),
        *column(MARGIN, under + 34, lines_of(counts, TEXT, 26, width, 1), TEXT, 26, look.accent),
        *column(MARGIN, 542, invitation(width), TEXT, 22, look.quiet),
        *_panel(572, 48, 580, rows[:CARD_ROWS], look),
    )
    return Picture(CARD_WIDTH, CARD_HEIGHT, look.page, says, shapes)


def invitation(width: int) -> tuple[str, ...]:
    # i18n: on a card, on two lines
    words = _("Open it anywhere in the story:\nit tells nothing you have not seen.")
    return tuple(line for part in words.splitlines() for line in lines_of(part, TEXT, 22, width, 1))


def _panel(x: int, y: int, width: int, rows: Rows, look: Look) -> Iterator[Shape]:
    yield Block(x, y, width, CARD_HEIGHT - 2 * y, look.line, 24)
    yield Block(x + 2, y + 2, width - 4, CARD_HEIGHT - 2 * y - 4, look.raised, 22)
    yield from _ruled(x + 24, y + 7, width - 52, rows, CARD_ROW, look)
    yield from _nothing(x + 40, y + 17, rows, look)


def _ruled(x: int, y: int, width: int, rows: Rows, style: RowStyle, look: Look) -> Iterator[Shape]:
    for number, (place, moment) in enumerate(rows):
        top = y + number * style.height
        if number:
            yield Block(x, top, width, 2, look.line)
        yield from row(x, top, width, place, moment, style, look)


def _nothing(x: int, y: int, rows: Sequence[object], look: Look) -> Iterator[Shape]:
    if not rows:
        yield from column(x, y + 62, (_("Nothing here yet."),), TEXT, 28, look.quiet)
