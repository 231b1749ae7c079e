"""The part of the gate that tells what moved from day to day: the feed of a series.

Like `gate/movement.py` it looks at the row of one horizon alone, which was counted from what that horizon could know.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
from sqlalchemy import select

from ranker.domain.clearance import Method
from ranker.domain.feed import DayOfMovement, Moved, MovementFeed, OwnFeed
from ranker.domain.movement import places_risen
from ranker.domain.values import Moment
from ranker.extensions import db
from ranker.gate import Gate
from ranker.gate.rows import story_order
from ranker.models import PrivateFeed, StandingSnapshot

DAYS = 30
MOST_IN_A_DAY = 20

Ranks = Mapping[int, int]


def feed_key(gate: Gate) -> tuple[object, ...]:
    """All that `movement_feed` depends on, so that it may be kept under this key. The key stays on the server."""
    state = gate.state
    of_series = state.id, state.catalogue_revision, state.recount_revision, state.snapshot_day
    return *of_series, gate.clearance.position, gate.viewer.view, gate.today


def movement_feed(gate: Gate) -> MovementFeed:
    """What moved in the fair ranking on each of the last days that are known, as far as this viewer may know it.

    A day on which nothing moved is not there. When no day is known yet, today is the last that was looked at.
    """
    moments = gate.moments_by_id()
    snapshots = list(_snapshots(gate))
    changes = (_day(day, now, before, moments) for (day, now), (_, before) in pairwise(snapshots))
    updated = snapshots[0][0] if snapshots else gate.today
    return MovementFeed(gate.series, tuple(change for change in changes if change.moved), updated)


def own_feed(gate: Gate) -> OwnFeed | None:
    """The fan's address for this series, as far as they have come themselves; None: they have none."""
    mine = PrivateFeed.user_id == gate.viewer.user_id, PrivateFeed.series_id == gate.state.id
    row = db.session.execute(select(PrivateFeed.cap, PrivateFeed.created_at).where(*mine)).first()
    return None if row is None else OwnFeed(gate.clearance.looking_back_to(row.cap).position, row.created_at)


def _snapshots(gate: Gate) -> Iterator[tuple[dt.date, Ranks]]:
    """The days there are with the ranks on them, newest first, and one more to compare the oldest with."""
    query = (
        select(StandingSnapshot.day, StandingSnapshot.moments, StandingSnapshot.ranks)
        .where(StandingSnapshot.series_id == gate.state.id, StandingSnapshot.method == Method.FAIR.value)
        .where(StandingSnapshot.day <= gate.today)
        .order_by(StandingSnapshot.day.desc())
        .limit(DAYS + 1)
    )
    for day, moments, ranks in db.session.execute(query):
        row = ranks[min(gate.horizon, len(ranks) - 1)]
        yield day, {id: rank for id, rank in zip(moments, row.tolist(), strict=True) if rank}


def _day(day: dt.date, now: Ranks, before: Ranks, moments: Mapping[int, Moment]) -> DayOfMovement:
    ids = [id for id in now if id in before and id in moments]
    risen = places_risen(np.array([before[id] for id in ids]), np.array([now[id] for id in ids])) if ids else ()
    moved = [Moved(now[id], int(places), moments[id]) for id, places in zip(ids, risen, strict=True) if places]
    ordered = sorted(moved, key=_reading_order)
    return DayOfMovement(day, tuple(ordered[:MOST_IN_A_DAY]), max(0, len(ordered) - MOST_IN_A_DAY))


def _reading_order(moved: Moved) -> tuple[object, ...]:
    """By rank, then by what is shown of the moment, so that no order tells of what is hidden."""
    return moved.rank, *story_order(moved.moment), moved.risen
