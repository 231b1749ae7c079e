"""Pictures: whatever is written in them fits, and every letter of it is drawn."""

from __future__ import annotations

import dataclasses
import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ranker.domain.clearance import EpisodeCode, Method, View
from ranker.domain.values import LockedMoment, PublicList, Ranking, SeriesCard, Standing, VisibleMoment
from ranker.web.drawing.colours import with_plain_colours
from ranker.web.drawing.fitting import largest_that_fits, lines_of
from ranker.web.drawing.layouts import list_card, series_card, whole_list
from ranker.web.drawing.outlines import matrix_of, moved, polygon_of
from ranker.web.drawing.png import png_of
from ranker.web.drawing.svg import svg_of
from ranker.web.drawing.tiles import tile
from ranker.web.drawing.typefaces import DISPLAY, MEDIUM, OMITTED, SEMIBOLD, TEASER, TEXT, Typeface, _has, drawable
from ranker.web.drawing.values import LOOKS, Block, Mark, Picture, Words
from ranker.web.marks import mark

SENTENCE = "지금 우리 학교는 and the day on the roof, as nobody told it before"
FACES = (DISPLAY, TEASER, TEXT)
written = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")) | st.sampled_from("가힣ㄱaW .“”…"), max_size=120
)


def pictures(title: str) -> list[Picture]:
    """Every kind of picture, with this as every text in it."""
    code = EpisodeCode(3, 1, 3)
    series = SeriesCard("s", title, None, None, None, 10, 12)
    moments = [LockedMoment(code, title), VisibleMoment("0123456789ab", title, "", code), LockedMoment(code, None)] * 4
    rows = tuple(Standing(place, moment, 0.5, None, 30) for place, moment in enumerate(moments, 1))
    shown = PublicList(title[:40] or "ada", series, tuple(moments[:10]), code, False)
    ranking = Ranking(series, View.MASKED, Method.FAIR, 12, 1_234, rows)
    look = LOOKS["light"]
    nothing = dataclasses.replace(ranking, standings=(), lists=0), dataclasses.replace(shown, entries=())
    return [
        *(series_card(one, look) for one in (ranking, nothing[0])),
        *(draw(one, look) for draw in (list_card, whole_list) for one in (shown, nothing[1])),
    ]


@pytest.mark.parametrize("title", ["All of Us Are Dead", "W" * 120, "가" * 120, (SENTENCE * 3)[:120], "", "漢字 😀"])
def test_nothing_runs_out_of_a_picture_or_into_what_stands_beside_it(title: str) -> None:
    for picture in pictures(title):
        assert len(ElementTree.fromstring(svg_of(picture))) == 2 + len(picture.shapes)
        panel = next((shape.x for shape in picture.shapes if isinstance(shape, Block) and shape.radius > 9), None)
        for shape in picture.shapes:
            if isinstance(shape, Words):
                end = panel if panel is not None and shape.left < panel else picture.width
                assert shape.left >= 0
                assert shape.left + shape.width <= end - 20, shape
                assert shape.size <= shape.y <= picture.height - 20
                assert shape.text == drawable(shape.text) != ""


@given(written, st.sampled_from(FACES), st.integers(12, 80), st.integers(1, 4))
def test_a_line_is_never_wider_than_its_room(text: str, face: Typeface, size: int, most: int) -> None:
    lines = lines_of(text, face, size, 400, most)
    assert len(lines) <= most
    assert all(face.width(line, size) <= 400 for line in lines)


@given(written)
def test_what_is_not_cut_is_all_there(text: str) -> None:
    lines = lines_of(text, TEXT, 20, 400, 99)
    assert "".join(lines).replace(" ", "") == drawable(text).replace(" ", "")


def test_what_is_cut_says_so_and_no_sooner_than_need_be() -> None:
    first, last = lines_of(SENTENCE, DISPLAY, 40, 400, 2)
    assert last.endswith("…")
    assert SENTENCE.startswith(f"{first} {last.removesuffix('…')}")
    assert lines_of("Short", DISPLAY, 40, 400, 1) == ("Short",)


def test_a_title_is_as_large_as_its_room_allows() -> None:
    assert largest_that_fits("Short", DISPLAY, (76, 54, 42), 440, 2) == 76
    assert largest_that_fits("Unbelievably long-winded", DISPLAY, (76, 54, 42), 300, 2) == 42
    assert largest_that_fits("W" * 99, DISPLAY, (76, 54, 42), 440, 2) == 42


def test_every_letter_of_latin_hangul_and_punctuation_has_a_glyph() -> None:
    """ŉ and Ǆ, which nobody has written since 1996, are not in it."""
    syllables = map(chr, range(0xAC00, 0xD7A4))
    latin = (chr(code) for code in range(0x21, 0x180) if not 0x7F <= code <= 0xA0 and code not in (0xAD, 0x149))
    signs = "‐‑‒–—―‘’‚“”„†‡•…‰′″‹›€₩™−×÷≠≤≥←↑→↓·ㆍ「」『』、。〈〉《》"
    missing = [letter for letter in (*syllables, *latin, *signs) if not _has(MEDIUM, letter)]
    assert not missing
    assert not _has(MEDIUM, "漢")


def test_for_what_no_font_has_there_is_a_sign_and_korean_is_put_together() -> None:
    assert drawable("  The 😀 end\u202e\n漢字! ") == "The ○ end ○○!"
    assert drawable("שָׁלוֹם 👍🏽") == "○○○○ ○"
    assert drawable("\u1112\u1161\u11ab") == "한"
    assert drawable("\u200b") == "○"
    assert drawable(" \n") == ""


@pytest.mark.parametrize("title", ["漢字 😀", "שלום", "🎬", "\ue000\U0010fffd"])
def test_a_title_of_which_nothing_can_be_drawn_is_not_shown_as_empty_or_locked(title: str) -> None:
    """With a locked row before it and after it, each says which of the three it is."""
    code = EpisodeCode(3, 1, 3)
    moments = (LockedMoment(code, title), VisibleMoment("0123456789ab", title, "", code), LockedMoment(code, None))
    shown = PublicList("ada", SeriesCard("s", title, None, None, None, 10, 12), moments, code, False)
    said = [shape.text for shape in list_card(shown, LOOKS["light"]).shapes if isinstance(shape, Words)]
    omitted = drawable(title)
    assert set(omitted) <= {"○", " "}
    assert omitted
    assert [text for text in said if "○" in text] == [omitted, f"“{omitted}”", omitted]
    assert said.count("A locked moment") == 1


def test_the_sign_for_what_is_missing_is_itself_no_missing_glyph() -> None:
    assert _has(MEDIUM, OMITTED)
    assert _has(SEMIBOLD, OMITTED)


def test_a_word_is_drawn_by_one_font() -> None:
    runs = [(font.getname()[0], run) for font, run in DISPLAY.runs("The Żółć of 학교", 30)]
    assert [run for _, run in runs] == ["The ", "Żółć ", "of ", "학교"]
    assert [name.split()[0] for name, _ in runs] == ["Fraunces", "Pretendard", "Fraunces", "Pretendard"]


def test_the_same_values_give_the_same_bytes() -> None:
    one, other = (png_of(pictures(SENTENCE)[0]) for _ in range(2))
    assert one == other


# Marks


def test_a_path_is_followed() -> None:
    assert polygon_of("M6 4L10 8h-2v2H1V0z") == [6 + 4j, 10 + 8j, 8 + 8j, 8 + 10j, 1 + 10j, 1 + 0j]
    half = polygon_of("M10 20a10 10 0 0 1 20 0z")
    assert abs(half[-1] - (30 + 20j)) < 1e-9
    assert abs(half[8] - (20 + 10j)) < 1e-9  # over the top, for y grows downwards
    under = polygon_of("M10 20a10 10 0 0 0 20 0z")
    assert abs(under[8] - (20 + 30j)) < 1e-9
    wave = polygon_of("M0 10q10-10 20 0t20 0")
    assert abs(wave[8] - (10 + 5j)) < 1e-9
    assert abs(wave[24] - (30 + 15j)) < 1e-9
    assert abs(polygon_of("M0 0C0 8 8 8 8 0")[8] - (4 + 6j)) < 1e-9
    assert abs(moved(28 + 0j, matrix_of("rotate(90 28 28)")) - (56 + 28j)) < 1e-9
    assert moved(3 + 4j, matrix_of("matrix(-1 0 0 1 56 0)")) == 53 + 4j


def test_colours_are_those_that_browsers_show() -> None:
    assert with_plain_colours('fill="oklch(62% .14 40)"') == 'fill="#cb6440"'
    assert with_plain_colours("oklch(100% 0 0) oklch(0% 0 0)") == "#ffffff #000000"


def test_every_mark_can_be_drawn() -> None:
    """Two ids may well share a mark, but hardly more."""
    tiles = {tile(str(mark(f"{number:012x}")), 60).tobytes() for number in range(200)}
    assert len(tiles) > 190


def test_of_the_moments_of_a_series_hardly_two_are_composed_and_coloured_alike() -> None:
    marks = [str(mark(f"{number:012x}")) for number in range(48)]
    kinds = {(frozenset(re.findall(r"oklch[^)]*", one)), re.sub(r"[-\d. ]+", "", one)) for one in marks}
    assert len(kinds) >= 44


def test_a_mark_in_a_picture_has_round_corners() -> None:
    picture = Picture(60, 60, "#ffffff", "", (Mark(0, 0, 60, '<svg><path d="M0 0H56V56H0z" fill="#000000"/></svg>'),))
    drawn = Image.open(BytesIO(png_of(picture)))
    assert (drawn.getpixel((0, 0)), drawn.getpixel((30, 30))) == ((255, 255, 255), (0, 0, 0))
