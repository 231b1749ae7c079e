"""What the desk keeps: who looks after what, files that wait for a yes, and what was done."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ranker.models.base import Base, Id, Instant, SeriesId, UserId, now


class Curator(Base):
    """Somebody who looks after one series at the desk without being an admin."""

    __tablename__ = "curators"
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)


class WaitingImport(Base):
    """A file somebody has uploaded into a series, until they have seen what it would do and said yes or no."""

    __tablename__ = "waiting_imports"
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)


class WaitingSeries(Base):
    """A file of a new series that an admin has uploaded, until they have seen what is in it and said yes or no."""

    __tablename__ = "waiting_series"
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)


class AuditEntry(Base):
    """One thing done at the desk. `actor` keeps the name for when the account is gone; it can spoil as a whole.

    person_id: the account it was done to, where it was done to one. deleted_series_id: the series it was about, once
    that is deleted.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_series_id_id", "series_id", "id"),
        Index("ix_audit_entries_actor_id_id", "actor_id", "id"),
        Index("ix_audit_entries_person_id_id", "person_id", "id"),
    )

    id: Mapped[Id]
    at: Mapped[dt.datetime] = mapped_column(Instant, default=now)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    actor: Mapped[str] = mapped_column(String(30))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    deleted_series_id: Mapped[int | None] = mapped_column(ForeignKey("deleted_series.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[str] = mapped_column(String(80))
    before: Mapped[str | None] = mapped_column(Text, deferred=True, deferred_raiseload=True)
    after: Mapped[str | None] = mapped_column(Text, deferred=True, deferred_raiseload=True)
