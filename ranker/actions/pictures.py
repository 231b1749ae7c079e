"""Giving a moment a picture, taking it away, and bringing a former one back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from ranker.actions.audit import Actor, Deed, record
from ranker.actions.catalogue import touch
from ranker.actions.moments import UnknownMoment
from ranker.database import one_writer_at_a_time, writing
from ranker.models import Moment, Picture
from ranker.pictures import Files, PictureStore

KEPT_FORMER = 5


class NoSuchPicture(LookupError):
    """The moment has no such picture, or none now."""


def set_picture(actor: Actor, public_id: str, files: Files, alt: str, store: PictureStore) -> None:
    """Gives a moment this picture; `alt` says what it shows. The one before can be brought back, as can the last five.

    Raises UnknownMoment; then no file is left behind.
    """
    name = store.keep(files)
    try:
        with writing() as session:
            one_writer_at_a_time(session)
            moment = _moment(session, public_id)
            before = _put_away(session, moment.id)
            session.execute(insert(Picture).values(moment_id=moment.id, name=name, alt=alt, current=True))
            forgotten = _forget_oldest(session, moment.id)
            _write_down(session, actor, moment, "picture.set", before, alt)
    except BaseException:
        store.drop(name)
        raise
    for old in forgotten:
        store.drop(old)


def remove_picture(actor: Actor, public_id: str) -> None:
    """Takes the picture of a moment away; it can be brought back. Raises UnknownMoment, NoSuchPicture."""
    with writing() as session:
        one_writer_at_a_time(session)
        moment = _moment(session, public_id)
        before = _put_away(session, moment.id)
        if before is None:
            raise NoSuchPicture
        _write_down(session, actor, moment, "picture.remove", before, None)


def bring_back_picture(actor: Actor, public_id: str, name: str) -> None:
    """Makes a former picture of a moment the current one. Raises UnknownMoment, NoSuchPicture."""
    with writing() as session:
        one_writer_at_a_time(session)
        moment = _moment(session, public_id)
        before = _put_away(session, moment.id)
        back = update(Picture).where(Picture.moment_id == moment.id, Picture.name == name).values(current=True)
        alt = session.scalar(back.returning(Picture.alt))
        if alt is None:
            raise NoSuchPicture
        _write_down(session, actor, moment, "picture.restore", before, alt)


def _put_away(session: Session, moment_id: int) -> str | None:
    """Makes the current picture a former one; returns what it showed."""
    current = update(Picture).where(Picture.moment_id == moment_id, Picture.current)
    alt: str | None = session.scalar(current.values(current=False).returning(Picture.alt))
    return alt


def _forget_oldest(session: Session, moment_id: int) -> list[str]:
    former = select(Picture.id).where(Picture.moment_id == moment_id, ~Picture.current)
    oldest = session.scalars(former.order_by(Picture.id.desc()).offset(KEPT_FORMER)).all()
    return list(session.scalars(delete(Picture).where(Picture.id.in_(oldest)).returning(Picture.name)))


def _write_down(
    session: Session, actor: Actor, moment: Row[*tuple[Any, ...]], action: str, before: str | None, after: str | None
) -> None:
    fields = {"picture": before}, {"picture": after}
    record(session, actor, Deed(action, moment.public_id, moment.series_id, *fields))
    touch(session, moment.series_id)


def _moment(session: Session, public_id: str) -> Row[*tuple[Any, ...]]:
    query = select(Moment.id, Moment.series_id, Moment.public_id).where(Moment.public_id == public_id)
    found = session.execute(query).first()
    if found is None:
        raise UnknownMoment
    return found
