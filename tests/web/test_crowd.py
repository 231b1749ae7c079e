"""Me and the crowd: a fan's list beside the order of the others."""

from __future__ import annotations

import re
from html import unescape

import pytest

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import MomentText, add_moment
from ranker.domain.agreement import Comparison
from ranker.domain.clearance import Method
from ranker.extensions import db
from ranker.models import SavedBallot
from ranker.tallies import Tallies
from tests.cast import SLUG, Cast, key

CROWD = f"/series/{SLUG}/crowd"


def others(cast: Cast, *rankings: list[int], position: int = 6) -> None:
    for number, ranking in enumerate(rankings):
        cast.add_fan(f"other{number}", position, ranking)


def beside(cast: Cast, name: str, view: str = "masked") -> Comparison:
    with cast.app.app_context():
        return cast.gate(name, view).beside_the_others()


def ranks(comparison: Comparison) -> dict[str, int]:
    return {entry.moment.public_id: entry.first for entry in comparison.ranking}


def words(cast: Cast, name: str | None) -> str:
    text = re.sub(r"<[^>]+>", " ", cast.browser(name).get(CROWD).text)
    return " ".join(unescape(text).split())


def test_a_fan_reads_how_far_they_agree_in_words_and_as_a_number(cast: Cast) -> None:
    others(cast, [1, 2, 3, 4], [1, 2, 3, 4])
    cast.rank("bob", 1, 2, 3, 4)
    assert re.search(r"You and the crowd see it alike .*\+1\.00 on a scale", words(cast, "bob"))
    cast.rank("bob", 4, 3, 2, 1)
    assert re.search(r"You see it the other way round .*−1\.00 on a scale", words(cast, "bob"))
    cast.rank("bob", 1, 2, 4, 3)
    assert "+0.67" in words(cast, "bob")


def test_ones_own_list_is_left_out_to_the_bit(cast: Cast) -> None:
    """The others' numbers are those of a community in which the fan never saved anything."""
    others(cast, [1, 2, 3], [3, 1], [2, 6, 1], position=4)
    with cast.app.app_context():
        gate = cast.gate("bob")
        without = gate.tallies.numbers(gate.state, Method.FAIR, 4)
    cast.rank("bob", 6, 5, 4)
    cast.rank("bob", 6, 5, 4, 3)
    with cast.app.app_context():
        gate = cast.gate("bob")
        assert gate.tallies.numbers_of_others(gate.state, cast.users["bob"], 4) == without
        assert gate.tallies.numbers(gate.state, Method.FAIR, 4) != without


def test_a_list_that_is_saved_meanwhile_is_taken_out_as_it_was_counted(cast: Cast) -> None:
    """The page knows an older revision than the list that is stored when it is made."""
    others(cast, [1, 2], [2, 1])
    cast.rank("bob", 1, 2, 3)
    with cast.app.app_context():
        before = ranks(cast.gate("bob").beside_the_others())
        late = cast.gate("bob")  # opened now, read later
    cast.rank("bob", 3, 6)
    with cast.app.app_context():
        assert ranks(late.beside_the_others()) == before
        assert ranks(cast.gate("bob").beside_the_others()) == before


def test_a_held_list_was_never_counted_and_is_not_taken_out(cast: Cast) -> None:
    others(cast, [1, 2], [2, 1])
    cast.rank("bob", 1, 2, 3)
    before = ranks(beside(cast, "bob"))
    with cast.app.app_context():
        held = db.update(SavedBallot).where(SavedBallot.user_id == cast.users["bob"]).values(held="admin")
        db.session.execute(held)
        db.session.commit()
    cast.app.extensions["tallies"] = Tallies()
    assert ranks(beside(cast, "bob")) == before


@pytest.mark.parametrize("view", ["masked", "sealed"])
def test_both_views_compare_as_it_looks_from_where_the_fan_stands(cast: Cast, view: str) -> None:
    others(cast, [9, 8, 1, 2], [9, 1, 2])
    cast.declare("bob", 6)
    cast.rank("bob", 9, 2, 1)
    cast.declare("bob", 4)
    comparison = beside(cast, "bob", view)
    titles = [entry.moment.title for entry in comparison.ranking]
    assert len(titles) == 6
    assert "SecretTitle9" not in titles
    assert [(entry.mine, entry.moment.title) for entry in comparison.mine] == [(1, "SecretTitle2"), (2, "SecretTitle1")]
    assert ranks(comparison)[cast.public[key(1)]] == 1


def test_the_page_says_that_it_is_sealed_and_whose_lists_are_counted(cast: Cast) -> None:
    others(cast, [1, 2])
    cast.rank("bob", 1, 2)
    page = words(cast, "bob")
    assert "Counted from the 1 list of one other: yours is left out" in page
    assert "Sealed at S1·E4" in page


def test_what_is_loved_more_what_less_and_what_was_left_out(cast: Cast) -> None:
    others(cast, *[[1, 2, 3, 4, 5]] * 3)
    cast.rank("bob", 4, 1)
    page = words(cast, "bob")
    more = page[page.index("What I love more") : page.index("What the others love more")]
    less = page[page.index("What the others love more") : page.index("Their favourites I left out")]
    out = page[page.index("Their favourites I left out") :]
    assert "SecretTitle4 mine 1 · others 4" in more
    assert "SecretTitle1 mine 2 · others 1" in less
    assert re.findall(r"SecretTitle\d others \d", out) == [
        "SecretTitle2 others 2",
        "SecretTitle3 others 3",
        "SecretTitle5 others 5",
    ]


def test_a_line_leads_from_each_moment_to_itself(cast: Cast) -> None:
    others(cast, *[[1, 2, 3, 4, 5]] * 3)
    cast.rank("bob", 4, 1)
    lines = re.findall(
        r'<path class="beside__line[^"]*" d="M0 (\d+)C.* 100 (\d+)"/>', cast.browser("bob").get(CROWD).text
    )
    assert set(lines) == {("5", "35"), ("15", "5")}


def test_a_tie_of_the_others_is_said_as_the_places_it_spans(cast: Cast) -> None:
    with cast.app.app_context():
        for number in range(6):
            add_moment(COMMAND_LINE, SLUG, MomentText(f"More{number}", "", None, 1))
    others(cast, *[[1]] * 3)
    cast.rank("bob", 3, 1)
    page = words(cast, "bob")
    assert "SecretTitle3 others: 2–12" in page
    assert "The community’s first is in your list. After that it has not decided." in page


def test_others_who_decided_nothing_are_no_crowd_to_agree_with(cast: Cast) -> None:
    others(cast, [4])
    cast.rank("bob", 1, 2)
    assert "The others have not decided between these" in words(cast, "bob")


def test_whoever_has_too_little_to_compare_is_told_what_is_missing(cast: Cast) -> None:
    assert "Are you with the crowd, or on your own?" in words(cast, None)
    assert "You have not watched anything yet." in words(cast, "cy")
    assert "Your list comes first" in words(cast, "bob")
    cast.rank("bob", 1)
    assert "One more, and you can be compared" in words(cast, "bob")
    cast.rank("bob", 1, 2)
    assert "Nobody to compare with yet" in words(cast, "bob")
    cast.rank("ada", 9)
    assert "The others have not decided between these" in words(cast, "bob")


def test_nobody_elses_name_or_list_is_on_the_page(cast: Cast) -> None:
    others(cast, [1, 2], [2, 1])
    cast.rank("bob", 1, 2)
    page = cast.browser("bob").get(CROWD).text
    assert "other0" not in page
    assert not re.search(r"\bada\b", page)  # an id can hold the letters
