"""A made-up community of any size: one series or more, and for each fan an account, a progress and a list in each."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, LargeBinary, bindparam, select

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.catalogue import touch
from ranker.actions.series import add_series
from ranker.database import plain, writing
from ranker.demo import drop_off
from ranker.exchange import EpisodeIn, MomentIn, SeriesFile
from ranker.extensions import db
from ranker.installation import migrate_database
from ranker.models import PACKED_ID, Episode, Moment, Progress, SavedBallot, User
from tests.benchmarks.app import ADDRESS, COMMITS, app_on

SLUG = "the-long-night"
EPISODES, MOMENTS, BALLOT_SIZE = 12, 100, 10
A_SEASON = 10
CODES = [(1 + number // A_SEASON, 1 + number % A_SEASON) for number in range(EPISODES)]
SEED = 7
CHUNK = 25_000
NEIGHBOURS = 20_000
ON = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
NEW_BALLOT = {"edition": 1, "version": 1, "counting": True, "past": (), "future": (), "saved_at": ON}


@contextmanager
def folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep.resolve()
        return
    with TemporaryDirectory(prefix="ranker-benchmark-") as temporary:
        yield Path(temporary)


def settled(folder: Path, ballots: int, series: int = 1, url: str = "") -> Path:
    """The data directory in `folder` of a community with so many ballots, made unless it is there.

    Of several series the first has them all and each other one NEIGHBOURS. It is in SQLite unless there is a `url`.
    """
    home = folder / f"{ballots}{f'x{series}' if series > 1 else ''}{'-postgresql' if url else ''}"
    if not home.exists():
        draft = home.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        if url:
            (draft / ADDRESS).write_text(url)
        settle(draft, ballots, series)
        draft.rename(home)
    return home


def settle(home: Path, ballots: int, series: int) -> None:
    app = app_on(home)
    with app.app_context():
        migrate_database()
        with db.engine.begin() as connection:
            connection.exec_driver_sql(COMMITS)
        for number in range(series):
            size = min(ballots, NEIGHBOURS) if number else ballots
            fill(add_series(COMMAND_LINE, the_long_night(number)).id, size, new_fans=number == 0)
        db.engine.dispose()


def fill(series_id: int, ballots: int, new_fans: bool) -> None:
    for done, (users, reached, lists) in chunks(series_id, moments_of(series_id), ballots):
        with db.engine.begin() as connection:
            if new_fans:
                insert_fans(connection, users)
            insert_lists(connection, series_id, users, reached, lists)
        show_progress(ballots, done)
    with writing() as session:
        touch(session, series_id, recount=True)


Fans = tuple[list[int], list[int], list[bytes]]


def chunks(series_id: int, moments: NDArray[np.int64], ballots: int) -> Iterator[tuple[int, Fans]]:
    """The fans in chunks, each as columns: ids, positions, packed lists."""
    generator = np.random.default_rng(SEED)
    weights = np.exp(generator.gumbel(size=len(moments))).astype(np.float32)
    for start in range(0, ballots, CHUNK):
        size = min(CHUNK, ballots - start)
        reached = np.maximum(drop_off(generator, size, EPISODES), 1)
        lists = packed(plackett_luce(generator, moments, weights, reached), lengths(generator, size, reached, moments))
        yield start + size, (list(range(start + 1, start + size + 1)), reached.tolist(), lists)


def plackett_luce(
    generator: np.random.Generator,
    moments: NDArray[np.int64],
    weights: NDArray[np.float32],
    reached: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The ten best of (ids, labels) that each fan has seen: moments race, each arriving at the rate of its weight."""
    arrivals = generator.standard_exponential((len(reached), len(moments)), dtype=np.float32) / weights
    arrivals[moments[:, 1] > reached[:, None]] = np.inf
    first = np.argpartition(arrivals, BALLOT_SIZE, axis=1)[:, :BALLOT_SIZE]
    in_order = np.argsort(np.take_along_axis(arrivals, first, axis=1), axis=1)
    ids: NDArray[np.int64] = moments[np.take_along_axis(first, in_order, axis=1), 0]
    return ids


def lengths(
    generator: np.random.Generator, size: int, reached: NDArray[np.int64], moments: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How long each list is: about half of them full, none longer than what the fan has seen."""
    seen = (moments[:, 1] <= reached[:, None]).sum(axis=1)
    wanted = generator.integers(3, 2 * BALLOT_SIZE, size=size)
    places: NDArray[np.int64] = np.minimum(np.minimum(wanted, BALLOT_SIZE), seen)
    return places


def packed(orders: NDArray[np.int64], length: NDArray[np.int64]) -> list[bytes]:
    width = PACKED_ID.itemsize
    whole = orders.astype(PACKED_ID).tobytes()
    starts = range(0, len(whole), BALLOT_SIZE * width)
    return [whole[start : start + width * places] for start, places in zip(starts, length.tolist(), strict=True)]


def insert_fans(connection: Connection, users: list[int]) -> None:
    names = [f"fan-{user:07}" for user in users]
    rows = [{"id": user, "name": name, "name_key": name} for user, name in zip(users, names, strict=True)]
    connection.execute(plain(User).insert().values(created_at=ON), rows)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT setval(pg_get_serial_sequence('users', 'id'), max(id)) FROM users")


def insert_lists(
    connection: Connection, series_id: int, users: list[int], reached: list[int], lists: list[bytes]
) -> None:
    keys = [{"user_id": user, "series_id": series_id, "position": at} for user, at in zip(users, reached, strict=True)]
    connection.execute(plain(Progress).insert(), keys)
    ballots = [
        {"user_id": user, "series_id": series_id, "progress": position, "moments": order, **NEW_BALLOT}
        for user, position, order in zip(users, reached, lists, strict=True)
    ]
    connection.execute(plain(SavedBallot).insert().values(moments=bindparam("moments", type_=LargeBinary)), ballots)


def moments_of(series_id: int) -> NDArray[np.int64]:
    """Ids and labels of the series' moments, of shape (moments, 2)."""
    query = select(Moment.id, Episode.position).join(Episode).where(Moment.series_id == series_id).order_by(Moment.id)
    return np.array(db.session.execute(query).all(), dtype=np.int64)


def slug_of(number: int) -> str:
    return f"{SLUG}-{number + 1}" if number else SLUG


def the_long_night(number: int = 0) -> SeriesFile:
    return SeriesFile(
        format="ranker.series/1",
        slug=slug_of(number),
        title="The Long Night",
        year=2026,
        episodes=tuple(EpisodeIn(season=season, number=number, title=f"Watch {number}") for season, number in CODES),
        moments=tuple(
            MomentIn(
                key=f"moment-{number}",
                title=f"The keeper lights lamp {number}",
                description="What was promised at the shore is paid for on the stairs, and nobody looks away.",
                teaser=f"A light in window {number}" if number % 2 else None,
                season=season,
                episode=episode,
            )
            for number in range(MOMENTS)
            for season, episode in [CODES[number * EPISODES // MOMENTS]]
        ),
    )


def show_progress(ballots: int, done: int) -> None:
    sys.stderr.write(f"\rloading {ballots:,} ballots: {100 * done // ballots} %" + ("\n" if done == ballots else ""))
    sys.stderr.flush()
