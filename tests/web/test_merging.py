"""Merging duplicates: what lists, notes, addresses and the ranking are afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.ballots import undo
from ranker.actions.merging import NotMergeable, merge_moments
from ranker.actions.moments import MomentText, draft_moment, edit_moment, restore_moment, retire_moment
from ranker.database import writing
from ranker.domain.clearance import Method
from ranker.domain.values import Ranking
from ranker.extensions import db
from ranker.models import Moment, Note, SavedBallot
from ranker.tallies import Tallies
from tests.cast import SLUG, Cast
from tests.domain.test_merging import by_hand
from tests.late import late_save
from tests.web.test_desk_moments import field, newest_deed
from tests.web.test_pictures import drawn, upload
from tests.worlds.walk import body_of

LISTS = st.lists(st.integers(1, 7), unique=True, max_size=6)


def merge(cast: Cast, merged: int, into: int, position: int | None = None) -> int:
    with cast.app.app_context():
        done = merge_moments(COMMAND_LINE, cast.public[f"moment{merged}"], cast.public[f"moment{into}"], position)
        return done.lists


def ranking(cast: Cast, name: str = "ada", method: Method = Method.FAIR) -> Ranking:
    with cast.app.app_context():
        return cast.gate(name).ranking(method)


def test_a_list_that_holds_both_holds_the_survivor_once_at_the_better_place(cast: Cast) -> None:
    cast.rank("ada", 9, 2, 5, 1)
    cast.rank("bob", 2, 3)
    assert merge(cast, 2, into=1) == 2
    assert cast.titles_of("ada") == ["SecretTitle9", "SecretTitle1", "SecretTitle5"]
    assert cast.titles_of("bob") == ["SecretTitle1", "SecretTitle3"]
    row = next(row for row in ranking(cast, method=Method.CLASSIC).standings if row.moment.title == "SecretTitle1")  # type: ignore[union-attr]
    assert row.score == 9 + 10


def test_a_list_that_is_saved_while_moments_are_merged_is_kept_and_merged(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.rank("ada", 2, 5)
    with late_save(cast, monkeypatch, "ada", 9, 2, 5):
        merge(cast, 2, into=1)
    assert cast.titles_of("ada") == ["SecretTitle9", "SecretTitle1", "SecretTitle5"]


def test_undo_does_not_bring_the_merged_one_back(cast: Cast) -> None:
    cast.rank("ada", 2, 5)
    cast.rank("ada", 5)
    merge(cast, 2, into=1)
    with cast.app.app_context():
        gate = cast.gate("ada")
        undo(gate, gate.own_list.stored.version)
    assert cast.titles_of("ada") == ["SecretTitle1", "SecretTitle5"]


def test_a_list_saved_before_the_survivor_was_published_keeps_its_vote(cast: Cast) -> None:
    from ranker.actions.moments import add_moment

    cast.rank("ada", 1, 2)
    with cast.app.app_context():
        cast.public["moment10"] = add_moment(COMMAND_LINE, SLUG, MomentText("A better name", "", None, 1))
    merge(cast, 1, into=10)
    assert cast.titles_of("ada") == ["A better name", "SecretTitle2"]
    first = ranking(cast, method=Method.CLASSIC).standings[0]
    assert (first.moment.title, first.score) == ("A better name", 10)  # type: ignore[union-attr]


def test_the_later_label_wins_unless_the_admin_says_otherwise(cast: Cast) -> None:
    merge(cast, 7, into=1)
    assert "SecretTitle1" not in cast.browser("bob").get(f"/series/{SLUG}").text
    merge(cast, 9, into=2, position=1)
    assert "SecretTitle2" in cast.browser("bob").get(f"/series/{SLUG}").text


def test_the_address_of_the_merged_one_leads_on_for_whoever_may_see_both(cast: Cast) -> None:
    here = f"/series/{SLUG}/moments/"
    merge(cast, 3, into=7, position=5)
    merge(cast, 2, into=1)
    merge(cast, 1, into=4)
    old, new = here + cast.public["moment3"], here + cast.public["moment7"]
    assert cast.browser("ada").get(old).location == new
    for name in ("bob", "cy", None):  # bob may see the one, and not the other
        browser = cast.browser(name)
        assert body_of(browser.get(old)) == body_of(browser.get(here + "0123456789ab"))
    assert cast.browser("bob").get(here + cast.public["moment2"]).location == here + cast.public["moment4"]
    with cast.app.app_context():
        retire_moment(COMMAND_LINE, cast.public["moment4"])
    assert cast.browser("bob").get(here + cast.public["moment2"]).status_code == 404


def test_a_note_on_the_merged_one_is_shown_at_the_survivor_for_whoever_has_none_there(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    cast.rank("bob", 2)
    with cast.app.app_context(), writing() as session:
        for name, number, label, text in (("ada", 1, 6, "kept"), ("ada", 2, 6, "lost"), ("bob", 2, 1, "moved")):
            row = {"user_id": cast.users[name], "moment_id": cast.moments[f"moment{number}"], "label": label}
            session.execute(insert(Note).values(**row, text=text, written=1))
    merge(cast, 2, into=1)
    assert "kept" in cast.browser("ada").get(f"/series/{SLUG}/list").text
    assert "lost" not in cast.browser("ada").get(f"/series/{SLUG}/list").text
    assert "moved" in cast.browser("bob").get(f"/series/{SLUG}/list").text


def test_what_does_not_fit_is_not_merged(cast: Cast) -> None:
    with cast.app.app_context():
        cast.public["moment10"] = draft_moment(COMMAND_LINE, SLUG, MomentText("A draft", "", None, 1))
        retire_moment(COMMAND_LINE, cast.public["moment9"])
    for merged, into in ((1, 1), (10, 1), (1, 10), (1, 9)):
        with pytest.raises(NotMergeable):
            merge(cast, merged, into)
    merge(cast, 2, into=1)
    with pytest.raises(NotMergeable):
        merge(cast, 2, into=3)


def test_a_restored_moment_is_one_of_its_own_again(cast: Cast) -> None:
    merge(cast, 2, into=1)
    with cast.app.app_context():
        restore_moment(COMMAND_LINE, cast.public["moment2"])
    answer = cast.browser("ada").get(f"/series/{SLUG}/moments/{cast.public['moment2']}")
    assert "SecretTitle2" in answer.text


def test_the_desk_shows_what_a_merge_would_do_before_it_does_it(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    dana, path = cast.browser("dana"), f"/admin/moments/{cast.public['moment2']}/merge"
    assert dana.get(path).status_code == 200
    for nothing in ({}, {"into": "0123456789ab"}, {"into": cast.public["moment2"]}):
        assert dana.post(path, nothing).status_code == 422
    form = {"into": cast.public["moment1"], "episode": ""}
    shown = dana.post(path, form)
    assert "at the better of the two places" in shown.text
    assert cast.titles_of("ada") == ["SecretTitle1", "SecretTitle2"]
    assert dana.post(path, {**form, "episode": "3", "shown": field(shown, "shown")}).status_code == 200
    assert dana.post(path, {**form, "shown": field(shown, "shown")}).status_code == 303
    assert cast.titles_of("ada") == ["SecretTitle1"]
    assert newest_deed(cast)[0] == "moment.merge"
    assert dana.get(path).status_code == 404
    assert "merged into" in dana.get(f"/admin/moments/{cast.public['moment2']}").text


@pytest.mark.parametrize(
    ("described", "pictured", "left"),
    [
        (True, True, "Its picture and its description stay behind with it; the other keeps its own."),
        (False, True, "Its picture stays behind with it; the other keeps its own."),
        (True, False, "Its description stays behind with it; the other keeps its own."),
        (False, False, ""),
    ],
)
def test_the_desk_says_what_stays_behind_with_the_duplicate(
    cast: Cast, described: bool, pictured: bool, left: str
) -> None:
    if not described:
        with cast.app.app_context():
            edit_moment(COMMAND_LINE, cast.public["moment2"], MomentText("SecretTitle2", "", None, 1))
    if pictured:
        upload(cast, drawn("PNG"), number=2)
    path = f"/admin/moments/{cast.public['moment2']}/merge"
    page = cast.browser("dana").post(path, {"into": cast.public["moment1"]}).text
    assert "Merge them" in page
    assert left in page
    assert page.count("behind with it") == bool(left)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 6), LISTS, LISTS).filter(lambda saved: saved[1] != saved[2]), max_size=4))
def test_after_a_merge_the_ranking_is_that_of_lists_merged_by_hand(
    cast: Cast, saved: list[tuple[int, list[int], list[int]]]
) -> None:
    with cast.app.app_context():
        ids = [cast.moments[f"moment{number}"] for number in (2, 1)]
        store(cast, saved, ids, by_hand_already=False)
        cast.gate("ada").ranking(Method.FAIR)  # so that there are counters to be counted anew
        merge_moments(COMMAND_LINE, cast.public["moment2"], cast.public["moment1"])
        merged = {name: cast.gate("ada").ranking(name) for name in (Method.FAIR, Method.CLASSIC)}
        rows = db.session.execute(select(SavedBallot.moments, SavedBallot.past).order_by(SavedBallot.user_id)).all()
        restore_moment(COMMAND_LINE, cast.public["moment2"])
        retire_moment(COMMAND_LINE, cast.public["moment2"])
        expected = store(cast, saved, ids, by_hand_already=True)
        cast.app.extensions["tallies"] = Tallies()
        assert [(row.moments, row.past) for row in rows] == expected
        assert merged == {name: cast.gate("ada").ranking(name) for name in merged}
        restore_moment(COMMAND_LINE, cast.public["moment2"])


def store(cast: Cast, saved: Any, ids: list[int], by_hand_already: bool) -> list[Any]:
    """Stores lists as they are, or as somebody would merge them by hand; returns the order and past of each."""
    merged, survivor = ids
    number = {1: merged, 2: survivor}
    expected = []
    with writing() as session:
        session.execute(SavedBallot.__table__.delete())
        for user, (progress, order, before) in enumerate(saved, 1):
            orders = [tuple(one) for one in (order, before)]
            if by_hand_already:
                orders = [by_hand(one) for one in orders]
            now, then = (tuple(number.get(one) or cast.moments[f"moment{one}"] for one in each) for each in orders)
            past = () if by_hand_already and now == then else (then,)
            row = {"user_id": user, "series_id": cast.series_id, "progress": progress, "moments": now, "past": past}
            if user <= len(cast.users):
                session.execute(insert(SavedBallot).values(**row, edition=1, version=1, counting=True))
                expected.append((now, past))
    return expected


def test_a_merge_is_one_transaction(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.rank("ada", 1, 2)

    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("ranker.actions.merging.touch", lambda *_, **__: fails())
    with pytest.raises(RuntimeError):
        merge(cast, 2, into=1)
    assert cast.titles_of("ada") == ["SecretTitle1", "SecretTitle2"]
    with cast.app.app_context():
        assert db.session.scalars(select(Moment.merged_into)).all() == [None] * 9
