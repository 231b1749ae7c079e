"""The Flask extensions, made once and attached to an app by `create_app`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from flask_wtf import CSRFProtect
from sqlalchemy.exc import DBAPIError

from ranker.models import Base

log = logging.getLogger(__name__)


class Session(FlaskSession):
    """Ends without a word where its connection ended before it: what had begun there has ended with it."""

    def rollback(self) -> None:
        with self._over_a_connection_that_ended():
            super().rollback()

    def close(self) -> None:
        with self._over_a_connection_that_ended():
            super().close()

    @contextmanager
    def _over_a_connection_that_ended(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            log.warning("The database went away before a transaction could be ended: %s", error.orig)
            self.invalidate()


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False, "class_": Session})
migrate = Migrate()
login_manager = LoginManager()
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, in_memory_fallback_enabled=True)
