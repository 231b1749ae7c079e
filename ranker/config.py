"""The settings, read from the environment once, each with a default that is safe on one machine."""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from ranker.domain.counting import CountingRules
from ranker.environment import (
    BadSetting,
    address,
    duration,
    how_often,
    limit,
    one_of,
    secret_from,
    whole_number,
    words,
)
from ranker.mail import SmtpServer, UnknownScheme

ROOT = Path(__file__).resolve().parent.parent
MEBIBYTE = 1024 * 1024
# Rounds and memory in KiB, one of the settings OWASP recommends; kind to small hosts.
OWASP_ARGON2ID = (2, 19 * 1024)
DRIVER = "+psycopg"
THREADS = 4  # of each process that serves; more of them only wait for each other
HOST = re.compile(r"\.?[A-Za-z0-9_.-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:[0-9]{1,5})?")


def settings(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Flask's configuration from the `RANKER_…` variables.

    Raises BadSetting for a value that cannot be understood. Makes the data directory and, unless a secret
    key is given, a file in it that holds one.
    """
    data_dir = Path(environ.get("RANKER_DATA_DIR") or default_data_dir()).resolve()
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"RANKER_DATA_DIR: {data_dir} cannot be made ({error.strerror})") from error
    return {
        "DATA_DIR": data_dir,
        **signing_keys(environ, data_dir),
        "SQLALCHEMY_DATABASE_URI": database_url(environ, data_dir),
        "REPLICA_URL": replica_url(environ),
        "TRUSTED_HOSTS": trusted_hosts(environ),
        "PROXY_HOPS": whole_number(environ, "RANKER_PROXY_HOPS", 0),
        "SIGNUP": one_of(environ, "RANKER_SIGNUP", ("open", "invite", "closed")),
        "PUBLIC_URL": public_url(environ),
        "SMTP": smtp_server(environ),
        "SESSION_IDLE": limit(environ, "RANKER_SESSION_IDLE", "1 day"),
        "STAY_IDLE": limit(environ, "RANKER_STAY_IDLE", "30 days"),
        "SESSION_LENGTH": limit(environ, "RANKER_SESSION_LENGTH", "180 days"),
        "EMBED": embedders(environ),
        "ASSETS": one_of(environ, "RANKER_ASSETS", ("cdn", "local")),
        "LOG": one_of(environ, "RANKER_LOG", ("", "text", "json")) or None,
        "METRICS": address(environ, "RANKER_METRICS"),
        "COUNTING_RULES": counting_rules(environ),
        **rate_limit_storage(environ),
        "LOGIN_LIMIT": how_often(environ, "RANKER_LOGIN_LIMIT", "10 per minute"),
        "ACCOUNT_LIMIT": how_often(environ, "RANKER_ACCOUNT_LIMIT", "30 per hour"),
        "API_LIMIT": how_often(environ, "RANKER_API_LIMIT", "120 per minute"),
        "SUGGESTION_LIMIT": how_often(environ, "RANKER_SUGGESTION_LIMIT", "10 per day"),
        "REPORT_LIMIT": how_often(environ, "RANKER_REPORT_LIMIT", "20 per day"),
        "MAX_CONTENT_LENGTH": 10 * MEBIBYTE,
        "MAX_FORM_MEMORY_SIZE": MEBIBYTE,
        "MAX_FORM_PARTS": 1_000,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": dt.timedelta(days=365),  # a cookie's; how long a session lasts its row decides
        "WTF_CSRF_TIME_LIMIT": None,
        "PASSWORD_WORK": OWASP_ARGON2ID,
        "PASSWORD_LINE": THREADS - 1,  # one thread is always there for pages
        "DEMO": environ.get("RANKER_DEMO") == "1",
    }


def default_data_dir() -> Path:
    """`instance/` of the checkout; for an installed copy, `instance/` where it is started."""
    return (ROOT if (ROOT / "pyproject.toml").exists() else Path.cwd()) / "instance"


def database_url(environ: Mapping[str, str], data_dir: Path) -> str:
    """The database's address: `RANKER_DATABASE_URL`, or a SQLite file in the data directory.

    A password that is not in the address may come by itself, so that the address is no secret. A file that is not
    named from the root is in the data directory, wherever a command is started.
    """
    url = server_address(environ, "RANKER_DATABASE_URL", ("postgresql://", "sqlite:///"))
    if url is None:
        return f"sqlite:///{data_dir / 'ranker.sqlite'}"
    if url.get_backend_name() == "sqlite":
        if url.database in (None, "", ":memory:"):
            raise BadSetting("RANKER_DATABASE_URL must name a file: in memory each process would have its own")
        url = url.set(database=str(data_dir / str(url.database)))
    return url.render_as_string(hide_password=False)


def signing_keys(environ: Mapping[str, str], data_dir: Path) -> dict[str, Any]:
    """What signs cookies and forms: given, read from a file, or made once and kept in the data directory.

    A key per line, the newest first: it signs, and what the others have signed is still taken for as long as they
    stand there.
    """
    given = secret_from(environ, "RANKER_SECRET_KEY") or kept_secret(data_dir / "secret_key")
    older = secret_from(environ, "RANKER_SECRET_KEY_FALLBACKS") or ""
    keys = [line.strip() for line in [*given.splitlines(), *older.splitlines()] if line.strip()]
    if not keys:
        raise BadSetting(f"{data_dir / 'secret_key'} is empty; remove it, and a new one is made")
    return {"SECRET_KEY": keys[0], "SECRET_KEY_FALLBACKS": keys[1:]}


def replica_url(environ: Mapping[str, str]) -> str | None:
    """The address of a streaming replica of the database, for what is counted."""
    url = server_address(environ, "RANKER_REPLICA_URL", ("postgresql://",))
    if url is None:
        return None
    primary = server_address(environ, "RANKER_DATABASE_URL", ("postgresql://", "sqlite:///"))
    if primary is None or primary.get_backend_name() != "postgresql":
        raise BadSetting("RANKER_REPLICA_URL is a replica of PostgreSQL: RANKER_DATABASE_URL must be its primary")
    return url.render_as_string(hide_password=False)


def server_address(environ: Mapping[str, str], name: str, beginnings: tuple[str, ...]) -> URL | None:
    """A setting that is the address of a database, with the password that may come by itself; None when not set."""
    given = secret_from(environ, name)
    if not given:
        return None
    try:
        url = make_url(given.replace("postgres://", "postgresql://", 1))
    except ArgumentError as error:
        raise BadSetting(f"{name} must begin with {' or '.join(beginnings)}") from error
    except ValueError as error:
        raise BadSetting(f"{name} has a port that is no number") from error
    if f"{url.drivername.removesuffix(DRIVER)}:" not in {beginning.partition("/")[0] for beginning in beginnings}:
        raise BadSetting(f"{name} must begin with {' or '.join(beginnings)}")
    if url.get_backend_name() == "sqlite":
        return url
    if find_spec("psycopg") is None:
        raise BadSetting(f"{name} needs the package psycopg: pip install 'ranker[postgres]'")
    if url.password is None:
        url = url.set(password=secret_from(environ, "RANKER_DATABASE_PASSWORD"))
    return url.set(drivername=f"postgresql{DRIVER}") if url.drivername == "postgresql" else url


def kept_secret(path: Path) -> str:
    """The secret in `path`, made if need be: whole or not at all, by one process, for its owner's eyes only."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first, and its key is the one that counts
        finally:
            draft.unlink()
    return path.read_text().strip()


def counting_rules(environ: Mapping[str, str]) -> CountingRules:
    """When lists count: every rule is off unless it is set."""
    return CountingRules(
        duration(environ, "RANKER_COUNT_ACCOUNTS_AFTER"),
        duration(environ, "RANKER_COUNT_UNCONFIRMED_AFTER"),
        duration(environ, "RANKER_COUNT_JUMPS_AFTER"),
        whole_number(environ, "RANKER_IDENTICAL_LISTS", 0) or None,
    )


def public_url(environ: Mapping[str, str]) -> str | None:
    """The address people know the site by, without a slash at its end."""
    given = environ.get("RANKER_PUBLIC_URL", "").rstrip("/")
    if given and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", given):
        raise BadSetting(f"RANKER_PUBLIC_URL must be like https://ranker.example.org, not {given!r}")
    return given or None


def trusted_hosts(environ: Mapping[str, str]) -> list[str] | None:
    """The names under which the app is served; None: under any."""
    given = words(environ.get("RANKER_TRUSTED_HOSTS", ""))
    for name in given:
        if not HOST.fullmatch(name):
            raise BadSetting(f"RANKER_TRUSTED_HOSTS must be names like ranker.example.org, not {name!r}")
    return given or None


def embedders(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The sites that may show our embeds in a frame, as `frame-ancestors` names them; none: there are no embeds."""
    given = words(environ.get("RANKER_EMBED", "off"))
    if given in ([], ["off"]):
        return ()
    if given == ["any"]:
        return ("*",)
    for origin in given:
        if not ORIGIN.fullmatch(origin):
            raise BadSetting(f"RANKER_EMBED must be off, any, or origins like https://blog.example.org, not {origin!r}")
    return tuple(given)


def smtp_server(environ: Mapping[str, str]) -> SmtpServer | None:
    """Where letters are handed in, if anywhere."""
    given = secret_from(environ, "RANKER_SMTP_URL")
    if not given:
        return None
    sender = environ.get("RANKER_MAIL_FROM", "")
    if "@" not in sender or not public_url(environ):
        raise BadSetting("RANKER_SMTP_URL needs RANKER_MAIL_FROM, an address, and RANKER_PUBLIC_URL, where links lead")
    try:
        return SmtpServer.at(given, sender)
    except UnknownScheme as error:
        raise BadSetting(f"RANKER_SMTP_URL must begin with {error}") from error
    except ValueError as error:
        raise BadSetting(
            "RANKER_SMTP_URL has a port that is no number; in a password / ? # are written %2F %3F %23"
        ) from error


def rate_limit_storage(environ: Mapping[str, str]) -> dict[str, Any]:
    """Where tries are counted: in each process for itself, or once for all of them in a Redis or Valkey."""
    given = environ.get("RANKER_RATELIMIT_STORAGE") or "memory://"
    if given == "memory://":
        return {"RATELIMIT_STORAGE_URI": given}
    scheme, _, rest = given.partition("://")
    if scheme not in ("redis", "rediss", "valkey", "valkeys") or not rest:
        raise BadSetting("RANKER_RATELIMIT_STORAGE must be memory:// or begin with redis:// or valkey://")
    try:
        _ = urlsplit(given).port
    except ValueError as error:
        raise BadSetting("RANKER_RATELIMIT_STORAGE has a port that is no number") from error
    if find_spec("redis") is None:
        raise BadSetting("RANKER_RATELIMIT_STORAGE needs the redis package: pip install 'ranker[redis]'")
    return {
        "RATELIMIT_STORAGE_URI": f"{scheme.replace('valkey', 'redis')}://{rest}",  # they speak the same language
        "RATELIMIT_STORAGE_OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},  # nobody waits for it long
    }
