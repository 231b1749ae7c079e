"""A process that saves lists at random, breaks off, is late, and follows what the others do, until it is told to stop.

It writes files instead of talking, for whoever is killed in the middle of a word takes the line with them.
"""

from __future__ import annotations

import random
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ranker.actions import compaction, decisions
from ranker.actions.accounts.closing import disable_account, enable_account
from ranker.actions.accounts.roles import LastAdmin
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.ballots import NothingToUndo, StaleBallot, save_ballot, store_ballot, undo
from ranker.actions.catalogue import EpisodesRenumbered, UnknownEpisode, expect_numbering
from ranker.actions.compaction import compact
from ranker.actions.episodes import EpisodeInUse, delete_episode, insert_episode
from ranker.actions.merging import NotMergeable, merge_moments
from ranker.actions.moments import MomentText, edit_moment, restore_moment, retire_moment
from ranker.actions.progress import declare_progress
from ranker.actions.releases import release_due
from ranker.actions.unlocked import greet, write_note
from ranker.database import snapshot, writing
from ranker.domain.ballot import Ballot, BallotRefused
from ranker.domain.clearance import Method
from ranker.domain.counting import CountingRules
from ranker.exchange import EpisodeIn
from ranker.extensions import db
from ranker.gate import Gate, NotHere
from ranker.gate.own_list import StoredList
from ranker.models import now
from ranker.tallies import KINDS, Tallies
from tests.cast import EPISODES, SLUG, Cast
from tests.conftest import make_app

NOT_YET = 0.01
REFUSALS = (
    *(StaleBallot, BallotRefused, NothingToUndo, NotHere, EpisodesRenumbered),
    *(NotMergeable, decisions.NoSuchList, decisions.OwnerDisabled, EpisodeInUse, UnknownEpisode, LastAdmin),
)


class ChangedTheirMind(Exception):
    """A transaction that is rolled back after all was written."""


@dataclass
class Worker:
    cast: Cast
    chance: random.Random
    is_desk: bool

    def step(self) -> None:
        lists = [self.save, self.save, self.save, self.save_late, self.break_off, self.take_back, self.read]
        steps = [*lists, self.move, self.note, self.greet]
        decides = [self.hold, self.let_go, self.release, self.close, self.open_again]
        desk = [*decides, self.relabel, self.retire, self.merge, self.keep, self.insert, self.delete]
        chosen = self.chance.choice(desk) if self.is_desk and self.chance.random() < 0.3 else self.chance.choice(steps)
        with suppress(*REFUSALS, ChangedTheirMind):
            chosen()
        db.session.rollback()

    def save(self) -> None:
        gate = self.somebody()
        visible = [moment.public_id for moment in gate.visible_moments().values()]
        locked = [row.token for row in gate.own_list.shown if row.moment.locked]
        order = [*self.chance.sample(visible, self.chance.randint(0, len(visible))), *locked]
        save_ballot(gate, order[: gate.series.ballot_size], gate.own_list.stored.version)

    def save_late(self, by: float = 0.02) -> None:
        """Has written everything, the revision too, and takes its time to commit."""
        with writing() as session:
            gate = self.somebody()
            stored, order = gate.own_list.stored, list(gate.visible_moments())
            self.chance.shuffle(order)
            ballot = Ballot(gate.clearance.position, gate.state.edition, tuple(order))
            new = StoredList(stored.version + 1, ballot, hold=stored.hold, vouched=stored.vouched)
            store_ballot(session, gate.viewer.user_id, gate.state.id, stored, new)
            expect_numbering(session, gate.state)
            time.sleep(self.chance.random() * by)
            if by == 0:
                raise ChangedTheirMind

    def break_off(self) -> None:
        self.save_late(by=0)

    def move(self) -> None:
        position = self.chance.randint(1, len(EPISODES))
        declare_progress(self.somebody(), position, confirmed=position)

    def take_back(self) -> None:
        gate = self.somebody()
        undo(gate, gate.own_list.stored.version)

    def read(self) -> None:
        state, tallies = self.cast.gate(None).state, self.tallies
        for method in Method:
            tallies.numbers(state, method, self.chance.randint(0, len(EPISODES)))
        tallies.placing(state, self.chance.choice(list(self.cast.moments.values())), len(EPISODES))

    def relabel(self) -> None:
        edit_moment(COMMAND_LINE, self.a_moment(), MomentText("Words", "", None, self.chance.randint(1, 3)))

    def retire(self) -> None:
        moment = self.a_moment()
        retire_moment(COMMAND_LINE, moment)
        self.save()
        restore_moment(COMMAND_LINE, moment)

    def hold(self) -> None:
        decisions.hold_list(COMMAND_LINE, SLUG, self.chance.choice(list(self.cast.users)), "A note")

    def let_go(self) -> None:
        decisions.count_list(COMMAND_LINE, SLUG, self.chance.choice(list(self.cast.users)))

    def merge(self) -> None:
        merged = self.a_moment()
        merge_moments(COMMAND_LINE, merged, self.a_moment())
        restore_moment(COMMAND_LINE, merged)

    def insert(self) -> None:
        episode = EpisodeIn(season=1, number=self.chance.randint(2, 5), title="Words")
        insert_episode(COMMAND_LINE, SLUG, episode, seen=self.chance.random() < 0.5)

    def delete(self) -> None:
        delete_episode(COMMAND_LINE, SLUG, (1, self.chance.randint(1, 6)), close_gap=True)

    def close(self) -> None:
        disable_account(COMMAND_LINE, self.chance.choice(list(self.cast.users.values())))

    def open_again(self) -> None:
        for user_id in self.cast.users.values():
            enable_account(COMMAND_LINE, user_id)

    def release(self) -> None:
        release_due(self.cast.series_id, now())

    def note(self) -> None:
        write_note(self.somebody(), self.a_moment(), f"Words {self.chance.random()}")

    def greet(self) -> None:
        greet(self.somebody())

    def keep(self) -> None:
        compact(self.cast.gate(None).state, self.tallies)

    def a_moment(self) -> str:
        return self.chance.choice(list(self.cast.public.values()))

    def somebody(self) -> Gate:
        return self.cast.gate(self.chance.choice(list(self.cast.users)))

    @property
    def tallies(self) -> Tallies:
        tallies: Tallies = self.cast.app.extensions["tallies"]
        return tallies

    def differing_kinds(self) -> list[str]:
        """The kinds of counters that this process has otherwise than the lists say."""
        with snapshot() as connection:
            truth = {kind: kind.load(connection, self.cast.series_id, None) for kind in KINDS}
        state = self.cast.gate(None).state
        return [
            kind.kind
            for kind, counted in truth.items()
            if not self.tallies._follow(kind, state).read(state, counted.agree_with)
        ]


def work(url: str, folder: Path, cast: Cast, number: int, rules: CountingRules) -> None:
    """Works until there is a file `stop`, and when there is one called `compare`, writes down what it found."""
    compaction.LOG_KEPT = 20
    try:
        app = make_app(url, folder)
        app.config["COUNTING_RULES"] = rules
        with app.app_context():
            worker = Worker(cast.playing_in(app), random.Random(number), is_desk=number == 0)
            (folder / f"began-{number}").touch()
            while not (folder / "stop").exists():
                worker.step()
            (folder / f"stopped-{number}").touch()
            while not (folder / "compare").exists():
                time.sleep(NOT_YET)
            words = " ".join(worker.differing_kinds()) or "the same"
    except Exception:
        words = traceback.format_exc()
    draft = folder / f"draft-{number}"
    draft.write_text(words)
    draft.rename(folder / f"found-{number}")
