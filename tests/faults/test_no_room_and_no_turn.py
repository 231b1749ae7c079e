"""The disk is full, somebody holds the database for too long, the clock jumps back: nothing is lost or half."""

from __future__ import annotations

import datetime as dt
import itertools
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from werkzeug.test import TestResponse

from ranker import database
from ranker.actions.compaction import compact
from ranker.extensions import db
from ranker.models import now
from ranker.outages import Outage, outage_of
from ranker.tallies import Tallies
from tests.cast import SLUG, Browser, Cast, key
from tests.conftest import Databases, opened

SERIES, LIST = f"/series/{SLUG}", f"/series/{SLUG}/list"


@pytest.fixture
def sqlite_cast(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Cast]:
    """The cast on SQLite, whatever the other tests run on."""
    databases = Databases(tmp_path_factory.mktemp("sqlite"))
    with opened(databases.with_cast(tmp_path), tmp_path) as app:
        yield databases.cast_of(app)


def save(cast: Cast, browser: Browser, *numbers: int) -> TestResponse:
    """Bob's list, by his browser."""
    return browser.post(LIST, cast.list_form("bob", *(cast.public[key(number)] for number in numbers)))


def assert_all_is_well(cast: Cast) -> None:
    outcome = cast.app.test_cli_runner().invoke(args=["recount", "--check"])
    assert outcome.exit_code == 0, outcome.output


@contextmanager
def full_disk(cast: Cast) -> Iterator[None]:
    """SQLite may use no more pages than it does, and has none left."""
    with cast.app.app_context():
        engine = db.engine
        pages = db.session.scalar(text("PRAGMA page_count"))
        db.session.rollback()

    def limit(connection: Any, record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 2}").close()

    engine.dispose()
    event.listen(engine, "connect", limit)
    try:
        fill(cast)
        yield
    finally:
        event.remove(engine, "connect", limit)
        engine.dispose()


def fill(cast: Cast) -> None:
    with cast.app.app_context(), db.engine.connect() as connection:
        connection.execute(text("CREATE TABLE junk (x)"))
        connection.commit()
        for size in (4_000, 400, 40, 4):
            with suppress(OperationalError):
                while True:
                    connection.execute(text("INSERT INTO junk VALUES (randomblob(:size))"), {"size": size})
                    connection.commit()
            connection.rollback()


def test_a_full_disk_is_said_plainly_and_reading_goes_on(sqlite_cast: Cast) -> None:
    cast, bob = sqlite_cast, sqlite_cast.browser("bob")
    cast.rank("ada", 1, 2)
    bob.get(SERIES)
    with full_disk(cast):
        kept, answer = until_it_is_full(cast, bob)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert "Only reading, for now" in answer.text
        assert "SecretTitle1" in bob.get(SERIES).text
        assert bob.get(LIST).status_code == 200
        assert cast.titles_of("bob") == kept
        assert_all_is_well(cast)
    assert save(cast, bob, 2, 1).status_code == 303
    assert cast.titles_of("bob") == ["SecretTitle2", "SecretTitle1"]
    assert_all_is_well(cast)


def until_it_is_full(cast: Cast, bob: Browser) -> tuple[list[str], TestResponse]:
    """Saves take what room the pages had left; returns what bob has then, and how he was refused."""
    for number in itertools.count():
        before = cast.titles_of("bob")
        answer = save(cast, bob, 1 + number % 5)
        if answer.status_code != 303 or number > 400:
            return before, answer
    raise AssertionError


@contextmanager
def held(cast: Cast) -> Iterator[None]:
    """Another process has the database, or the series, and does not let it go."""
    with cast.app.app_context():
        url = db.engine.url
    if url.get_backend_name() == "sqlite":
        other = sqlite3.connect(str(url.database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        other = psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
        other.execute("SELECT id FROM series FOR UPDATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


def test_who_waits_for_too_long_is_told_to_try_again_and_nothing_is_half_saved(
    cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 300)
    with app.app_context():
        db.engine.dispose()  # connections learn their patience when they are made
    cast.rank("bob", 1, 2)
    bob = cast.browser("bob")
    bob.get(SERIES)
    with held(cast):
        began = time.monotonic()
        answer = save(cast, bob, 2, 1)
        assert 0.25 < time.monotonic() - began < 5
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "Very busy right now" in answer.text
        assert "SecretTitle1" in bob.get(SERIES).text, "who reads need not wait"
        assert cast.titles_of("bob") == ["SecretTitle1", "SecretTitle2"]
    assert_all_is_well(cast)
    assert save(cast, bob, 2, 1).status_code == 303
    assert_all_is_well(cast)


def test_an_htmx_request_gets_the_same_words_as_a_fragment(cast: Cast, app: Flask, monkeypatch: Any) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 100)
    with app.app_context():
        db.engine.dispose()
    bob, form = cast.browser("bob"), cast.list_form("bob", cast.public["moment1"])
    with held(cast):
        answer = bob.htmx("POST", LIST, form)
    assert answer.status_code == 503
    assert "Very busy right now" in answer.text
    assert "<html" not in answer.text


CLOCKS = ("actions.ballots", "actions.upkeep", "actions.progress", "actions.accounts.sessions", "gate", "models")


@pytest.mark.parametrize("jump", [dt.timedelta(hours=-3), dt.timedelta(days=-40), dt.timedelta(days=2)])
def test_a_clock_that_jumps_loses_nothing(cast: Cast, jump: dt.timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    bob = cast.browser("bob")
    cast.rank("bob", 1, 2)
    bob.get(SERIES)
    for module in CLOCKS:
        monkeypatch.setattr(f"ranker.{module}.now", lambda: now() + jump)
    cast.app.config["SESSION_IDLE"] = dt.timedelta(days=9)
    for order in ((2, 1), (1,), (2, 3)):
        assert save(cast, bob, *order).status_code == 303
        assert bob.get(SERIES).status_code == 200
    assert bob.post(f"{LIST}/undo", {"version": 4}).status_code == 303
    assert cast.titles_of("bob") == ["SecretTitle1"]
    with cast.app.app_context():
        compact(cast.gate(None).state, Tallies())
    assert_all_is_well(cast)


def refused(kind: type[DBAPIError], error: type[psycopg.Error]) -> SQLAlchemyError:
    return kind("SELECT 1", {}, error())


def test_every_kind_of_outage_is_told_from_a_mistake() -> None:
    kinds = {
        psycopg.errors.DiskFull: Outage.FULL,
        psycopg.errors.AdminShutdown: Outage.AWAY,
        psycopg.errors.CannotConnectNow: Outage.AWAY,
        psycopg.errors.LockNotAvailable: Outage.BUSY,
        psycopg.errors.DeadlockDetected: Outage.BUSY,
        psycopg.errors.SerializationFailure: Outage.BUSY,
        psycopg.OperationalError: Outage.AWAY,
    }
    assert {error: outage_of(refused(OperationalError, error)) for error in kinds} == kinds
    assert outage_of(refused(ProgrammingError, psycopg.errors.UndefinedTable)) is None
    assert outage_of(refused(IntegrityError, psycopg.errors.UniqueViolation)) is None
    assert outage_of(NoFreeConnection()) is Outage.BUSY
    with pytest.raises(sqlite3.OperationalError) as wrong:
        sqlite3.connect(":memory:").execute("SELECT 1 FROM nowhere")
    assert outage_of(OperationalError("SELECT 1", {}, wrong.value)) is None


def test_a_mistake_of_ours_stays_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(
        cast.app.view_functions, "home.show", lambda: db.session.execute(text("SELECT 1 FROM nowhere")) and ""
    )
    answer = cast.browser("bob").get("/")
    assert answer.status_code == 500
    assert "nowhere" not in answer.text
