"""What comes from files and goes into them: series files, episode lists as TVmaze gives them, and CSV."""

from __future__ import annotations

from ranker.exchange.series import (
    RESERVED,
    SLUG,
    EpisodeIn,
    FirstBallot,
    MomentIn,
    SeriesFile,
    SeriesFileRefused,
    read_series,
    write_series,
)

__all__ = [
    "RESERVED",
    "SLUG",
    "EpisodeIn",
    "FirstBallot",
    "MomentIn",
    "SeriesFile",
    "SeriesFileRefused",
    "read_series",
    "write_series",
]
