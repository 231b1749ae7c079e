"""Series files in the format `ranker.series/1`: read, checked, and turned into frozen values."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from ranker.domain.finding import plain
from ranker.words import _, later

T = TypeVar("T")

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"

MOST_EPISODES, MOST_MOMENTS = 2_000, 20_000

RESERVED = ("new", "import")  # addresses of the desk

LONGEST_SLUG = 80
Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=LONGEST_SLUG)]
# What no line of text may hold: line ends, and what turns the direction of all that follows, be it not of this text.
ONE_LINE = r"^[^\x00-\x1f\u202a-\u202e\u2066-\u2069]*$"
NO_NUL = r"^[^\x00]*$"
OneLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=ONE_LINE)]
Line = Annotated[OneLine, Field(max_length=120)]
LongLine = Annotated[OneLine, Field(max_length=200)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000, pattern=NO_NUL)]
Season = Annotated[int, Field(ge=1, le=999)]
HIGHEST_NUMBER = 9_999
Number = Annotated[int, Field(ge=1, le=HIGHEST_NUMBER)]


# What pydantic itself says is English, and for programmers.
NO_WHOLE_NUMBER = later("this is not a whole number")
NO_DATE = later("this is not a date such as 2022-01-28")
NO_TEXT = later("this is not a text")
NO_LIST = later("this is not a list")
NO_FIELDS = later("this is not an object with named fields")
NO_JSON = later("this is not a JSON file")
REASONS = {
    "string_unicode": later("this has characters that cannot be here"),
    "missing": later("this is missing"),
    "int_parsing": NO_WHOLE_NUMBER,
    "int_parsing_size": later("this number is too large"),
    "int_from_float": NO_WHOLE_NUMBER,
    "int_type": NO_WHOLE_NUMBER,
    "finite_number": NO_WHOLE_NUMBER,
    "greater_than_equal": later("this has to be %(ge)s or more"),
    "less_than_equal": later("this has to be %(le)s or less"),
    "date_from_datetime_parsing": NO_DATE,
    "date_from_datetime_inexact": NO_DATE,
    "date_parsing": NO_DATE,
    "date_type": NO_DATE,
    "string_type": NO_TEXT,
    "string_too_short": later("this is empty"),
    "string_too_long": later("this is longer than %(max_length)s characters"),
    "literal_error": later("this has to be one of these: %(expected)s"),
    "list_type": NO_LIST,
    "tuple_type": NO_LIST,
    "too_short": later("there have to be %(min_length)s at least"),
    "too_long": later("there are more than %(max_length)s"),
    "model_type": NO_FIELDS,
    "model_attributes_type": NO_FIELDS,
}
MAY_HOLD = {
    SLUG: later("small letters from a to z, digits and single hyphens alone can be here, as in all-of-us-are-dead"),
    ONE_LINE: later("this has to be one line, without signs that turn the direction of the text"),
    NO_NUL: later("this has a character that no text can hold (NUL)"),
}
MOST_REASONS = 5
BREAKS_AT = re.compile(r"at line (\d+) column (\d+)")
SOMETHING_ELSE = later("this cannot be read")


class SeriesFileRefused(ValueError):
    """The file is not a series we can take; the message names the place and the reason."""


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class EpisodeIn(Strict):
    season: Season
    number: Number
    title: LongLine | None = None
    airdate: dt.date | None = None
    runtime: Annotated[int, Field(ge=1, le=10_000)] | None = None


class MomentIn(Strict):
    key: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    title: Line
    description: Prose = ""
    teaser: Line | None = None
    season: Season
    episode: Number
    status: Literal["published", "proposed", "retired"] = "published"


class SeriesFile(Strict):
    """A series with its episodes in story order and its moments."""

    format: Literal["ranker.series/1"]
    slug: Slug
    title: LongLine
    year: Annotated[int, Field(ge=1800, le=2999)] | None = None
    network: Annotated[OneLine, Field(max_length=80)] | None = None
    attribution: LongLine | None = None
    ballot_size: Annotated[int, Field(ge=1, le=50)] = 10
    episodes: Annotated[tuple[EpisodeIn, ...], Field(min_length=1, max_length=MOST_EPISODES)]
    moments: Annotated[tuple[MomentIn, ...], Field(max_length=MOST_MOMENTS)] = ()

    @model_validator(mode="after")
    def _is_one_story(self) -> Self:
        if self.slug in RESERVED:
            raise ValueError(_("%(slug)s cannot be the address of a series", slug=repr(self.slug)))
        codes = [(episode.season, episode.number) for episode in self.episodes]
        if repeated := _first_repeated(codes):
            season, number = repeated
            raise ValueError(_("season %(season)d episode %(number)d is there twice", season=season, number=number))
        if codes != sorted(codes):
            raise ValueError(_("the episodes are not in the order of their seasons and numbers"))
        if key := _first_repeated([moment.key for moment in self.moments]):
            raise ValueError(_("the moment key %(key)s is there twice", key=repr(key)))
        known = set(codes)
        for moment in self.moments:
            if (moment.season, moment.episode) not in known:
                raise ValueError(
                    _(
                        "the moment %(key)s is in season %(season)d episode %(number)d, which is not listed",
                        key=repr(moment.key),
                        season=moment.season,
                        number=moment.episode,
                    )
                )
        return self


class FirstBallot(Strict):
    """A real list to begin a community with, by the keys of the moments."""

    class Reached(Strict):
        season: Season
        episode: Number

    series: Slug
    title: str
    progress: Reached
    order: tuple[str, ...]


def read_series(content: bytes) -> SeriesFile:
    """The series in a file's bytes. Raises SeriesFileRefused, which says where and why."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        raise SeriesFileRefused(_("this file is empty"))
    try:
        return SeriesFile.model_validate_json(content)
    except ValidationError as error:
        raise SeriesFileRefused(reasons(error)) from error


def address_of(title: str) -> str:
    """The address that a title suggests, as static/js/address.js does; '' where none of its letters could be in one."""
    words = re.sub("[^a-z0-9]+", "-", re.sub("['’‘`]", "", plain(title)))
    return words.strip("-")[:LONGEST_SLUG].strip("-")


def write_series(file: SeriesFile) -> bytes:
    """A file that `read_series` reads as the same series. What is as it is by default is left out."""
    fields = {"format": file.format, **file.model_dump(mode="json", exclude_defaults=True)}
    return json.dumps(fields, ensure_ascii=False, indent=1).encode() + b"\n"


def reasons(error: ValidationError) -> str:
    """Where the first few mistakes are and what they are, in our words and the reader's language."""
    mistakes = error.errors()
    around = {one["loc"][:depth] for one in mistakes for depth in range(len(one["loc"]))}
    own = [one for one in mistakes if one["loc"] not in around]  # a list is no shorter for what is wrong in it
    told = "; ".join(_placed(one) for one in own[:MOST_REASONS])
    more = len(own) - MOST_REASONS
    return _("%(reason)s (and %(number)d more)", reason=told, number=more) if more > 0 else told


def broken_json(said: str) -> str:
    """Where a JSON file breaks, by what its reader says of it."""
    where = BREAKS_AT.search(said)
    if where is None:
        return str(NO_JSON)
    return _("this JSON breaks at line %(line)s, column %(column)s", line=where[1], column=where[2])


def _placed(mistake: ErrorDetails) -> str:
    place = ".".join(str(step) for step in mistake["loc"])
    return f"{place}: {_reason(mistake)}" if place else _reason(mistake)


def _reason(mistake: ErrorDetails) -> str:
    kind, context = mistake["type"], mistake.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])  # that is one of ours
    if kind == "json_invalid":
        return broken_json(context["error"])
    if kind == "string_pattern_mismatch":
        return str(MAY_HOLD[context["pattern"]])
    if kind == "literal_error":
        context = {"expected": ", ".join(re.findall("'(.*?)'", context["expected"]))}
    return str(REASONS.get(kind, SOMETHING_ELSE)) % context


def _first_repeated(values: list[T]) -> T | None:
    return next((value for value, times in Counter(values).items() if times > 1), None)
