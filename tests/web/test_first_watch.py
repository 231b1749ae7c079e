"""First watch: what fans thought when they stood at an episode, kept up with every save."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import MomentText, add_moment, edit_moment, retire_moment
from ranker.domain.ballot import Ballot
from ranker.domain.clearance import Method
from ranker.extensions import db
from ranker.gate import Viewer, open_gate
from ranker.models import BallotChange
from ranker.tallies import Tallies, first
from ranker.tallies.numbers import Numbers
from tests.cast import EPISODES, SLUG, Cast
from tests.worlds.test_one_path import queries

HORIZONS = range(len(EPISODES) + 1)


def numbers(cast: Cast, tallies: Tallies, horizon: int) -> Numbers:
    state = open_gate(Viewer(), SLUG, tallies).state
    return tallies.numbers(state, Method.FIRST, horizon)


def ranking(cast: Cast, horizon: int) -> list[str]:
    with cast.app.app_context():
        rows = cast.gate("ada").sealed_at(horizon).ranking(Method.FIRST).standings
        return [row.moment.title.removeprefix("SecretTitle") for row in rows if not row.moment.locked]


def lists_at(cast: Cast) -> list[int]:
    with cast.app.app_context():
        return [numbers(cast, cast.app.extensions["tallies"], horizon).lists for horizon in HORIZONS]


def recounted(cast: Cast) -> list[Numbers]:
    """As a process would see it that starts now."""
    with cast.app.app_context():
        return [numbers(cast, Tallies(), horizon) for horizon in HORIZONS]


def followed(cast: Cast) -> list[Numbers]:
    with cast.app.app_context():
        return [numbers(cast, cast.app.extensions["tallies"], horizon) for horizon in HORIZONS]


def test_hindsight_changes_nothing_at_the_episodes_before(cast: Cast) -> None:
    cast.add_fan("eve", 2, [2, 1, 3])
    before = ranking(cast, 2)
    cast.declare("eve", 6)
    cast.rank("eve", 9, 1)
    assert before == ranking(cast, 2) == ["2", "1", "3"]
    assert ranking(cast, 6)[0] == "9"


def test_a_list_first_saved_further_on_does_not_count_before(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    cast.rank("bob", 2, 1)
    assert lists_at(cast) == [0, 0, 0, 0, 1, 1, 2]
    with cast.app.app_context():
        assert not cast.gate("ada").sealed_at(3).ranking(Method.FIRST).decided


def test_counters_that_follow_the_log_equal_those_that_start_from_the_lists(cast: Cast) -> None:
    followed(cast)
    for position, entries in ((6, (9, 1)), (2, (2, 1)), (4, (5, 2)), (4, (2, 5, 1)), (1, (1,)), (0, ()), (6, (8, 9))):
        cast.declare("ada", position)
        if entries:
            cast.rank("ada", *entries)
        cast.rank("bob", *(number for number in range(1, 7 - position % 3)))
        assert followed(cast) == recounted(cast)


def test_lists_read_a_few_at_a_time_are_those_of_whole_fans(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ada", "bob", "cy"):
        for position, entries in ((1, (1,)), (3, (4, 1)), (4, (5, 4, 1)), (2, (3,)), (6, (9, 5))):
            cast.declare(name, position)
            cast.rank(name, *entries)
    at_once = recounted(cast)
    monkeypatch.setattr(first, "LISTS_AT_ONCE", 5)
    for batch in (1, 2, 3, 4, 5, 7):
        monkeypatch.setattr(first, "BATCH", batch)
        assert recounted(cast) == at_once


def test_a_new_a_moved_and_a_retired_moment_leave_them_equal(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 2)
    cast.rank("bob", 3, 2)
    followed(cast)
    with cast.app.app_context():
        add_moment(COMMAND_LINE, SLUG, MomentText("A new one", "", None, 1))
    assert followed(cast) == recounted(cast)
    cast.rank("bob", 1, 2)
    with cast.app.app_context():
        edit_moment(COMMAND_LINE, cast.public["moment1"], MomentText("Moved", "", None, 5))
        retire_moment(COMMAND_LINE, cast.public["moment2"])
    assert followed(cast) == recounted(cast)
    assert cast.moments["moment2"] not in followed(cast)[6].of


def test_only_a_save_of_a_fan_who_went_back_writes_the_path(cast: Cast) -> None:
    for position, entry in ((1, 1), (3, 4), (3, 3), (6, 9), (2, 2)):
        cast.declare("ada", position)
        cast.rank("ada", entry)
    with cast.app.app_context():
        lines = db.session.scalars(select(BallotChange).order_by(BallotChange.revision)).all()
        *forward, back = [line.path for line in lines if line.after is not None]
    assert set(forward) == {None}
    moment = cast.moments
    assert back == (Ballot(1, 1, (moment["moment1"],)), Ballot(3, 1, (moment["moment3"],)))


def test_a_save_on_the_way_forward_asks_the_database_no_more_than_before(cast: Cast) -> None:
    cast.declare("ada", 2)
    cast.rank("ada", 1)
    cast.declare("ada", 4)
    with queries(cast.app) as forward:
        cast.rank("ada", 2, 1)
    assert not [sent for sent in forward if "ORDER BY ballots.progress" in sent]
    cast.declare("ada", 1)
    with queries(cast.app) as back:
        cast.rank("ada", 1)
    assert len([sent for sent in back if "ORDER BY ballots.progress" in sent]) == 1


def test_first_watch_is_always_read_sealed_and_says_so(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 2)
    cast.rank("bob", 3, 1)
    bob = cast.browser("bob")
    assert "Teaser9" in bob.get(f"/series/{SLUG}").text
    page = bob.get(f"/series/{SLUG}?method=first").text
    assert "Teaser9" not in page
    assert "SecretTitle3" in page
    assert "always read sealed" in page
    with cast.app.app_context():
        assert cast.gate("bob").ranking(Method.FIRST) == cast.gate("bob", "sealed").ranking(Method.FIRST)


def test_an_empty_first_watch_says_why(cast: Cast) -> None:
    assert "Nobody saved a list this early" in cast.browser("bob").get(f"/series/{SLUG}?method=first").text
    assert "begins with the first episode" in cast.browser("cy").get(f"/series/{SLUG}?method=first").text


def test_first_watch_can_look_further_back_and_never_ahead(cast: Cast) -> None:
    cast.rank("bob", 3, 1)
    bob = cast.browser("bob")
    assert "SecretTitle3" not in bob.get(f"/series/{SLUG}?method=first&as_of=1").text
    for query in ("?method=first&as_of=6", "?as_of=5&method=first"):
        assert "SecretTitle7" not in bob.get(f"/series/{SLUG}{query}").text
