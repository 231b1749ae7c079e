"""What a command says when what it needs is not there: one line that says what to do, and an exit code of its own."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ranker import create_app
from ranker.environment import BadSetting
from ranker.installation import NewerDatabase, is_migrated
from ranker.outages import is_damaged, outage_of

EXIT_CODE = 3
DAMAGED = "the database is damaged. `ranker restore FILE --replace` puts a backup in its place, and keeps it aside"
BEHIND = "the database has not the tables that this version needs: run `ranker setup`"


def words_for(error: Exception) -> str | None:
    """What is wrong and what to do about it; None for what can only be a mistake of ours."""
    if isinstance(error, BadSetting | NewerDatabase):
        return str(error)
    if isinstance(error, PermissionError):
        return f"this user may not use {error.filename}: {error.strerror}. Run Ranker as the user it belongs to"
    if isinstance(error, SQLAlchemyError | sqlite3.Error):
        return _of_the_database(error)
    return None


def _of_the_database(error: SQLAlchemyError | sqlite3.Error) -> str | None:
    if is_damaged(error):
        return DAMAGED
    if outage := outage_of(error):
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        return f"the database {outage.value}: {reason}"
    return BEHIND if isinstance(error, DBAPIError) and _is_behind() else None


def _is_behind() -> bool:
    with create_app().app_context():
        return not is_migrated()
