"""What differs between two texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.diffs import MOST_WORDS, Kind, Piece, pieces_of, shortened

texts = st.text(alphabet="ab \n", max_size=60)


def joined(pieces: tuple[Piece, ...], *kinds: Kind) -> str:
    return "".join(piece.text for piece in pieces if piece.kind in kinds)


@given(texts, texts)
def test_what_stayed_and_went_is_the_old_text_and_what_stayed_and_came_the_new_one(before: str, after: str) -> None:
    pieces = pieces_of(before, after)
    assert joined(pieces, Kind.SAME, Kind.GONE) == before
    assert joined(pieces, Kind.SAME, Kind.NEW) == after
    assert all(piece.text for piece in pieces)


def test_only_the_word_that_changed_is_marked() -> None:
    assert pieces_of("The lamp goes out", "The light goes out") == (
        Piece(Kind.SAME, "The "),
        Piece(Kind.GONE, "lamp"),
        Piece(Kind.NEW, "light"),
        Piece(Kind.SAME, " goes out"),
    )


def test_texts_with_nothing_in_common_stand_one_for_the_other() -> None:
    assert pieces_of("one two three", "four five six") == (
        Piece(Kind.GONE, "one two three"),
        Piece(Kind.NEW, "four five six"),
    )


def test_nothing_at_all_is_no_piece() -> None:
    assert pieces_of(None, "") == pieces_of("", None) == ()
    assert pieces_of(None, "new") == (Piece(Kind.NEW, "new"),)


def test_very_long_texts_are_not_compared_word_by_word() -> None:
    long = "word " * (MOST_WORDS + 1)
    assert pieces_of(long, long + "end") == (Piece(Kind.GONE, long), Piece(Kind.NEW, long + "end"))


@given(texts, texts, st.integers(4, 20))
def test_shortened_pieces_have_room_and_say_when_something_is_left_out(before: str, after: str, room: int) -> None:
    pieces = pieces_of(before, after)
    short, cut = shortened(pieces, room)
    assert all(len(piece.text) <= room + 1 for piece in short)
    assert cut == any(len(piece.text) > room for piece in pieces)
    assert [piece.kind for piece in short] == [piece.kind for piece in pieces]


def test_what_stands_beside_a_change_is_kept() -> None:
    before = "one two three four five six seven"
    short, cut = shortened(pieces_of(before, f"{before} eight"), 12)
    assert cut
    assert short == (Piece(Kind.SAME, "… seven"), Piece(Kind.NEW, " eight"))
