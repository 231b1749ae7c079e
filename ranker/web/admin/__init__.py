"""The desk: series, episodes and moments. To anybody who has none its addresses are unknown ones."""

from __future__ import annotations

from ranker.web.admin import (
    counting,
    exports,
    imports,
    invites,
    merging,
    moment,
    moments,
    pictures,
    preview,
    queue,
    series,
)
from ranker.web.admin.entrance import blueprint, guard

__all__ = [
    "blueprint",
    "counting",
    "exports",
    "guard",
    "imports",
    "invites",
    "merging",
    "moment",
    "moments",
    "pictures",
    "preview",
    "queue",
    "series",
]
