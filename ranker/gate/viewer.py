"""Who looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ranker.domain.clearance import View


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a fan with an account, or a visitor whose progress (by series slug) is kept in the session."""

    user_id: int | None = None
    name: str | None = None
    is_admin: bool = False
    curates: int = 0
    view: View = View.MASKED
    reveals_singly: bool = False
    language: str | None = None
    declared: Mapping[str, int] = field(default_factory=dict)
    # By series slug, of which numbering of its episodes a declared position is; the first unless it says.
    numbered: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_fan(self) -> bool:
        return self.user_id is not None

    @property
    def has_desk(self) -> bool:
        """Whether they look after all series, or after some."""
        return self.is_admin or self.curates > 0

    @property
    def sealed(self) -> bool:
        return self.view is View.SEALED
