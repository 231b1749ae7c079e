"""Every earlier revision of the tables comes up to date with what was in it, by the migrations alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    select,
)

from ranker.database import MIGRATIONS
from ranker.domain.ballot import Ballot
from ranker.domain.clearance import Method
from ranker.extensions import db
from ranker.gate import Viewer, open_gate
from ranker.installation import install, is_migrated
from ranker.models import PackedBallot
from tests.cast import Browser
from tests.conftest import Databases, opened

REVISIONS = sorted(revision.revision for revision in ScriptDirectory(str(MIGRATIONS)).walk_revisions())
SLUG = "slug-1"
INSTANT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
ONE_MOMENT = b"\x01\0\0\0"
A_BALLOT = PackedBallot().process_bind_param(Ballot(1, 1, (1,)), None)  # type: ignore[arg-type]
# Where a value has to mean something. Whatever else a column holds is made up from its type.
MEANT = {
    "suggestions.state": "waiting",
    "reports.state": "open",
    "reports.kind": "wrong",
    "reports.note_id": None,
    "reports.named_id": None,
    "status": "published",
    "view": "masked",
    "edition": 1,
    "version": 1,
    "counting": True,
    "position": 1,
    "episode_count": 1,
    "ballot_size": 10,
    "curates": 0,
    "is_admin": False,
    "is_open": True,
    "disabled": False,
    "current": True,
    "moments": ONE_MOMENT,
    "past": b"",
    "future": b"",
    "before": None,
    "after": A_BALLOT,
    "path": None,
    "path_after": None,
    "merged_into": None,
    "snapshot_day": None,
    "next_release_at": None,
    "held": None,
    "held_until": None,
    "held_note": None,
    "digest": None,
    "catalogue_revision": 1,
}


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_what_was_in_the_tables_is_there_after_the_upgrade(databases: Databases, tmp_path: Path, revision: str) -> None:
    with opened(databases.unmigrated(f"at_{revision}"), tmp_path) as app:
        before = filled_at(app, revision)
        install(app)
        with app.app_context(), db.engine.connect() as connection:
            assert is_migrated()
            for name, (columns, rows) in before.items():
                assert rows_of(connection, name, columns) == rows, name
        reads_and_takes_lists(app)


def filled_at(app: Flask, revision: str) -> dict[str, tuple[list[str], list[tuple[object, ...]]]]:
    """Brings an empty database to `revision` and puts two rows into each of its tables; returns columns and rows."""
    with app.app_context():
        command.upgrade(app.extensions["migrate"].migrate.get_config(), revision)
        with db.engine.begin() as connection:
            tables = MetaData()
            tables.reflect(connection)
            mine = [table for table in tables.sorted_tables if table.name != "alembic_version"]
            for table in mine:
                connection.execute(table.insert(), [row(table, number) for number in (1, 2)])
        with db.engine.connect() as connection:
            return {
                table.name: (list(table.columns.keys()), rows_of(connection, table.name, list(table.columns.keys())))
                for table in mine
            }


def row(table: Table, number: int) -> dict[str, object]:
    return {column.name: value(column, number) for column in table.columns}


def value(column: Column[Any], number: int) -> object:
    for name in (f"{column.table.name}.{column.name}", column.name):
        if name in MEANT:
            return MEANT[name]
    kind = column.type
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer):
        return number
    if isinstance(kind, DateTime):
        return INSTANT
    if isinstance(kind, Date):
        return INSTANT.date()
    if isinstance(kind, LargeBinary):
        return bytes([number]) * 8
    text = f"{column.name}-{number}"
    length: int | None = getattr(kind, "length", None)
    return text[-length:] if length else text


def rows_of(connection: Connection, name: str, columns: list[str]) -> list[tuple[object, ...]]:
    table = Table(name, MetaData(), autoload_with=connection)
    rows = connection.execute(select(*(table.c[column] for column in columns)))
    return sorted((tuple(row) for row in rows), key=repr)


def reads_and_takes_lists(app: Flask) -> None:
    assert Browser(app).get(f"/series/{SLUG}").status_code == 200
    with app.app_context():
        gate = open_gate(Viewer(user_id=1), SLUG, app.extensions["tallies"])
        assert gate.ranking(Method.CLASSIC).lists == 1
        assert gate.own_list.stored.order == (1,)
