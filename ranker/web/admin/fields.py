"""What the forms of the desk have in common."""

from __future__ import annotations

from wtforms.validators import Regexp

NEEDED = "Please fill this in."
ONE_LINE = Regexp(r"^[^\x00-\x1f]*$", message="Please keep this to one line.")


def stripped(text: str | None) -> str | None:
    return text.strip() or None if text else None
