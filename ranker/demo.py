"""A made-up community, so that a newcomer sees a living site at once. Plainly named as made up.

Fans rank by a Plackett-Luce model: a moment's strength plus Gumbel noise, best first. How far they have watched
follows a drop-off: some stop at every episode, many finish.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ranker.actions.catalogue import touch
from ranker.actions.snapshots import METHODS as SNAPSHOT_METHODS
from ranker.actions.snapshots import write_snapshot
from ranker.database import writing
from ranker.extensions import db
from ranker.models import COUNTED, PUBLISHED, Episode, Moment, Progress, SavedBallot, Series, User, now
from ranker.tallies.pairs import PairCounters

FANS = 300
SEED = 1
FINISH = 0.45
KEPT_EARLY = 0.6
TASTE = 1.0
A_WEEK = dt.timedelta(days=7)
FAVOUR = 1.5  # for the moments that real lists hold, so that the made-up ranking looks like one
FRESH = 1.5  # for what was just seen, when a list is kept on the way: it looms large, and pales later


def make_community(fans: int = FANS) -> None:
    """Adds the fans with their progress and lists for every series, unless they are there."""
    if db.session.scalar(select(User.id).where(User.name_key == _name(1))) is not None:
        return
    generator, early = np.random.default_rng(SEED), np.random.default_rng(SEED + 1)
    with writing() as session:
        rows = [{"name": _name(number), "name_key": _name(number)} for number in range(1, fans + 1)]
        session.execute(insert(User), rows)
        users = session.scalars(select(User.id).where(User.name_key.startswith("demo-fan-")).order_by(User.id)).all()
        for series in session.scalars(select(Series).order_by(Series.id)).all():
            query = (
                select(Moment.id, Episode.position)
                .join(Episode)
                .where(Moment.series_id == series.id, Moment.status == PUBLISHED)
            )
            moments = np.array(session.execute(query.order_by(Moment.id)).all(), dtype=np.int64)
            reached = drop_off(generator, len(users), series.episode_count)
            session.execute(
                insert(Progress),
                [
                    {"user_id": user, "series_id": series.id, "position": int(position)}
                    for user, position in zip(users, reached, strict=True)
                ],
            )
            favoured = np.isin(moments[:, 0], real_favourites(series.id))
            strengths = generator.gumbel(size=len(moments)) * TASTE + FAVOUR * favoured
            ballots = []
            for user, position in zip(users, reached.tolist(), strict=True):
                order = plackett_luce(generator, moments, strengths, position, series.ballot_size)
                orders = early_list(early, moments, strengths, position, series.ballot_size) | {position: order}
                ballots += _ballots(user, series, {at: order for at, order in orders.items() if order})
            a_week_ago = len(ballots) * 4 // 5
            session.execute(insert(SavedBallot), ballots[:a_week_ago])
            touch(session, series.id, recount=True)
            remember_as_of_a_week_ago(session, series.id)
            session.execute(insert(SavedBallot), ballots[a_week_ago:])


def remember_as_of_a_week_ago(session: Session, series_id: int) -> None:
    """Keeps the standings by the ballots there are so far as those of a week ago, so that there is movement to see."""
    counters = PairCounters.load(session.connection(), series_id, None)
    tables = {method: counters.ranks(method) for method in SNAPSHOT_METHODS}
    write_snapshot(session, series_id, (now() - A_WEEK).date(), tables)


def real_favourites(series_id: int) -> list[int]:
    query = select(SavedBallot.moments).where(SavedBallot.series_id == series_id, COUNTED)
    return [moment for order in db.session.scalars(query) for moment in order]


def drop_off(generator: np.random.Generator, fans: int, episodes: int) -> np.ndarray:
    """How far each fan has watched, 0..episodes: a share FINISH to the end, the rest anywhere, early more often."""
    stopped = np.floor(generator.beta(1.0, 1.6, size=fans) * episodes).astype(np.int64)
    return np.where(generator.random(fans) < FINISH, episodes, stopped)


def plackett_luce(
    generator: np.random.Generator, moments: np.ndarray, strengths: np.ndarray, position: int, size: int
) -> tuple[int, ...]:
    """A fan's list: the best of the moments (id, label) they have seen, by strength and noise; some lists are short."""
    seen = moments[:, 1] <= position
    noisy = (strengths + generator.gumbel(size=len(strengths)))[seen]
    length = min(size, int(generator.integers(3, 2 * size)))
    return tuple(moments[seen, 0][np.argsort(-noisy)][:length].tolist())


def early_list(
    generator: np.random.Generator, moments: np.ndarray, strengths: np.ndarray, position: int, size: int
) -> dict[int, tuple[int, ...]]:
    """The list that a share KEPT_EARLY of the fans saved half-way, by the progress they had then."""
    if generator.random() >= KEPT_EARLY:
        return {}
    half = position // 2
    fresh = strengths + FRESH * (moments[:, 1] >= half - 1)
    return {half: plackett_luce(generator, moments, fresh, half, size)}


def _ballots(user_id: int, series: Series, orders: dict[int, tuple[int, ...]]) -> list[dict[str, object]]:
    """A fan's lists by the progress they were saved at, oldest first; the newest counts."""
    return [
        {
            "user_id": user_id,
            "series_id": series.id,
            "progress": progress,
            "moments": order,
            "edition": series.edition,
            "version": version,
            "counting": version == len(orders),
            "past": (),
            "future": (),
        }
        for version, (progress, order) in enumerate(orders.items(), 1)
    ]


def _name(number: int) -> str:
    return f"demo-fan-{number:03}"
