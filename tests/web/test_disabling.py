"""Disabling an account: nobody gets in, its lists leave the count at once, and enabling it brings everything back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from sqlalchemy import select, update

from ranker.actions import decisions
from ranker.actions.accounts import register
from ranker.actions.accounts.closing import disable_account, enable_account
from ranker.actions.accounts.roles import LastAdmin, grant_admin, revoke_admin
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.ballots import StaleBallot, save_ballot
from ranker.actions.review import review_all
from ranker.database import rehearsing, writing
from ranker.domain.clearance import Method
from ranker.extensions import db
from ranker.models import AuditEntry, SavedBallot, User, now
from ranker.tallies import Tallies
from tests.cast import EPISODES, PASSWORD, SLUG, Cast
from tests.web.counting import DAY, FANS, held, lists, released, rule, small_lists

ROUNDS = (((1, 2, 3), (1, 3, 2), (2, 1, 3)), ((2, 3, 1), (3, 1, 2), (3, 2, 1)))


def disable(cast: Cast, name: str, note: str = "") -> bool:
    with cast.app.app_context():
        return disable_account(COMMAND_LINE, cast.users[name], note)


def enable(cast: Cast, name: str) -> bool:
    with cast.app.app_context():
        return enable_account(COMMAND_LINE, cast.users[name])


def numbers(cast: Cast, tallies: Tallies | None = None) -> list[object]:
    """Every number of every method at every horizon: of the counters that were kept up, or of others."""
    with cast.app.app_context():
        kept = tallies or cast.app.extensions["tallies"]
        state = cast.gate(None).state
        return [kept.numbers(state, method, at) for method in Method for at in range(len(EPISODES) + 1)]


def test_a_disabled_account_leaves_every_count_at_once_and_comes_back_as_it_was(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    without_bob = numbers(cast)
    cast.rank("bob", 2, 1)
    with_bob = numbers(cast)
    assert with_bob != without_bob
    assert disable(cast, "bob")
    assert numbers(cast) == without_bob == numbers(cast, Tallies())
    assert enable(cast, "bob")
    assert numbers(cast) == with_bob == numbers(cast, Tallies())


def test_lists_from_earlier_episodes_leave_first_watch_too(cast: Cast) -> None:
    before = numbers(cast)
    cast.add_fan("eve", 4, (1, 2))
    cast.declare("eve", 6)
    cast.rank("eve", 9)
    disable(cast, "eve")
    assert numbers(cast) == before


def test_a_second_time_changes_nothing(cast: Cast) -> None:
    cast.rank("bob", 1)
    assert disable(cast, "bob", "A test")
    assert not disable(cast, "bob", "Another one")
    with cast.app.app_context():
        assert db.session.scalar(select(User.disabled_note).where(User.name == "bob")) == "A test"
    assert enable(cast, "bob")
    assert not enable(cast, "bob")
    assert lists(cast) == 1


def test_what_an_admin_holds_stays_held_when_the_account_is_enabled(old: Cast) -> None:
    old.rank("ada", 1, 2)
    with old.app.app_context():
        decisions.hold_list(COMMAND_LINE, SLUG, "ada", "Copied")
    disable(old, "ada")
    enable(old, "ada")
    assert held(old) == {"ada": "admin"}


def test_what_an_admin_lets_count_counts_again_whatever_the_rules_say(old: Cast) -> None:
    rule(old, accounts_after=DAY)
    old.add_fan("eve", 6, (1, 2))
    with old.app.app_context():
        decisions.count_list(COMMAND_LINE, SLUG, "eve")
    disable(old, "eve")
    assert lists(old) == 0
    enable(old, "eve")
    assert held(old) == {}
    assert lists(old) == 1


def test_a_list_that_waited_waits_on_when_the_account_is_enabled(old: Cast) -> None:
    rule(old, accounts_after=DAY)
    old.add_fan("eve", 4, (1, 2))
    old.declare("eve", 6)
    old.rank("eve", 9)
    disable(old, "eve")
    enable(old, "eve")
    with old.app.app_context():
        assert set(db.session.scalars(select(SavedBallot.held))) == {"account"}
    assert released(old, 2 * DAY) == 1


def test_no_rule_lets_a_disabled_account_count(old: Cast) -> None:
    rule(old, accounts_after=DAY)
    old.add_fan("eve", 6, (1, 2))
    disable(old, "eve")
    assert released(old, 365 * DAY) == 0
    with old.app.app_context():
        review_all(now() + 365 * DAY)
    assert held(old) == {"eve": "disabled"}


def test_a_disabled_account_makes_room_for_the_next_identical_list(old: Cast) -> None:
    small_lists(old)
    rule(old, identical_lists=1)
    for name in FANS[:2]:
        old.add_fan(name, 6, (1, 2, 3))
    assert held(old) == {"fay": "alike"}
    disable(old, "eve")
    assert held(old) == {"eve": "disabled"}
    enable(old, "eve")
    assert held(old) == {"eve": "alike"}


def test_a_save_that_began_before_does_not_count_after(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    for name, version in (("ada", 1), ("bob", 0)):  # bob's would be the first
        with cast.app.app_context():
            gate = cast.gate(name)
            assert gate.own_list.stored.version == version
            disable_account(COMMAND_LINE, cast.users[name])
            with pytest.raises(StaleBallot):
                save_ballot(gate, [cast.public["moment2"]], version)
    assert lists(cast) == 0
    assert numbers(cast) == numbers(cast, Tallies())


def test_a_save_that_began_before_its_list_was_held_or_let_go_is_asked_again(old: Cast) -> None:
    old.rank("ada", 1, 2)
    decide: list[Callable[[], None]] = [
        lambda: decisions.hold_list(COMMAND_LINE, SLUG, "ada", "Copied"),
        lambda: decisions.undo_decision(COMMAND_LINE, SLUG, "ada"),
    ]
    for decision in decide:
        with old.app.app_context():
            gate = old.gate("ada")
            assert gate.own_list.stored.version == 1
            decision()
            with pytest.raises(StaleBallot):
                save_ballot(gate, [old.public["moment2"]], 1)
        assert numbers(old) == numbers(old, Tallies())


def test_saves_and_disabling_at_once_leave_nothing_that_counts(cast: Cast) -> None:
    start = Barrier(4)

    def save(numbers_of_moments: tuple[int, ...]) -> None:
        start.wait()
        with suppress(StaleBallot):
            cast.rank("bob", *numbers_of_moments)

    def close() -> None:
        start.wait()
        disable(cast, "bob")

    with ThreadPoolExecutor(4) as pool:
        for orders in ROUNDS:
            tasks = [pool.submit(save, order) for order in orders] + [pool.submit(close)]
            for task in tasks:
                task.result()
            assert lists(cast) == 0
            assert numbers(cast) == numbers(cast, Tallies())
            enable(cast, "bob")


def test_the_last_admin_who_can_get_in_stays_one(cast: Cast) -> None:
    with cast.app.app_context():
        register("dora", PASSWORD, is_admin=True)
        db.session.execute(update(User).where(User.name == "dora").values(disabled=True))
        db.session.commit()
        for action in (disable_account, revoke_admin):
            with pytest.raises(LastAdmin):
                action(COMMAND_LINE, cast.users["dana"])
        assert db.session.scalar(select(User.is_admin & ~User.disabled).where(User.name == "dana"))


@pytest.mark.parametrize(
    "attacks", [(revoke_admin, revoke_admin), (disable_account, disable_account), (disable_account, revoke_admin)]
)
def test_two_admins_who_remove_each_other_at_once_leave_one(
    cast: Cast, attacks: tuple[Callable[..., bool], ...]
) -> None:
    with cast.app.app_context():
        cast.users["dora"] = register("dora", PASSWORD, is_admin=True).id

    def attack(action: Callable[..., bool], name: str) -> bool:
        start.wait()
        with cast.app.app_context():
            try:
                return action(COMMAND_LINE, cast.users[name])
            except LastAdmin:
                return False

    for _ in range(4):
        start = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            removed = list(pool.map(attack, attacks, ("dana", "dora")))
        assert sorted(removed) == [False, True]
        with cast.app.app_context():
            admins = db.session.scalars(select(User.name).where(User.is_admin, ~User.disabled)).all()
            assert len(admins) == 1
            for name in ("dana", "dora"):
                enable_account(COMMAND_LINE, cast.users[name])
                grant_admin(COMMAND_LINE, cast.users[name])


def test_a_rehearsal_changes_nothing_and_writes_nothing_down(cast: Cast) -> None:
    cast.rank("bob", 1, 2)
    before = numbers(cast)
    with cast.app.app_context(), rehearsing(True):
        assert disable_account(COMMAND_LINE, cast.users["bob"])
    assert numbers(cast) == before
    with cast.app.app_context():
        assert db.session.scalar(select(AuditEntry.id).where(AuditEntry.action == "account.disable")) is None
    assert disable(cast, "bob")


def test_accounts_that_were_disabled_before_lists_were_held_for_it_leave_the_count_with_the_upgrade(cast: Cast) -> None:
    from alembic import command
    from flask import current_app

    cast.rank("ada", 1, 2)
    with_ada_alone = numbers(cast)
    cast.rank("bob", 2, 1)
    with cast.app.app_context():
        config = current_app.extensions["migrate"].migrate.get_config()
        db.session.remove()
        command.downgrade(config, "0010")
        with writing() as session:
            session.execute(update(User.__table__).where(User.__table__.c.name == "bob").values(disabled=True))  # type: ignore[arg-type]
        db.session.remove()
        command.upgrade(config, "head")
    assert held(cast) == {"bob": "disabled"}
    assert numbers(cast) == with_ada_alone == numbers(cast, Tallies())
