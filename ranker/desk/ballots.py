"""The ballots that count in a series, as they may be given to others: no names, no times, no list of one fan alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection

from ranker.desk.moments import every_moment, moment_of
from ranker.domain.anonymity import Cast, shared_rows
from ranker.exchange.ballots import Alternative, AnonymousBallots
from ranker.extensions import db
from ranker.gate import state_of
from ranker.models import PUBLISHED, Episode, Moment, Series, now
from ranker.tallies.recounting import counting_ballots, read_catalogue

if TYPE_CHECKING:
    from ranker.desk import Desk

NONE, NEVER = 0, np.iinfo(np.int64).max


def anonymous_ballots(desk: Desk, slug: str, k: int) -> AnonymousBallots:
    """Every ballot that counts, as far as `k` fans share it (see `domain/anonymity.py`). Raises NotHere."""
    series = desk.series_card(slug)
    episodes = tuple(episode.code for season in desk.seasons(slug) for episode in season.episodes)
    moments = _published(slug)
    numbers = {id: number for number, id in enumerate(moments, 1)}
    cast = Counter(_cast(db.session.connection(), state_of(slug).id, numbers))
    rows = shared_rows(cast, k)
    return AnonymousBallots(series, episodes, tuple(moments.values()), cast.total(), k, rows, now().date())


def _published(slug: str) -> dict[int, Alternative]:
    """The moments there are in story order, by internal id; inside an episode by public id, which says nothing."""
    query = every_moment().where(Series.slug == slug, Moment.status == PUBLISHED)
    rows = db.session.execute(query.order_by(Episode.position, Moment.public_id))
    found = {row.id: moment_of(row) for row in rows}
    return {id: Alternative(one.public_id, one.title, one.episode) for id, one in found.items()}


def _cast(connection: Connection, series_id: int, numbers: Mapping[int, int]) -> Iterator[Cast]:
    """Each counting ballot as the ranking counts it: of what is published now and was in its offer when saved."""
    catalogue, _ = read_catalogue(connection, series_id)
    number_of = np.array([*(numbers.get(id, NONE) for id in catalogue.ids.tolist()), NONE], np.int64)
    labels, edited = (np.append(column, NEVER) for column in (catalogue.labels, catalogue.editions))
    for progress, editions, orders in counting_ballots(connection, series_id):
        indices = catalogue.indices(orders)
        offered = (labels[indices] <= progress[:, None]) & (edited[indices] <= editions[:, None])
        told = np.where(offered, number_of[indices], NONE)
        for at, order in zip(progress.tolist(), told.tolist(), strict=True):
            yield at, tuple(number for number in order if number != NONE)
