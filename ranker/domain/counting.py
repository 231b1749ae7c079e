"""When a saved list counts: the rules a site can set against stuffing, decided from what is known of a fan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a list is held, that is: saved and shown to its owner, but counted nowhere."""

    ACCOUNT = "account"  # the account is young
    HISTORY = "history"  # its owner has said only lately, for the first time, how far they are in the series
    JUMP = "jump"  # its owner has said lately that they are several episodes further
    ALIKE = "alike"  # as many identical lists as may count do count already
    ADMIN = "admin"  # an admin holds it
    DISABLED = "disabled"  # the account of its owner is disabled

    @property
    def by_rule(self) -> bool:
        """Whether a rule of the site holds it, which may let it go again by itself."""
        return self not in (Reason.ADMIN, Reason.DISABLED)


@dataclass(frozen=True, slots=True)
class CountingRules:
    """The rules of a site; None: this one is off.

    identical_lists: how many identical full lists count before an admin has looked, at least 1.
    """

    accounts_after: dt.timedelta | None = None
    unconfirmed_after: dt.timedelta | None = None
    jumps_after: dt.timedelta | None = None
    identical_lists: int | None = None

    @property
    def on(self) -> bool:
        """Whether there is anything to decide at a save."""
        return self != NO_RULES


NO_RULES = CountingRules()


@dataclass(frozen=True, slots=True)
class Owner:
    """What the rules ask of the owner of a list.

    registered: when the account was made. followed: when they first said how far they are in the series. jumped: when
    they last moved on by more than one episode at once, to where they had not been. None: before that was written down,
    or never.
    """

    registered: dt.datetime
    followed: dt.datetime | None = None
    jumped: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a list does not count, since when, and until when (None: until an admin has looked).

    note: what the admin wrote who holds it.
    """

    reason: Reason
    since: dt.datetime
    until: dt.datetime | None = None
    note: str | None = None


def wait(rules: CountingRules, owner: Owner, saved: dt.datetime, at: dt.datetime) -> Hold | None:
    """The hold, beginning at the instant `at`, on a list that was saved at `saved`; None when there is none.

    Of several waits the longest one is named. A jump after the save is no reason to wait.
    """
    jumped = owner.jumped if owner.jumped is not None and owner.jumped <= saved else None
    waits = (
        (owner.registered, rules.accounts_after, Reason.ACCOUNT),
        (owner.followed, rules.unconfirmed_after, Reason.HISTORY),
        (jumped, rules.jumps_after, Reason.JUMP),
    )
    ends = [(start + length, reason) for start, length, reason in waits if start is not None and length is not None]
    left = [(until, reason) for until, reason in ends if until > at]
    if not left:
        return None
    until, reason = max(left)
    return Hold(reason, at, until)
