"""Positions that were kept outside of the database, in the numbering of the episodes of today."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from ranker.domain.clearance import NOTHING_WATCHED
from ranker.domain.renumbering import Renumbering, follow_all
from ranker.extensions import db
from ranker.models import Renumbering as Row
from ranker.models import Series


def position_now(series_id: int, position: int, then: int, now: int) -> int:
    """What a position of the numbering `then` has become in the numbering `now`.

    One of a numbering that is still to come is of another database, and one from which there is no way to that of today
    is of a series that was deleted: they unlock nothing.
    """
    if then > now:
        return NOTHING_WATCHED
    query = (
        select(Row.position, Row.shift)
        .where(Row.series_id == series_id, Row.numbering > then, Row.numbering <= now)
        .order_by(Row.numbering)
    )
    since = [Renumbering(*row) for row in db.session.execute(query)]
    return follow_all(position, since) if len(since) == now - then else NOTHING_WATCHED


def positions_now(declared: Mapping[str, int], numbered: Mapping[str, int]) -> dict[str, int]:
    """The same of several series, by slug; what is said of a series that is not there is left as it is."""
    query = select(Series.id, Series.slug, Series.numbering).where(Series.slug.in_(declared), Series.numbering > 0)
    moved = {
        slug: position_now(series_id, declared[slug], numbered.get(slug, 0), numbering)
        for series_id, slug, numbering in db.session.execute(query).all()
    }
    return {**declared, **moved}
