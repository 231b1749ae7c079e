"""Making a fresh machine ready: the database's tables, the real series, the first real ballot."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy import exists, select, text

from ranker.actions.accounts.registering import add_silent_account
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.ballots import store_ballot
from ranker.actions.review import review_all
from ranker.actions.series import AddedSeries, add_series
from ranker.database import wait_for_any_lock, writing
from ranker.domain.ballot import Ballot
from ranker.exchange import FirstBallot, SeriesFile, read_series
from ranker.extensions import db
from ranker.gate.own_list import StoredList
from ranker.models import DeletedSeries, Series, now

SEEDS = ("all-of-us-are-dead.json", "game-of-thrones.json")
FIRST_BALLOT = "first-ballot.json"
FIRST_BALLOT_NAME = "ten-epic-moments"
SETUP_LOCK = 0x72616E6B  # any number will do, as long as every process takes the same


class NewerDatabase(Exception):
    """The database was made by a version that is not known here; the message says what to do."""


class BrokenRestore(Exception):
    """A restore was killed before it could put anything in the place of what was there; the message says what to do."""


def install(app: Flask) -> None:
    """Brings the database up to date and puts the real series into an empty one. Many processes may call it at once."""
    with suppress(PermissionError):  # a volume may be a group's, by arrangement: `ranker doctor` looks at it
        app.config["DATA_DIR"].chmod(0o700)  # hashes of passwords, and every spoiler there is
    with app.app_context(), one_at_a_time(app.config["DATA_DIR"]):
        migrate_database()
        if not had_any_series():
            plant_seeds()
        review_all(now())
        db.session.rollback()


def had_any_series() -> bool:
    """Whether there is a series, or was one: who has deleted the last of them wants none of ours."""
    there, gone = (exists().where(table.id.is_not(None)) for table in (Series, DeletedSeries))
    return bool(db.session.scalar(select(there | gone)))


@contextmanager
def one_at_a_time(data_dir: Path) -> Iterator[None]:
    """Lets one process in: by a file on this machine and, on PostgreSQL, by a lock that every machine sees."""
    with (data_dir / ".setup.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if db.engine.dialect.name != "postgresql":
            yield
            return
        with db.engine.connect() as connection:
            wait_for_any_lock(connection)
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": SETUP_LOCK})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": SETUP_LOCK})


def migrate_database() -> None:
    """Runs the migrations that are not in the database yet. Raises NewerDatabase and BrokenRestore."""
    current = revision()
    if current == migrations().get_current_head():
        return
    if current is None and (kept := kept_by_a_restore()):
        raise BrokenRestore(
            f"a restore broke off, and what was there is the schema {kept}. Run `ranker restore` again, or bring it"
            f" back: DROP SCHEMA public CASCADE; ALTER SCHEMA {kept} RENAME TO public"
        )
    if not is_known(current):
        raise NewerDatabase(
            f"the database was made by a newer Ranker (its tables are of {current}). Install that one again, or put"
            " a backup back that this one made"
        )
    command.upgrade(current_app.extensions["migrate"].migrate.get_config(), "head")


def kept_by_a_restore() -> str | None:
    """The newest schema that a restore put aside; on SQLite there is a whole file at every instant of it."""
    if db.engine.dialect.name != "postgresql":
        return None
    kept = "SELECT max(nspname::text) FROM pg_namespace WHERE starts_with(nspname::text, 'public_before_')"
    with db.engine.connect() as connection:
        found: str | None = connection.scalar(text(kept))
    return found


def is_migrated() -> bool:
    """Whether the database has every migration there is."""
    return revision() == migrations().get_current_head()


def is_of_use() -> bool:
    """Whether the database has the newest migration of this process, or one that it does not know.

    A process that runs beside a newer version, until it is replaced, bears what that one's migrations have changed.
    """
    return revision() not in outdated_revisions()


@cache
def outdated_revisions() -> frozenset[str | None]:
    """All but the newest, and none; by the files of the start, for later they may be those of a newer version."""
    head = migrations().get_current_head()
    return frozenset({None, *(known.revision for known in migrations().walk_revisions())} - {head})


def is_known(current: str | None) -> bool:
    """Whether a migration is one of ours; only a newer version's is not."""
    return current in (None, *(known.revision for known in migrations().walk_revisions()))


def revision() -> str | None:
    """The newest migration in the database; None where there is none."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrations() -> ScriptDirectory:
    return ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())


def plant_seeds() -> None:
    added = {file.slug: (file, add_series(COMMAND_LINE, file)) for file in map(seed, SEEDS)}
    ballot = FirstBallot.model_validate_json(seed_bytes(FIRST_BALLOT))
    count_first_ballot(ballot, *added[ballot.series])


def count_first_ballot(first: FirstBallot, file: SeriesFile, added: AddedSeries) -> None:
    """Counts the list the project began with, under a name that nobody can log in to."""
    codes = [(episode.season, episode.number) for episode in file.episodes]
    progress = codes.index((first.progress.season, first.progress.episode)) + 1
    ballot = Ballot(progress, 1, tuple(added.moments[key] for key in first.order))
    user_id = add_silent_account(FIRST_BALLOT_NAME).id
    with writing() as session:
        store_ballot(session, user_id, added.id, StoredList(0, None, vouched=True), StoredList(1, ballot))


def seed(name: str) -> SeriesFile:
    return read_series(seed_bytes(name))


def seed_bytes(name: str) -> bytes:
    return (files("ranker") / "seeds" / name).read_bytes()
