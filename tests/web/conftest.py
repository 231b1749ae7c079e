"""Fixtures of the tests of pages."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update

from ranker.extensions import db
from ranker.models import Progress, User, now
from tests.cast import Cast


@pytest.fixture
def old(cast: Cast) -> Cast:
    """The cast, a year later: nobody is new to anything."""
    with cast.app.app_context():
        long_ago = now() - dt.timedelta(days=365)
        db.session.execute(update(User).values(created_at=long_ago))
        db.session.execute(update(Progress).values(since=long_ago, jumped_at=None))
        db.session.commit()
    return cast
