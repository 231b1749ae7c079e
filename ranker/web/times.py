"""Days, instants and lengths of time in the reader's language, and the same for everybody: UTC, to the minute."""

from __future__ import annotations

import datetime as dt

from babel import Locale
from babel.dates import format_date, format_skeleton
from flask_babel import get_locale

from ranker.words import DEFAULT, LOCALES, _, ngettext

MINUTE = dt.timedelta(minutes=1)
UNITS = (("week", 7 * 24 * 60), ("day", 24 * 60), ("hour", 60), ("minute", 1))


def day(when: dt.date) -> str:
    """The day of an instant, in UTC: 4 November 2026."""
    return format_date(when, "long", _locale())


def day_of(date: dt.date) -> str:
    """A day not long ago: 15 November."""
    return format_skeleton("MMMMd", date, locale=_locale())


def instant(when: dt.datetime) -> str:
    """The first full minute that is not before `when`, as in "5 May 2026, 19:00 UTC"."""
    minute = _minute_from(when)
    return _("%(day)s, %(time)s UTC", day=day(minute), time=f"{minute:%H:%M}")


def short_instant(when: dt.datetime) -> str:
    """The same for a table whose heading says that it is in UTC: "5 May 2026, 19:00"."""
    minute = _minute_from(when)
    return _("%(day)s, %(time)s", day=format_skeleton("yMMMd", minute, locale=_locale()), time=f"{minute:%H:%M}")


def _minute_from(when: dt.datetime) -> dt.datetime:
    late = dt.timedelta(seconds=when.second, microseconds=when.microsecond)
    return when.astimezone(dt.UTC) + (MINUTE - late if late else dt.timedelta())


def _locale() -> Locale:
    """The reader's, or outside of a request English."""
    return get_locale() or Locale.parse(LOCALES[DEFAULT])


def length(time: dt.timedelta) -> str:
    """A length of whole minutes as people say it: "24 hours", "3 days", and never "1 day" or "1 week"."""
    minutes = time // MINUTE
    name, size = next((name, size) for name, size in UNITS if minutes % size == 0 and (minutes > size or size <= 60))
    return counted(name, minutes // size)


def rough_length(seconds: int) -> str:
    """A wait as one says it: "40 seconds", "12 minutes"; never shorter than it is."""
    return counted("second", seconds) if seconds <= 90 else counted("minute", -(-seconds // 60))


def counted(unit: str, count: int) -> str:
    match unit:
        case "week":
            return ngettext("%(num)d week", "%(num)d weeks", count)
        case "day":
            return ngettext("%(num)d day", "%(num)d days", count)
        case "hour":
            return ngettext("%(num)d hour", "%(num)d hours", count)
        case "minute":
            return ngettext("%(num)d minute", "%(num)d minutes", count)
    return ngettext("%(num)d second", "%(num)d seconds", count)
