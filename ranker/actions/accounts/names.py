"""Which names an account may have, and when two of them are one."""

from __future__ import annotations

import re
import unicodedata

SHORTEST_NAME, LONGEST_NAME = 2, 30
SEPARATORS = " -_."
LETTERS_AND_DIGITS = {"Lu", "Ll", "Lt", "Lo", "Nd"}
MARKS = {"Mn", "Mc"}  # vowel signs of Indic and other scripts, accents without a letter of their own
LETTERS_BESIDES = "ー々"
# Alphabets with letters that look alike. A name keeps to one, so that nobody is taken for somebody else.
LOOK_ALIKE = {"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "COPTIC", "CHEROKEE"}
WORD = r"a(?:a|mm?(?!m))*"  # letters, each with one or two marks at most
WELL_MADE = re.compile(rf"{WORD}(?:(?:[ _.-]|\. ){WORD})*")
INVISIBLE = {"FILLER", "JOINER", "SELECTOR", "INHERENT", "SEPARATOR"}


class NameRefused(ValueError):
    """The name has characters we do not take, or is too short or too long."""


class NameTaken(ValueError):
    """Somebody has this name already."""


def tidy_name(text: str) -> str:
    """The name as it is kept: one way of writing for each character, nothing around it."""
    return unicodedata.normalize("NFKC", text).strip(" ")


def name_key(name: str) -> str:
    """What two names share when they are the same to us: capitals and ways of writing do not matter."""
    return unicodedata.normalize("NFKC", tidy_name(name).casefold())


def check_name(name: str) -> None:
    """Raises NameRefused unless a tidy name is one we take."""
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME or len(name_key(name)) > LONGEST_NAME:
        raise NameRefused
    if not all(map(_is_taken, name)) or not _is_well_made(name) or len(_alphabets(name) & LOOK_ALIKE) > 1:
        raise NameRefused


def _is_taken(character: str) -> bool:
    if character in SEPARATORS or character in LETTERS_BESIDES:
        return True
    if unicodedata.category(character) not in LETTERS_AND_DIGITS | MARKS:
        return False
    return not INVISIBLE & set(unicodedata.name(character, "").split())


def _is_well_made(name: str) -> bool:
    """Words with one separator between two of them, or a dot and a space; no heap of marks on one letter."""
    return WELL_MADE.fullmatch("".join(map(_kind, name))) is not None


def _kind(character: str) -> str:
    if character in SEPARATORS:
        return character
    return "m" if unicodedata.category(character) in MARKS else "a"


def _alphabets(name: str) -> set[str]:
    return {unicodedata.name(character, "").split(" ")[0] for character in name if character.isalpha()}
