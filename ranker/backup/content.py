"""What a database holds, told by its tables: to compare a copy with what it is of."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, MetaData, Table, func, inspect, select, text

VERSIONS = "alembic_version"
Rows = dict[str, int]


@dataclass(frozen=True, slots=True)
class Content:
    """What a database holds: the revision of its tables, None where there are none, and the rows in each.

    readable: of one that is damaged nobody can tell.
    """

    revision: str | None
    rows: Rows
    readable: bool = True

    @property
    def is_empty(self) -> bool:
        return self.readable and not any(self.rows.values())


def content_of(connection: Connection) -> Content:
    tables = set(inspect(connection).get_table_names())
    if VERSIONS not in tables:
        return Content(None, {})
    revision = connection.scalar(text(f"SELECT version_num FROM {VERSIONS}"))
    metadata = MetaData()
    rows = {
        name: connection.scalar(select(func.count()).select_from(Table(name, metadata))) or 0
        for name in sorted(tables - {VERSIONS})
    }
    return Content(revision, rows)
