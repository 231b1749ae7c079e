"""Importing a file into a series that is there: exactly what was shown, and all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.orm import Session

from ranker.actions.audit import Actor, Deed, record
from ranker.actions.catalogue import next_edition, series_id_of, touch
from ranker.database import insert, one_writer_at_a_time, writing
from ranker.desk.catalogue import series_as_file
from ranker.exchange.contents import Contents
from ranker.exchange.plan import Kind, Plan, Step, plan_import
from ranker.models import PROPOSED, Episode, Moment, Series, WaitingImport, new_public_id

Codes = dict[tuple[int, int], int]


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


def apply_import(actor: Actor, slug: str, contents: Contents, shown: str | None = None) -> Plan:
    """Does what `plan_import` says, if that is still what was `shown` (its digest; None: nobody was shown anything).

    Raises PlanChanged. Returns what was done.
    """
    with writing() as session:
        one_writer_at_a_time(session)
        series_id = series_id_of(session, slug)
        plan = plan_import(series_as_file(slug), contents)
        if not plan.can_be_done or shown not in (None, plan.digest):
            raise PlanChanged
        record(session, actor, _deed(plan, _do(session, series_id, plan), slug, series_id))
        touch(session, series_id, recount=any(step.moves for step in plan.steps))
        if actor.user_id is not None:
            _drop(session, actor.user_id, series_id)
    return plan


def _do(session: Session, series_id: int, plan: Plan) -> list[str]:
    """Does all of it; returns what each step was done to, in the order of the steps."""
    for step in plan.changed:
        if step.kind is Kind.SERIES:
            session.execute(update(Series).where(Series.id == series_id).values(**step.after))
    _add_episodes(session, series_id, [step for step in plan.new if step.kind is Kind.EPISODE])
    codes = _codes(session, series_id)
    _change_episodes(session, codes, [step for step in plan.changed if step.kind is Kind.EPISODE])
    _change_moments(session, codes, [step for step in plan.changed if step.kind is Kind.MOMENT])
    added = iter(_add_moments(session, series_id, codes, [step for step in plan.new if step.kind is Kind.MOMENT]))
    return [step.key or next(added) for step in plan.steps]


def _add_episodes(session: Session, series_id: int, steps: list[Step]) -> None:
    if not steps:
        return
    last = session.scalar(select(func.max(Episode.position)).where(Episode.series_id == series_id)) or 0
    rows = [{"series_id": series_id, "position": last + more, **step.after} for more, step in enumerate(steps, 1)]
    session.execute(plain_insert(Episode), rows)
    session.execute(update(Series).where(Series.id == series_id).values(episode_count=last + len(steps)))


def _change_episodes(session: Session, codes: Codes, steps: Iterable[Step]) -> None:
    for step in steps:
        season, number = map(int, step.key.split("."))
        session.execute(update(Episode).where(Episode.id == codes[season, number]).values(**step.after))


def _change_moments(session: Session, codes: Codes, steps: Iterable[Step]) -> None:
    table = Moment.__table__
    for step in steps:
        values = {name: value for name, value in step.after.items() if name not in ("season", "episode")}
        if step.moves:
            values["episode_id"] = codes[step.after["season"], step.after["episode"]]
        statement = update(table).where(table.c.public_id == bindparam("key")).values(**values)  # type: ignore[arg-type]
        session.execute(statement, {"key": step.key})


def _add_moments(session: Session, series_id: int, codes: Codes, steps: list[Step]) -> list[str]:
    """Adds them in one edition, for no list saved before was offered any; returns their public ids."""
    if not steps:
        return []
    edition = next_edition(session, series_id)
    rows = [
        {
            "series_id": series_id,
            "episode_id": codes[step.after["season"], step.after["episode"]],
            "public_id": new_public_id(),
            "title": step.after["title"],
            "description": step.after["description"],
            "teaser": step.after["teaser"],
            "status": step.after["status"],
            "edition": None if step.after["status"] == PROPOSED else edition,
        }
        for step in steps
    ]
    session.execute(plain_insert(Moment), rows)
    return [str(row["public_id"]) for row in rows]


def _codes(session: Session, series_id: int) -> Codes:
    query = select(Episode.season, Episode.number, Episode.id).where(Episode.series_id == series_id)
    return {(season, number): id for season, number, id in session.execute(query)}


def _deed(plan: Plan, done_to: list[str], slug: str, series_id: int) -> Deed:
    names = [f"{step.kind} {key}" for step, key in zip(plan.steps, done_to, strict=True)]
    before = {name: step.before for name, step in zip(names, plan.steps, strict=True) if step.before is not None}
    after = {name: step.after for name, step in zip(names, plan.steps, strict=True)}
    return Deed("series.import", slug, series_id, before, after)


def _drop(session: Session, user_id: int, series_id: int) -> None:
    session.execute(delete(WaitingImport).where(WaitingImport.user_id == user_id, WaitingImport.series_id == series_id))
