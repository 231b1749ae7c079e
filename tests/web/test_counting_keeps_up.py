"""Whatever is saved, held, let go and decided: every counter equals a recount from the lists, exactly."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from ranker.actions import decisions
from ranker.actions.accounts.closing import disable_account, enable_account
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.ballots import NothingToUndo, StaleBallot, redo, save_ballot, undo
from ranker.actions.catalogue import touch
from ranker.actions.releases import release_due
from ranker.actions.review import review_all
from ranker.database import writing
from ranker.domain.clearance import Method
from ranker.domain.counting import CountingRules
from ranker.extensions import db
from ranker.models import COUNTED, BallotChange, Episode, Moment, Progress, SavedBallot, Series, User, now
from ranker.tallies import SeriesState, Tallies
from tests.cast import EPISODES, LABELS, SLUG, Cast

FANS = ("ada", "bob", "cy")
SIZE = 2
DAY = dt.timedelta(days=1)
RULES = (
    CountingRules(),
    CountingRules(accounts_after=2 * DAY),
    CountingRules(unconfirmed_after=DAY, jumps_after=DAY),
    CountingRules(identical_lists=1),
    CountingRules(DAY, DAY, DAY, identical_lists=2),
)

fans = st.sampled_from(FANS)
saves = st.tuples(st.just("save"), fans, st.permutations([1, 2, 9]).map(lambda order: order[:SIZE]))
declarations = st.tuples(st.just("declare"), fans, st.sampled_from([1, 4, 6]))
others = st.one_of(
    st.tuples(st.sampled_from(["undo", "redo"]), fans),
    st.tuples(st.sampled_from(["hold_list", "count_list", "count_group", "undo_decision"]), fans),
    st.tuples(st.sampled_from(["disable", "enable"]), fans),
    st.tuples(st.just("wait"), st.sampled_from([DAY / 2, DAY])),
    st.tuples(st.sampled_from(["release", "review"])),
    st.tuples(st.just("set"), st.sampled_from(RULES)),
)
steps = st.one_of(saves, saves, saves, declarations, others, others)


@dataclass
class Site:
    """A site on which one step after the other is taken."""

    cast: Cast
    followed: Tallies

    def save(self, name: str, order: list[int]) -> None:
        """Locked entries stay, after those that the fan may see of the ones they want."""
        gate = self.cast.gate(name)
        seen = [self.cast.public[f"moment{number}"] for number in order if gate.clearance.permits(LABELS[number - 1])]
        locked = [row.token for row in gate.own_list.shown if row.moment.locked]
        with contextlib.suppress(StaleBallot):  # the first list of a disabled account
            save_ballot(gate, [*seen, *locked][:SIZE], gate.own_list.stored.version)

    def disable(self, name: str) -> None:
        disable_account(COMMAND_LINE, self.cast.users[name])

    def enable(self, name: str) -> None:
        enable_account(COMMAND_LINE, self.cast.users[name])

    def declare(self, name: str, position: int) -> None:
        self.cast.declare(name, position)

    def undo(self, name: str) -> None:
        self._step(name, undo)

    def redo(self, name: str) -> None:
        self._step(name, redo)

    def _step(self, name: str, take: Any) -> None:
        gate = self.cast.gate(name)
        with contextlib.suppress(NothingToUndo):
            take(gate, gate.own_list.stored.version)

    def decide(self, what: str, name: str) -> None:
        note = ("A note",) if what == "hold_list" else ()
        with contextlib.suppress(decisions.NoSuchList, decisions.OwnerDisabled, decisions.NothingDecided):
            getattr(decisions, what)(COMMAND_LINE, SLUG, name, *note)

    def wait(self, time: dt.timedelta) -> None:
        """Makes everything that has happened older."""
        with writing() as session:
            for table, columns in (
                (User, ("created_at",)),
                (Progress, ("since", "jumped_at")),
                (SavedBallot, ("saved_at", "held_since", "held_until")),
                (Series, ("next_release_at",)),
            ):
                for row in session.scalars(select(table)).all():
                    for column in columns:
                        then = getattr(row, column)
                        setattr(row, column, then and then - time)

    def release(self) -> None:
        release_due(self.cast.series_id, now())

    def review(self) -> None:
        review_all(now())

    def set(self, rules: CountingRules) -> None:
        """Other settings, as a start applies them."""
        self.cast.app.config["COUNTING_RULES"] = rules
        review_all(now())

    def take(self, what: str, *rest: Any) -> None:
        if hasattr(self, what):
            getattr(self, what)(*rest)
        else:
            self.decide(what, *rest)
        db.session.rollback()


def fresh_site(cast: Cast) -> Site:
    with writing() as session:
        for table in (BallotChange, SavedBallot, Progress):
            session.execute(delete(table))
        session.execute(update(Series).values(ballot_size=SIZE, next_release_at=None))
        session.execute(update(User).values(created_at=now() - DAY, disabled=False))
        touch(session, cast.series_id, recount=True)  # what was kept of the lists there were is of no use
    cast.app.config["COUNTING_RULES"] = CountingRules()
    return Site(cast, Tallies())


def all_numbers(tallies: Tallies, state: SeriesState) -> list[Any]:
    return [tallies.numbers(state, method, at) for method in Method for at in range(len(EPISODES) + 1)]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(taken=st.lists(steps, min_size=10, max_size=30), first=st.sampled_from(RULES))
def test_every_number_equals_a_recount(cast: Cast, taken: list[tuple[Any, ...]], first: CountingRules) -> None:
    with cast.app.app_context():
        site = fresh_site(cast)
        all_numbers(site.followed, cast.gate(None).state)
        for name in FANS:
            site.declare(name, 6)
        for step in (("set", first), *taken):
            site.take(*step)
            state = cast.gate(None).state
            assert all_numbers(site.followed, state) == all_numbers(Tallies(), state), step
            counted = db.session.scalar(select(func.count()).select_from(SavedBallot).where(COUNTED))
            assert site.followed.numbers(state, Method.CLASSIC, len(EPISODES)).lists <= (counted or 0)
            assert_no_disabled_one_counts()
            assert_no_crowd(cast)
            db.session.rollback()


def assert_no_crowd(cast: Cast) -> None:
    """Of full lists that are the same, no more count than may, but for those an admin lets count."""
    most = cast.app.config["COUNTING_RULES"].identical_lists
    labels = dict(db.session.execute(select(Moment.id, Episode.position).join(Episode)).all())
    rows = db.session.execute(
        select(SavedBallot.moments, SavedBallot.progress).where(COUNTED, ~SavedBallot.vouched)
    ).all()
    full = [order for order, progress in rows if len(order) == SIZE and max(labels[id] for id in order) <= progress]
    assert most is None or max(Counter(full).values(), default=0) <= most


def assert_no_disabled_one_counts() -> None:
    counted = select(func.count()).select_from(SavedBallot).join(User).where(User.disabled, SavedBallot.held.is_(None))
    assert not db.session.scalar(counted)
