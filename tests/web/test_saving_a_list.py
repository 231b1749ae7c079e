"""Saving a list: what is taken, what is refused, and that nothing is lost either way."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.ballots import StaleBallot, save_ballot
from ranker.actions.moments import MomentText, add_moment, edit_moment, restore_moment, retire_moment
from ranker.domain.clearance import Method
from ranker.extensions import db
from ranker.models import BallotChange, SavedBallot
from tests.cast import SLUG, Cast
from tests.worlds.walk import body_of

LIST = f"/series/{SLUG}/list"


def test_a_saved_list_is_there_afterwards(cast: Cast) -> None:
    bob = cast.browser("bob")
    form = cast.list_form("bob", cast.public["moment2"], cast.public["moment5"])
    answer = bob.post(LIST, form)
    assert (answer.status_code, answer.location) == (303, LIST)
    assert cast.titles_of("bob") == ["SecretTitle2", "SecretTitle5"]


@pytest.mark.parametrize(
    ("move", "after"),
    [
        ("add:4", [1, 2, 3, 4]),
        ("up:2", [2, 1, 3]),
        ("down:2", [1, 3, 2]),
        ("top:3", [3, 1, 2]),
        ("remove:2", [1, 3]),
        ("place:1", [2, 3, 1]),
        ("up:1", [1, 2, 3]),
        ("down:3", [1, 2, 3]),
    ],
)
def test_every_move_has_a_press(cast: Cast, move: str, after: list[int]) -> None:
    cast.rank("ada", 1, 2, 3)
    verb, _, number = move.partition(":")
    token = cast.public[f"moment{number}"]
    form = cast.list_form("ada", *(cast.public[f"moment{number}"] for number in (1, 2, 3)))
    answer = cast.browser("ada").post(LIST, {**form, "move": f"{verb}:{token}", f"place-{token}": "3"})
    assert answer.status_code == 303
    assert cast.titles_of("ada") == [f"SecretTitle{number}" for number in after]


def test_a_hidden_and_an_unknown_moment_are_refused_with_identical_bytes(cast: Cast) -> None:
    bob = cast.browser("bob")
    hidden = bob.htmx("POST", LIST, cast.list_form("bob", cast.public["moment1"], cast.public["moment9"]))
    unknown = bob.htmx("POST", LIST, cast.list_form("bob", cast.public["moment1"], "abcdefabcdef"))
    assert hidden.status_code == unknown.status_code == 422
    assert body_of(hidden) == body_of(unknown)
    assert cast.titles_of("bob") == []


@pytest.mark.parametrize("tokens", [["moment1"] * 2, ["moment1", "nothing"]], ids=["twice", "unknown"])
def test_a_refused_list_changes_nothing_and_says_why(cast: Cast, tokens: list[str]) -> None:
    cast.rank("bob", 3)
    form = cast.list_form("bob", *(cast.public.get(token, token) for token in tokens))
    answer = cast.browser("bob").post(LIST, form)
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    assert cast.titles_of("bob") == ["SecretTitle3"]


def test_more_than_the_list_holds_is_refused(cast: Cast) -> None:
    with cast.app.app_context():
        extra = [add_moment(COMMAND_LINE, SLUG, MomentText(f"More{number}", "", None, 1)) for number in range(3)]
    tokens = [*(cast.public[f"moment{number}"] for number in range(1, 9)), *extra]
    answer = cast.browser("ada").post(LIST, cast.list_form("ada", *tokens))
    assert answer.status_code == 422
    assert "Your list holds 10" in answer.text


def test_a_stale_page_gets_the_newest_list_and_a_sentence(cast: Cast) -> None:
    stale = cast.list_form("ada", cast.public["moment1"])
    cast.rank("ada", 2, 3)
    answer = cast.browser("ada").post(LIST, stale)
    assert answer.status_code == 409
    assert "another tab" in answer.text
    assert "SecretTitle3" in answer.text
    assert cast.titles_of("ada") == ["SecretTitle2", "SecretTitle3"]


def test_of_two_saves_of_one_version_one_counts(cast: Cast) -> None:
    cast.rank("ada", 1)
    with cast.app.app_context():
        first, second = cast.gate("ada"), cast.gate("ada")
        assert first.own_list.stored.version == second.own_list.stored.version == 1
        save_ballot(first, [cast.public["moment2"]], 1)
        with pytest.raises(StaleBallot):
            save_ballot(second, [cast.public["moment3"]], 1)
    assert cast.titles_of("ada") == ["SecretTitle2"]


def test_of_two_first_saves_one_counts_even_from_different_progress(cast: Cast) -> None:
    with cast.app.app_context():
        first, second = cast.gate("ada"), cast.gate("ada")
        assert not first.own_list.stored.version + second.own_list.stored.version
    cast.declare("ada", 3)
    with cast.app.app_context():
        save_ballot(cast.gate("ada"), [cast.public["moment1"]], 0)
        with pytest.raises(StaleBallot):
            save_ballot(second, [cast.public["moment3"]], 0)


def test_saving_the_same_again_is_no_new_version(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    cast.rank("ada", 1, 2)
    with cast.app.app_context():
        assert cast.gate("ada").own_list.stored.version == 1


def test_a_list_is_kept_as_it_stood_at_each_progress_and_only_the_newest_counts(cast: Cast) -> None:
    cast.rank("bob", 1)
    cast.declare("bob", 6)
    cast.rank("bob", 9, 1)
    with cast.app.app_context():
        rows = db.session.execute(
            select(SavedBallot.progress, SavedBallot.version, SavedBallot.counting).order_by(SavedBallot.version)
        ).all()
        assert [tuple(row) for row in rows] == [(4, 1, False), (6, 2, True)]
        assert cast.gate("ada").ranking(Method.FAIR).lists == 1


def test_each_save_is_one_line_of_the_log(cast: Cast) -> None:
    cast.rank("bob", 1)
    cast.rank("ada", 9, 1)
    cast.rank("bob", 2, 1)
    with cast.app.app_context():
        changes = db.session.scalars(select(BallotChange).order_by(BallotChange.revision)).all()
        revisions = [change.revision for change in changes]
        assert revisions == list(range(revisions[0], revisions[0] + 3))
        assert changes[2].before == changes[0].after
        assert changes[2].after is not None
        assert changes[2].after.order == (cast.moments["moment2"], cast.moments["moment1"])


def test_a_locked_moment_keeps_its_place_in_my_list(cast: Cast) -> None:
    cast.rank("ada", 1, 9, 2, 8, 3)
    cast.declare("ada", 4)
    assert cast.titles_of("ada") == ["SecretTitle1", "locked", "SecretTitle2", "locked", "SecretTitle3"]
    form = cast.list_form("ada", cast.public["moment2"], "locked-2", cast.public["moment1"], "locked-4")
    assert cast.browser("ada").post(LIST, form).status_code == 303
    cast.declare("ada", 6)
    assert cast.titles_of("ada") == [f"SecretTitle{number}" for number in (2, 9, 1, 8)]


def test_a_locked_entry_can_be_moved_and_taken_out_without_being_named(cast: Cast) -> None:
    cast.rank("ada", 1, 9, 2)
    cast.declare("ada", 4)
    form = cast.list_form("ada", cast.public["moment1"], "locked-2", cast.public["moment2"])
    assert cast.browser("ada").post(LIST, {**form, "move": "top:locked-2"}).status_code == 303
    assert cast.titles_of("ada") == ["locked", "SecretTitle1", "SecretTitle2"]
    form = cast.list_form("ada", "locked-1", cast.public["moment1"], cast.public["moment2"])
    assert cast.browser("ada").post(LIST, {**form, "move": "remove:locked-1"}).status_code == 303
    cast.declare("ada", 6)
    assert cast.titles_of("ada") == ["SecretTitle1", "SecretTitle2"]


def test_a_sealed_list_has_no_locked_rows_and_saving_it_keeps_them(cast: Cast) -> None:
    cast.rank("ada", 1, 9, 2)
    cast.declare("ada", 4)
    assert cast.titles_of("ada", view="sealed") == ["SecretTitle1", "SecretTitle2"]
    ada = cast.browser("ada")
    ada.post("/view", {"view": "sealed"})
    assert ada.post(LIST, cast.list_form("ada", cast.public["moment2"], cast.public["moment1"])).status_code == 303
    cast.declare("ada", 6)
    assert cast.titles_of("ada") == ["SecretTitle2", "SecretTitle9", "SecretTitle1"]


def test_a_sealed_fan_cannot_feel_for_locked_rows(cast: Cast) -> None:
    cast.rank("ada", 1, 9, 2)
    cast.declare("ada", 4)
    ada = cast.browser("ada")
    ada.post("/view", {"view": "sealed"})
    there = ada.htmx("POST", LIST, cast.list_form("ada", "locked-2"))
    not_there = ada.htmx("POST", LIST, cast.list_form("ada", "locked-7"))
    assert there.status_code == not_there.status_code == 422
    assert body_of(there) == body_of(not_there)


def test_a_retired_moment_leaves_the_list_and_comes_back_to_its_place(cast: Cast) -> None:
    cast.rank("ada", 1, 5, 2)
    with cast.app.app_context():
        retire_moment(COMMAND_LINE, cast.public["moment5"])
    assert cast.titles_of("ada") == ["SecretTitle1", "SecretTitle2"]
    cast.rank("ada", 2, 1)
    with cast.app.app_context():
        restore_moment(COMMAND_LINE, cast.public["moment5"])
    assert cast.titles_of("ada") == ["SecretTitle2", "SecretTitle5", "SecretTitle1"]


def test_what_was_chosen_while_a_moment_was_away_is_not_pushed_out_by_it(cast: Cast) -> None:
    form = {"title": "The Lighthouse", "ballot_size": "3"}
    assert cast.browser("dana").post(f"/admin/series/{SLUG}", form).status_code == 303
    cast.rank("ada", 1, 2, 3)
    with cast.app.app_context():
        retire_moment(COMMAND_LINE, cast.public["moment1"])
    assert "1 moment of yours is not ranked any more" in cast.browser("ada").get(LIST).text
    cast.rank("ada", 2, 3, 4)
    with cast.app.app_context():
        restore_moment(COMMAND_LINE, cast.public["moment1"])
    assert cast.titles_of("ada") == ["SecretTitle2", "SecretTitle3", "SecretTitle4"]
    form = {"version": cast.list_form("ada")["version"]}
    assert "Undone. SecretTitle1 is back, 1 of 3." in cast.browser("ada").htmx("POST", f"{LIST}/undo", form).text
    assert cast.titles_of("ada") == ["SecretTitle1", "SecretTitle2", "SecretTitle3"]


def test_what_is_retired_further_on_takes_no_room_from_what_one_has_seen(cast: Cast) -> None:
    """Else a sealed viewer could tell that it had been in their list."""
    form = {"title": "The Lighthouse", "ballot_size": "3"}
    assert cast.browser("dana").post(f"/admin/series/{SLUG}", form).status_code == 303
    cast.rank("ada", 9, 1, 2)
    cast.declare("ada", 4)
    with cast.app.app_context():
        for number in (9, 1):
            retire_moment(COMMAND_LINE, cast.public[f"moment{number}"])
    cast.rank("ada", 2, 3)
    with cast.app.app_context():
        restore_moment(COMMAND_LINE, cast.public["moment1"])
    assert "SecretTitle1" in cast.titles_of("ada")


@pytest.mark.parametrize(("name", "told"), [("ada", True), ("bob", False)])
def test_a_retired_moment_that_is_still_locked_is_not_told_of(cast: Cast, name: str, told: bool) -> None:
    cast.rank(name, 1)
    cast.declare(name, 6)
    cast.rank(name, 9, 1)
    if not told:
        cast.declare(name, 4)
    with cast.app.app_context():
        retire_moment(COMMAND_LINE, cast.public["moment9"])
    assert ('id="set-aside"' in cast.browser(name).get(LIST).text) == told


def test_a_new_moment_does_not_lose_to_lists_saved_before_it(cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    with cast.app.app_context():
        new = add_moment(COMMAND_LINE, SLUG, MomentText("Brand new", "", None, 1))
        standing = cast.gate("ada").ranking(Method.FAIR).standing_of(new)
        assert (standing.score, standing.offered) == (0.5, 0)


def test_a_save_is_counted_at_once_by_a_tally_that_was_there_before(cast: Cast) -> None:
    with cast.app.app_context():
        assert cast.gate("ada").ranking(Method.CLASSIC).lists == 0
    cast.rank("ada", 1, 2)
    with cast.app.app_context():
        assert cast.gate("ada").ranking(Method.CLASSIC).standing_of(cast.public["moment1"]).score == 10
    cast.rank("ada", 2, 1)
    with cast.app.app_context():
        assert cast.gate("ada").ranking(Method.CLASSIC).standing_of(cast.public["moment1"]).score == 9


def test_moving_a_label_counts_the_series_anew_without_the_entries_that_fell_out(cast: Cast) -> None:
    cast.rank("bob", 5, 1)
    with cast.app.app_context():
        assert cast.gate("ada").ranking(Method.CLASSIC).standing_of(cast.public["moment5"]).score == 10
        edit_moment(COMMAND_LINE, cast.public["moment5"], MomentText("SecretTitle5", "", None, 5))
        assert cast.gate("ada").ranking(Method.CLASSIC).standing_of(cast.public["moment5"]).score == 0
        assert cast.gate("ada").ranking(Method.CLASSIC).standing_of(cast.public["moment1"]).score == 10


def test_a_visitor_who_posts_a_list_is_asked_to_log_in_and_brought_back(cast: Cast) -> None:
    visitor = cast.browser()
    answer = visitor.post(LIST, {"version": "0"})
    assert (answer.status_code, answer.location) == (303, f"/login?next={LIST}")
    answer = visitor.htmx("POST", LIST, {"version": "0"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, f"/login?next={LIST}")


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 40, "1.0", "١"])
def test_a_version_that_is_none_is_refused(cast: Cast, version: str) -> None:
    assert cast.browser("ada").post(LIST, {"version": version}).status_code == 422


@pytest.mark.parametrize("move", ["fly:x", "up", "up:nothing", "place:x", ":", "add:" + "x" * 5_000])
def test_a_move_that_is_none_is_refused(cast: Cast, move: str) -> None:
    assert cast.browser("ada").post(LIST, {"version": "0", "move": move}).status_code == 422


def test_going_back_moving_something_and_going_on_again_loses_no_vote(cast: Cast) -> None:
    cast.rank("ada", 1, 9, 2)
    cast.declare("ada", 2)
    form = cast.list_form("ada", cast.public["moment2"], "locked-2", cast.public["moment1"])
    cast.browser("ada").post(LIST, form)
    with cast.app.app_context():
        assert cast.gate("cy").ranking(Method.CLASSIC).standings[0].offered == 1
    cast.declare("ada", 6)
    assert cast.titles_of("ada") == ["SecretTitle2", "SecretTitle9", "SecretTitle1"]
    with cast.app.app_context():
        assert cast.gate("ada").ranking(Method.CLASSIC).standing_of(cast.public["moment9"]).score == 9


def test_raising_progress_alone_leaves_the_offer_of_a_list_as_it_was(cast: Cast) -> None:
    cast.rank("bob", 1, 2)
    cast.declare("bob", 6)
    with cast.app.app_context():
        assert cast.gate("bob").own_list.stored.version == 1
        assert cast.gate("bob").ranking(Method.FAIR).standing_of(cast.public["moment9"]).offered == 0


def test_classic_points_follow_the_size_of_the_list_and_are_never_negative(cast: Cast) -> None:
    dana = cast.browser("dana")
    form = {"title": "The Lighthouse", "ballot_size": "3"}
    assert dana.post(f"/admin/series/{SLUG}", form).status_code == 303
    cast.rank("ada", 1, 2, 3)
    with cast.app.app_context():
        retire_moment(COMMAND_LINE, cast.public["moment1"])
    cast.rank("ada", 2, 3, 4)
    with cast.app.app_context():
        restore_moment(COMMAND_LINE, cast.public["moment1"])
        standings = cast.gate("ada").ranking(Method.CLASSIC).standings
    assert sorted((row.score for row in standings if row.score), reverse=True) == [3, 2, 1]


def test_a_very_long_list_is_refused_without_asking_for_all_of_it(cast: Cast) -> None:
    form = cast.list_form("ada", *(f"{number:012x}" for number in range(900)))
    assert cast.browser("ada").post(LIST, form).status_code == 422
