"""Passwords: which are good enough, and how they are kept. Argon2id, with parameters that OWASP gives for small hosts.

A password is normalised to NFKC, as NIST SP 800-63B advises, so that every keyboard writes the same one.
"""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import current_app

from ranker.actions.accounts.names import name_key
from ranker.hashing import in_line

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
SITE_WORDS = ("ranker", "ranking", "spoiler", "password")
FEWEST_OF_ONES_OWN = 5  # characters beside one's name and what anybody knows of the site
HASH_DIGITS = 12  # of the list of common passwords


class PasswordRefused(ValueError):
    """The password is too short or too long."""


class CommonPassword(PasswordRefused):
    """The password is one of the first that anybody would try."""


def check_password(password: str, name: str) -> None:
    """Raises PasswordRefused, and CommonPassword for one that many people use, or that is little but known words."""
    normal = _normal(password)
    if len(password) > LONGEST_PASSWORD or not SHORTEST_PASSWORD <= len(normal) <= LONGEST_PASSWORD:
        raise PasswordRefused
    if _digest(normal) in common_passwords() or _is_of_known_words(normal, name):
        raise CommonPassword


def hashed_password(password: str) -> str:
    """Raises TooMuchHashing."""
    return in_line(hasher().hash, _normal(password))


def matches(known: str | None, password: str) -> bool:
    """Whether this is the password. Where there is none to compare with, it takes as long, and it is not.

    Raises TooMuchHashing.
    """
    try:
        in_line(hasher().verify, known or _hash_of_nothing(), _normal(password[: LONGEST_PASSWORD + 1]))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return known is not None


def is_outdated(known: str) -> bool:
    """Whether the hash was made with other parameters than those of today."""
    return hasher().check_needs_rehash(known)


def hasher() -> PasswordHasher:
    """The work it takes is a setting, so that tests can be quick."""
    return _hasher(current_app.config["PASSWORD_WORK"])


@cache
def common_passwords() -> frozenset[str]:
    text = (files("ranker") / "seeds" / "common-passwords.txt").read_text()
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


def _is_of_known_words(password: str, name: str) -> bool:
    """Whether next to nothing is left when the name, the site's words and its host are taken out."""
    host = urlsplit(current_app.config["PUBLIC_URL"] or "").hostname or ""
    whole = rest = name_key(password)
    for word in sorted({name_key(name), host, *host.split("."), *SITE_WORDS}, key=len, reverse=True):
        rest = rest.replace(word, "") if len(word) > 2 else rest
    return rest != whole and len(rest) < FEWEST_OF_ONES_OWN


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _digest(password: str) -> str:
    return hashlib.sha256(password.casefold().encode("utf-8", "replace")).hexdigest()[:HASH_DIGITS]


@cache
def _hasher(work: tuple[int, int]) -> PasswordHasher:
    time_cost, memory_kib = work
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)


def _hash_of_nothing() -> str:
    return _hash_with(current_app.config["PASSWORD_WORK"])


@cache
def _hash_with(work: tuple[int, int]) -> str:
    return _hasher(work).hash("a password nobody has")
