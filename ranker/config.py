"""The settings, read from the environment once, each with a default that is safe on one machine."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

ROOT = Path(__file__).resolve().parent.parent
MEBIBYTE = 1024 * 1024
# Rounds and memory in KiB, one of the settings OWASP recommends; kind to small hosts.
OWASP_ARGON2ID = (2, 19 * 1024)


class BadSetting(ValueError):
    """A setting has a value the app cannot work with; the message says which and what to write instead."""


def settings(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Flask's configuration from the `RANKER_…` variables.

    Raises BadSetting for a value that cannot be understood. Makes the data directory and, unless a secret
    key is given, a file in it that holds one.
    """
    data_dir = Path(environ.get("RANKER_DATA_DIR") or default_data_dir()).resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    return {
        "DATA_DIR": data_dir,
        "SECRET_KEY": secret_key(environ, data_dir),
        "SQLALCHEMY_DATABASE_URI": database_url(environ, data_dir),
        "TRUSTED_HOSTS": words(environ.get("RANKER_TRUSTED_HOSTS", "")) or None,
        "PROXY_HOPS": whole_number(environ, "RANKER_PROXY_HOPS", 0),
        "SIGNUP": one_of(environ, "RANKER_SIGNUP", ("open", "closed")),
        "ASSETS": one_of(environ, "RANKER_ASSETS", ("cdn", "local")),
        "RATELIMIT_STORAGE_URI": environ.get("RANKER_RATELIMIT_STORAGE", "memory://"),
        "LOGIN_LIMIT": environ.get("RANKER_LOGIN_LIMIT", "10 per minute"),
        "RATELIMIT_HEADERS_ENABLED": True,
        "MAX_CONTENT_LENGTH": 10 * MEBIBYTE,
        "MAX_FORM_MEMORY_SIZE": MEBIBYTE,
        "MAX_FORM_PARTS": 1_000,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_HTTPONLY": True,
        "WTF_CSRF_TIME_LIMIT": None,
        "PASSWORD_WORK": OWASP_ARGON2ID,
        "DEMO": environ.get("RANKER_DEMO") == "1",
    }


def default_data_dir() -> Path:
    """`instance/` of the checkout; for an installed copy, `instance/` where it is started."""
    return (ROOT if (ROOT / "pyproject.toml").exists() else Path.cwd()) / "instance"


def database_url(environ: Mapping[str, str], data_dir: Path) -> str:
    """The database's address: `RANKER_DATABASE_URL`, or a SQLite file in the data directory."""
    given = environ.get("RANKER_DATABASE_URL")
    if not given:
        return f"sqlite:///{data_dir / 'ranker.sqlite'}"
    url = make_url(given)
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise BadSetting("RANKER_DATABASE_URL must begin with postgresql:// or sqlite:///")
    return url.render_as_string(hide_password=False)


def secret_key(environ: Mapping[str, str], data_dir: Path) -> str:
    """The key that signs sessions: given, read from a file, or made once and kept in the data directory."""
    if given := environ.get("RANKER_SECRET_KEY"):
        return given
    if file := environ.get("RANKER_SECRET_KEY_FILE"):
        return Path(file).read_text().strip()
    return kept_secret(data_dir / "secret_key")


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


def words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def whole_number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not text.isdecimal():
        raise BadSetting(f"{name} must be a whole number, not {text!r}")
    return int(text)


def one_of(environ: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = environ.get(name, choices[0])
    if value not in choices:
        raise BadSetting(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    return value
