"""Accounts as the desk reads them: who they are, what they may do, and how many lists of theirs count. Admins only.

Never an address, never how far somebody is: the desk is no place to look over a fan's shoulder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, func, select

from ranker.desk.keys import From, page_of
from ranker.domain.counting import Reason
from ranker.extensions import db
from ranker.gate import NotHere, Query
from ranker.models import COUNTED, Curator, SavedBallot, Series, User, UserSession

if TYPE_CHECKING:
    from ranker.desk import Desk


class Who(StrEnum):
    """Which accounts somebody asks for."""

    ALL = "all"
    ADMINS = "admins"
    CURATORS = "curators"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class SeriesName:
    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """An account in the table. `lists`: how many lists of theirs count, one for each series at most."""

    name: str
    created: dt.datetime
    is_admin: bool
    curates: tuple[SeriesName, ...]
    disabled: bool
    disabled_at: dt.datetime | None
    lists: int


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of accounts in the order of their names."""

    rows: tuple[PersonRow, ...]
    more_before: bool
    more_after: bool


@dataclass(frozen=True, slots=True)
class PersonList:
    """One of somebody's lists: whether it counts, and if not, why."""

    series: SeriesName
    saved: dt.datetime
    held: Reason | None


@dataclass(frozen=True, slots=True)
class Person:
    """One account with what there is to know of it. `has_password`: somebody can get in with it, unless disabled."""

    id: int
    row: PersonRow
    note: str | None
    has_password: bool
    has_address: bool
    sessions: int
    lists: tuple[PersonList, ...]
    others: tuple[SeriesName, ...]

    @property
    def can_serve(self) -> bool:
        """Whether they can be made an admin or a curator."""
        return self.has_password and not self.row.disabled


def people_page(desk: Desk, key: str, who: Who, at: From[str]) -> PeoplePage:
    """A page of the accounts whose name has `key` in it, as `name_key` writes names. Raises NotHere."""
    _for_admins(desk)
    query = _accounts().where(User.name_key.contains(key, autoescape=True)) if key else _accounts()
    found = page_of(query.where(*WHICH[who]), User.name_key.expression, at)
    return PeoplePage(_rows(found.rows), found.more_before, found.more_after)


def with_a_desk(desk: Desk) -> tuple[PersonRow, ...]:
    """Admins and curators, all of them, by name. Raises NotHere."""
    _for_admins(desk)
    query = _accounts().where(User.is_admin | (User.curates > 0)).order_by(User.name_key)
    return _rows(db.session.execute(query).all())


def person(desk: Desk, key: str) -> Person:
    """The account whose name is `key`, as `name_key` writes it. Raises NotHere."""
    _for_admins(desk)
    more = User.disabled_note, User.password_hash.is_not(None), User.email_confirmed
    account = db.session.execute(_accounts().add_columns(*more).where(User.name_key == key)).first()
    if account is None:
        raise NotHere(key)
    note, has_password, has_address = account[-3:]
    (row,) = _rows([account])
    return Person(
        account.id,
        row,
        note,
        has_password,
        bool(has_address),
        db.session.scalar(select(func.count()).where(UserSession.user_id == account.id)) or 0,
        _lists(account.id),
        tuple(series for series in _all_series() if series not in row.curates),
    )


def _for_admins(desk: Desk) -> None:
    if not desk.is_admin:
        raise NotHere


def _accounts() -> Query:
    return select(
        User.id, User.name, User.name_key, User.created_at, User.is_admin, User.curates, User.disabled, User.disabled_at
    )


def _rows(accounts: Sequence[Row[Any]]) -> tuple[PersonRow, ...]:
    ids = [account.id for account in accounts]
    curated = _curated([account.id for account in accounts if account.curates])
    lists = _lists_that_count(ids)
    return tuple(
        PersonRow(
            account.name,
            account.created_at,
            account.is_admin,
            tuple(curated.get(account.id, ())),
            account.disabled,
            account.disabled_at,
            lists.get(account.id, 0),
        )
        for account in accounts
    )


def _curated(ids: Sequence[int]) -> Mapping[int, list[SeriesName]]:
    query = (
        select(Curator.user_id, Series.slug, Series.title)
        .join(Series, Series.id == Curator.series_id)
        .where(Curator.user_id.in_(ids))
        .order_by(func.lower(Series.title), Series.slug)
    )
    curated: dict[int, list[SeriesName]] = {}
    for user_id, slug, title in db.session.execute(query) if ids else ():
        curated.setdefault(user_id, []).append(SeriesName(slug, title))
    return curated


def _lists_that_count(ids: Sequence[int]) -> Mapping[int, int]:
    """By the key of the ballots, which begins with the series: for no table is read whole for fifty people."""
    query = (
        select(SavedBallot.user_id, func.count())
        .where(SavedBallot.series_id.in_(select(Series.id)), SavedBallot.user_id.in_(ids), COUNTED)
        .group_by(SavedBallot.user_id)
    )
    return {user_id: number for user_id, number in db.session.execute(query)}  # noqa: C416


def _lists(user_id: int) -> tuple[PersonList, ...]:
    query = (
        select(Series.slug, Series.title, SavedBallot.saved_at, SavedBallot.held)
        .join(SavedBallot, SavedBallot.series_id == Series.id)
        .where(SavedBallot.user_id == user_id, SavedBallot.counting)
        .order_by(func.lower(Series.title), Series.slug)
    )
    return tuple(
        PersonList(SeriesName(slug, title), saved, Reason(held) if held else None)
        for slug, title, saved, held in db.session.execute(query)
    )


def _all_series() -> tuple[SeriesName, ...]:
    query = select(Series.slug, Series.title).order_by(func.lower(Series.title), Series.slug)
    return tuple(SeriesName(*row) for row in db.session.execute(query))


WHICH: Mapping[Who, tuple[ColumnElement[bool], ...]] = {
    Who.ALL: (),
    Who.ADMINS: (User.is_admin.expression,),
    Who.CURATORS: (User.curates > 0,),
    Who.DISABLED: (User.disabled.expression,),
}
