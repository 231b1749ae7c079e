"""Counters that are kept, the log that is cut, and `ranker recount`: whatever happens, every count is the lists'."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from ranker.actions import compaction
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.catalogue import touch
from ranker.actions.compaction import compact, keep_counters
from ranker.actions.merging import NotMergeable, merge_moments
from ranker.actions.moments import MomentText, add_moment, edit_moment, restore_moment, retire_moment
from ranker.actions.recount import differences
from ranker.database import writing
from ranker.domain.ballot import BallotRefused
from ranker.domain.counting import CountingRules
from ranker.extensions import db
from ranker.models import BallotChange, Series, TallySnapshot
from ranker.tallies import Tallies, following, stored
from ranker.tallies.packing import Damaged, packed
from tests.cast import LABELS, SLUG, Cast, key
from tests.statements import queries
from tests.web.test_counting_keeps_up import RULES, all_numbers, fresh_site, steps

SERIES = f"/series/{SLUG}"


@pytest.fixture
def kept(cast: Cast) -> Cast:
    """The cast with two lists and all counters kept."""
    cast.rank("ada", 9, 1, 2)
    cast.rank("bob", 2, 1)
    with cast.app.app_context():
        compact(cast.gate(None).state, Tallies())
    return cast


def numbers(cast: Cast, tallies: Tallies) -> Any:
    return all_numbers(tallies, cast.gate(None).state), [
        tallies.placing(cast.gate(None).state, moment, 6) for moment in cast.moments.values()
    ]


def from_the_lists(cast: Cast) -> Any:
    """The numbers as a process has them that finds nothing kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(following, "stored_parts", lambda *_: None)
        return numbers(cast, Tallies())


def spoil(**values: Any) -> None:
    with writing() as session:
        session.execute(update(TallySnapshot).values(**values))


def found(slug: str = SLUG) -> list[str]:
    return [finding for finding in differences(slug) if finding]


def test_a_cold_process_starts_from_what_was_kept_and_reads_no_list(kept: Cast) -> None:
    with kept.app.app_context():
        expected = from_the_lists(kept)
        with queries(kept.app) as sent:
            assert numbers(kept, Tallies()) == expected
    assert any("tally_snapshots" in statement for statement in sent)
    assert not any("FROM ballots" in statement for statement in sent)


def test_what_was_saved_since_is_followed(kept: Cast) -> None:
    kept.rank("ada", 3, 9)
    kept.rank("bob", 1)
    with kept.app.app_context():
        assert numbers(kept, Tallies()) == from_the_lists(kept)


def test_a_label_that_moves_makes_what_was_kept_worthless(kept: Cast) -> None:
    with kept.app.app_context():
        edit_moment(COMMAND_LINE, kept.public["moment1"], MomentText("Other words", "", None, 5))
        assert numbers(kept, Tallies()) == from_the_lists(kept)
        assert not found()
    kept.browser().get(SERIES)
    with kept.app.app_context():
        row = db.session.execute(select(Series.compacted_revision, Series.recount_revision)).one()
        assert row.compacted_revision >= row.recount_revision, "the next visitor keeps them anew"


@pytest.mark.parametrize(
    "damage",
    [
        {"content": b"nonsense"},
        {"checksum": b"0" * 16},
        {"revision": 1},
        {"content": packed({})},
        {"format": 0},
    ],
)
def test_a_damaged_snapshot_is_noticed_and_kept_anew(
    kept: Cast, damage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    kept.app.extensions["tallies"] = Tallies()
    with kept.app.app_context():
        expected = from_the_lists(kept)
        spoil(**damage)
        with caplog.at_level(logging.ERROR):
            assert numbers(kept, kept.app.extensions["tallies"]) == expected
        assert "counting the ballots" in caplog.text
        assert found()
    caplog.clear()
    kept.browser().get(SERIES)
    with kept.app.app_context(), caplog.at_level(logging.ERROR):
        assert not found()
        assert numbers(kept, Tallies()) == expected
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]


def test_a_flipped_bit_anywhere_is_noticed(kept: Cast) -> None:
    with kept.app.app_context():
        content = db.session.scalar(select(TallySnapshot.content).where(TallySnapshot.kind == "pairs"))
        assert content is not None
        for place in range(0, len(content), 7):
            spoil(content=content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            with pytest.raises(Damaged):
                stored.stored_parts(db.session.connection(), kept.series_id, "pairs")


def test_a_format_of_another_version_is_left_aside(kept: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with kept.app.app_context():
        monkeypatch.setattr(stored, "FORMAT", 2)
        with queries(kept.app) as sent:
            assert numbers(kept, Tallies()) == from_the_lists(kept)
        assert any("FROM ballots" in statement for statement in sent)
        compact(kept.gate(None).state, Tallies())
        assert set(db.session.scalars(select(TallySnapshot.format))) == {2}


def test_who_is_behind_the_log_loads_anew_and_misses_nothing(kept: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "LOG_KEPT", 1)
    with kept.app.app_context():
        sleeper = Tallies()
        before = numbers(kept, sleeper)
    for order in ((1,), (1, 2), (3, 1)):
        kept.rank("ada", *order)
    with kept.app.app_context():
        assert compact(kept.gate(None).state, Tallies()) > 0
        lines, begins = db.session.scalar(select(func.count(BallotChange.revision))), kept.gate(None).state.revision - 1
        assert (lines, db.session.scalar(select(Series.log_from))) == (1, begins)
        assert numbers(kept, sleeper) == from_the_lists(kept) != before
        assert not found()


def test_a_log_that_was_promised_away_but_is_still_there_is_not_followed(kept: Cast) -> None:
    """The process that cuts the log may end after it has written down where it begins."""
    with kept.app.app_context():
        sleeper = Tallies()
        numbers(kept, sleeper)
    kept.rank("ada", 1)
    kept.rank("ada", 1, 2)
    with kept.app.app_context():
        with writing() as session:
            newest = kept.gate(None).state.revision
            session.execute(update(Series).values(log_from=newest - 1))
        assert numbers(kept, sleeper) == from_the_lists(kept)
        assert compaction.cut_log(kept.series_id) > 0
        assert numbers(kept, Tallies()) == from_the_lists(kept)


def test_a_long_log_goes_in_pieces(kept: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "LOG_KEPT", 0)
    monkeypatch.setattr(compaction, "LINES_AT_ONCE", 2)
    for order in ((1,), (1, 2), (3, 1), (1,), (2,)):
        kept.rank("ada", *order)
    with kept.app.app_context():
        keep_counters(kept.gate(None).state, Tallies(), {"pairs"})
        assert compaction.cut_log(kept.series_id, pieces=1) == 2
        assert numbers(kept, Tallies()) == from_the_lists(kept)
        assert compaction.cut_log(kept.series_id) >= 3
        assert not db.session.scalar(select(func.count(BallotChange.revision)))


def test_lists_are_saved_while_counters_are_packed(kept: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def pack_slowly(series_id: int, parts: Any) -> Any:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(kept.rank, "ada", len(saved) + 1).result(timeout=4)
        saved.append(parts.kind)
        return stored.pack(series_id, parts)

    saved: list[str] = []
    monkeypatch.setattr(compaction, "pack", pack_slowly)
    with kept.app.app_context():
        compact(kept.gate(None).state, Tallies())
        db.session.rollback()
        assert sorted(saved) == ["first", "pairs", "places"]
        assert numbers(kept, Tallies()) == from_the_lists(kept)
        assert not found()


def test_a_visitor_keeps_the_counters_when_much_has_changed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.rank("ada", 1, 2)
    browser = cast.browser()
    browser.get(SERIES)
    with cast.app.app_context():
        assert not db.session.scalars(select(TallySnapshot.kind)).all()
    monkeypatch.setattr(compaction, "COMPACT_EVERY", 1)
    cast.rank("ada", 2, 1)
    browser.get(SERIES)
    with cast.app.app_context():
        assert "pairs" in db.session.scalars(select(TallySnapshot.kind)).all()
        assert not found()


def test_nothing_is_kept_again_while_nothing_changes(kept: Cast) -> None:
    browser = kept.browser()
    browser.get(SERIES)
    with queries(kept.app) as sent:
        browser.get(SERIES)
    assert not any("tally_snapshots" in statement for statement in sent)


def recount(cast: Cast, *arguments: str) -> tuple[int, str]:
    outcome = cast.app.test_cli_runner().invoke(args=["recount", *arguments])
    return outcome.exit_code, outcome.output


LIES: dict[str, Callable[[Any], Any]] = {
    "pairs": lambda arrays: arrays | {"above": arrays["above"].T},
    "first": lambda arrays: arrays | {"offers": arrays["offers"] + [0, 0, 0, 1]},
    "places": lambda arrays: arrays | {"changes": arrays["changes"] + 1},
}


def lie_in_the_snapshot() -> None:
    """Other counts, with a checksum that fits them."""
    for kind, lie in LIES.items():
        parts = stored.stored_parts(db.session.connection(), 1, kind)
        assert parts is not None
        row = stored.pack(1, replace(parts, arrays=lie(parts.arrays)))
        with writing() as session:
            values = {"content": row.content, "checksum": row.checksum}
            session.execute(update(TallySnapshot).where(TallySnapshot.kind == kind).values(**values))


def lie_in_the_log() -> None:
    with writing() as session:
        last = session.scalar(select(func.max(BallotChange.revision)))
        session.execute(update(BallotChange).where(BallotChange.revision == last).values(after=None))


def cut_short() -> None:
    spoil(content=b"cut short")


@pytest.mark.parametrize("break_it", [lie_in_the_snapshot, lie_in_the_log, cut_short])
def test_a_recount_finds_what_differs_and_puts_it_right(kept: Cast, break_it: Any) -> None:
    with kept.app.app_context():
        truth = from_the_lists(kept)
        sleeper = Tallies()
        numbers(kept, sleeper)
        break_it()
    assert recount(kept, "--check")[0] == 1
    assert recount(kept, SLUG, "--check")[0] == 1, "a check changes nothing"
    code, words = recount(kept)
    assert (code, "put right" in words) == (0, True)
    assert recount(kept, "--check") == (0, recount(kept, SLUG, "--check")[1])
    with kept.app.app_context():
        assert numbers(kept, sleeper) == numbers(kept, Tallies()) == truth


def test_a_process_that_counted_wrongly_counts_anew_after_a_repair(kept: Cast) -> None:
    with kept.app.app_context():
        lie_in_the_snapshot()
        misled = Tallies()
        truth = from_the_lists(kept)
        assert numbers(kept, misled) != truth
        recount(kept)
        assert numbers(kept, misled) == truth


def test_a_recount_of_no_such_series_is_a_wrong_call(kept: Cast) -> None:
    assert recount(kept, "nope", "--check")[0] == 2
    assert recount(kept, "--nope")[0] == 2


def test_the_command_keeps_all_counters(cast: Cast) -> None:
    cast.rank("ada", 1)
    outcome = cast.app.test_cli_runner().invoke(args=["compact", SLUG])
    assert outcome.exit_code == 0, outcome.output
    with cast.app.app_context():
        assert sorted(db.session.scalars(select(TallySnapshot.kind))) == ["first", "pairs", "places"]
    assert cast.app.test_cli_runner().invoke(args=["compact", "nope"]).exit_code == 2


numbered = st.sampled_from([1, 2, 9])
catalogue_steps = st.one_of(
    st.tuples(st.just("relabel"), numbered, st.sampled_from([1, 2, 5, 6])),
    st.tuples(st.sampled_from(["retire", "restore"]), numbered),
    st.tuples(st.just("merge"), numbered, numbered),
    st.tuples(st.sampled_from(["publish", "touch", "compact", "compact", "sleep"])),
)


class Desk:
    """What admins do to the catalogue, and what upkeep does to the counters."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def relabel(self, number: int, position: int) -> None:
        edit_moment(COMMAND_LINE, self.cast.public[key(number)], MomentText("Words", "", None, position))

    def retire(self, number: int) -> None:
        retire_moment(COMMAND_LINE, self.cast.public[key(number)])

    def restore(self, number: int) -> None:
        restore_moment(COMMAND_LINE, self.cast.public[key(number)])

    def merge(self, number: int, into: int) -> None:
        try:
            merge_moments(COMMAND_LINE, self.cast.public[key(number)], self.cast.public[key(into)])
        except NotMergeable:
            db.session.rollback()

    def publish(self) -> None:
        add_moment(COMMAND_LINE, SLUG, MomentText("New", "", None, 2))

    def touch(self) -> None:
        with writing() as session:
            touch(session, self.cast.series_id)

    def compact(self) -> None:
        compact(self.cast.gate(None).state, Tallies())


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(taken=st.lists(st.one_of(steps, steps, catalogue_steps), min_size=10, max_size=25), first=st.sampled_from(RULES))
def test_whatever_happens_what_is_kept_and_followed_is_what_the_lists_say(
    cast: Cast, taken: list[tuple[Any, ...]], first: CountingRules
) -> None:
    with cast.app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(compaction, "LOG_KEPT", 3)
        site, desk, sleeper = fresh_site(cast), Desk(cast), Tallies()
        for number, label in enumerate(LABELS, 1):
            desk.restore(number)
            desk.relabel(number, label)
        for name in ("ada", "bob", "cy"):
            site.declare(name, 6)
        for step in (("set", first), *taken, ("sleep",)):
            if hasattr(desk, step[0]):
                getattr(desk, step[0])(*step[1:])
            elif step[0] == "sleep":
                assert numbers(cast, sleeper) == from_the_lists(cast)
            else:
                with suppress(BallotRefused):  # a label has moved, or a moment has gone
                    site.take(*step)
                db.session.rollback()
            assert numbers(cast, site.followed) == numbers(cast, Tallies()) == from_the_lists(cast), step
            assert not found(), step
            db.session.rollback()
