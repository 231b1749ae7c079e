"""The part of the gate that knows how the standings were: what has moved since a week ago.

A snapshot keeps each horizon by itself, counted from what that horizon could know on its day. So what is said here of
a horizon depends on nothing beyond it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from ranker.domain.clearance import Method
from ranker.domain.movement import places_risen
from ranker.extensions import db
from ranker.models import StandingSnapshot

A_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Movement:
    """How many places each moment rose since a day (below 0: fell), by internal id, without those not ranked then."""

    since: dt.date
    places: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Which row of which snapshots to compare with."""

    series_id: int
    method: Method
    horizon: int


def movement_since(place: Place, today: dt.date, ranks: Mapping[int, int]) -> Movement | None:
    """What has moved up to the `ranks` of now (by internal id); None when there is nothing to compare them with.

    The other side is the newest snapshot that is a week old or older, else the oldest one from before today.
    """
    snapshot = _snapshot(place, today)
    if snapshot is None:
        return None
    row = snapshot.ranks[min(place.horizon, len(snapshot.ranks) - 1)]
    then = dict(zip(snapshot.moments, row.tolist(), strict=True))
    ids = [id for id in ranks if then.get(id)]
    risen = places_risen(np.array([then[id] for id in ids]), np.array([ranks[id] for id in ids]))
    return Movement(snapshot.day, dict(zip(ids, risen.tolist(), strict=True))) if ids else None


def _snapshot(place: Place, today: dt.date) -> StandingSnapshot | None:
    day = StandingSnapshot.day
    kept = select(StandingSnapshot).filter_by(series_id=place.series_id, method=place.method.value)
    a_week_old = kept.where(day <= today - A_WEEK).order_by(day.desc()).limit(1)
    oldest = kept.where(day < today).order_by(day).limit(1)
    return db.session.scalar(a_week_old) or db.session.scalar(oldest)
