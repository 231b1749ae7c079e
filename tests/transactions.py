"""Which tables an app writes to, transaction by transaction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event

from ranker.extensions import db

WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)


@contextmanager
def written_tables(app: Flask) -> Iterator[list[set[str]]]:
    """The tables written to by each transaction that is committed while this is open."""
    committed: list[set[str]] = []
    under_way: dict[int, set[str]] = {}

    def remember(connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        if match := WRITE.match(statement):
            under_way.setdefault(id(connection.connection.dbapi_connection), set()).add(match[1])

    def keep(connection: Connection) -> None:
        if tables := under_way.pop(id(connection.connection.dbapi_connection), None):
            committed.append(tables)

    def drop(connection: Connection) -> None:
        under_way.pop(id(connection.connection.dbapi_connection), None)

    with app.app_context():
        engine = db.engine
    listeners = (("before_cursor_execute", remember), ("commit", keep), ("rollback", drop))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield committed
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)
