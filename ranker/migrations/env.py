"""Alembic's way into the app: the database and the tables are the app's own."""

from typing import Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection, TypeDecorator

from ranker.database import wait_for_any_lock

migrate = current_app.extensions["migrate"]


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=migrate.db.metadata,
        process_revision_directives=skip_empty,
        render_item=as_plain_type,
        **migrate.configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()


def as_plain_type(kind: str, item: object, autogen_context: object) -> str | Literal[False]:
    """Writes our own column types as what they are in the database, so that a migration stands by itself."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


def skip_empty(migration_context, revision, directives) -> None:  # type: ignore[no-untyped-def]
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def watch_foreign_keys(connection: Connection, watched: bool) -> None:
    """On SQLite a batch makes a table anew and drops the old one, which must not take along what refers to it."""
    if connection.dialect.name == "sqlite":
        assert not connection.in_transaction(), "SQLite would not listen"
        connection.connection.cursor().execute(f"PRAGMA foreign_keys={watched:d}").close()


with migrate.db.engine.connect() as connection:
    watch_foreign_keys(connection, False)
    wait_for_any_lock(connection)
    try:
        run(connection)
        if connection.dialect.name == "sqlite":
            assert not connection.exec_driver_sql("PRAGMA foreign_key_check").first(), "something refers to nothing"
        connection.commit()
    finally:
        connection.rollback()
        watch_foreign_keys(connection, True)
