"""Showing a series to everybody, making it a draft again, and deleting a draft with all that hangs on it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, insert, select, update
from sqlalchemy.orm import Session

from ranker.actions.accounts.roles import count_series_of
from ranker.actions.audit import Actor, Deed, record
from ranker.database import REHEARSING, one_writer_at_a_time, plain, writing
from ranker.desk import EVERYTHING
from ranker.desk.drafts import holdings
from ranker.models import AuditEntry, Base, Curator, DeletedSeries, Moment, Picture, Series
from ranker.pictures import PictureStore


class NotADraft(ValueError):
    """Only a draft can be deleted: what everybody sees is hidden first. Nothing was changed."""


def show_series(actor: Actor, slug: str) -> bool:
    """Makes a series there for everybody; whether it was a draft."""
    return _set_open(actor, slug, True)


def hide_series(actor: Actor, slug: str) -> bool:
    """Makes a series a draft; whether it was none. What fans have there is kept, and there again when it is shown."""
    return _set_open(actor, slug, False)


def delete_series(actor: Actor, slug: str, store: PictureStore) -> None:
    """Deletes a draft and all that hangs on it. What was written down of it is kept. Raises NotADraft, NotHere."""
    with writing() as session:
        one_writer_at_a_time(session)
        gone = holdings(EVERYTHING, slug)
        series_id = session.scalar(select(Series.id).where(Series.slug == slug, ~Series.is_open).with_for_update())
        if series_id is None:
            raise NotADraft(slug)
        record(session, actor, Deed("series.delete", slug, series_id, before=asdict(gone)))
        pictures = session.scalars(select(Picture.name).join(Moment).where(Moment.series_id == series_id)).all()
        curators = session.scalars(select(Curator.user_id).where(Curator.series_id == series_id)).all()
        _remember(session, series_id)
        _delete_all_of(session, series_id)
        for user_id in curators:
            count_series_of(session, user_id)
    if not REHEARSING.get():
        for name in pictures:
            store.drop(name)


def _set_open(actor: Actor, slug: str, is_open: bool) -> bool:
    with writing() as session:
        changed = update(Series).where(Series.slug == slug, Series.is_open.is_not(is_open)).values(is_open=is_open)
        series_id = session.scalar(changed.returning(Series.id))
        if series_id is None:
            return False
        action = "series.show" if is_open else "series.hide"
        record(session, actor, Deed(action, slug, series_id, {"draft": is_open}, {"draft": not is_open}))
    return True


def _remember(session: Session, series_id: int) -> None:
    """Keeps what tells it from those that come later, and what was written down of it."""
    columns = [column.name for column in plain(DeletedSeries).columns]
    known = select(*(plain(Series).c[name] for name in columns)).where(Series.id == series_id)
    session.execute(insert(DeletedSeries).from_select(columns, known))
    entries = update(AuditEntry).where(AuditEntry.series_id == series_id)
    session.execute(entries.values(series_id=None, deleted_series_id=series_id))


def _delete_all_of(session: Session, series_id: int) -> None:
    """By what refers to it and to its moments, so that no table can be forgotten."""
    for table in reversed(Base.metadata.sorted_tables):
        which = _of_series(table, series_id)
        if which is not None:
            session.execute(delete(table).where(which))


def _of_series(table: Table, series_id: int) -> ColumnElement[bool] | None:
    """Which rows of a table are of the series; None where it has none. What is written down is dealt with before."""
    series, moments = plain(Series), plain(Moment)
    if table is series:
        return series.c.id == series_id
    for column in _referring(table, series):
        return column == series_id
    for column in _referring(table, moments):
        return column.in_(select(moments.c.id).where(moments.c.series_id == series_id))
    return None


def _referring(table: Table, to: Table) -> list[ColumnElement[Any]]:
    return [column for column in table.columns if column.references(to.c.id)]
