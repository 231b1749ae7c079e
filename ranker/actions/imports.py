"""Importing a file into a series that is there: exactly what was shown, and all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from ranker.actions.audit import Actor, Deed, record
from ranker.actions.catalogue import series_id_of, touch
from ranker.actions.import_steps import (
    Named,
    add_episodes,
    add_moments,
    batches,
    change_episodes,
    change_moments,
    codes_of,
)
from ranker.database import insert, one_writer_at_a_time, writing
from ranker.desk.catalogue import IMPORTED, series_as_file
from ranker.exchange.contents import Contents
from ranker.exchange.plan import Kind, Plan, plan_import
from ranker.models import Series, WaitingImport, new_public_id


class PlanChanged(Exception):
    """The import would not do what was shown, or cannot be done at all. Nothing was done."""


def keep_file(user_id: int, slug: str, name: str, content: bytes) -> None:
    """Keeps a file until its owner has seen what it would do; it takes the place of the one they had there before."""
    with writing() as session:
        said = {"name": name[:200], "content": content}
        row = {"user_id": user_id, "series_id": series_id_of(session, slug), **said}
        statement = insert(WaitingImport).values(**row)
        session.execute(statement.on_conflict_do_update(index_elements=["user_id", "series_id"], set_=said))


def drop_file(user_id: int, slug: str) -> None:
    with writing() as session:
        _drop(session, user_id, series_id_of(session, slug))


def apply_import(actor: Actor, slug: str, contents: Contents, shown: str | None = None) -> Imported:
    """Does what `plan_import` says, if that is still what was `shown` (its digest; None: nobody was shown anything).

    Raises PlanChanged. Returns what was done.
    """
    importing = Importing(actor, slug, contents, shown)
    for _ in importing:
        pass
    return importing.done


@dataclass(frozen=True, slots=True)
class Imported:
    """What was done, and the audit's entry to take it back by."""

    plan: Plan
    entry: int


@dataclass
class Importing:
    """An import that says how far it has come: each turn of iterating over it gives how many steps of `total` are done.

    Raises PlanChanged before the first. Until the last turn is over nobody else sees any of it; whoever breaks it off
    before has imported nothing.
    """

    actor: Actor
    slug: str
    contents: Contents
    shown: str | None = None
    total: int = 0
    _done: Imported | None = None

    @property
    def is_done(self) -> bool:
        return self._done is not None

    @property
    def done(self) -> Imported:
        assert self._done is not None
        return self._done

    def __iter__(self) -> Iterator[int]:
        with writing() as session:
            one_writer_at_a_time(session)
            series_id = series_id_of(session, self.slug)
            plan = plan_import(series_as_file(self.slug), self.contents)
            if not plan.can_be_done or self.shown not in (None, plan.digest):
                raise PlanChanged
            self.total = len(plan.steps)
            ids = _public_ids(plan)
            yield 0
            yield from accumulate(_do(session, series_id, plan, ids))
            entry = record(session, self.actor, _deed(plan, ids, self.slug, series_id))
            touch(session, series_id, recount=any(step.moves for step in plan.steps))
            if self.actor.user_id is not None:
                _drop(session, self.actor.user_id, series_id)
        self._done = Imported(plan, entry)


def _public_ids(plan: Plan) -> list[str]:
    """What each step is done to, in the order of the steps."""
    return [step.key or new_public_id() for step in plan.steps]


def _do(session: Session, series_id: int, plan: Plan, ids: list[str]) -> Iterator[int]:
    """Does all of it, a batch at a time; says how many steps each batch was."""
    of: dict[tuple[Kind, bool], list[Named]] = {(kind, new): [] for kind in Kind for new in (True, False)}
    for step, public_id in zip(plan.steps, ids, strict=True):
        of[step.kind, step.is_new].append((public_id, step))
    for _, step in of[Kind.SERIES, False]:
        session.execute(update(Series).where(Series.id == series_id).values(**step.after))
        yield 1
    yield from add_episodes(session, series_id, of[Kind.EPISODE, True])
    codes = codes_of(session, series_id)
    for batch in batches(of[Kind.EPISODE, False]):
        change_episodes(session, codes, [(public_id, step.after) for public_id, step in batch])
        yield len(batch)
    for batch in batches(of[Kind.MOMENT, False]):
        change_moments(session, codes, [(public_id, step.after) for public_id, step in batch])
        yield len(batch)
    yield from add_moments(session, series_id, codes, of[Kind.MOMENT, True])


def _deed(plan: Plan, ids: list[str], slug: str, series_id: int) -> Deed:
    names = [f"{step.kind} {public_id}" for step, public_id in zip(plan.steps, ids, strict=True)]
    before = {name: step.before for name, step in zip(names, plan.steps, strict=True) if step.before is not None}
    after = {name: step.after for name, step in zip(names, plan.steps, strict=True)}
    return Deed(IMPORTED, slug, series_id, before, after)


def _drop(session: Session, user_id: int, series_id: int) -> None:
    session.execute(delete(WaitingImport).where(WaitingImport.user_id == user_id, WaitingImport.series_id == series_id))
