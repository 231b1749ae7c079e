"""The duels page: any two moments one against one, the matrix of all, and whether one beats every other."""

from __future__ import annotations

import re
from itertools import product

import pytest
from werkzeug.test import TestResponse

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import MomentText, add_moment, retire_moment
from tests.cast import SLUG, Cast, key
from tests.worlds.walk import body_of

DUELS = f"/series/{SLUG}/duels"


def duel(cast: Cast, one: int | str, other: int | str, name: str = "bob", more: str = "", sealed: bool = False) -> str:
    """The page with two moments compared, by number, or by whatever stands in the address."""
    ids = [cast.public[key(value)] if isinstance(value, int) else value for value in (one, other)]
    browser = cast.browser(name)
    if sealed:
        browser.post("/view", {"view": "sealed"})
    return body_of(browser.get(f"{DUELS}?a={ids[0]}&b={ids[1]}{more}"))


def said(page: str) -> str:
    """The sentence the page begins with."""
    found = re.search(r'id="duel-words">(.*?)</h2>', page)
    assert found is not None
    return re.sub(r"<[^>]+>", "", found[1])


def matrix(page: str | TestResponse) -> dict[tuple[str, str], str]:
    """What stands in each field, by the titles of row and column."""
    text = page if isinstance(page, str) else page.text
    fields = re.findall(r'aria-label="(\S+) against (\S+): [^"]*">([^<]*)</a></td>', text)
    return {(row, column): content for row, column, content in fields}


def title(number: int) -> str:
    return f"SecretTitle{number}"


def three_fans(cast: Cast) -> None:
    cast.rank("ada", 2, 1, 3)
    cast.rank("bob", 1, 2)
    cast.add_fan("eve", 4, [1])


def test_a_duel_is_said_in_one_sentence_the_winner_first(cast: Cast) -> None:
    three_fans(cast)
    assert said(duel(cast, 1, 2)) == "SecretTitle1 beats SecretTitle2 on 2 of 3 lists"
    assert said(duel(cast, 2, 1)) == "SecretTitle1 beats SecretTitle2 on 2 of 3 lists"
    assert said(duel(cast, 3, 2)) == "SecretTitle2 beats SecretTitle3 on 2 of 2 lists"


def test_only_lists_that_could_choose_both_are_counted_and_those_with_neither_are_named(cast: Cast) -> None:
    three_fans(cast)
    cast.add_fan("fay", 1, [2])  # has not reached the third moment
    page = duel(cast, 3, 2)
    facts = re.findall(r"<dt>([^<]+)</dt><dd>([\d,–]+)", page)
    assert facts == [
        ("Of the lists that decide", "100"),
        ("Margin: 95 % interval", "34–100"),
        ("Could choose both", "3"),
        ("Rank neither", "1"),
    ]


def test_a_draw_and_a_duel_nobody_decides_are_said_too(cast: Cast) -> None:
    cast.add_fan("eve", 1, [1, 2])
    assert said(duel(cast, 1, 3)) == "No list could choose both SecretTitle1 and SecretTitle3 yet"
    cast.rank("bob", 2, 1)
    assert said(duel(cast, 3, 4)) == "No list decides between SecretTitle3 and SecretTitle4 yet"
    assert said(duel(cast, 1, 2)) == "SecretTitle1 and SecretTitle2 draw, 1 list each"


def test_without_a_choice_the_first_two_of_the_ranking_fight(cast: Cast) -> None:
    three_fans(cast)
    assert said(body_of(cast.browser("bob").get(DUELS))) == "SecretTitle1 beats SecretTitle2 on 2 of 3 lists"


def test_one_moment_alone_asks_for_another(cast: Cast) -> None:
    three_fans(cast)
    for one, other in ((1, ""), ("", 1), (1, 1)):
        assert said(duel(cast, one, other)) == "Choose the other one"


@pytest.mark.parametrize("sealed", [False, True])
def test_a_locked_moment_in_the_address_is_as_absent_as_an_unknown_one(cast: Cast, sealed: bool) -> None:
    cast.rank("ada", 9, 1, 2)
    for known, way in product((1, "", 2), ("", "&as_of=2", "&view=sealed")):
        locked, unknown = (duel(cast, known, other, "bob", way, sealed) for other in (9, "000000000000"))
        assert locked == unknown
    assert said(duel(cast, 1, 9, "ada")) == "SecretTitle9 beats SecretTitle1 on 1 of 1 list"


def test_masked_and_sealed_see_the_same_duels_of_what_both_may_see(cast: Cast) -> None:
    cast.rank("ada", 9, 3, 1, 2)
    cast.rank("bob", 1, 2)
    assert said(duel(cast, 1, 2)) == said(duel(cast, 1, 2, sealed=True))
    assert matrix(duel(cast, 1, 2)) == matrix(duel(cast, 1, 2, sealed=True))


def test_the_matrix_holds_every_pair_one_may_see_and_both_sides_of_each(cast: Cast) -> None:
    three_fans(cast)
    fields = matrix(cast.browser("bob").get(DUELS))
    visible = [title(number) for number in range(1, 7)]
    assert set(fields) == {(one, other) for one, other in product(visible, visible) if one != other}
    assert (fields[title(1), title(2)], fields[title(2), title(1)]) == ("67", "33")
    assert fields[title(4), title(5)] == "–"


def test_an_earlier_episode_can_be_looked_at_and_links_stay_there(cast: Cast) -> None:
    three_fans(cast)
    page = duel(cast, 1, 2, more="&as_of=2")
    assert "Looking back" in page
    assert {row for row, _ in matrix(page)} == {title(1), title(2), title(3)}
    inner = re.findall(r'<a class="matrix__duel" href="([^"]+)"', page)
    assert inner
    assert all("as_of=2&amp;" in link for link in inner)
    assert '<input type="hidden" name="as_of" value="2">' in page
    assert "Looking back" not in duel(cast, 1, 2, more="&as_of=6")


def test_a_moment_that_beats_every_other_one_is_named_plainly(cast: Cast) -> None:
    three_fans(cast)
    page = body_of(cast.browser("bob").get(f"{DUELS}?as_of=2"))
    assert re.search(r'id="verdict-name"><a [^>]*>SecretTitle1</a> beats every other moment you can see</h2>', page)
    assert "it wins all 2 of its duels, none by more than chance would do" in page


def test_a_circle_is_explained_with_those_who_are_in_it(cast: Cast) -> None:
    for name, order in (("ada", (1, 2, 3)), ("bob", (2, 3, 1))):
        cast.rank(name, *order)
    cast.add_fan("eve", 4, [3, 1, 2])
    page = body_of(cast.browser("bob").get(DUELS))
    words = re.sub(r"<[^>]+>", "", page)
    assert "No moment beats every other one" in words
    turns = ("1 2 3 1", "2 3 1 2", "3 1 2 3")
    circles = [", which beats ".join(map(title, map(int, turn.split()))).replace(", which", "", 1) for turn in turns]
    assert any(circle in words for circle in circles)
    named = re.search(r"But (\S+), (\S+) and (\S+) each beat everything else\.", words)
    assert named is not None
    assert set(named.groups()) == {title(1), title(2), title(3)}


def test_draws_leave_no_winner_either(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    cast.rank("bob", 2, 1)
    words = re.sub(r"<[^>]+>", "", duel(cast, 1, 2))
    assert "No moment beats every other one" in words
    assert "end in a draw" in words


def test_without_lists_that_decide_anything_one_is_asked_to_make_one(cast: Cast) -> None:
    assert "No duel is decided yet" in duel(cast, 1, 2)
    cast.rank("ada", 9)
    assert "No duel is decided yet" in duel(cast, 1, 2)
    cast.rank("ada", 9, 1)
    assert "No duel is decided yet" not in duel(cast, 1, 2)


def rows(page: TestResponse) -> int:
    return page.text.count('scope="row"')


def test_many_moments_come_in_parts_and_all_at_once_while_they_are_not_too_many(cast: Cast) -> None:
    def add_moments(numbers: range) -> None:
        with cast.app.app_context():
            for number in numbers:
                add_moment(COMMAND_LINE, SLUG, MomentText(title(number), "", None, 1))

    bob = cast.browser("bob")
    cast.rank("bob", 1, 2)
    add_moments(range(10, 18))
    sizes = {part: rows(bob.get(f"{DUELS}?part={part}")) for part in ("", 0, 1, 2, 9, "x", "all")}
    assert sizes == {"": 12, 0: 12, 1: 12, 2: 2, 9: 2, "x": 12, "all": 14}
    add_moments(range(18, 35))
    assert rows(bob.get(f"{DUELS}?part=all")) == 12
    assert rows(bob.get(f"{DUELS}?part=3")) == 7


def test_one_moment_is_no_duel(cast: Cast) -> None:
    with cast.app.app_context():
        retire_moment(COMMAND_LINE, cast.public["moment2"])
    assert "A duel takes two" in body_of(cast.browser("bob").get(f"{DUELS}?as_of=1"))
    assert "A duel takes two" in body_of(cast.browser("cy").get(DUELS))


def test_the_duels_are_linked_from_the_pages_of_the_series(cast: Cast) -> None:
    assert f'href="{DUELS}"' in cast.browser("bob").get(f"/series/{SLUG}").text
