"""Writing what an import does, many rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import bindparam, func, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.orm import Session

from ranker.actions.catalogue import next_edition
from ranker.exchange.plan import Fields, Step
from ranker.models import PROPOSED, Episode, Moment, Series

T = TypeVar("T")
Codes: TypeAlias = dict[tuple[int, int], int]
Named: TypeAlias = tuple[str, Step]  # a step, and what it is done to

BATCH = 500


def batches(steps: Sequence[T]) -> Iterator[Sequence[T]]:
    return (steps[start : start + BATCH] for start in range(0, len(steps), BATCH))


def add_episodes(session: Session, series_id: int, steps: Sequence[Named]) -> Iterator[int]:
    if not steps:
        return
    last = session.scalar(select(func.max(Episode.position)).where(Episode.series_id == series_id)) or 0
    positions = count(last + 1)
    for batch in batches(steps):
        rows = [{"series_id": series_id, "position": next(positions), **step.after} for _, step in batch]
        session.execute(plain_insert(Episode), rows)
        yield len(batch)
    session.execute(update(Series).where(Series.id == series_id).values(episode_count=last + len(steps)))


def change_episodes(session: Session, codes: Codes, changes: Sequence[tuple[str, Fields]]) -> None:
    """Gives episodes, by season and number as a step's key has them, other fields."""
    rows = [(codes[code_of(key)], fields) for key, fields in changes]
    _change(session, Episode.__table__, "id", rows)


def change_moments(session: Session, codes: Codes, changes: Sequence[tuple[str, Fields]]) -> None:
    """Gives moments, by public id, other fields; season and episode together say which episode."""
    _change(session, Moment.__table__, "public_id", [(key, moment_columns(codes, fields)) for key, fields in changes])


def _change(session: Session, table: Any, key: str, changes: Sequence[tuple[object, Fields]]) -> None:
    """Those that change in the same columns go together, in one statement."""
    alike: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for its, fields in changes:
        row = {"its_key": its, **{f"new_{name}": value for name, value in fields.items()}}
        alike.setdefault(tuple(fields), []).append(row)
    for names, rows in alike.items():
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        statement = update(table).where(table.c[key] == bindparam("its_key")).values(values)
        session.connection().execute(statement, rows)


def moment_columns(codes: Codes, fields: Fields) -> dict[str, object]:
    columns = {name: value for name, value in fields.items() if name not in ("season", "episode")}
    if "episode" in fields:
        columns["episode_id"] = codes[fields["season"], fields["episode"]]
    return columns


def add_moments(session: Session, series_id: int, codes: Codes, steps: Sequence[Named]) -> Iterator[int]:
    """Adds them in one edition, for no list saved before was offered any."""
    if not steps:
        return
    edition = next_edition(session, series_id)
    for batch in batches(steps):
        rows = [
            {
                **moment_columns(codes, step.after),
                "series_id": series_id,
                "public_id": public_id,
                "edition": None if step.after["status"] == PROPOSED else edition,
            }
            for public_id, step in batch
        ]
        session.execute(plain_insert(Moment), rows)
        yield len(batch)


def codes_of(session: Session, series_id: int) -> Codes:
    query = select(Episode.season, Episode.number, Episode.id).where(Episode.series_id == series_id)
    return {(season, number): id for season, number, id in session.execute(query)}


def code_of(key: str) -> tuple[int, int]:
    """The season and number in the key of an episode's step."""
    season, number = map(int, key.split("."))
    return season, number
