"""How the app talks to its database: SQLite's manners, and the one way to write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeAlias, cast

from flask import Flask, has_request_context
from sqlalchemy import Connection, Engine, Table, event, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ranker.extensions import db, migrate
from ranker.models import Base

Insert: TypeAlias = sqlite.Insert

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
WRITERS_LOCK = 0x77726974  # any number will do, as long as every process takes the same
WRITE = {"ranker_write": True}
REHEARSING = ContextVar("rehearsing", default=False)
HURRY: ContextVar[float | None] = ContextVar("hurry", default=None)  # seconds
BUSY_TIMEOUT_MS = 5_000
LONGEST_STATEMENT_MS = 60_000  # of a request


@contextmanager
def writing() -> Iterator[Session]:
    """One short transaction that commits once at its end, or leaves nothing behind.

    It ends the read the request began, so that what is written is based on the newest state; on SQLite it
    takes the write lock at once, because a read that turns into a write fails when somebody else wrote meanwhile.
    """
    db.session.commit()
    db.session.connection(execution_options=WRITE)
    try:
        yield db.session()
        if REHEARSING.get():
            db.session.rollback()
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


@contextmanager
def rehearsing(rehearses: bool) -> Iterator[None]:
    """Inside, if it `rehearses`, all that is written is looked at and refused as ever, and then taken back again."""
    before = REHEARSING.set(rehearses)
    try:
        yield
    finally:
        REHEARSING.reset(before)


@contextmanager
def hurrying(seconds: float) -> Iterator[None]:
    """Inside, a server that says nothing is waited for no longer than this: see `postgresql.py`."""
    before = HURRY.set(seconds)
    try:
        yield
    finally:
        HURRY.reset(before)


def one_writer_at_a_time(session: Session) -> None:
    """Until the commit nobody else passes here: for what must be looked up and written as one. SQLite is so anyway."""
    if db.engine.dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(WRITERS_LOCK)))


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection of its own whose reads all see the database as it was at one instant."""
    engine = db.engine
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**level) as connection, connection.begin():
        yield connection


def attach_database(app: Flask) -> None:
    """Connects the app to its database and to its migrations."""
    # A file cannot go away as a server can, so a connection to it needs no asking whether it is still there.
    is_server = not app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"pool_pre_ping": is_server, "hide_parameters": True})
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    with app.app_context():
        teach_sqlite_manners(db.engine)
        teach_postgresql_patience(db.engine)


def teach_postgresql_patience(engine: Engine) -> None:
    """Who waits for a lock gives up as late as on SQLite, so that nobody holds a worker for as long as they like.

    What a request asks ends some time on the server too; what a command asks takes its time. Said with SET, since
    poolers refuse whoever brings such options along.
    """

    def limit_waiting(connection: Any, record: object) -> None:
        connection.execute(f"SET lock_timeout = {BUSY_TIMEOUT_MS}")
        if has_request_context():
            connection.execute(f"SET statement_timeout = {LONGEST_STATEMENT_MS}")
        connection.commit()

    if engine.dialect.name == "postgresql":
        from ranker.postgresql import teach_patience  # its driver is there only where it is used

        teach_patience(engine)
        event.listen(engine, "connect", limit_waiting)


def wait_for_any_lock(connection: Connection) -> None:
    """Until the end of this transaction: for what is set up, and must not fail because others, or it, take long."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))


def teach_sqlite_manners(engine: Engine) -> None:
    """WAL, foreign keys, patience, and transactions that begin when SQLAlchemy says so."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def _on_connect(connection: Any, record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _on_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("ranker_write", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # straight to the driver, as it cannot fail and SQLAlchemy's way takes longer than the statement
        connection.connection.cursor().execute("BEGIN")


def plain(table: type[Base]) -> Table:
    """The table itself. A statement on it is run without the ORM, which takes its time even where it adds nothing."""
    return cast(Table, table.__table__)


def insert(table: type[Base]) -> Insert:
    """An INSERT that knows ON CONFLICT, in the words of the database in use."""
    build = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    return cast(Insert, build(table))
