"""A site with counting rules: setting them, letting time pass, and asking what counts."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update

from ranker.actions.releases import release_due
from ranker.domain.clearance import Method
from ranker.domain.counting import CountingRules
from ranker.extensions import db
from ranker.models import SavedBallot, Series, User, now
from tests.cast import Cast

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
FANS = ("eve", "fay", "gus", "hal")


def rule(cast: Cast, **rules: object) -> None:
    cast.app.config["COUNTING_RULES"] = CountingRules(**rules)  # type: ignore[arg-type]


def lists(cast: Cast) -> int:
    """How many lists the ranking says it is made from."""
    with cast.app.app_context():
        return cast.gate("ada").ranking(Method.FAIR).lists


def released(cast: Cast, after: dt.timedelta) -> int:
    """How many lists count after this time."""
    with cast.app.app_context():
        release_due(cast.series_id, now() + after)
    return lists(cast)


def held(cast: Cast) -> dict[str, str]:
    """Why whose list is held."""
    query = (
        select(User.name, SavedBallot.held)
        .join(User, User.id == SavedBallot.user_id)
        .where(SavedBallot.counting, SavedBallot.held.is_not(None))
    )
    with cast.app.app_context():
        return {name: reason for name, reason in db.session.execute(query) if reason}


def small_lists(cast: Cast, size: int = 3) -> None:
    with cast.app.app_context():
        db.session.execute(update(Series).values(ballot_size=size))
        db.session.commit()
