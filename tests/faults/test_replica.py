"""A real primary and a real standby: what is counted is read from the standby, and nobody notices but the primary."""

from __future__ import annotations

import html
import logging
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from ranker import doctor, postgresql
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import MomentText, edit_moment
from ranker.config import settings
from ranker.environment import BadSetting
from ranker.tallies import replica as replicas
from ranker.tallies.replica import Replica
from tests import postgres
from tests.cast import SLUG, Cast
from tests.conftest import PostgresDatabases, dispose, make_app
from tests.statements import queries

SERIES = f"/series/{SLUG}"
COUNTED = ("FROM ballots", "ballot_changes", "tally_snapshots")


class Pair:
    """A primary with its standby, and apps on both of them: each stands for a process."""

    def __init__(self, primary: postgres.Cluster, standby: postgres.Cluster, folder: Path) -> None:
        self.primary, self.standby, self.folder = primary, standby, folder
        self.databases = PostgresDatabases(folder, primary)

    @contextmanager
    def playing(self) -> Iterator[tuple[Cast, Cast]]:
        """The cast, in two processes."""
        url = self.databases.with_cast(self.folder)
        self.catch_up()
        database = url.rpartition("/")[2]
        with ExitStack() as stack:
            apps = [make_app(url, self.folder, REPLICA_URL=self.replica_url(database)) for _ in range(2)]
            for app in apps:
                stack.callback(dispose, app)
                stack.callback(replica_of(app).engine.dispose)
            one, other = (self.databases.cast_of(app) for app in apps)
            yield one, other

    def replica_url(self, database: str) -> str:
        return self.standby.url(database).replace("postgresql://", "postgresql+psycopg://")

    def pause(self) -> None:
        self.standby.ask("SELECT pg_wal_replay_pause()")
        self.wait_until("SELECT pg_get_wal_replay_pause_state() = 'paused'")

    def resume(self) -> None:
        self.standby.ask("SELECT pg_wal_replay_resume()")
        self.catch_up()

    def catch_up(self) -> None:
        written = self.primary.ask("SELECT pg_current_wal_insert_lsn()")
        self.wait_until(f"SELECT pg_last_wal_replay_lsn() >= '{written}'")

    def wait_until(self, question: str) -> None:
        deadline = time.monotonic() + 30
        while not self.standby.ask(question):
            assert time.monotonic() < deadline, question
            time.sleep(0.01)


def replica_of(app: Flask) -> Replica:
    replica: Replica = app.extensions["tallies"]._sources._replica
    return replica


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    with postgres.cluster() as primary, postgres.standby(primary) as standby:
        yield Pair(primary, standby, folder)


@pytest.fixture
def casts(pair: Pair) -> Iterator[tuple[Cast, Cast]]:
    with pair.playing() as casts:
        yield casts


@pytest.fixture
def long_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicas, "BEHIND_S", 60.0)


@contextmanager
def asked_of_replica(app: Flask) -> Iterator[list[str]]:
    sent: list[str] = []

    def remember(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    engine = replica_of(app).engine
    event.listen(engine, "before_cursor_execute", remember)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", remember)


def shown(cast: Cast, name: str | None = None) -> str:
    """The digest of the rows that somebody is shown."""
    found = re.search(r'If-None-Match": "\\"(\w+)', html.unescape(cast.browser(name).get(SERIES).text))
    assert found
    return found[1]


def counts(text: str) -> bool:
    return any(table in text for table in COUNTED)


def test_what_is_counted_is_read_from_the_replica_and_what_unlocks_from_the_primary(
    pair: Pair, casts: tuple[Cast, Cast]
) -> None:
    one, other = casts
    one.rank("ada", 1, 2)
    other.browser().get(SERIES)  # the upkeep of the day
    pair.catch_up()
    one.rank("ada", 2, 1)
    pair.catch_up()
    bob = other.browser("bob")
    with queries(other.app) as primary, asked_of_replica(other.app) as replica:
        assert "SecretTitle4" in bob.get(SERIES).text
    assert any(counts(statement) for statement in replica)
    assert not any("ballot_changes" in statement for statement in primary)
    assert any("progress" in statement for statement in primary)
    assert not any("progress" in statement or "moments.title" in statement for statement in replica)


def test_who_has_just_saved_sees_it_and_the_others_when_the_replica_has_it(
    pair: Pair, casts: tuple[Cast, Cast], long_patience: None
) -> None:
    one, other = casts
    visitor, bob = shown(other), shown(other, "bob")
    pair.pause()
    one.rank("bob", 2, 1)
    assert shown(other) == visitor, "a visitor may wait a moment"
    assert shown(other, "bob") != bob, "but not bob, on whichever process answers"
    assert shown(one, "bob") == shown(other, "bob")
    assert shown(other) == visitor
    pair.resume()
    assert shown(other) != visitor


def test_nobody_waits_longer_than_a_moment(
    pair: Pair, casts: tuple[Cast, Cast], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = casts
    before = shown(other)
    pair.pause()
    one.rank("bob", 2, 1)
    assert shown(other) == before
    monkeypatch.setattr(replicas, "BEHIND_S", 0.0)
    after = shown(other)
    assert after != before
    pair.resume()
    monkeypatch.setattr(replicas, "BEHIND_S", 60.0)
    assert shown(other) == after


def test_going_back_locks_at_once_while_the_replica_sleeps(
    pair: Pair, casts: tuple[Cast, Cast], long_patience: None
) -> None:
    one, other = casts
    one.rank("ada", 1, 9)
    bob = other.browser("bob")
    assert "SecretTitle6" in bob.get(SERIES).text
    pair.catch_up()
    pair.pause()
    try:
        one.declare("bob", 1)
        text = bob.get(SERIES).text
        assert "SecretTitle6" not in text
        assert "SecretTitle1" in text
    finally:
        pair.resume()


def test_a_label_that_moves_later_locks_at_once_while_the_replica_sleeps(
    pair: Pair, casts: tuple[Cast, Cast], long_patience: None
) -> None:
    one, other = casts
    one.rank("ada", 1, 9)
    bob = other.browser("bob")
    assert "SecretTitle5" in bob.get(SERIES).text
    pair.catch_up()
    pair.pause()
    try:
        with one.app.app_context():
            edit_moment(COMMAND_LINE, one.public["moment5"], MomentText("SecretTitle5", "", None, 6))
        assert "SecretTitle5" not in bob.get(SERIES).text
    finally:
        pair.resume()


def test_when_the_replica_is_gone_the_primary_answers_and_it_is_tried_again_after_a_rest(
    pair: Pair, casts: tuple[Cast, Cast], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = casts
    before = shown(other)
    pair.standby.stop()
    try:
        with caplog.at_level(logging.WARNING):
            one.rank("bob", 2, 1)
            after = shown(other)
            assert after != before
            one.rank("ada", 3)
            assert shown(other) != after
        assert len([record for record in caplog.records if "replica" in record.message]) == 1, "then it is let rest"
    finally:
        pair.standby.start()
    pair.catch_up()
    monkeypatch.setattr(replica_of(other.app), "_rests_until", 0.0)
    one.rank("ada", 4)
    pair.catch_up()
    with asked_of_replica(other.app) as replica:
        shown(other)
    assert any(counts(statement) for statement in replica)
    outcome = other.app.test_cli_runner().invoke(args=["recount", "--check"])
    assert outcome.exit_code == 0, outcome.output


def test_a_replica_that_ends_in_the_middle_of_a_read_costs_nobody_a_page(pair: Pair, casts: tuple[Cast, Cast]) -> None:
    one, other = casts
    before = shown(other)
    one.rank("bob", 2, 1)
    pair.catch_up()

    def end(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "log_from" in statement:
            ended.append(statement)
            others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
            pair.standby.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")

    ended: list[str] = []
    event.listen(replica_of(other.app).engine, "before_cursor_execute", end)
    assert shown(other) == shown(one) != before
    assert ended


@pytest.mark.parametrize("primary", [None, "sqlite:///x.sqlite"])
def test_a_replica_of_anything_but_postgresql_is_refused(primary: str | None, tmp_path: Path) -> None:
    environ = {"RANKER_DATA_DIR": str(tmp_path), "RANKER_REPLICA_URL": "postgresql://127.0.0.1/ranker"}
    environ |= {"RANKER_DATABASE_URL": primary} if primary else {}
    with pytest.raises(BadSetting, match="RANKER_REPLICA_URL"):
        settings(environ)


def test_the_address_of_a_replica_may_be_short(tmp_path: Path) -> None:
    environ = {"RANKER_DATA_DIR": str(tmp_path), "RANKER_DATABASE_URL": "postgres://a/r"}
    assert settings(environ)["REPLICA_URL"] is None
    assert settings(environ | {"RANKER_REPLICA_URL": "postgres://b/r"})["REPLICA_URL"] == "postgresql+psycopg://b/r"


def test_a_replica_that_answers_nothing_is_left_alone_and_the_primary_answers(
    pair: Pair, casts: tuple[Cast, Cast], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "ANSWER_S", 1.0)
    one, other = casts
    one.rank("ada", 1, 2)
    pair.catch_up()
    other.browser().get(SERIES)
    one.rank("ada", 2, 1)
    with pair.standby.silent():
        begun = time.monotonic()
        assert shown(other, "bob") == shown(one, "bob")
        assert time.monotonic() - begun < 10


def test_the_doctor_looks_at_the_replica_too(pair: Pair, casts: tuple[Cast, Cast]) -> None:
    app = casts[0].app
    with app.app_context():
        assert doctor.replica(app).state is doctor.State.WELL
        app.config["REPLICA_URL"] = app.config["SQLALCHEMY_DATABASE_URI"]
        assert "is no replica" in doctor.replica(app).words
        app.config["REPLICA_URL"] = f"postgresql+psycopg://127.0.0.1:{postgres.free_port()}/ranker"
        assert "cannot be read" in doctor.replica(app).words
        key = app.config["DATA_DIR"] / "secret_key"
        key.write_text(app.config["SECRET_KEY"] * 5)
        app.config["SECRET_KEY"] *= 5
        assert "set RANKER_SECRET_KEY on each" in doctor.secret_key(app).words


def test_the_doctor_knows_a_replica_far_behind_and_one_of_another_database(
    pair: Pair, casts: tuple[Cast, Cast], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = casts[0].app
    monkeypatch.setattr(doctor, "FAR_BEHIND", 0)
    with app.app_context():
        pair.pause()
        casts[0].rank("ada", 1, 2)
        assert_soon_told(app, "behind: the primary answers")
        pair.resume()
        with postgres.cluster() as another, postgres.standby(another) as stranger:
            url = another.create("ranker")
            app.config["REPLICA_URL"] = url.replace(str(another.port), str(stranger.port))
            assert_soon_told(app, "of some other database")


def assert_soon_told(app: Flask, words: str) -> None:
    """Once what was written has got as far as it will."""
    deadline = time.monotonic() + 30
    while words not in doctor.replica(app).words:
        assert time.monotonic() < deadline, doctor.replica(app).words
        time.sleep(0.05)
