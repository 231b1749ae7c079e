"""Series files in the format `ranker.series/1`: read, checked, and turned into frozen values."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

T = TypeVar("T")

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"

MOST_EPISODES, MOST_MOMENTS = 2_000, 20_000

RESERVED = ("new", "import")  # addresses of the desk

Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=80)]
OneLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00-\x1f]*$")]
Line = Annotated[OneLine, Field(max_length=120)]
LongLine = Annotated[OneLine, Field(max_length=200)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000, pattern=r"^[^\x00]*$")]
Season = Annotated[int, Field(ge=1, le=999)]
HIGHEST_NUMBER = 9_999
Number = Annotated[int, Field(ge=1, le=HIGHEST_NUMBER)]


# What pydantic says of these is for programmers.
PLAIN_WORDS = {
    "string_pattern_mismatch": "this has characters that cannot be here",
    "json_invalid": "this is not a JSON file",
    "missing": "this is missing",
    "int_parsing": "this is not a whole number",
    "int_type": "this is not a whole number",
    "date_from_datetime_parsing": "this is not a date such as 2022-01-28",
    "date_parsing": "this is not a date such as 2022-01-28",
}


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
            raise ValueError(f"{self.slug!r} cannot be the address of a series")
        codes = [(episode.season, episode.number) for episode in self.episodes]
        if repeated := _first_repeated(codes):
            raise ValueError(f"season {repeated[0]} episode {repeated[1]} is there twice")
        if codes != sorted(codes):
            raise ValueError("the episodes are not in the order of their seasons and numbers")
        if key := _first_repeated([moment.key for moment in self.moments]):
            raise ValueError(f"the moment key {key!r} is there twice")
        known = set(codes)
        for moment in self.moments:
            if (moment.season, moment.episode) not in known:
                place = f"season {moment.season} episode {moment.episode}"
                raise ValueError(f"the moment {moment.key!r} is in {place}, which is not listed")
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
    try:
        return SeriesFile.model_validate_json(content)
    except ValidationError as error:
        raise SeriesFileRefused(first_reason(error)) from error


def write_series(file: SeriesFile) -> bytes:
    """A file that `read_series` reads as the same series. What is as it is by default is left out."""
    fields = {"format": file.format, **file.model_dump(mode="json", exclude_defaults=True)}
    return json.dumps(fields, ensure_ascii=False, indent=1).encode() + b"\n"


def first_reason(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(step) for step in first["loc"])
    reason = PLAIN_WORDS.get(first["type"], first["msg"].removeprefix("Value error, "))
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{place}: {reason}{more}" if place else f"{reason}{more}"


def _first_repeated(values: list[T]) -> T | None:
    return next((value for value, times in Counter(values).items() if times > 1), None)
