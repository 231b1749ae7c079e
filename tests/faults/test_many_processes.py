"""Any number of processes agree: whatever order they save in, however late, and even when they are killed at it."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from ranker.actions import decisions, moments
from ranker.actions.audit import COMMAND_LINE, record
from ranker.actions.ballots import StaleBallot, save_ballot, store_ballot
from ranker.actions.change_log import next_revision
from ranker.actions.holds import change_holds, lists_of
from ranker.actions.merging import merge_moments
from ranker.actions.moments import MomentText
from ranker.database import writing
from ranker.domain.counting import NO_RULES, CountingRules
from ranker.extensions import db
from ranker.gate.own_list import StoredList
from ranker.models import BallotChange, Series
from ranker.tallies import Tallies
from tests.cast import SLUG, Cast
from tests.faults.worker import work
from tests.web.test_kept_counters import found, from_the_lists, numbers

PATIENCE = 25.0
CHANGES = int(os.environ.get("CHANGES", "200"))
KILLS = max(5, CHANGES // 100)
PROCESSES = {"postgresql": 8, "sqlite": 3}


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Crowd:
    """Processes that work on one database, of which one is killed and replaced now and then."""

    def __init__(self, cast: Cast, folder: Path, rules: CountingRules) -> None:
        with cast.app.app_context():
            self.url = db.engine.url.render_as_string(hide_password=False)
        self.cast = Cast(None, cast.series_id, cast.moments, cast.public, cast.users)  # type: ignore[arg-type]
        self.folder = folder
        self.rules = rules
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["tests.faults.worker"])
        self.started = 0
        self.working: dict[int, ForkServerProcess] = {}

    def start(self) -> None:
        process = self.context.Process(target=work, args=(self.url, self.folder, self.cast, self.started, self.rules))
        process.start()
        self.working[self.started] = process
        self.started += 1

    def at_work(self) -> list[int]:
        """Those that have begun to save; the one that is the desk may live."""
        return [number for number in self.working if number and self.wrote("began", number)]

    def kill(self, number: int) -> None:
        assert not self.wrote("found", number), self.words(number)
        process = self.working.pop(number)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()

    def settle(self) -> dict[int, str]:
        """Lets all stop, and then all compare; returns what each found."""
        (self.folder / "stop").touch()
        wait_until(lambda: all(self.wrote("stopped", number) or self.wrote("found", number) for number in self.working))
        (self.folder / "compare").touch()
        wait_until(lambda: all(self.wrote("found", number) for number in self.working))
        for process in self.working.values():
            process.join()
        return {number: self.words(number) for number in self.working}

    def words(self, number: int) -> str:
        return (self.folder / f"found-{number}").read_text()

    def wrote(self, what: str, number: int) -> bool:
        return (self.folder / f"{what}-{number}").exists()


@pytest.mark.parametrize("rules", [NO_RULES, CountingRules(identical_lists=1)], ids=["no rules", "rules"])
def test_processes_that_save_are_late_break_off_and_are_killed_agree_with_a_recount(
    cast: Cast, app: Flask, tmp_path: Path, rules: CountingRules
) -> None:
    for number in range(12):
        cast.add_fan(f"fan{number}", 1 + number % 6)
    with app.app_context():
        processes = PROCESSES[db.engine.dialect.name]
        before = cast.gate(None).state.revision
        sleeper = Tallies()
        numbers(cast, sleeper)
    folder = tmp_path / "crowd"
    folder.mkdir()
    crowd, chance = Crowd(cast, folder, rules), random.Random(1)
    for _ in range(processes):
        crowd.start()
    for kill in range(1, KILLS + 1):
        wait_until(lambda so_far=kill: crowd.at_work() and revision(app) >= before + so_far * CHANGES // KILLS)
        crowd.kill(chance.choice(crowd.at_work()))
        crowd.start()
    found_by = crowd.settle()
    assert set(found_by.values()) == {"the same"}, "\n".join(found_by.values())
    with app.app_context():
        assert numbers(cast, sleeper) == from_the_lists(cast), "a process that slept through it catches up"
        assert found() == []


def revision(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(Series.revision).where(Series.slug == SLUG)) or 0


@pytest.mark.parametrize("commits", [True, False])
def test_nobody_gets_the_next_revision_before_the_one_before_is_there_for_all_to_see(
    cast: Cast, app: Flask, commits: bool
) -> None:
    """If N+1 could be there without N, a reader at N+1 would miss N for ever."""
    taken: list[int] = []
    before = revision(app)

    def take_the_next() -> None:
        with app.app_context(), writing() as session:
            taken.append(next_revision(session, cast.series_id))

    second = threading.Thread(target=take_the_next)
    with app.app_context(), suppress(ZeroDivisionError), writing() as session:
        mine = next_revision(session, cast.series_id)
        second.start()
        second.join(timeout=0.4)
        assert second.is_alive(), "whoever comes second waits"
        with ThreadPoolExecutor(1) as reader:
            assert reader.submit(revision, app).result() == before, "and who reads sees neither"
        assert (mine, taken) == (before + 1, [])
        if not commits:
            raise ZeroDivisionError
    second.join()
    assert taken == [before + 2 if commits else before + 1]


def test_a_save_that_is_rolled_back_leaves_nothing(cast: Cast, app: Flask) -> None:
    cast.rank("ada", 1, 2)
    with app.app_context():
        before = revision(app), db.session.scalars(select(BallotChange.revision)).all()
        gate = cast.gate("ada")
        stored = gate.own_list.stored
        assert stored.ballot is not None
        with suppress(ZeroDivisionError), writing() as session:
            store_ballot(session, cast.users["ada"], cast.series_id, stored, StoredList(2, stored.ballot))
            raise ZeroDivisionError
        assert (revision(app), db.session.scalars(select(BallotChange.revision)).all()) == before
        assert cast.gate("ada").own_list.stored == stored


def test_a_merge_waits_for_whoever_has_begun_to_look_at_a_fans_lists(cast: Cast, app: Flask) -> None:
    """Each would wait for the other, if the merge could pass: a held list is locked before it is changed."""
    cast.rank("ada", 2, 3)

    def merge_meanwhile() -> None:
        with app.app_context():
            merge(cast)

    with ThreadPoolExecutor(1) as desk, app.app_context():
        hold(cast)
        with writing() as session:
            rows = lists_of(session, cast.series_id, cast.users["ada"])
            merging = desk.submit(merge_meanwhile)
            time.sleep(0.4)
            change_holds(session, rows, {row.progress: None for row in rows})
        merging.result(PATIENCE)
        assert cast.titles_of("ada") == ["SecretTitle3"]
        assert found() == []


def test_a_merge_waits_for_an_edit(cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """With rules a merge takes the series first, and an edit the moment."""
    app.config["COUNTING_RULES"] = CountingRules(identical_lists=1)
    edited = threading.Event()

    def late(*words: Any) -> None:
        edited.set()
        time.sleep(0.4)
        record(*words)

    monkeypatch.setattr(moments, "record", late)

    def edit() -> None:
        with app.app_context():
            moments.edit_moment(COMMAND_LINE, cast.public["moment3"], MomentText("Words", "", None, 3))

    with ThreadPoolExecutor(1) as desk, app.app_context():
        editing = desk.submit(edit)
        assert edited.wait(PATIENCE)
        merge(cast)
        editing.result(PATIENCE)
        assert cast.gate("ada").moment(cast.public["moment3"]).title == "Words"


def merge(cast: Cast) -> None:
    merge_moments(COMMAND_LINE, cast.public["moment2"], cast.public["moment3"])


def hold(cast: Cast) -> None:
    decisions.hold_list(COMMAND_LINE, SLUG, "ada", "A note")


@pytest.mark.parametrize("meanwhile", [merge, hold])
def test_a_save_notices_what_the_desk_has_done_to_the_list_since_it_was_read(
    cast: Cast, app: Flask, meanwhile: Callable[[Cast], None]
) -> None:
    """The log would take back what was not counted any more."""
    cast.rank("ada", 1, 2)
    with app.app_context():
        gate = cast.gate("ada")
        version, wanted = gate.own_list.stored.version, [cast.public["moment4"], cast.public["moment1"]]
        meanwhile(cast)
        with pytest.raises(StaleBallot):
            save_ballot(gate, wanted, version)
        assert found() == []
        again = cast.gate("ada")
        save_ballot(again, wanted, again.own_list.stored.version)
        assert found() == []
