"""Protection against stuffing: which lists wait, for how long, and that a list that waits is in no number."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from ranker.domain.clearance import Method
from ranker.extensions import db
from ranker.models import BallotChange, SavedBallot, Series, User, now
from ranker.tallies import Tallies
from tests.cast import SLUG, Cast
from tests.web.counting import DAY, FANS, HOUR, held, lists, released, rule, small_lists
from tests.worlds.test_one_path import queries

LIST = f"/series/{SLUG}/list"


def test_without_rules_the_list_of_a_new_account_counts_at_once(cast: Cast) -> None:
    cast.add_fan("eve", 6, (1, 2))
    assert lists(cast) == 1
    assert "Your list is saved." not in cast.browser("eve").get(LIST).text


def test_the_list_of_a_young_account_counts_once_the_account_is_old_enough(old: Cast) -> None:
    rule(old, accounts_after=DAY)
    old.add_fan("eve", 6, (1, 2))
    old.rank("ada", 1)
    assert held(old) == {"eve": "account"}
    assert lists(old) == 1
    assert released(old, DAY - HOUR) == 1
    assert released(old, DAY) == 2
    assert held(old) == {}


def test_who_is_new_in_a_series_waits_and_who_has_followed_it_does_not(old: Cast) -> None:
    rule(old, unconfirmed_after=DAY)
    old.declare("cy", 6)
    old.rank("cy", 1, 2)
    old.rank("bob", 1)
    assert held(old) == {"cy": "history"}
    assert released(old, DAY) == 2


def test_who_jumps_and_then_saves_waits_from_the_jump_on(old: Cast) -> None:
    rule(old, jumps_after=DAY)
    old.rank("bob", 1)
    old.declare("bob", 6)
    old.rank("bob", 9, 1)
    assert held(old) == {"bob": "jump"}
    assert lists(old) == 0
    assert released(old, DAY) == 1


def test_one_episode_at_a_time_is_no_jump(old: Cast) -> None:
    rule(old, jumps_after=DAY)
    for position in (5, 6):
        old.declare("bob", position)
    old.rank("bob", 9, 1)
    assert held(old) == {}


def test_going_back_and_returning_is_no_jump(old: Cast) -> None:
    rule(old, jumps_after=DAY)
    old.declare("ada", 1)
    old.rank("ada", 1)
    old.declare("ada", 6)
    old.rank("ada", 9)
    assert held(old) == {}


def test_what_a_visitor_declared_before_they_registered_is_a_jump(old: Cast) -> None:
    rule(old, jumps_after=DAY)
    visitor = old.browser()
    visitor.post(f"/series/{SLUG}/progress", {"position": 6, "confirmed": 6})
    visitor.post("/register", {"name": "eve", "password": "a long enough password", "take_over": "y"})
    form = {"version": 0, "entry": [old.public["moment9"]]}
    assert visitor.post(LIST, form).status_code == 303
    assert held(old) == {"eve": "jump"}


def test_changing_a_list_that_waits_makes_nobody_wait_longer(old: Cast) -> None:
    rule(old, accounts_after=DAY)
    old.add_fan("eve", 6, (1, 2))
    with old.app.app_context():
        before = db.session.execute(select(SavedBallot.held_since, SavedBallot.held_until)).one()
    old.rank("eve", 2, 1)
    with old.app.app_context():
        assert db.session.execute(select(SavedBallot.held_since, SavedBallot.held_until)).one() == before
    assert released(old, DAY) == 1


def test_a_list_that_waits_is_saved_and_says_from_when_it_counts(old: Cast) -> None:
    rule(old, accounts_after=DAY)
    old.add_fan("eve", 6, (1, 2))
    page = old.browser("eve").get(LIST).text
    assert "SecretTitle2" in page
    assert "Your list is saved. It counts in the community ranking from <time" in page
    assert "Your list is saved." not in old.browser("ada").get(LIST).text


def test_what_counted_before_does_not_count_while_the_new_list_waits(old: Cast) -> None:
    old.rank("bob", 1)
    rule(old, jumps_after=DAY)
    old.declare("bob", 6)
    assert lists(old) == 1
    old.rank("bob", 9)
    assert lists(old) == 0


def test_of_identical_full_lists_only_so_many_count(old: Cast) -> None:
    small_lists(old)
    rule(old, identical_lists=2)
    for name in FANS:
        old.add_fan(name, 6, (1, 2, 3))
    old.add_fan("ida", 6, (3, 2, 1))
    assert held(old) == {"gus": "alike", "hal": "alike"}
    assert lists(old) == 3


def test_lists_that_are_not_full_may_be_alike(old: Cast) -> None:
    small_lists(old)
    rule(old, identical_lists=1)
    for name in FANS:
        old.add_fan(name, 6, (1, 2))
    assert held(old) == {}


def test_when_one_of_those_that_count_changes_the_longest_held_takes_its_place(old: Cast) -> None:
    small_lists(old)
    rule(old, identical_lists=2)
    for name in FANS:
        old.add_fan(name, 6, (1, 2, 3))
    old.rank("eve", 4, 5, 6)
    assert held(old) == {"hal": "alike"}
    assert lists(old) == 4 - 1


def test_a_held_list_that_becomes_another_counts(old: Cast) -> None:
    small_lists(old)
    rule(old, identical_lists=2)
    for name in FANS:
        old.add_fan(name, 6, (1, 2, 3))
    old.rank("hal", 1, 2, 4)
    assert held(old) == {"gus": "alike"}


def test_a_list_with_a_locked_entry_is_no_full_one(old: Cast) -> None:
    """Or a fan who went back could tell from what happens to their list what others have where they cannot look."""
    small_lists(old)
    rule(old, identical_lists=1)
    old.rank("ada", 1, 2, 9)
    old.add_fan("eve", 6, (2, 1, 9))
    old.declare("eve", 4)
    with old.app.app_context():
        tokens = [entry.token for entry in old.gate("eve").own_list.read().entries]
    eve = old.browser("eve")
    assert eve.post(LIST, old.list_form("eve", tokens[1], tokens[0], tokens[2])).status_code == 303
    assert held(old) == {}


def test_leaving_a_list_with_a_locked_entry_changes_nobody_elses(old: Cast) -> None:
    small_lists(old)
    rule(old, identical_lists=1)
    old.rank("ada", 1, 2, 9)
    old.add_fan("eve", 6, (1, 2, 9))
    old.declare("ada", 4)
    assert old.browser("ada").post(LIST, old.list_form("ada", old.public["moment2"])).status_code == 303
    assert held(old) == {"eve": "alike"}


def test_every_change_of_what_counts_is_one_line_of_the_log(old: Cast) -> None:
    rule(old, accounts_after=DAY)
    old.add_fan("eve", 6, (1, 2))
    old.rank("eve", 2, 1)
    released(old, DAY)
    with old.app.app_context():
        lines = db.session.scalars(select(BallotChange).order_by(BallotChange.revision)).all()
        orders = [[ballot and ballot.order for ballot in (line.before, line.after)] for line in lines]
        assert orders == [[None, None], [None, None], [None, (old.moments["moment2"], old.moments["moment1"])]]
        revision = db.session.scalar(select(func.max(Series.revision)))
        assert lines[-1].revision == revision


@pytest.mark.parametrize("rules", [{"accounts_after": DAY}, {"identical_lists": 5}, {"jumps_after": DAY}])
def test_rules_cost_a_save_one_query(old: Cast, rules: dict[str, object]) -> None:
    ada = old.browser("ada")
    old.rank("ada", 3)
    counts = []
    for given in ({}, rules):
        rule(old, **given)
        form = old.list_form("ada", old.public["moment1"], old.public[f"moment{len(counts) + 4}"])
        with queries(old.app) as sent:
            assert ada.post(LIST, form).status_code == 303
        counts.append(len(sent))
    assert counts[1] == counts[0] + 1


def test_the_next_visitor_lets_a_list_count_whose_time_has_come(old: Cast) -> None:
    rule(old, accounts_after=DAY)
    old.add_fan("eve", 6, (1, 2))
    with old.app.app_context():
        db.session.execute(update(SavedBallot).values(held_until=now() - HOUR))
        db.session.execute(update(Series).values(next_release_at=now() - HOUR))
        db.session.execute(update(User).values(created_at=now() - 2 * DAY))
        db.session.commit()
    assert "1 list" in old.browser().get(f"/series/{SLUG}").text
    assert held(old) == {}


def test_a_rule_that_is_switched_off_holds_nobody_after_the_next_start(old: Cast) -> None:
    rule(old, accounts_after=DAY)
    old.add_fan("eve", 6, (1, 2))
    rule(old)
    result = old.app.test_cli_runner().invoke(args=["release"])
    assert f"{SLUG}: 1 held before, 0 held now" in result.output
    assert held(old) == {}
    assert lists(old) == 1
    assert old.app.test_cli_runner().invoke(args=["release"]).output == ""


def test_the_rule_for_identical_lists_finds_those_saved_before_it_was_set(old: Cast) -> None:
    small_lists(old)
    for name in FANS:
        old.add_fan(name, 6, (1, 2, 3))
    rule(old, identical_lists=2)
    old.app.test_cli_runner().invoke(args=["release"])
    assert held(old) == {"gus": "alike", "hal": "alike"}
    assert lists(old) == 2


def test_a_free_place_that_nobody_took_is_taken_at_the_next_look(old: Cast) -> None:
    small_lists(old)
    rule(old, identical_lists=1)
    old.rank("ada", 1, 2, 9)
    old.add_fan("eve", 6, (1, 2, 9))
    old.declare("ada", 4)
    old.browser("ada").post(LIST, old.list_form("ada", old.public["moment2"]))
    assert released(old, DAY) == 2
    assert held(old) == {}


def test_a_list_that_became_like_others_where_its_owner_could_not_see_it_does_not_count_when_they_can(
    old: Cast,
) -> None:
    small_lists(old)
    rule(old, identical_lists=1)
    old.rank("ada", 1, 2, 9)
    old.add_fan("eve", 6, (2, 1, 9))
    old.declare("eve", 4)
    with old.app.app_context():
        tokens = [entry.token for entry in old.gate("eve").own_list.read().entries]
    old.browser("eve").post(LIST, old.list_form("eve", tokens[1], tokens[0], tokens[2]))
    assert held(old) == {}
    old.declare("eve", 6)
    assert held(old) == {"eve": "alike"}


def test_a_held_list_is_not_in_first_watch_either(old: Cast) -> None:
    rule(old, unconfirmed_after=DAY)
    old.add_fan("eve", 4, (1, 2))
    assert first_watch(old) == [0] * 7
    released(old, DAY)
    assert first_watch(old) == [0, 0, 0, 0, 1, 1, 1]


def test_a_list_from_an_earlier_episode_joins_first_watch_when_its_time_has_come(old: Cast) -> None:
    rule(old, unconfirmed_after=DAY)
    old.add_fan("eve", 4, (1, 2))
    old.declare("eve", 5)
    old.rank("eve", 2, 1)
    assert first_watch(old) == [0] * 7
    released(old, DAY)
    assert first_watch(old) == [0, 0, 0, 0, 1, 1, 1]


def test_who_goes_back_past_a_held_list_of_theirs_leaves_it_where_it_is(old: Cast) -> None:
    first_watch(old)
    rule(old, unconfirmed_after=DAY)
    old.add_fan("eve", 4, (1, 2))
    rule(old)
    for position in (5, 3):
        old.declare("eve", position)
        old.rank("eve", position - 2)
        assert first_watch(old) == [0 if at < position else 1 for at in range(7)]


def first_watch(cast: Cast) -> list[int]:
    """How many lists stand at each episode, by counters that followed every change, and by new ones."""
    with cast.app.app_context():
        state = cast.gate(None).state
        followed, counted = (
            [tallies.numbers(state, Method.FIRST, at) for at in range(7)]
            for tallies in (cast.app.extensions["tallies"], Tallies())
        )
    assert followed == counted
    return [numbers.lists for numbers in followed]
