"""Saved lists, the log of what counts, and what was counted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ranker.domain.ballot import Ballot
from ranker.models.base import Base, Instant, SeriesId, UserId, now
from ranker.models.packing import MomentOrder, MomentOrders, PackedBallot, PackedBallots, PackedRanks


class SavedBallot(Base):
    """A fan's list as it stood at one progress. The newest of a fan's rows for a series is the one that counts.

    A held one counts nowhere, not even the newest: whoever counts asks for `COUNTED` too.
    """

    __tablename__ = "ballots"
    __table_args__ = (
        Index(
            "uq_ballots_counting",
            "user_id",
            "series_id",
            unique=True,
            sqlite_where=text("counting"),
            postgresql_where=text("counting"),
        ),
        # Both stay small: few lists are held, and only a site that asks for it keeps digests.
        Index(
            "ix_ballots_held",
            "series_id",
            "held_until",
            sqlite_where=text("held is not null"),
            postgresql_where=text("held is not null"),
        ),
        Index(
            "ix_ballots_digest",
            "series_id",
            "digest",
            sqlite_where=text("digest is not null"),
            postgresql_where=text("digest is not null"),
        ),
        {"sqlite_with_rowid": False},
    )

    # The series first: a recount reads one series in one sweep.
    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    progress: Mapped[int] = mapped_column(primary_key=True)
    moments: Mapped[tuple[int, ...]] = mapped_column(MomentOrder)
    edition: Mapped[int]
    version: Mapped[int]
    counting: Mapped[bool]
    past: Mapped[tuple[tuple[int, ...], ...]] = mapped_column(MomentOrders, default=())
    future: Mapped[tuple[tuple[int, ...], ...]] = mapped_column(MomentOrders, default=())
    saved_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)
    # Why it is held, if it is (`domain/counting.Reason`), since when, until when, and what an admin wrote about it.
    held: Mapped[str | None] = mapped_column(String(10))
    held_since: Mapped[dt.datetime | None] = mapped_column(Instant)
    held_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    held_note: Mapped[str | None] = mapped_column(String(200))
    # An admin has looked at this fan's list: no rule holds it any more.
    vouched: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    # What finds identical lists, where the site has a rule for them.
    digest: Mapped[int | None] = mapped_column(BigInteger)


COUNTED = SavedBallot.counting & SavedBallot.held.is_(None)


class BallotChange(Base):
    """One line of the log the live tally follows: what counted before a change, and what counts after it.

    path: only of a fan who had gone back, the lists that stood until then, as `path_from` gives them, but for `before`.
    Where a list is held or let go, it is all of the path until then, and path_after all of it from then on.
    """

    __tablename__ = "ballot_changes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    before: Mapped[Ballot | None] = mapped_column(PackedBallot)
    after: Mapped[Ballot | None] = mapped_column(PackedBallot)
    path: Mapped[tuple[Ballot, ...] | None] = mapped_column(PackedBallots)
    path_after: Mapped[tuple[Ballot, ...] | None] = mapped_column(PackedBallots)


class TallySnapshot(Base):
    """The counters of a series as they were at one revision, so that a cold process need not count all ballots.

    kind: which counters. content: them, as `tallies/packing.py` packs them in this `format`. checksum: over all of it.
    """

    __tablename__ = "tally_snapshots"
    __table_args__ = ({"sqlite_with_rowid": False},)

    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    format: Mapped[int]
    revision: Mapped[int] = mapped_column(BigInteger)
    recount_revision: Mapped[int] = mapped_column(BigInteger)
    checksum: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class StandingSnapshot(Base):
    """The ranks of a series as they were on one day (UTC), at every horizon.

    `ranks` is (horizons, m): row h belongs to horizon h, column i to `moments[i]`; 0 where there is no rank.
    """

    __tablename__ = "standing_snapshots"
    __table_args__ = ({"sqlite_with_rowid": False},)

    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    method: Mapped[str] = mapped_column(String(10), primary_key=True)
    moments: Mapped[tuple[int, ...]] = mapped_column(MomentOrder)
    ranks: Mapped[Any] = mapped_column(PackedRanks)
