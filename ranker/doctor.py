"""Looks a site over before people come to it: what is set, what it leads to, and what to do about it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from smtplib import SMTPException
from urllib.parse import urlsplit

from flask import Flask
from limits.storage import storage_from_string
from sqlalchemy import create_engine, false, func, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from ranker.config import settings
from ranker.database import rehearsing, writing
from ranker.debugging import is_own_machine
from ranker.environment import Noting
from ranker.extensions import db
from ranker.installation import is_known, is_migrated, revision
from ranker.models import Series, UserSession, now
from ranker.outages import told
from ranker.serving.worker import RUNTIME
from ranker.web.assets import SCRIPTS, WrongBytes, checked, local_folder

SHORTEST_KEY, FEWEST_CHARACTERS = 32, 8
MEBIBYTE = 1024 * 1024
FULL, NEARLY_FULL = 200 * MEBIBYTE, 1024 * MEBIBYTE
FAR_BEHIND = 16 * MEBIBYTE
CLUSTER = text("SELECT system_identifier FROM pg_control_system()")  # the same in all that follow it
CLOCK_MAY_DIFFER = dt.timedelta(minutes=2)


class State(StrEnum):
    """What there is to do: nothing, perhaps something, or something before people come."""

    WELL = "well"
    NOTE = "note"
    MEND = "mend"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what came of it: in words, and with what to do unless all is well."""

    subject: str
    state: State
    words: str


Check = Callable[[Flask], Finding]


def before_it_serves(app: Flask) -> list[Finding]:
    """Those of the settings alone that are not well: what would come to light only when people are there."""
    found = (check(app) for check in (unread_settings, secret_key, assets))
    return [finding for finding in found if finding.state is State.MEND]


def examine(app: Flask) -> Iterator[Finding]:
    """All findings, in the order in which one would mend them. Needs an app context."""
    for check in CHECKS:
        yield check(app)


def data_directory(app: Flask) -> Finding:
    folder: Path = app.config["DATA_DIR"]
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding("data directory", State.MEND, f"{folder} cannot be written to ({error.strerror})")
    open_to_others = [path for path in (folder, folder / "secret_key") if path.exists() and is_open(path)]
    if open_to_others:
        names = " ".join(map(str, open_to_others))
        return Finding("data directory", State.MEND, f"others on this machine can read it: chmod go= {names}")
    return Finding("data directory", State.WELL, f"{folder} is writable, and closed to others")


def is_open(path: Path) -> bool:
    """Whether others can read it: of what is ours, a group as well; a volume of somebody else's is a group's."""
    there = path.stat()
    return bool(there.st_mode & (0o077 if there.st_uid == os.geteuid() else 0o007))


def disk_space(app: Flask) -> Finding:
    free = shutil.disk_usage(app.config["DATA_DIR"]).free
    words = f"{free // MEBIBYTE:,} MB free"
    if free < FULL:
        return Finding("disk space", State.MEND, f"{words}; make room, or nothing can be saved soon")
    return Finding("disk space", State.NOTE if free < NEARLY_FULL else State.WELL, words)


def database(app: Flask) -> Finding:
    try:
        current = revision()
        if not is_known(current):
            return Finding("database", State.MEND, "it was made by a newer Ranker: install that one again")
        if not is_migrated():
            return Finding("database", State.MEND, "it is not up to date: run ranker setup")
        with rehearsing(True), writing() as session:
            session.execute(update(Series).values(slug=Series.slug).where(false()))
    except SQLAlchemyError as error:
        db.session.rollback()
        words = told(error) or f"cannot be used: {reason_of(error)}"
        return Finding("database", State.MEND, f"it {words}; the address is RANKER_DATABASE_URL")
    return Finding("database", State.WELL, f"{db.engine.dialect.name}, up to date, takes writes")


def reason_of(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


def replica(app: Flask) -> Finding:
    """Behind: by how many bytes of the primary's log, of which one change takes some hundred."""
    if app.config["REPLICA_URL"] is None:
        return Finding("replica", State.WELL, "none")
    engine = create_engine(app.config["REPLICA_URL"], connect_args={"connect_timeout": 3})
    try:
        with engine.connect() as connection:
            if not connection.scalar(text("SELECT pg_is_in_recovery()")):
                return Finding("replica", State.MEND, "RANKER_REPLICA_URL is no replica: it takes writes itself")
            if connection.scalar(CLUSTER) != db.session.scalar(CLUSTER):
                return Finding("replica", State.MEND, "RANKER_REPLICA_URL is a replica of some other database")
            there = connection.scalar(text("SELECT pg_last_wal_replay_lsn()"))
        behind = db.session.scalar(text("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), :there)"), {"there": there})
    except SQLAlchemyError as error:
        return Finding("replica", State.MEND, f"it cannot be read ({reason_of(error)}): see RANKER_REPLICA_URL")
    finally:
        engine.dispose()
    if behind > FAR_BEHIND:
        return Finding("replica", State.NOTE, f"{int(behind) // MEBIBYTE} MB behind: the primary answers meanwhile")
    return Finding("replica", State.WELL, "follows the database")


def clock(app: Flask) -> Finding:
    """Sessions, links and rankings go by it. The database has one too, or at least a memory."""
    try:
        ahead = _newest_instant() - now()
    except SQLAlchemyError:
        return Finding("clock", State.NOTE, "nothing to compare it with")
    if ahead > CLOCK_MAY_DIFFER:
        return Finding("clock", State.MEND, f"it is {ahead} behind the database; set this machine's clock")
    return Finding("clock", State.WELL, f"{now():%d %B %Y, %H:%M} UTC")


def _newest_instant() -> dt.datetime:
    seen: dt.datetime | None = db.session.scalar(select(func.max(UserSession.seen_at)))
    if db.engine.dialect.name == "postgresql":
        told: dt.datetime = db.session.execute(select(func.now())).scalar_one()
        return max(told, seen or told)
    return seen or now()


def secret_key(app: Flask) -> Finding:
    weak = [key for key in (app.config["SECRET_KEY"], *app.config["SECRET_KEY_FALLBACKS"]) if is_weak(key)]
    if weak:
        advice = "python3 -c 'import secrets; print(secrets.token_hex(32))' makes a good one"
        return Finding("secret key", State.MEND, f"a key is short enough to guess: {advice}")
    if db.engine.dialect.name == "postgresql" and is_kept_here(app):
        return Finding("secret key", State.NOTE, "kept on this machine: for several, set RANKER_SECRET_KEY on each")
    if older := len(app.config["SECRET_KEY_FALLBACKS"]):
        return Finding("secret key", State.NOTE, f"{older} older still taken; drop them when their cookies have ended")
    return Finding("secret key", State.WELL, "long and random enough")


def is_kept_here(app: Flask) -> bool:
    kept: Path = app.config["DATA_DIR"] / "secret_key"
    return kept.exists() and kept.read_text().splitlines()[:1] == [app.config["SECRET_KEY"]]


def is_weak(key: str) -> bool:
    return len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS


def public_address(app: Flask) -> Finding:
    url = app.config["PUBLIC_URL"]
    if not url:
        return Finding("https", State.NOTE, "RANKER_PUBLIC_URL is not set: fine on one's own machine alone")
    if not url.startswith("https://") and not is_own_machine(urlsplit(url).hostname or ""):
        return Finding("https", State.MEND, f"{url} is not https: whoever is in between reads passwords")
    return Finding("https", State.WELL, url)


def unread_settings(app: Flask) -> Finding:
    """A name that is misspelt, or one that another setting makes needless."""
    environ = Noting({**os.environ, "RANKER_DATA_DIR": str(app.config["DATA_DIR"])})
    settings(environ)
    unread = sorted(name for name in environ if name.startswith("RANKER_") and name not in environ.read | {RUNTIME})
    if unread:
        words = f"nothing reads {', '.join(unread)}: look how it is written in docs/running.md, or take it away"
        return Finding("settings", State.MEND, words)
    return Finding("settings", State.WELL, "each that is given is read")


def sign_up(app: Flask) -> Finding:
    who = {"open": "everybody can make an account", "invite": "by invitation", "closed": "by command alone"}
    return Finding("sign-up", State.WELL, who[app.config["SIGNUP"]])


def hosts(app: Flask) -> Finding:
    trusted, url = app.config["TRUSTED_HOSTS"], app.config["PUBLIC_URL"]
    own = urlsplit(url).hostname if url else None
    if trusted and own and not any(own == name.lstrip(".") or own.endswith(_within(name)) for name in trusted):
        return Finding("hosts", State.MEND, f"RANKER_TRUSTED_HOSTS lacks {own}, the host of RANKER_PUBLIC_URL")
    if trusted:
        return Finding("hosts", State.WELL, ", ".join(trusted))
    if own and not is_own_machine(own):
        return Finding("hosts", State.MEND, f"any host name is served: set RANKER_TRUSTED_HOSTS={own}")
    return Finding("hosts", State.NOTE, "any host name is served: fine on one's own machine alone")


def _within(name: str) -> str:
    return name if name.startswith(".") else "\0"


def proxies(app: Flask) -> Finding:
    hops, url = app.config["PROXY_HOPS"], app.config["PUBLIC_URL"] or ""
    if not hops and url.startswith("https://"):
        words = "RANKER_PROXY_HOPS is 0: behind a proxy all visitors would share one limit; set how many there are"
        return Finding("proxies", State.MEND, words)
    if hops and not url:
        return Finding("proxies", State.NOTE, f"{hops} trusted: whoever reaches the app past them can pose as anybody")
    return Finding("proxies", State.WELL, f"{hops} before the app" if hops else "none")


def letters(app: Flask) -> Finding:
    server = app.config["SMTP"]
    if server is None:
        return Finding("e-mail", State.NOTE, "none: lost passwords come back by recovery codes alone")
    try:
        with server.connection() as connection:
            connection.noop()
    except (OSError, SMTPException) as error:
        return Finding("e-mail", State.MEND, f"{server.host} does not take letters ({error}): see RANKER_SMTP_URL")
    return Finding("e-mail", State.WELL, f"{server.host} takes letters")


def assets(app: Flask) -> Finding:
    if app.config["ASSETS"] != "local":
        return Finding("assets", State.WELL, "two libraries from the CDN, held to their hashes")
    try:
        for script in SCRIPTS:
            checked(script, (local_folder() / script.file).read_bytes())
    except (OSError, WrongBytes):
        return Finding("assets", State.MEND, f"{local_folder()} does not hold the right files: run ranker assets")
    return Finding("assets", State.WELL, "two libraries from this machine")


def rate_limits(app: Flask) -> Finding:
    address = app.config["RATELIMIT_STORAGE_URI"]
    if address == "memory://":
        return Finding("limits", State.NOTE, "each worker counts by itself; RANKER_RATELIMIT_STORAGE can be a Redis")
    storage = storage_from_string(address, **app.config["RATELIMIT_STORAGE_OPTIONS"])
    if not storage.check():
        return Finding("limits", State.MEND, "the Redis does not answer, so each worker counts by itself")
    return Finding("limits", State.WELL, "counted once for all workers")


def debug_mode(app: Flask) -> Finding:
    if app.debug:
        return Finding("debug mode", State.NOTE, "on: for one's own machine alone; unset FLASK_DEBUG for anything else")
    return Finding("debug mode", State.WELL, "off")


CHECKS: tuple[Check, ...] = (
    *(data_directory, disk_space, database, replica, clock, unread_settings, secret_key),
    *(sign_up, public_address, hosts, proxies, letters, assets, rate_limits, debug_mode),
)
