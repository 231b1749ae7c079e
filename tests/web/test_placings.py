"""The counters of places follow every save, and notice what an admin changes."""

from __future__ import annotations

from sqlalchemy import delete

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.episodes import add_episode
from ranker.actions.moments import MomentText, edit_moment, restore_moment, retire_moment
from ranker.actions.series import SeriesFacts, edit_series
from ranker.database import writing
from ranker.domain.places import Placing
from ranker.exchange import EpisodeIn
from ranker.models import SavedBallot
from ranker.tallies import Tallies
from tests.cast import EPISODES, SLUG, Cast, key

LAST = len(EPISODES)


def placings(cast: Cast, horizon: int = LAST) -> dict[int, Placing]:
    """Where each moment is placed, by its number: what the app's counters say, and a recount says the same."""
    with cast.app.app_context():
        state = cast.gate(None).state
        kept, fresh = (
            {number: tallies.placing(state, cast.moments[key(number)], horizon) for number in range(1, 10)}
            for tallies in (cast.app.extensions["tallies"], Tallies())
        )
    assert kept == fresh
    return kept


def places(cast: Cast, number: int, horizon: int = LAST) -> dict[int, int]:
    at = placings(cast, horizon)[number].at
    return {place: lists for place, lists in enumerate(at, 1) if lists}


def test_every_save_moves_places_at_once(cast: Cast) -> None:
    assert placings(cast)[1] == Placing(0, (0,) * 10)
    cast.rank("ada", 9, 1, 2)
    assert places(cast, 1) == {2: 1}
    cast.rank("bob", 1)
    assert places(cast, 1) == {1: 1, 2: 1}
    cast.rank("ada", 9, 2)
    assert placings(cast)[1].at[:2] == (1, 0)
    assert placings(cast)[1].elsewhere == 1


def test_places_are_those_in_lists_cut_to_the_horizon(cast: Cast) -> None:
    cast.rank("ada", 9, 5, 1)
    assert [places(cast, 1, horizon) for horizon in (1, 3, 4, 6)] == [{1: 1}, {1: 1}, {2: 1}, {3: 1}]


def test_retired_moments_are_skipped_and_count_again_once_restored(cast: Cast) -> None:
    cast.rank("ada", 2, 1)
    assert places(cast, 1) == {2: 1}
    with cast.app.app_context():
        retire_moment(COMMAND_LINE, cast.public["moment2"])
    assert places(cast, 1) == {1: 1}
    assert placings(cast)[2] == Placing(0, (0,) * 10)
    with cast.app.app_context():
        restore_moment(COMMAND_LINE, cast.public["moment2"])
    assert places(cast, 1) == {2: 1}


def test_a_moved_label_a_shorter_list_and_another_episode_are_noticed(cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    assert places(cast, 2, 1) == {2: 1}
    with cast.app.app_context():
        edit_moment(COMMAND_LINE, cast.public["moment1"], MomentText("SecretTitle1", "", None, 2))
    assert places(cast, 2, 1) == {1: 1}
    with cast.app.app_context():
        add_episode(COMMAND_LINE, SLUG, EpisodeIn(season=2, number=3, title="EpisodeTitle7"))
    assert places(cast, 3, 7) == {3: 1}
    with cast.app.app_context():
        edit_series(COMMAND_LINE, SLUG, SeriesFacts("The Lighthouse", None, None, 2))
    assert places(cast, 3) == {}


def test_a_change_of_words_counts_nothing_anew(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    assert places(cast, 2) == {2: 1}
    with cast.app.app_context(), writing() as session:
        session.execute(delete(SavedBallot))  # behind the back of the log: only a recount would notice
    with cast.app.app_context():
        edit_moment(COMMAND_LINE, cast.public["moment1"], MomentText("Another title", "", None, 1))
        kept = cast.app.extensions["tallies"].placing(cast.gate(None).state, cast.moments["moment2"], LAST)
    assert kept.at[1] == 1
