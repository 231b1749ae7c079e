"""The Flask extensions, made once and attached to an app by `create_app`."""

from __future__ import annotations

import logging

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
    """Ends without a word where its connection ended before it: by then the page is made, and nothing is lost."""

    def close(self) -> None:
        try:
            super().close()
        except DBAPIError as error:
            log.warning("The database went away at the end of a request: %s", error.orig)
            self.invalidate()


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False, "class_": Session})
migrate = Migrate()
login_manager = LoginManager()
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, in_memory_fallback_enabled=True)
