"""The pictures of a moment at the desk: the one that is shown, and the former ones that can be brought back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ranker.extensions import db
from ranker.models import Moment, Picture

if TYPE_CHECKING:
    from ranker.desk import Desk


@dataclass(frozen=True, slots=True)
class DeskPicture:
    """A picture; `name` is that of its files, `alt` says what it shows."""

    name: str
    alt: str
    current: bool
    added: dt.date


def pictures_of(desk: Desk, public_id: str) -> tuple[DeskPicture, ...]:
    """All pictures of a moment that there still are, the newest first. Raises NotHere."""
    desk.moment(public_id)
    query = (
        select(Picture.name, Picture.alt, Picture.current, Picture.added_at)
        .join(Moment, Moment.id == Picture.moment_id)
        .where(Moment.public_id == public_id)
        .order_by(Picture.id.desc())
    )
    return tuple(DeskPicture(row.name, row.alt, row.current, row.added_at.date()) for row in db.session.execute(query))
