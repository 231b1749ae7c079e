"""What a variable of the environment may say: each reader raises BadSetting with what to write instead."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limits import parse_many

UNITS = {"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}  # in minutes
DURATION = re.compile(r"([0-9]{1,6}) ?(minute|hour|day|week)s?")
LONGEST = 365 * UNITS["day"]


@dataclass(frozen=True, slots=True)
class Address:
    """Where something listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class BadSetting(ValueError):
    """A setting has a value the app cannot work with; the message says which and what to write instead."""


class Noting(dict[str, str]):
    """An environment that notes which of its variables are read."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        self.read: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return super().get(name, default)


def secret_from(environ: Mapping[str, str], name: str) -> str | None:
    """A setting that is a secret: given, or in the file that the setting of the same name with `_FILE` names."""
    if given := environ.get(name):
        return given
    file = environ.get(f"{name}_FILE")
    if not file:
        return None
    try:
        return Path(file).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{name}_FILE: {file} cannot be read ({error})") from error


def how_often(environ: Mapping[str, str], name: str, default: str) -> str:
    """A rate as people write it: "10 per minute"."""
    text = environ.get(name) or default
    try:
        parse_many(text)
    except ValueError as error:
        raise BadSetting(f'{name} must be like "10 per minute", not {text!r}') from error
    return text


def words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def whole_number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not text.isdecimal():
        raise BadSetting(f"{name} must be a whole number, not {text!r}")
    return int(text)


def address(environ: Mapping[str, str], name: str) -> Address | None:
    """A host and a port, like 127.0.0.1:9464 or [::1]:9464; None when it is not set."""
    given = environ.get(name, "")
    host, colon, port = given.rpartition(":")
    if given and not (host and colon and port.isdecimal() and 0 < int(port) < 65_536):
        raise BadSetting(f"{name} must be a host and a port like 127.0.0.1:9464, not {given!r}")
    return Address(host.removeprefix("[").removesuffix("]"), int(port)) if given else None


def one_of(environ: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = environ.get(name, choices[0])
    if value not in choices:
        raise BadSetting(f"{name} must be one of {', '.join(filter(None, choices))}, not {value!r}")
    return value


def duration(environ: Mapping[str, str], name: str) -> dt.timedelta | None:
    """A length of time as people write it: "24 hours". None when it is not set, or "off"."""
    text = environ.get(name, "").strip().lower()
    return None if text in ("", "off") else length_of_time(name, text)


def limit(environ: Mapping[str, str], name: str, default: str) -> dt.timedelta:
    """The same for what cannot be switched off."""
    return length_of_time(name, environ.get(name, default).strip().lower())


def length_of_time(name: str, text: str) -> dt.timedelta:
    match = DURATION.fullmatch(text)
    if match is None or not 1 <= int(match[1]) * UNITS[match[2]] <= LONGEST:
        raise BadSetting(f'{name} must be a length of time like "24 hours" or "3 days", not {text!r}')
    return dt.timedelta(minutes=int(match[1]) * UNITS[match[2]])
