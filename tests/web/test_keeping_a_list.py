"""What makes a list pleasant to keep: undo, notes, newly unlocked moments, and how it stood at each episode."""

from __future__ import annotations

import re

import pytest

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.ballots import KEPT_STEPS, NothingToUndo, redo, undo
from ranker.actions.moments import MomentText, add_moment
from ranker.actions.unlocked import greet, meet, write_note
from ranker.domain.values import MyList, PoolOrder
from ranker.gate import NotHere
from tests.cast import LABELS, SLUG, Cast, key
from tests.worlds.walk import body_of

LIST = f"/series/{SLUG}/list"
PROGRESS = f"/series/{SLUG}/progress"


def take(cast: Cast, name: str, step: str) -> int:
    with cast.app.app_context():
        version = cast.gate(name).own_list.stored.version
    return cast.browser(name).post(f"{LIST}/{step}", {"version": version}).status_code


def read(cast: Cast, name: str, **options: object) -> MyList:
    with cast.app.app_context():
        return cast.gate(name, **options).own_list.read()  # type: ignore[arg-type]


# Undo and redo


def test_several_steps_back_and_forward_again(cast: Cast) -> None:
    for order in ([1], [1, 2], [2, 1], [2, 1, 3]):
        cast.rank("ada", *order)
    for _ in range(3):
        assert take(cast, "ada", "undo") == 303
    assert cast.titles_of("ada") == ["SecretTitle1"]
    for _ in range(2):
        assert take(cast, "ada", "redo") == 303
    assert cast.titles_of("ada") == ["SecretTitle2", "SecretTitle1"]


def test_the_first_step_can_be_undone_too_and_then_there_is_nothing_left(cast: Cast) -> None:
    cast.rank("ada", 1)
    assert take(cast, "ada", "undo") == 303
    assert cast.titles_of("ada") == []
    assert take(cast, "ada", "undo") == 422


def test_a_new_change_ends_what_could_be_done_again(cast: Cast) -> None:
    cast.rank("ada", 1)
    cast.rank("ada", 2)
    take(cast, "ada", "undo")
    cast.rank("ada", 3)
    assert take(cast, "ada", "redo") == 422
    assert (read(cast, "ada").can_undo, read(cast, "ada").can_redo) == (True, False)


def test_an_undo_from_a_stale_page_changes_nothing(cast: Cast) -> None:
    cast.rank("ada", 1)
    cast.rank("ada", 2)
    assert cast.browser("ada").post(f"{LIST}/undo", {"version": 1}).status_code == 409
    assert cast.titles_of("ada") == ["SecretTitle2"]


def test_undo_counts_at_once_like_any_save(cast: Cast) -> None:
    from ranker.domain.clearance import Method

    cast.rank("ada", 1, 2)
    cast.rank("ada", 2, 1)
    take(cast, "ada", "undo")
    with cast.app.app_context():
        assert cast.gate("ada").ranking(Method.CLASSIC).standing_of(cast.public["moment1"]).score == 10


def test_so_many_steps_are_kept_and_no_more(cast: Cast) -> None:
    for number in range(KEPT_STEPS + 5):
        cast.rank("ada", 1 + number % 2)
    with cast.app.app_context():
        for _ in range(KEPT_STEPS):
            undo(cast.gate("ada"), cast.gate("ada").own_list.stored.version)
        with pytest.raises(NothingToUndo):
            undo(cast.gate("ada"), cast.gate("ada").own_list.stored.version)
        redo(cast.gate("ada"), cast.gate("ada").own_list.stored.version)


def test_undo_after_going_back_in_the_story_brings_back_locked_rows_as_locked(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    cast.rank("ada", 1)
    cast.declare("ada", 4)
    take(cast, "ada", "undo")
    assert cast.titles_of("ada") == ["locked", "SecretTitle1"]
    assert cast.titles_of("ada", view="sealed") == ["SecretTitle1"]


# Drags and presses that come too late or too many


def full_list(cast: Cast) -> list[str]:
    with cast.app.app_context():
        extra = [add_moment(COMMAND_LINE, SLUG, MomentText(f"More{number}", "", None, 1)) for number in (1, 2)]
    tokens = [cast.public[f"moment{number}"] for number in range(1, 10)] + extra
    cast.browser("ada").post(LIST, cast.list_form("ada", *tokens[:10]))
    return tokens


def test_a_drag_onto_a_full_list_lets_the_last_one_out_says_so_and_can_be_undone(cast: Cast) -> None:
    tokens = full_list(cast)
    form = cast.list_form("ada", tokens[10], *tokens[:10])
    answer = cast.browser("ada").htmx("POST", LIST, {**form, "dragged": tokens[10]})
    assert answer.status_code == 200
    assert "More2, now 1 of 10. The list was full, so “More1” went back" in answer.text
    assert cast.titles_of("ada")[:2] == ["More2", "SecretTitle1"]
    assert take(cast, "ada", "undo") == 303
    assert cast.titles_of("ada")[-1] == "More1"


def test_a_drag_below_the_last_of_a_full_list_takes_the_last_place_and_can_be_undone(cast: Cast) -> None:
    tokens = full_list(cast)
    answer = cast.browser("ada").htmx("POST", LIST, {**cast.list_form("ada", *tokens), "dragged": tokens[10]})
    assert answer.status_code == 200
    assert "More2, now 10 of 10. The list was full, so “More1” went back" in answer.text
    assert cast.titles_of("ada")[-2:] == ["SecretTitle9", "More2"]
    assert take(cast, "ada", "undo") == 303
    assert cast.titles_of("ada")[-2:] == ["SecretTitle9", "More1"]


def test_a_list_of_one_moment_eleven_times_is_refused(cast: Cast) -> None:
    token = cast.public["moment1"]
    form = {**cast.list_form("ada", *[token] * 11), "dragged": token}
    assert cast.browser("ada").post(LIST, form).status_code == 422
    assert cast.titles_of("ada") == []


def test_a_press_puts_a_moment_into_a_full_list_as_a_drag_to_its_end_does(cast: Cast) -> None:
    tokens = full_list(cast)
    form = cast.list_form("ada", *tokens[:10])
    answer = cast.browser("ada").htmx("POST", LIST, {**form, "move": f"add:{tokens[10]}"})
    assert "now 10 of 10. The list was full, so “" in answer.text
    assert len(cast.titles_of("ada")) == 10


def test_undo_says_what_it_has_changed(cast: Cast) -> None:
    cast.rank("bob", 1, 2, 3)
    cast.rank("bob", 3, 1, 2)
    cast.rank("bob", 3, 2)
    cast.rank("bob", 3, 2, 4)
    for words in (
        "Undone. SecretTitle4 is out of your list, 2 of 10 places taken.",
        "Undone. SecretTitle1 is back, 2 of 3.",
        "Undone. SecretTitle3 is 3 of 3 again.",
    ):
        form = {"version": cast.list_form("bob")["version"]}
        assert words in cast.browser("bob").htmx("POST", f"{LIST}/undo", form).text


def test_whoever_is_logged_out_meanwhile_is_told_that_the_change_was_not_saved(cast: Cast) -> None:
    cast.rank("bob", 1, 2)
    form = cast.list_form("bob", cast.public["moment2"], cast.public["moment1"])
    visitor = cast.browser()
    answer = visitor.htmx("POST", LIST, form)
    assert answer.status_code == 401
    told = re.search(
        r'class="note (note--\w+)" role="status">.*?so your change was not saved',
        visitor.get(answer.headers["HX-Redirect"]).text,
    )
    assert told is not None
    assert told[1] == "note--problem"


def test_a_step_on_is_said_on_the_list_once_and_with_what_it_unlocked(cast: Cast) -> None:
    bob = cast.browser("bob")
    bob.post(PROGRESS, {"position": "5"})
    assert 'data-said="Seen up to S2·E1. 2 moments unlocked."' in bob.htmx("GET", LIST).text
    assert 'data-said="Seen up to S2·E1."' in bob.htmx("GET", LIST).text
    assert 'data-said=""' in bob.get(LIST).text


def test_a_step_back_unlocks_nothing(cast: Cast) -> None:
    bob = cast.browser("bob")
    bob.post(PROGRESS, {"position": "5"})
    bob.post(PROGRESS, {"position": "4"})
    assert 'data-said="Seen up to S1·E4."' in bob.htmx("GET", LIST).text


def test_what_was_placed_once_is_not_new_any_more(cast: Cast) -> None:
    cast.rank("bob", 1)
    with cast.app.app_context():
        greet(cast.gate("bob"))
    cast.declare("bob", 5)
    assert "2 new moments" in cast.browser("bob").get(LIST).text
    cast.rank("bob", 1, 7)
    cast.rank("bob", 1)
    page = cast.browser("bob").get(LIST).text
    assert "1 new moment" in page
    assert page.count('class="entry__new"') == 1


@pytest.mark.parametrize(
    ("move", "words"),
    [
        ("up:moment2", "Move up SecretTitle2"),
        ("remove:moment1", "Take out SecretTitle1"),
        ("add:moment5", "Add Secret"),
    ],
)
def test_a_press_that_came_too_late_is_offered_again(cast: Cast, move: str, words: str) -> None:
    cast.rank("ada", 1, 2)
    verb, _, moment = move.partition(":")
    form = cast.list_form("ada", cast.public["moment1"], cast.public["moment2"])
    cast.rank("ada", 3, 1, 2)
    answer = cast.browser("ada").post(LIST, {**form, "move": f"{verb}:{cast.public[moment]}"})
    assert answer.status_code == 409
    assert words in answer.text
    assert "SecretTitle3" in answer.text


def test_a_drag_that_came_too_late_is_offered_again_but_not_where_it_makes_no_sense(cast: Cast) -> None:
    form = cast.list_form("ada", cast.public["moment2"], cast.public["moment1"])
    cast.rank("ada", 3)
    late = {**form, "dragged": cast.public["moment2"]}
    assert "Add SecretTitle2" in cast.browser("ada").post(LIST, late).text
    gone = {**form, "dragged": "nothing-of-ours"}
    assert "Add " not in cast.browser("ada").post(LIST, gone).text.replace("Add a moment", "").split("Not placed")[0]


def test_moving_a_locked_row_says_where_it_is_now(cast: Cast) -> None:
    cast.rank("ada", 1, 9, 2, 8)
    cast.declare("ada", 3)
    form = cast.list_form("ada", cast.public["moment1"], "locked-2", cast.public["moment2"], "locked-4")
    answer = cast.browser("ada").htmx("POST", LIST, {**form, "move": "up:locked-2"})
    assert "The locked moment, now 1 of 4." in answer.text


# Notes


def test_a_note_is_kept_and_shown_and_taken_back(cast: Cast) -> None:
    cast.rank("bob", 1)
    bob = cast.browser("bob")
    form = {"moment": cast.public["moment1"], "note": "  Because   of the <b>light</b> "}
    assert bob.post(f"{LIST}/notes", form).status_code == 303
    text = bob.get(LIST).text
    assert "Because of the &lt;b&gt;light&lt;/b&gt;" in text
    assert bob.post(f"{LIST}/notes", {**form, "note": ""}).status_code == 303
    assert "Because" not in bob.get(LIST).text


def test_a_note_written_further_on_is_locked_when_one_goes_back_and_not_overwritten(cast: Cast) -> None:
    cast.rank("ada", 1)
    moment = cast.public["moment1"]
    with cast.app.app_context():
        write_note(cast.gate("ada"), moment, "Knowing how it ends")
    cast.declare("ada", 2)
    assert [entry.note for entry in read(cast, "ada").entries] == [""]
    with cast.app.app_context():
        write_note(cast.gate("ada"), moment, "Not knowing")
    assert [entry.note for entry in read(cast, "ada").entries] == ["Not knowing"]
    cast.declare("ada", 6)
    assert [entry.note for entry in read(cast, "ada").entries] == ["Knowing how it ends"]
    with cast.app.app_context():
        write_note(cast.gate("ada"), moment, "After all")
    assert [entry.note for entry in read(cast, "ada").entries] == ["After all"]


def test_a_note_on_what_one_may_not_see_is_refused_like_one_on_nothing(cast: Cast) -> None:
    bob = cast.browser("bob")
    hidden = bob.htmx("POST", f"{LIST}/notes", {"moment": cast.public["moment9"], "note": "x"})
    unknown = bob.htmx("POST", f"{LIST}/notes", {"moment": "0" * 12, "note": "x"})
    assert hidden.status_code == unknown.status_code == 422
    assert body_of(hidden) == body_of(unknown)


def test_a_note_is_a_sentence_not_a_page(cast: Cast) -> None:
    cast.rank("bob", 1)
    bob = cast.browser("bob")
    for length, status in ((280, 303), (281, 422)):
        form = {"moment": cast.public["moment1"], "note": "x" * length}
        assert bob.post(f"{LIST}/notes", form).status_code == status


def test_nobody_else_sees_a_note(cast: Cast) -> None:
    cast.rank("bob", 1)
    with cast.app.app_context():
        write_note(cast.gate("bob"), cast.public["moment1"], "Only mine")
    cast.rank("ada", 1)
    assert "Only mine" not in cast.browser("ada").get(LIST).text


# Newly unlocked moments


def test_what_a_fan_unlocks_is_new_and_on_top_until_seen(cast: Cast) -> None:
    with cast.app.app_context():
        greet(cast.gate("bob"))
    assert read(cast, "bob").unlocked == 0
    cast.declare("bob", 5)
    my = read(cast, "bob")
    assert my.unlocked == 2
    assert [(row.moment.title, row.new) for row in my.pool][:3] == [
        ("SecretTitle7", True),
        ("SecretTitle8", True),
        ("SecretTitle1", False),
    ]
    with cast.app.app_context():
        meet(cast.gate("bob"), cast.public["moment7"])
    assert read(cast, "bob").unlocked == 1
    cast.rank("bob", 8)
    assert read(cast, "bob").unlocked == 0


def test_to_somebody_who_arrives_in_the_middle_of_the_story_nothing_is_new(cast: Cast) -> None:
    cast.add_fan("eve", 4)
    assert read(cast, "eve").unlocked == 0
    cast.add_fan("fay", 1)
    assert read(cast, "fay").unlocked == 2


def test_going_back_and_on_again_does_not_make_what_was_seen_new(cast: Cast) -> None:
    with cast.app.app_context():
        greet(cast.gate("ada"))
    cast.declare("ada", 2)
    cast.declare("ada", 6)
    assert read(cast, "ada").unlocked == 0


def test_new_ones_can_be_revealed_one_at_a_time(cast: Cast) -> None:
    cast.declare("bob", 6)
    bob = cast.browser("bob")
    assert bob.post(f"{LIST}/settings", {"reveal": "one"}).status_code == 303
    text = bob.get(LIST).text
    assert "SecretTitle7" in text
    assert "SecretTitle8" not in text
    assert bob.post(f"{LIST}/unlocked", {"moment": cast.public["moment7"]}).status_code == 303
    assert "SecretTitle8" in bob.get(LIST).text
    assert bob.post(f"{LIST}/settings", {"reveal": "all"}).status_code == 303
    assert "SecretTitle9" in bob.get(LIST).text


def test_after_the_last_new_one_it_is_said_that_all_were_looked_at(cast: Cast) -> None:
    cast.declare("bob", 5)
    bob = cast.browser("bob")
    assert (
        'data-said="1 left to look at."'
        in bob.htmx("POST", f"{LIST}/unlocked", {"moment": cast.public["moment7"]}).text
    )
    assert (
        'data-said="All new moments looked at."'
        in bob.htmx("POST", f"{LIST}/unlocked", {"moment": cast.public["moment8"]}).text
    )


def test_a_hidden_moment_cannot_be_met(cast: Cast) -> None:
    with cast.app.app_context(), pytest.raises(NotHere):
        meet(cast.gate("bob"), cast.public["moment9"])


# The order of the pool


def test_the_pool_stands_in_the_order_asked_for_and_remembers_it(cast: Cast) -> None:
    cast.rank("ada", 5, 3, 1)
    with cast.app.app_context():
        greet(cast.gate("bob"))
    bob = cast.browser("bob")
    orders = {
        PoolOrder.STORY: ["SecretTitle1", "SecretTitle2", "SecretTitle3"],
        PoolOrder.NEWEST: ["SecretTitle5", "SecretTitle6", "SecretTitle4"],
        PoolOrder.COMMUNITY: ["SecretTitle5", "SecretTitle3", "SecretTitle1"],
    }
    for order, titles in orders.items():
        with cast.app.app_context():
            pool = cast.gate("bob").own_list.read(order).pool
        assert [row.moment.title for row in pool][:3] == titles
        assert bob.post(f"{LIST}/settings", {"sort": order.value}).status_code == 303
        text = bob.get(LIST).text
        places = [text.index(f'id="entry-{cast.public[title.replace("SecretTitle", "moment")]}"') for title in titles]
        assert places == sorted(places)
    assert bob.post(f"{LIST}/settings", {"sort": "nonsense"}).status_code == 422


# Through the story


def test_the_list_is_shown_as_it_stood_at_each_episode_with_what_changed(cast: Cast) -> None:
    cast.rank("bob", 1, 2)
    cast.declare("bob", 6)
    cast.rank("bob", 9, 2)
    with cast.app.app_context():
        early, late = cast.gate("bob").own_list.story()
    assert (early.position, late.position) == (4, 6)
    assert [(entry.moment.title, entry.change) for entry in late.entries] == [
        ("SecretTitle9", None),
        ("SecretTitle2", 0),
    ]
    assert [moment.title for moment in late.gone] == ["SecretTitle1"]
    page = cast.browser("bob").get(f"{LIST}/story?at=4").text
    assert "SecretTitle1" in page


def test_a_stage_where_nothing_changed_is_none(cast: Cast) -> None:
    cast.rank("ada", 1, 9)
    cast.declare("ada", 3)
    cast.rank("ada", 2)
    cast.rank("ada", 1)
    cast.declare("ada", 4)
    with cast.app.app_context():
        assert len(cast.gate("ada").own_list.story()) == 1


def test_the_story_of_a_list_shows_nothing_from_further_on(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    cast.declare("ada", 4)
    with cast.app.app_context():
        stages = cast.gate("ada").own_list.story()
    assert [[entry.moment.title for entry in stage.entries] for stage in stages] == [["SecretTitle1"]]
    assert stages[0].position == 4
    for at in ("", "?at=6", "?at=99", "?at=x"):
        assert "SecretTitle9" not in cast.browser("ada").get(f"{LIST}/story{at}").text


def test_a_visitor_is_shown_what_they_could_choose_from_and_led_to_an_account(cast: Cast) -> None:
    visitor = cast.browser()
    assert "Choose from what you have seen" not in visitor.get(LIST).text
    visitor.post(f"/series/{SLUG}/progress", {"position": 1, "confirmed": 1})
    page = visitor.get(LIST).text
    offered = {int(number) for number in re.findall(r"SecretTitle(\d+)", page)}
    assert offered == {number for number, label in enumerate(LABELS, 1) if label <= 1}
    assert f'href="/register?next=/series/{SLUG}/moments/{cast.public[key(1)]}"' in page
