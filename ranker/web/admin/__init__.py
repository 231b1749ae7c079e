"""The desk: series, episodes and moments. To anybody who has none its addresses are unknown ones."""

from __future__ import annotations

from ranker.web.admin import (
    audit,
    counting,
    drafts,
    episodes,
    exports,
    imports,
    invites,
    merging,
    moment,
    moments,
    new_series,
    people,
    person,
    pictures,
    preview,
    queue,
    series,
)
from ranker.web.admin.entrance import blueprint, guard

__all__ = [
    "audit",
    "blueprint",
    "counting",
    "drafts",
    "episodes",
    "exports",
    "guard",
    "imports",
    "invites",
    "merging",
    "moment",
    "moments",
    "new_series",
    "people",
    "person",
    "pictures",
    "preview",
    "queue",
    "series",
]
