"""What becomes of a position when an episode comes between others, or goes from between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Renumbering:
    """Whoever stood before `position` stands where they stood; whoever stood there or beyond is moved by `shift`.

    shift: 1 for an episode that came and that they have seen too, -1 for one that went, None for one that came and that
    nobody has seen: then they stand before it.
    """

    position: int
    shift: int | None

    def follow(self, progress: int) -> int:
        """The progress in the new numbering of somebody who had this progress in the one before."""
        if progress < self.position:
            return progress
        return self.position - 1 if self.shift is None else progress + self.shift


def follow_all(progress: int, since: Iterable[Renumbering]) -> int:
    """The progress of today of somebody who had this progress before all of these, oldest first."""
    for renumbering in since:
        progress = renumbering.follow(progress)
    return progress
