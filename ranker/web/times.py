"""Instants and lengths of time in words, the same for everybody: UTC, to the minute."""

from __future__ import annotations

import datetime as dt

MINUTE = dt.timedelta(minutes=1)
UNITS = (("week", 7 * 24 * 60), ("day", 24 * 60), ("hour", 60), ("minute", 1))


def instant(when: dt.datetime) -> str:
    """The first full minute that is not before `when`, as in "5 May 2026, 19:00 UTC"."""
    minute = _minute_from(when)
    return f"{minute.day} {minute:%B %Y, %H:%M} UTC"


def short_instant(when: dt.datetime) -> str:
    """The same for a table whose heading says that it is in UTC: "5 May 2026, 19:00"."""
    minute = _minute_from(when)
    return f"{minute.day} {minute:%b %Y, %H:%M}"


def _minute_from(when: dt.datetime) -> dt.datetime:
    late = dt.timedelta(seconds=when.second, microseconds=when.microsecond)
    return when.astimezone(dt.UTC) + (MINUTE - late if late else dt.timedelta())


def length(time: dt.timedelta) -> str:
    """A length of whole minutes as people say it: "24 hours", "3 days", and never "1 day" or "1 week"."""
    minutes = time // MINUTE
    name, size = next((name, size) for name, size in UNITS if minutes % size == 0 and (minutes > size or size <= 60))
    count = minutes // size
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def rough_length(seconds: int) -> str:
    """A wait as one says it: "40 seconds", "12 minutes"; never shorter than it is."""
    count, name = (seconds, "second") if seconds <= 90 else (-(-seconds // 60), "minute")
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
