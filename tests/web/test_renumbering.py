"""An episode comes between others or goes from between them: everybody keeps their place in the story."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from ranker.actions import bulk
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.ballots import StaleBallot, save_ballot
from ranker.actions.catalogue import EpisodesRenumbered
from ranker.actions.episodes import (
    EpisodeInUse,
    EpisodeNotLast,
    EpisodeOutOfOrder,
    EpisodeTaken,
    OnlyEpisode,
    add_episode,
    delete_episode,
    edit_episode,
    insert_episode,
)
from ranker.actions.feeds import make_feed
from ranker.actions.moments import MomentText, add_moment
from ranker.actions.progress import declare_progress
from ranker.actions.reports import report_wrong
from ranker.actions.sharing import share_list
from ranker.actions.suggestions import SuggestionText, send_suggestion
from ranker.actions.unlocked import write_note
from ranker.database import writing
from ranker.domain.clearance import Method, View
from ranker.exchange import EpisodeIn
from ranker.extensions import db
from ranker.gate import Gate, state_of
from ranker.models import Episode, Note, PrivateFeed, Progress, Report, SavedBallot, Series, SharedList, Suggestion
from ranker.tallies import Tallies
from tests.cast import LABELS, SLUG, Cast, key

SERIES = f"/series/{SLUG}"
NAMES = ("ada", "bob", "cy")
BETWEEN = EpisodeIn(season=1, number=3, title="Between", airdate=dt.date(2022, 1, 28))


def put(cast: Cast, season: int, number: int, *, seen: bool = True) -> int:
    with cast.app.app_context():
        return insert_episode(COMMAND_LINE, SLUG, EpisodeIn(season=season, number=number), seen=seen)


def take(cast: Cast, season: int, number: int, *, close_gap: bool = False) -> None:
    with cast.app.app_context():
        delete_episode(COMMAND_LINE, SLUG, (season, number), close_gap=close_gap)


def codes(cast: Cast) -> list[tuple[int, int]]:
    with cast.app.app_context():
        rows = db.session.execute(select(Episode.season, Episode.number).order_by(Episode.position))
        return [(season, number) for season, number in rows]


def seen_by(cast: Cast, name: str | None, view: str = "masked") -> tuple[set[str], dict[str, str]]:
    """The titles of the moments somebody sees, and their own notes."""
    with cast.app.app_context():
        gate = cast.gate(name, view)
        moments = gate.visible_moments()
        notes = {moments[id].title: text for id, text in own_notes(gate).items()}
        return {one.title for one in moments.values()}, notes


def own_notes(gate: Gate) -> dict[int, str]:
    return gate.own_list._notes()


def test_what_is_shown_suggested_and_reported_follows_too(cast: Cast) -> None:
    with cast.app.app_context():
        share_list(cast.gate("bob"), 4)
        make_feed(cast.gate("bob"), 4)
        send_suggestion(cast.gate("bob"), SuggestionText("The lamp", "It goes out.", 2))
        report_wrong(cast.gate("bob"), cast.public[key(1)], "Misspelt")
    columns = SharedList.cap, PrivateFeed.cap, Suggestion.label, Report.label

    def kept() -> list[object]:
        with cast.app.app_context():
            return [db.session.scalars(select(column)).one() for column in columns]

    put(cast, 1, 3)
    assert kept() == [5, 5, 5, 5]
    take(cast, 1, 3, close_gap=True)
    assert kept() == [4, 4, 4, 4]
    put(cast, 1, 3, seen=False)
    assert kept() == [2, 2, 5, 5]  # who stands before it again shows no more than that


def test_labels_progress_and_lists_follow_their_episodes(cast: Cast) -> None:
    cast.rank("ada", 9, 3, 1)
    cast.rank("bob", 5, 1)
    cast.note("bob", 1, "What a beginning")
    before = {name: seen_by(cast, name) for name in NAMES}
    assert put(cast, 1, 3) == 3
    assert codes(cast) == [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (2, 1), (2, 2)]
    assert {name: seen_by(cast, name) for name in NAMES} == before
    assert cast.titles_of("ada") == ["SecretTitle9", "SecretTitle3", "SecretTitle1"]
    with cast.app.app_context():
        stood = dict(db.session.execute(select(SavedBallot.user_id, SavedBallot.progress)).all())
        assert stood == {cast.users["ada"]: 7, cast.users["bob"]: 5}
        assert db.session.scalars(select(Note.label)).all() == [5]
        assert str(cast.gate("bob").rail.here) == "S1·E5"
        assert cast.gate("bob").series.episode_count == 7
    cast.declare("bob", 6)
    assert str_here(cast, "bob") == "S2·E1"


def test_whoever_has_not_seen_an_episode_that_came_later_sees_nothing_of_it(cast: Cast) -> None:
    cast.rank("ada", 9, 3, 1)
    put(cast, 1, 3, seen=False)
    with cast.app.app_context():
        add_moment(COMMAND_LINE, SLUG, MomentText("OfTheNewOne", "", None, 3))
    for name in NAMES:
        assert "OfTheNewOne" not in seen_by(cast, name)[0]
    assert str_here(cast, "bob") == "S1·E2"
    assert cast.titles_of("ada") == ["locked", "SecretTitle3", "SecretTitle1"]
    cast.declare("ada", 7)
    assert cast.titles_of("ada") == ["SecretTitle9", "SecretTitle3", "SecretTitle1"]
    with cast.app.app_context():
        known = db.session.execute(select(Progress.furthest, Progress.greeted).where(Progress.position == 7)).one()
        assert known == (7, 7)  # to have been there before is no jump


def str_here(cast: Cast, name: str) -> str:
    with cast.app.app_context():
        return str(cast.gate(name).rail.here)


@pytest.mark.parametrize(("seen", "position"), [(True, 5), (False, 2)])
def test_a_visitor_keeps_their_place_like_a_fan(cast: Cast, seen: bool, position: int) -> None:
    visitor, behind = cast.browser(), cast.browser()
    visitor.post(f"{SERIES}/progress", {"position": 4, "confirmed": 4})
    behind.post(f"{SERIES}/progress", {"position": 2, "confirmed": 2})
    was = behind.get(SERIES).text
    put(cast, 1, 3, seen=seen)
    with cast.app.app_context():
        add_moment(COMMAND_LINE, SLUG, MomentText("OfTheNewOne", "", None, 3))
    text = visitor.get(SERIES).text
    assert ("OfTheNewOne" in text, "SecretTitle5" in text, "SecretTitle7" in text) == (seen, seen, False)
    assert "SecretTitle3" in text
    assert "SecretTitle3" in was
    assert "SecretTitle3" in behind.get(SERIES).text
    assert "SecretTitle4" not in behind.get(SERIES).text


def test_a_visitor_who_went_through_several_changes_never_sees_more(cast: Cast) -> None:
    visitor = cast.browser()
    visitor.post(f"{SERIES}/progress", {"position": 4, "confirmed": 4})
    put(cast, 1, 1)
    put(cast, 1, 1)
    take(cast, 1, 2, close_gap=True)
    text = visitor.get(SERIES).text
    assert "SecretTitle5" in text
    assert "SecretTitle7" not in text
    with visitor.client.session_transaction() as session:
        session["numbering"] = {SLUG: 99}
    assert "SecretTitle" not in visitor.get(SERIES).text


def test_progress_declared_before_logging_in_is_taken_over_in_the_numbering_of_today(cast: Cast) -> None:
    visitor = cast.browser()
    visitor.post(f"{SERIES}/progress", {"position": 4, "confirmed": 4})
    put(cast, 1, 1)
    visitor.post("/login", {"name": "cy", "password": "a long enough password"})
    take(cast, 1, 1)
    assert "S1·E5" in visitor.get("/account/progress").text
    visitor.post("/account/progress", {"mine": "yes"})
    assert str_here(cast, "cy") == "S1·E5"
    assert "SecretTitle7" not in visitor.get(SERIES).text


def test_a_page_of_before_is_not_taken_by_its_word(cast: Cast) -> None:
    bob = cast.browser("bob")
    put(cast, 1, 1)
    assert f'action="{SERIES}/progress?numbering=1"' in bob.get(SERIES).text
    take(cast, 1, 1)
    for stale in ("", "?numbering=1"):
        answer = bob.post(f"{SERIES}/progress{stale}", {"position": 5})
        assert answer.status_code == 409
        assert "load the page again" in answer.text
    assert str_here(cast, "bob") == "S1·E5"
    assert bob.post(f"{SERIES}/progress?numbering=2", {"position": 5}).status_code == 303


@pytest.mark.parametrize(
    ("deed", "refusal"),
    [
        (lambda gate, cast: declare_progress(gate, 5), EpisodesRenumbered),
        (lambda gate, cast: write_note(gate, cast.public[key(1)], "Late"), EpisodesRenumbered),
        (lambda gate, cast: save_ballot(gate, [cast.public[key(1)]], 0), StaleBallot),
    ],
)
def test_what_was_begun_before_changes_nothing_after(
    cast: Cast, deed: Callable[[Any, Cast], object], refusal: type[Exception]
) -> None:
    with cast.app.app_context():
        gate = cast.gate("bob")
        gate.own_list.stored, gate.index  # noqa: B018
        insert_episode(COMMAND_LINE, SLUG, EpisodeIn(season=1, number=1), seen=True)
        delete_episode(COMMAND_LINE, SLUG, (1, 1), close_gap=True)
        with pytest.raises(refusal):
            deed(gate, cast)
        assert db.session.scalars(select(SavedBallot.user_id)).all() == []
        assert db.session.scalars(select(Note.user_id)).all() == []


def test_a_gate_that_was_opened_before_shows_nothing_after(cast: Cast) -> None:
    put(cast, 1, 1)
    with cast.app.app_context():
        gate = cast.gate("bob")
        delete_episode(COMMAND_LINE, SLUG, (1, 1), close_gap=True)
        assert gate.visible_moments() == {}
        assert {row.title for season in gate.rail.seasons for row in season.episodes} == {None}


def test_a_change_of_many_from_before_cannot_be_taken_back_by_position(cast: Cast) -> None:
    with cast.app.app_context():
        entry = bulk.change_moments(COMMAND_LINE, SLUG, {cast.public[key(7)]: bulk.MomentPlace(2, "published")})
        insert_episode(COMMAND_LINE, SLUG, BETWEEN, seen=True)
        with pytest.raises(bulk.NothingToUndo):
            bulk.undo_change(COMMAND_LINE, SLUG, entry or 0)


def test_an_episode_is_changed_where_it_stands(cast: Cast) -> None:
    changed = EpisodeIn(season=1, number=9, title="Renamed", airdate=dt.date(2022, 1, 28), runtime=50)
    with cast.app.app_context():
        edit_episode(COMMAND_LINE, SLUG, (1, 4), changed)
        assert cast.gate("ada").codes[4].number == 9
        for code, wrong in ((1, EpisodeTaken), (10, EpisodeOutOfOrder)):
            with pytest.raises(wrong):
                edit_episode(COMMAND_LINE, SLUG, (1, 3), EpisodeIn(season=1, number=code))


def test_what_does_not_fit_changes_nothing(cast: Cast) -> None:
    before = codes(cast)
    with cast.app.app_context():
        with pytest.raises(EpisodeTaken):
            add_episode(COMMAND_LINE, SLUG, BETWEEN)
        with pytest.raises(EpisodeNotLast):
            add_episode(COMMAND_LINE, SLUG, EpisodeIn(season=1, number=7))
        with pytest.raises(EpisodeInUse):
            delete_episode(COMMAND_LINE, SLUG, (1, 3), close_gap=False)
    assert codes(cast) == before


def test_the_last_episode_of_all_stays(cast: Cast) -> None:
    with cast.app.app_context():
        from ranker.actions.series import add_series
        from ranker.exchange import SeriesFile

        one = SeriesFile(format="ranker.series/1", slug="one", title="One", episodes=(BETWEEN,))
        add_series(COMMAND_LINE, one)
        with pytest.raises(OnlyEpisode):
            delete_episode(COMMAND_LINE, "one", (1, 3), close_gap=False)


def test_whoever_stood_at_an_episode_that_goes_stands_at_the_one_before_with_their_newest_list(cast: Cast) -> None:
    put(cast, 1, 5)
    cast.rank("bob", 1)
    cast.note("bob", 1, "At four")
    cast.declare("bob", 5)
    cast.rank("bob", 2, 1)
    cast.note("bob", 1, "At five")
    cast.declare("bob", 6)
    cast.rank("bob", 3, 2, 1)
    cast.declare("bob", 5)
    take(cast, 1, 5)
    assert str_here(cast, "bob") == "S1·E4"
    with cast.app.app_context():
        rows = db.session.execute(select(SavedBallot.progress, SavedBallot.moments).order_by(SavedBallot.progress))
        assert [(progress, len(order)) for progress, order in rows] == [(4, 2), (5, 3)]
        assert db.session.scalars(select(Note.label)).all() == [4]
    assert seen_by(cast, "bob")[1] == {"SecretTitle1": "At five"}


LISTS = st.lists(st.integers(1, 9), unique=True, min_size=1, max_size=5)
SAVED = st.tuples(st.sampled_from(NAMES), st.integers(0, 6), LISTS)
NOTED = st.tuples(st.sampled_from(NAMES), st.integers(1, 9), st.integers(0, 6))
KEPT = (SavedBallot, Note, Progress, Episode)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    stood=st.dictionaries(st.sampled_from(NAMES), st.integers(0, 6)),
    saved=st.lists(SAVED, max_size=6, unique_by=lambda one: one[:2]),
    notes=st.lists(NOTED, max_size=4, unique_by=lambda one: one[:2]),
    at=st.integers(0, 6),
    taken=st.booleans(),
)
def test_an_episode_that_comes_changes_nothing_for_anybody_and_when_it_goes_all_is_as_it_was(
    cast: Cast, stood: dict[str, int], saved: Any, notes: Any, at: int, taken: bool
) -> None:
    """Before, between and after; where there is one of this number already and where there is none."""
    write_down(cast, stood, saved, notes)
    site = cast.app.extensions["tallies"]
    before, told, shown = everything(cast), numbers(cast, site), {name: all_seen(cast, name) for name in NAMES}
    code = ([(1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2)] if taken else [*GAPS])[min(at, 5)]
    position = put(cast, *code)
    assert {name: all_seen(cast, name) for name in NAMES} == shown
    followed = numbers(cast, site)
    assert followed == numbers(cast, Tallies())
    assert {method: [*row[:position], *row[position + 1 :]] for method, row in followed.items()} == told
    assert all(row[position] == row[position - 1] for row in followed.values())
    take(cast, *code, close_gap=taken)
    assert everything(cast) == before
    assert numbers(cast, site) == numbers(cast, Tallies()) == told


GAPS = ((1, 5), (1, 6), (1, 7), (1, 8), (1, 9), (1, 10))


def write_down(cast: Cast, stood: dict[str, int], saved: Any, notes: Any) -> None:
    with cast.app.app_context(), writing() as session:
        for table in (SavedBallot, Note):
            session.execute(delete(table))
        for name in NAMES:
            at = stood.get(name, 0)
            session.execute(delete(Progress).where(Progress.user_id == cast.users[name]))
            fan = {"user_id": cast.users[name], "series_id": cast.series_id}
            session.execute(insert(Progress).values(**fan, position=at, greeted=at // 2, furthest=at))
        for version, (name, progress, order) in enumerate(saved, 1):
            last = all(other[0] != name for other in saved[version:])
            row = {"user_id": cast.users[name], "series_id": cast.series_id, "progress": progress}
            ids = tuple(cast.moments[key(number)] for number in order)
            session.execute(insert(SavedBallot).values(**row, moments=ids, edition=1, version=version, counting=last))
        for written, (name, number, label) in enumerate(notes, 1):
            note = {"user_id": cast.users[name], "moment_id": cast.moments[key(number)]}
            note["label"] = max(label, LABELS[number - 1])
            session.execute(insert(Note).values(**note, text=f"{name} {written}", written=written))
        recount = dict.fromkeys(("revision", "catalogue_revision", "recount_revision"), Series.revision + 1)
        session.execute(update(Series).values(**recount))


def everything(cast: Cast) -> list[Any]:
    with cast.app.app_context():
        return [sorted(map(str, db.session.execute(select(table.__table__)).all())) for table in KEPT]


def all_seen(cast: Cast, name: str) -> Any:
    """What somebody sees but for the codes of episodes: moments, ranks and scores, in both views."""
    with cast.app.app_context():
        return [
            {
                (row.rank, getattr(row.moment, "title", None), row.score, row.margin, row.offered)
                for row in cast.gate(name, view).ranking(method).standings
            }
            for view in View
            for method in Method
        ] + [seen_by(cast, name)]


def numbers(cast: Cast, tallies: Tallies) -> Any:
    """What each method says at every horizon."""
    with cast.app.app_context():
        state = state_of(SLUG)
        horizons = range(state.card.episode_count + 1)
        return {method: [tallies.numbers(state, method, at) for at in horizons] for method in Method}
