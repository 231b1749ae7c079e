"""A made-up community of any size: one series, and for each fan an account, a progress and a list."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from ranker.actions.catalogue import add_series, touch
from ranker.database import writing
from ranker.demo import drop_off
from ranker.exchange import EpisodeIn, MomentIn, SeriesFile
from ranker.extensions import db
from ranker.installation import migrate_database
from ranker.models import PACKED_ID, Episode, Moment
from tests.benchmarks.app import COMMITS, app_on

SLUG = "the-long-night"
EPISODES, MOMENTS, BALLOT_SIZE = 12, 100, 10
NUMBERS = range(1, EPISODES + 1)
SEED = 7
CHUNK = 25_000
ON = "2026-11-01 00:00:00.000000"

USER = "INSERT INTO users (id, name, name_key, created_at) VALUES (?, ?, ?, ?)"
PROGRESS = "INSERT INTO progress (user_id, series_id, position) VALUES (?, ?, ?)"
BALLOT = (
    "INSERT INTO ballots (series_id, user_id, progress, moments, edition, version, counting, past, future, saved_at)"
    f" VALUES (?, ?, ?, ?, 1, 1, 1, x'', x'', '{ON}')"
)


def settled(folder: Path, ballots: int) -> Path:
    """The data directory in `folder` of a community with so many ballots, made unless it is there."""
    home = folder / str(ballots)
    if not home.exists():
        draft = folder / f"{ballots}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        settle(draft, ballots)
        draft.rename(home)
    return home


def settle(home: Path, ballots: int) -> None:
    app = app_on(home)
    with app.app_context():
        migrate_database()
        series_id = add_series(the_long_night()).id
        with db.engine.begin() as connection:
            connection.exec_driver_sql(COMMITS)
        for done, chunk in chunks(series_id, moments_of(series_id), ballots):
            with db.engine.begin() as connection:
                insert_fans(connection, series_id, *chunk)
            show_progress(ballots, done)
        with writing() as session:
            touch(session, series_id, recount=True)
        db.engine.dispose()


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


def insert_fans(
    connection: Connection, series_id: int, users: list[int], reached: list[int], lists: list[bytes]
) -> None:
    names = [f"fan-{user:07}" for user in users]
    connection.exec_driver_sql(USER, [(user, name, name, ON) for user, name in zip(users, names, strict=True)])
    rows = [(user, series_id, position) for user, position in zip(users, reached, strict=True)]
    connection.exec_driver_sql(PROGRESS, rows)
    ballots = [(series_id, *fan) for fan in zip(users, reached, lists, strict=True)]
    connection.exec_driver_sql(BALLOT, ballots)


def moments_of(series_id: int) -> NDArray[np.int64]:
    """Ids and labels of the series' moments, of shape (moments, 2)."""
    query = select(Moment.id, Episode.position).join(Episode).where(Moment.series_id == series_id).order_by(Moment.id)
    return np.array(db.session.execute(query).all(), dtype=np.int64)


def the_long_night() -> SeriesFile:
    return SeriesFile(
        format="ranker.series/1",
        slug=SLUG,
        title="The Long Night",
        year=2026,
        episodes=tuple(EpisodeIn(season=1, number=number, title=f"Watch {number}") for number in NUMBERS),
        moments=tuple(
            MomentIn(
                key=f"moment-{number}",
                title=f"The keeper lights lamp {number}",
                description="What was promised at the shore is paid for on the stairs, and nobody looks away.",
                teaser=f"A light in window {number}" if number % 2 else None,
                season=1,
                episode=1 + number * EPISODES // MOMENTS,
            )
            for number in range(MOMENTS)
        ),
    )


def show_progress(ballots: int, done: int) -> None:
    sys.stderr.write(f"\rloading {ballots:,} ballots: {100 * done // ballots} %" + ("\n" if done == ballots else ""))
    sys.stderr.flush()
