"""What all tables share: their base, their kinds of columns, and what a public id is."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Annotated

from sqlalchemy import BigInteger, DateTime, Dialect, ForeignKey, Integer, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, mapped_column

PUBLIC_ID_LENGTH = 12

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_public_id() -> str:
    """12 characters that say nothing: not when a moment was made, nor after which."""
    return secrets.token_hex(PUBLIC_ID_LENGTH // 2)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Instant(TypeDecorator[dt.datetime]):
    """A moment in time, always in UTC, also on SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return value.astimezone(dt.UTC) if value is not None else None

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=dt.UTC)


Id = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]
UserId = Annotated[int, mapped_column(ForeignKey("users.id", ondelete="CASCADE"))]
SeriesId = Annotated[int, mapped_column(ForeignKey("series.id"))]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
