"""What the forms of the desk have in common."""

from __future__ import annotations

from wtforms.validators import Regexp

from ranker.words import later

NEEDED = later("Please fill this in.")
# Beside line ends, what turns the direction of all that follows, be it not of this text.
ONE_LINE = Regexp(
    r"^[^\x00-\x1f\u202a-\u202e\u2066-\u2069]*$", message=later("Please keep this to one line of plain text.")
)


def stripped(text: str | None) -> str | None:
    return text.strip() or None if text else None
