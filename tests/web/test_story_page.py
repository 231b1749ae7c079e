"""How the story changes the ranking: the page, and a moment's own path on its page."""

from __future__ import annotations

import re

import pytest

from ranker.domain.clearance import Method
from ranker.domain.paths import Paths
from tests.cast import SLUG, Cast
from tests.worlds.walk import body_of

STORY = f"/series/{SLUG}/story"


def votes(cast: Cast) -> None:
    cast.rank("bob", 1, 2, 3)
    cast.rank("ada", 9, 3, 1, 7, 2)
    cast.declare("cy", 2)
    cast.rank("cy", 3, 1)
    cast.declare("cy", 6)
    cast.rank("cy", 1, 8, 3)


def table(page: str) -> dict[str, list[str]]:
    """The rows of the table of numbers, by title."""
    rows = re.findall(r'<th class="ranks__moment" scope="row">.*?>(SecretTitle\d)</a></th>(.*?)</tr>', page, re.S)
    return {title: re.findall(r"<td[^>]*>(.*?)</td>", cells) for title, cells in rows}


def shown(page: str) -> list[str]:
    """The labels of the chart's lines, from the top."""
    return re.findall(r'<span class="bump__title">(SecretTitle\d)</span>', page)


def brought_out(page: str) -> list[str]:
    return re.findall(r'aria-current="true"><span class="bump__rank">.*?bump__title">(SecretTitle\d)<', page, re.S)


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("view", ["masked", "sealed"])
def test_each_step_is_the_ranking_sealed_there(cast: Cast, method: Method, view: str) -> None:
    votes(cast)
    with cast.app.app_context():
        gate = cast.gate("bob", view=view)
        paths: Paths = gate.paths(method)
        assert [code.position for code in paths.episodes] == [1, 2, 3, 4]
        for index, code in enumerate(paths.episodes):
            sealed = gate.sealed_at(code.position).ranking(method).standings
            expected = {row.moment.public_id: row.rank for row in sealed if not row.moment.locked and row.rank}
            assert {path.moment.public_id: path.ranks[index] for path in paths.paths if path.ranks[index]} == expected
        assert expected


def test_the_page_is_the_same_masked_and_sealed(cast: Cast) -> None:
    votes(cast)
    bob = cast.browser("bob")
    pages = []
    for view in ("masked", "sealed"):
        bob.post("/view", {"view": view})
        page = bob.get(STORY)
        assert f'data-view="{view}"' in page.text
        pages.append(body_of(page).replace(f'data-view="{view}"', ""))
    assert pages[0] == pages[1]


def test_the_chart_and_the_table_have_the_same_moments_and_none_that_lies_ahead(cast: Cast) -> None:
    votes(cast)
    page = cast.browser("bob").get(STORY).text
    rows = table(page)
    assert list(rows) == shown(page)
    assert set(rows) == {f"SecretTitle{number}" for number in range(1, 7)}
    assert [len(row) for row in rows.values()] == [4] * 6
    assert rows["SecretTitle4"][:2] == ["–", "–"]
    assert rows["SecretTitle3"][0] == "–"
    assert all(rank.isdecimal() for row in rows.values() for rank in row[3:])


def test_an_address_can_look_back_but_never_ahead(cast: Cast) -> None:
    votes(cast)
    bob = cast.browser("bob")
    assert set(table(bob.get(f"{STORY}?as_of=2").text)) == {"SecretTitle1", "SecretTitle2", "SecretTitle3"}
    assert body_of(bob.get(f"{STORY}?as_of=6")) == body_of(bob.get(STORY))


def test_a_line_is_brought_out_and_let_go_by_its_label(cast: Cast) -> None:
    votes(cast)
    bob = cast.browser("bob")
    plain = bob.get(f"{STORY}?method=classic").text
    assert not brought_out(plain)
    label = rf'id="line-{cast.public["moment2"]}" href="([^"#]*)#chart"'
    chosen = bob.get(re.findall(label, plain)[0].replace("&amp;", "&")).text
    assert brought_out(chosen) == ["SecretTitle2"]
    assert 'aria-current="true">Classic' in chosen
    again = bob.get(re.findall(label, chosen)[0].replace("&amp;", "&")).text
    assert not brought_out(again)


def test_those_that_do_not_lead_can_be_chosen_too(cast: Cast) -> None:
    from ranker.actions.audit import COMMAND_LINE
    from ranker.actions.moments import MomentText, add_moment

    with cast.app.app_context():
        for number in range(10, 18):
            text = MomentText(f"Extra{number}", "", None, 1)
            cast.public[f"moment{number}"] = add_moment(COMMAND_LINE, SLUG, text)
    cast.rank("ada", *range(10, 18), 1, 2)
    ada = cast.browser("ada")
    assert "SecretTitle9" not in shown(ada.get(STORY).text)
    chosen = ada.get(f"{STORY}?moment={cast.public['moment9']}").text
    assert shown(chosen)[-1] == "SecretTitle9"
    assert "SecretTitle9" in table(chosen)


def test_what_lies_ahead_cannot_be_chosen_and_is_not_echoed(cast: Cast) -> None:
    votes(cast)
    bob = cast.browser("bob")
    plain = body_of(bob.get(STORY))
    for id in (cast.public["moment9"], "000000000000", "", "<b>"):
        assert body_of(bob.get(STORY, query_string={"moment": id})) == plain


def test_the_furthest_are_told_in_words(cast: Cast) -> None:
    """By points 2 leads at the first episode; then 3 comes between on the lists that prefer 1, and 1 leads."""
    for name in ("ada", "bob"):
        cast.rank(name, 1, 3, 2)
    for number in range(3):
        cast.add_fan(f"fan-{number}", 6, (2, 1))
    page = cast.browser("bob").get(f"{STORY}?method=classic").text
    rose, fell = (
        " ".join(re.sub(r"<[^>]*>", " ", part).split()) for part in page.split("Rose most")[1].split("Fell most")
    )
    assert rose == "up 1 SecretTitle1 from 2 to 1 of the 2 there were at S1·E1"
    assert fell.startswith("down 1 SecretTitle2 from 1 to 2 of the 2 there were at S1·E1")


def test_without_lists_there_is_nothing_to_draw(cast: Cast) -> None:
    page = cast.browser("bob").get(STORY).text
    assert "No lists yet" in page
    assert "<path" not in page.split('id="content"')[1].split("rail__line")[1]


def test_first_watch_says_when_nobody_saved_a_list_so_early(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    bob = cast.browser("bob")
    assert "Nobody saved a list this early" in bob.get(f"{STORY}?method=first").text
    assert "SecretTitle1" in table(bob.get(STORY).text)


def test_a_look_back_is_kept_from_page_to_page(cast: Cast) -> None:
    votes(cast)
    bob = cast.browser("bob")
    page = bob.get(f"{STORY}?as_of=2").text
    assert f'/moments/{cast.public["moment1"]}?as_of=2"' in page
    moment = bob.get(f"/series/{SLUG}/moments/{cast.public['moment1']}?as_of=2").text
    assert f'/story?as_of=2&amp;moment={cast.public["moment1"]}"' in moment


def test_whoever_has_not_begun_is_told_what_will_be_here(cast: Cast) -> None:
    votes(cast)
    assert "The story has not begun" in cast.browser("cy").get(f"{STORY}?as_of=0").text
    assert "The story has not begun" in cast.browser().get(STORY).text


def test_a_moment_has_its_own_path_on_its_page(cast: Cast) -> None:
    votes(cast)
    page = cast.browser("bob").get(f"/series/{SLUG}/moments/{cast.public['moment3']}").text
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))
    numbers = table(cast.browser("bob").get(STORY).text)["SecretTitle3"]
    assert f"Rank {numbers[1]} when it came with S1·E2" in words
    assert f"/story?moment={cast.public['moment3']}" in page


def test_without_lists_a_moment_has_no_path(cast: Cast) -> None:
    page = cast.browser("bob").get(f"/series/{SLUG}/moments/{cast.public['moment3']}").text
    assert "when it came" not in page
