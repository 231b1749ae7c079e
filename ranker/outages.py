"""What keeps the database from doing what it was asked, told apart from what is a mistake of ours."""

from __future__ import annotations

import sqlite3
from enum import Enum

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoFreeConnection


class Outage(Enum):
    """AWAY: it cannot be reached. BUSY: others were in the way for too long. FULL: it takes no writes for now."""

    AWAY = "cannot be reached"
    BUSY = "is busy"
    FULL = "takes no writes"


SQLITE = {
    sqlite3.SQLITE_BUSY: Outage.BUSY,
    sqlite3.SQLITE_LOCKED: Outage.BUSY,
    sqlite3.SQLITE_FULL: Outage.FULL,
    sqlite3.SQLITE_READONLY: Outage.FULL,
    sqlite3.SQLITE_IOERR: Outage.AWAY,
    sqlite3.SQLITE_CANTOPEN: Outage.AWAY,
}
POSTGRESQL = {
    "40001": Outage.BUSY,  # could not serialize access
    "40P01": Outage.BUSY,  # deadlock
    "55P03": Outage.BUSY,  # a lock was not to be had in time
    "57014": Outage.BUSY,  # cancelled
    "53100": Outage.FULL,  # disk full
    "25006": Outage.FULL,  # read-only, as a standby is
}
PRIMARY_CODE = 0xFF  # SQLite's extended codes hold the plain one in their last byte


def outage_of(error: SQLAlchemyError | sqlite3.Error) -> Outage | None:
    """What kind of outage an error tells of; None when the database is well, and we asked it something wrong."""
    if isinstance(error, sqlite3.Error):
        return SQLITE.get(_code(error))
    if isinstance(error, NoFreeConnection):
        return Outage.BUSY
    if not isinstance(error, DBAPIError):
        return None
    if isinstance(error.orig, sqlite3.Error):
        return SQLITE.get(_code(error.orig))
    known = POSTGRESQL.get(getattr(error.orig, "sqlstate", None) or "")
    gone = error.connection_invalidated or isinstance(error, OperationalError)
    return known or (Outage.AWAY if gone else None)


def is_damaged(error: SQLAlchemyError | sqlite3.Error) -> bool:
    """Whether a file is no database of SQLite's, or one in which nothing fits together any more."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, sqlite3.Error) and _code(cause) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_forbidden(error: SQLAlchemyError | sqlite3.Error) -> bool:
    """Whether PostgreSQL does not allow its user what was asked."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == "42501"


def told(error: SQLAlchemyError | sqlite3.Error) -> str | None:
    """What the database does, and what whoever runs the site can do: a sentence without its subject. None as above."""
    reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
    if is_damaged(error):
        return "is damaged. `ranker restore FILE --replace` puts a backup in its place, and keeps it aside"
    if is_forbidden(error):
        return f"does not allow it: {reason}. Its owner may: ALTER DATABASE … OWNER TO …, the user of the address"
    outage = outage_of(error)
    return f"{outage.value}: {reason}" if outage else None


def _code(error: sqlite3.Error) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & PRIMARY_CODE
