"""What the forms of the desk have in common."""

from __future__ import annotations

import re

from wtforms.validators import Regexp

from ranker.exchange import series
from ranker.words import later

NEEDED = later("Please fill this in.")
ONE_LINE = Regexp(series.ONE_LINE, message=later("Please keep this to one line of plain text."))


def is_one_line(text: str) -> bool:
    return re.fullmatch(series.ONE_LINE, text) is not None


def stripped(text: str | None) -> str | None:
    return text.strip() or None if text else None
