"""What the first request of a day does for a series, and that no reader ever pays for it with an error."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import MomentText, edit_moment
from ranker.actions.snapshots import KEPT, keep_snapshot, write_snapshot
from ranker.actions.upkeep import tend
from ranker.database import writing
from ranker.domain.clearance import Method
from ranker.extensions import db
from ranker.gate import Viewer, open_gate
from ranker.models import Series, StandingSnapshot, now
from ranker.tallies import SeriesState, Tallies
from tests.cast import SLUG, Cast
from tests.worlds.test_one_path import queries

SERIES = f"/series/{SLUG}"
DAY = dt.timedelta(days=1)


def state() -> SeriesState:
    return open_gate(Viewer(), SLUG, Tallies()).state


def days(cast: Cast) -> list[dt.date]:
    """The days there are snapshots of, oldest first."""
    with cast.app.app_context():
        return sorted(set(db.session.scalars(select(StandingSnapshot.day))))


def shift(cast: Cast, by: dt.timedelta) -> None:
    """Makes every snapshot older (or, by a negative time, one of days to come)."""
    with cast.app.app_context(), writing() as session:
        for snapshot in session.scalars(select(StandingSnapshot)).all():
            snapshot.day -= by
        for series in session.scalars(select(Series)).all():
            series.snapshot_day = series.snapshot_day - by if series.snapshot_day else None


@contextmanager
def read_only(cast: Cast) -> Iterator[None]:
    """The database as it is on a disk, or a standby, that takes no writes."""

    def refuse_writes(connection: Any, record: object) -> None:
        postgres = db.engine.dialect.name == "postgresql"
        connection.execute("SET default_transaction_read_only = on" if postgres else "PRAGMA query_only = ON").close()
        if postgres:
            connection.commit()

    with cast.app.app_context():
        engine = db.engine
        engine.dispose()
    event.listen(engine, "connect", refuse_writes)
    try:
        yield
    finally:
        event.remove(engine, "connect", refuse_writes)
        engine.dispose()


def test_the_first_visit_of_a_day_keeps_the_standings_and_the_next_ones_do_not(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 2)
    browser = cast.browser()
    browser.get(SERIES)
    assert days(cast) == [now().date()]
    cast.rank("bob", 2, 1)
    browser.get(SERIES)
    with cast.app.app_context():
        rows = {row.method: row for row in db.session.scalars(select(StandingSnapshot))}
    assert set(rows) == {"fair", "classic"}
    classic = dict(zip(rows["classic"].moments, rows["classic"].ranks[6].tolist(), strict=True))
    assert [classic[cast.moments[f"moment{number}"]] for number in (9, 1, 2, 3)] == [1, 2, 3, 4]
    assert rows["classic"].ranks[:, rows["classic"].moments.index(cast.moments["moment9"])].tolist() == [0] * 6 + [1]


def test_the_next_day_has_its_own_and_old_ones_go(cast: Cast) -> None:
    browser = cast.browser()
    for older in (KEPT, DAY, DAY):
        browser.get(SERIES)
        shift(cast, older)
    browser.get(SERIES)
    today = now().date()
    assert days(cast) == [today - 2 * DAY, today - DAY, today]


def test_when_nothing_is_due_it_costs_no_query(cast: Cast) -> None:
    cast.browser().get(SERIES)
    with cast.app.app_context():
        seen = state()
        with queries(cast.app) as sent:
            assert not cast.app.extensions["upkeep"].tend(seen, Tallies())
    assert sent == []


def test_processes_that_come_at_once_keep_one(cast: Cast) -> None:
    with cast.app.app_context():
        seen = state()
        keep_snapshot(seen, Tallies(), now())
        keep_snapshot(seen, Tallies(), now())
        assert db.session.scalar(select(func.count()).select_from(StandingSnapshot)) == 2


def test_a_label_that_moves_takes_the_snapshots_with_it(cast: Cast) -> None:
    cast.browser().get(SERIES)
    assert days(cast)
    with cast.app.app_context():
        edit_moment(COMMAND_LINE, cast.public["moment1"], MomentText("Other words", "", None, 1))
        assert days(cast)
        edit_moment(COMMAND_LINE, cast.public["moment1"], MomentText("Other words", "", None, 5))
    assert not days(cast)
    cast.browser().get(SERIES)
    assert days(cast) == [now().date()]


def test_what_was_counted_under_an_older_label_is_not_kept(cast: Cast) -> None:
    with cast.app.app_context():
        tallies = cast.app.extensions["tallies"]
        tables = {Method.FAIR: tallies.ranks(state(), Method.FAIR)}
        edit_moment(COMMAND_LINE, cast.public["moment1"], MomentText("Other words", "", None, 5))
        with writing() as session:
            write_snapshot(session, cast.series_id, now().date(), tables)
    assert not days(cast)


def test_a_clock_that_was_ahead_breaks_nothing(cast: Cast) -> None:
    browser = cast.browser()
    browser.get(SERIES)
    shift(cast, -400 * DAY)
    browser.get(SERIES)
    assert now().date() in days(cast)
    assert browser.get(SERIES).status_code == 200


def test_another_machine_that_is_a_day_ahead_is_left_alone(cast: Cast) -> None:
    cast.browser().get(SERIES)
    shift(cast, -DAY)
    cast.browser().get(SERIES)
    assert days(cast) == [now().date() + DAY]


def test_a_database_that_takes_no_writes_is_still_read(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    cast.rank("ada", 1, 2)
    bob = cast.browser("bob")
    with read_only(cast), caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert "SecretTitle1" in bob.get(SERIES).text
    assert not days(cast)
    assert len(caplog.records) == 1, "after an error the series is left alone for a while"


def test_the_command_does_it_for_every_series(cast: Cast) -> None:
    runner = cast.app.test_cli_runner()
    assert SLUG in runner.invoke(args=["upkeep"]).output
    assert days(cast) == [now().date()]
    assert runner.invoke(args=["upkeep"]).output == ""


def test_a_series_without_moments_has_its_day_too(cast: Cast) -> None:
    from ranker.actions.series import add_series
    from ranker.exchange import EpisodeIn, SeriesFile

    with cast.app.app_context():
        empty = EpisodeIn(season=1, number=1, title=None)
        add_series(
            COMMAND_LINE,
            SeriesFile(format="ranker.series/1", slug="empty", title="Empty", episodes=(empty,), moments=()),
        )
        seen = open_gate(Viewer(), "empty", Tallies()).state
        assert tend(seen, Tallies())
        assert not tend(open_gate(Viewer(), "empty", Tallies()).state, Tallies())
