"""Which moments a series has and from where on they may be seen, without a word of them.

It is read once for each state of the catalogue and kept; whoever asks on behalf of a viewer compares with a clearance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class IndexedMoment:
    """A published moment. Its public id is not for those who have not reached `position`."""

    id: int
    public_id: str
    position: int


@dataclass(frozen=True)
class MomentIndex:
    """The published moments of one series."""

    by_id: Mapping[int, IndexedMoment]

    @classmethod
    def of(cls, moments: Iterable[IndexedMoment]) -> MomentIndex:
        return cls({moment.id: moment for moment in moments})

    @cached_property
    def by_public_id(self) -> Mapping[str, IndexedMoment]:
        return {moment.public_id: moment for moment in self.by_id.values()}
