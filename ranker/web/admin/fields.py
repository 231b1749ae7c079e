"""What the forms of the desk have in common."""

from __future__ import annotations

import re

from wtforms.validators import Regexp

from ranker.words import later

NEEDED = later("Please fill this in.")
# Beside line ends, what turns the direction of all that follows, be it not of this text.
LINE = re.compile(r"^[^\x00-\x1f\u202a-\u202e\u2066-\u2069]*$")
ONE_LINE = Regexp(LINE, message=later("Please keep this to one line of plain text."))


def is_one_line(text: str) -> bool:
    return LINE.match(text) is not None


def stripped(text: str | None) -> str | None:
    return text.strip() or None if text else None
