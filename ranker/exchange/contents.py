"""What a file says about a series, whichever format it is in: entry by entry, each with its place in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from ranker.exchange.series import EpisodeIn, MomentIn, Strict, reasons

Value = TypeVar("Value")
Model = TypeVar("Model", bound=Strict)


@dataclass(frozen=True, slots=True)
class Entry(Generic[Value]):
    """One episode or moment; `place` says where in the file it is, such as "line 5"."""

    place: str
    value: Value


@dataclass(frozen=True, slots=True)
class Remark:
    """Why an entry is not taken; `name` is what the file calls it, as far as it can be said."""

    place: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a file says. What it leaves out or leaves empty it says nothing about.

    slug: of the series it is about, None if it does not say. facts: fields of the series itself. A moment without an
    id of ours has the key "". refused: what cannot be read. skipped: what is no part of the story, such as specials.
    """

    slug: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    episodes: tuple[Entry[EpisodeIn], ...] = ()
    moments: tuple[Entry[MomentIn], ...] = ()
    refused: tuple[Remark, ...] = ()
    skipped: tuple[Remark, ...] = ()


def entry_of(kind: type[Model], place: str, name: str, fields: Mapping[str, Any]) -> Entry[Model] | Remark:
    """The entry these fields describe, or why they do not describe one. Empty ones are left out."""
    given = {key: value for key, value in fields.items() if value is not None and value != ""}
    try:
        return Entry(place, kind.model_validate(given))
    except ValidationError as error:
        return Remark(place, name[:120], reasons(error))


def sorted_out(read: list[Entry[Model] | Remark]) -> tuple[tuple[Entry[Model], ...], tuple[Remark, ...]]:
    """What could be read, and what could not, each in the order of the file."""
    entries = tuple(one for one in read if isinstance(one, Entry))
    return entries, tuple(one for one in read if isinstance(one, Remark))
