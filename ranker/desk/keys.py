"""Pages by key: each is found from the last row of the one before, so that the thousandth is as quick as the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Row, Select

from ranker.extensions import db

A_PAGE = 50
Key = TypeVar("Key", str, int)


@dataclass(frozen=True, slots=True)
class From(Generic[Key]):
    """Where a page stands: after a key or before one; without either it is the first."""

    after: Key | None = None
    before: Key | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a page, and whether there are more before it and after it."""

    rows: Sequence[Row[Any]]
    more_before: bool
    more_after: bool


def page_of(query: Select[Any], key: ColumnElement[Any], at: From[Any], backwards: bool = False) -> Rows:
    """A page of a query in the order of `key`, which is different in every row; `backwards`: the largest first.

    Whoever goes back and comes to the beginning gets the whole first page.
    """
    turned = at.before is not None
    mark = at.before if turned else at.after
    descending = backwards != turned
    marked = query if mark is None else query.where(key < mark if descending else key > mark)
    found = db.session.execute(marked.order_by(key.desc() if descending else key).limit(A_PAGE + 1)).all()
    more, rows = len(found) > A_PAGE, found[:A_PAGE]
    if not turned:
        return Rows(rows, mark is not None, more)
    return Rows(rows[::-1], True, True) if more else page_of(query, key, From(), backwards)
