"""What a command says when what it needs is not there: one line that says what to do, and an exit code of its own."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ranker import create_app
from ranker.environment import BadSetting
from ranker.installation import BrokenRestore, NewerDatabase, is_migrated
from ranker.outages import told

EXIT_CODE = 3
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
BEHIND = "the database has not the tables that this version needs: run `ranker setup`"


def words_for(error: Exception) -> str | None:
    """What is wrong and what to do about it; None for what can only be a mistake of ours."""
    if isinstance(error, BadSetting | NewerDatabase | BrokenRestore):
        return str(error)
    if isinstance(error, PermissionError):
        return f"this user may not use {error.filename}: {error.strerror}. Run Ranker as the user it belongs to"
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return f"{error.filename or 'a file'} cannot be written: {error.strerror}"
    if isinstance(error, SQLAlchemyError | sqlite3.Error):
        return _of_the_database(error)
    return None


def _of_the_database(error: SQLAlchemyError | sqlite3.Error) -> str | None:
    if words := told(error):
        return f"the database {words}"
    return BEHIND if isinstance(error, DBAPIError) and _is_behind() else None


def _is_behind() -> bool:
    with create_app().app_context():
        return not is_migrated()
