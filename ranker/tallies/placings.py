"""Where fans place each moment: counters of their own, for the ranking does not need them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import Connection, Row, select

from ranker.domain.places import Places
from ranker.domain.tally import Arrays, Catalogue
from ranker.models import Series
from ranker.tallies.log import Change
from ranker.tallies.recounting import counting_ballots, read_catalogue


class PlaceCounters:
    """Places that agree with the ballots as they were at `revision`."""

    kind: ClassVar[str] = "places"

    def __init__(self, places: Places, series: Row[Any], revision: int) -> None:
        self.places = places
        self.revision = revision
        self.catalogue_revision: int = series.catalogue_revision
        self.recount_revision: int = series.recount_revision

    @classmethod
    def load(cls, connection: Connection, series_id: int, known: PlaceCounters | None) -> PlaceCounters:
        """Those of `known` are kept when only texts changed; every other change of the catalogue moves places."""
        series = connection.execute(select(Series.__table__).where(Series.id == series_id)).one()
        catalogue, live = read_catalogue(connection, series_id)
        published = Catalogue(catalogue.ids[live], catalogue.labels[live], catalogue.editions[live])
        places = Places(published, series.episode_count, series.ballot_size)
        if known is not None and known.recount_revision == series.recount_revision and places.alike(known.places):
            return cls(known.places, series, known.revision)
        for progress, editions, orders in counting_ballots(connection, series_id):
            places.add_many(progress, editions, orders)
        return cls(places, series, series.revision)

    def follow(self, changes: Sequence[Change], revision: int) -> None:
        old = [change.before for change in changes if change.before is not None]
        new = [change.after for change in changes if change.after is not None]
        self.places.shift([*old, *new], [-1] * len(old) + [1] * len(new))
        self.revision = revision

    @classmethod
    def put_together(cls, arrays: Arrays, series: Row[Any]) -> PlaceCounters:
        return cls(Places.put_together(arrays), series, series.revision)

    def arrays(self) -> Arrays:
        return self.places.arrays()

    def agree_with(self, other: PlaceCounters) -> bool:
        return self.places == other.places
