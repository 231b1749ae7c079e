"""Whether a list counts: the rules of the site, asked of the database in one query."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import numpy as np
from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, func, literal, null, select
from sqlalchemy.orm import Session

from ranker.domain.ballot import Ballot
from ranker.domain.counting import CountingRules, Hold, Owner, Reason, wait
from ranker.gate.own_list import StoredList
from ranker.models import COUNTED, PACKED_ID, PUBLISHED, Episode, Moment, Progress, SavedBallot, Series, User

Order = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A fan's list in a series, saved at an instant."""

    series_id: int
    user_id: int | None
    ballot: Ballot
    saved: dt.datetime


@dataclass(frozen=True, slots=True)
class Judgement:
    """hold: why the list does not count, if it does not. heir: the fan whose list takes the place that becomes free."""

    hold: Hold | None
    heir: int | None = None


COUNTS = Judgement(None)


def rules_in_force() -> CountingRules:
    rules: CountingRules = current_app.config["COUNTING_RULES"]
    return rules


def judge_save(session: Session, listed: Listed, stored: StoredList) -> Judgement:
    """What becomes of a list that is saved now, over the stored one. What an admin has decided about that one stays."""
    hold = stored.hold
    if hold is not None and not hold.reason.by_rule:
        return Judgement(hold)
    judged = judge(session, listed, listed.saved, stored.counted, stored.vouched)
    if hold is None or judged.hold is None or judged.hold.reason is not hold.reason:
        return judged
    in_line = hold.reason is not Reason.ALIKE or stored.order == listed.ballot.order
    return replace(judged, hold=replace(judged.hold, since=hold.since)) if in_line else judged


def judge(
    session: Session, listed: Listed, at: dt.datetime, before: Ballot | None = None, vouched: bool = False
) -> Judgement:
    """What the rules say of a list at the instant `at`. `before` is what counted of this fan until now.

    Of identical lists only those are meant whose every place holds a moment their owner may see now: what a fan cannot
    see must not decide whether their list counts, nor whether somebody else's does when they change it.
    """
    rules = rules_in_force()
    if not rules.on:
        return COUNTS
    known = session.execute(_question(listed, before, rules)).one()
    most = rules.identical_lists or 0
    hold = None if vouched else wait(rules, Owner(known.created_at, known.since, known.jumped_at), listed.saved, at)
    unchanged = before is not None and before.order == listed.ballot.order
    full = len(listed.ballot.order) == known.ballot_size == known.seen
    has_place = unchanged and known.seen_then == known.ballot_size
    if hold is None and not vouched and full and not has_place and known.alike >= most > 0:
        hold = Hold(Reason.ALIKE, at)
    was_full = before is not None and len(before.order) == known.ballot_size == known.seen_before
    leaves = was_full and (hold is not None or not unchanged)
    return Judgement(hold, known.heir if leaves and known.alike_before < most else None)


def digest_of(order: Order) -> int | None:
    """What identical lists have in common, as a number a database keeps; None where the site has no rule for them."""
    if rules_in_force().identical_lists is None:
        return None
    packed = np.asarray(order, dtype=PACKED_ID).tobytes()
    return int.from_bytes(blake2b(packed, digest_size=8).digest(), "big", signed=True)


def _question(listed: Listed, before: Ballot | None, rules: CountingRules) -> Select[*tuple[Any, ...]]:
    progress = and_(Progress.user_id == User.id, Progress.series_id == Series.id)
    alike = rules.identical_lists is not None
    now_in = _Group(listed, listed.ballot.order if alike else ())
    was_in = _Group(listed, before.order if alike and before is not None else ())
    here, then = listed.ballot.progress, before.progress if before is not None else 0
    return (
        select(
            User.created_at,
            Progress.since,
            Progress.jumped_at,
            Series.ballot_size,
            now_in.seen(here).label("seen"),
            now_in.others.label("alike"),
            was_in.seen(here).label("seen_before"),
            was_in.seen(then).label("seen_then"),
            was_in.others.label("alike_before"),
            was_in.heir.label("heir"),
        )
        .select_from(User)
        .join(Series, Series.id == listed.series_id)
        .outerjoin(Progress, progress)
        .where(User.id == listed.user_id)
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """The fans who have this order as their list, as seen by one who has it, too. Without an order, nobody."""

    listed: Listed
    order: Order

    def seen(self, position: int) -> ColumnElement[int]:
        """How many of its moments somebody at this position may see."""
        if not self.order:
            return literal(0)
        return (
            select(func.count())
            .select_from(Moment)
            .join(Episode, Episode.id == Moment.episode_id)
            .where(Moment.id.in_(self.order), Moment.status == PUBLISHED)
            .where(Episode.position <= position)
            .scalar_subquery()
        )

    @property
    def others(self) -> ColumnElement[int]:
        """How many other fans' lists of this order count."""
        if not self.order:
            return literal(0)
        return select(func.count()).select_from(SavedBallot).where(*self._theirs, COUNTED).scalar_subquery()

    @property
    def heir(self) -> ColumnElement[Any]:
        """The fan whose list of this order has been held for longest."""
        if not self.order:
            return null()
        held = SavedBallot.counting & (SavedBallot.held == Reason.ALIKE)
        longest = (
            select(SavedBallot.user_id).where(*self._theirs, held).order_by(SavedBallot.held_since, SavedBallot.user_id)
        )
        return longest.limit(1).scalar_subquery()

    @property
    def _theirs(self) -> tuple[ColumnElement[bool], ...]:
        listed = self.listed
        return (
            SavedBallot.series_id == listed.series_id,
            SavedBallot.digest == digest_of(self.order),
            SavedBallot.user_id != listed.user_id,
        )
