"""What the list says about what has just happened to it."""

from __future__ import annotations

from ranker.domain.ballot import BallotTooLong, RepeatedMoment
from ranker.domain.values import MyList, VisibleMoment
from ranker.gate import Gate
from ranker.words import _, ngettext


def arrival(gate: Gate, my: MyList, before: int | None) -> str:
    """Where the fan is now, for those who cannot see the page change; and, after a step on, what that unlocked."""
    here = _("Seen up to %(code)s.", code=gate.rail.here) if gate.rail.here else _("Nothing watched yet.")
    unlocked = 0 if before is None else my.unlocked_since(before)
    if not unlocked:
        return here
    new = ngettext("%(num)d moment unlocked", "%(num)d moments unlocked", unlocked)
    return f"{here} {new}."


def left_to_look_at(unlocked: int) -> str:
    if not unlocked:
        return _("All new moments looked at.")
    return ngettext("%(num)d left to look at.", "%(num)d left to look at.", unlocked)


def about_note(my: MyList, token: str, text: str) -> str:
    if not text.strip():
        return _("Your note is gone.")
    listed = any(entry.token == token for entry in my.entries)
    if not listed:
        return _("Your note is kept, but read by nobody: its moment is not in your list.")
    return _("Your note is saved.")


def added_words(place: int, out: str | None) -> str:
    if out is None:
        return _("Added at place %(place)s.", place=place)
    return _("Added at place %(place)s; what was there went back.", place=place)


def full_list_words(gate: Gate, out: str | None) -> str:
    """A word on the entry that had to leave a full list."""
    if out is None:
        return ""
    left = next((row.moment for row in gate.own_list.shown if row.token == out), None)
    if isinstance(left, VisibleMoment):
        return _("The list was full, so “%(title)s” went back.", title=left.title)
    return _("The list was full, so a locked moment went back.")


def reason(refusal: Exception, gate: Gate) -> str:
    if isinstance(refusal, BallotTooLong):
        return _(
            "Your list holds %(size)s. Take one out first, then add this one. Nothing was changed.",
            size=gate.series.ballot_size,
        )
    if isinstance(refusal, RepeatedMoment):
        return _("That moment is in your list already. Nothing was changed.")
    return _("That is not a moment you can rank. Nothing was changed.")
