"""A made-up community, so that a newcomer sees a living site at once. Plainly named as made up.

Fans rank by a Plackett-Luce model: a moment's strength plus Gumbel noise, best first. How far they have watched
follows a drop-off: some stop at every episode, many finish.
"""

from __future__ import annotations

import numpy as np
from sqlalchemy import insert, select

from ranker.actions.catalogue import touch
from ranker.database import writing
from ranker.extensions import db
from ranker.models import PUBLISHED, Episode, Moment, Progress, SavedBallot, Series, User

FANS = 300
SEED = 1
FINISH = 0.45
TASTE = 1.0
FAVOUR = 1.5  # for the moments that real lists hold, so that the made-up ranking looks like one


def make_community(fans: int = FANS) -> None:
    """Adds the fans with their progress and lists for every series, unless they are there."""
    if db.session.scalar(select(User.id).where(User.name_key == _name(1))) is not None:
        return
    generator = np.random.default_rng(SEED)
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
                if order:
                    ballots.append(_ballot(user, series, position, order))
            session.execute(insert(SavedBallot), ballots)
            touch(session, series.id, recount=True)


def real_favourites(series_id: int) -> list[int]:
    query = select(SavedBallot.moments).where(SavedBallot.series_id == series_id, SavedBallot.counting)
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


def _ballot(user_id: int, series: Series, progress: int, order: tuple[int, ...]) -> dict[str, object]:
    return {
        "user_id": user_id,
        "series_id": series.id,
        "progress": progress,
        "moments": order,
        "edition": series.edition,
        "version": 1,
        "counting": True,
        "past": (),
        "future": (),
    }


def _name(number: int) -> str:
    return f"demo-fan-{number:03}"
