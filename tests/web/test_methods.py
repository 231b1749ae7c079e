"""The page that explains the methods, and the one that shows where they disagree."""

from __future__ import annotations

import re

import pytest

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import MomentText, add_moment
from tests.cast import SLUG, Browser, Cast

SERIES = f"/series/{SLUG}"


def rows(page: str) -> list[tuple[str, str]]:
    """Each row of the comparison: the moment and what is said of it."""
    found = re.findall(r'versus__title"[^>]*>([^<]+)</a>\s*<span class="versus__said">([^<]*)<', page)
    return [(title.removeprefix("SecretTitle"), " ".join(said.split())) for title, said in found]


def disagreement(cast: Cast) -> Browser:
    """Six fans who stopped early, and ada, who has seen all and loves what they had no chance to see."""
    for number in range(6):
        cast.add_fan(f"early-{number}", 2, [1, 2])
    cast.rank("ada", 9, 8, 3)
    return cast.browser("ada")


@pytest.mark.parametrize("name", ["ada", None])
def test_everybody_can_read_how_the_methods_work(cast: Cast, name: str | None) -> None:
    page = cast.browser(name).get("/methods").text
    for word in ("Fair:", "Classic:", "First watch:", "margin", "Early", "share a rank"):
        assert word in page


def test_the_sentence_on_a_ranking_is_the_one_of_the_methods_page(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    page = cast.browser().get("/methods").text
    for method in ("fair", "classic", "first"):
        words = cast.browser().get(f"{SERIES}?method={method}").text
        sentence = re.search(r"<p class=\"lens__says\"><b>(Fair|Classic|First watch):</b>(.+?\.)(?= |</p>)", words)
        assert sentence is not None
        assert f"<b>{sentence[1]}:</b>{sentence[2]}" in page


def test_every_page_leads_to_the_methods(cast: Cast) -> None:
    for path in ("/", SERIES, f"{SERIES}/methods"):
        assert 'href="/methods"' in cast.browser().get(path).text
    assert f'href="{SERIES}/methods"' in cast.browser().get(SERIES).text


def test_the_moments_the_methods_disagree_on_most_come_first(cast: Cast) -> None:
    found = rows(disagreement(cast).get(f"{SERIES}/methods").text)
    assert found[0] == ("9", "2 places apart")
    spreads = [int(said.split()[0]) if "apart" in said else 0 for _, said in found]
    assert spreads == sorted(spreads, reverse=True)
    assert found[-1][1] == "the same by all three"


def test_ten_are_shown_and_the_others_when_asked_for(cast: Cast) -> None:
    with cast.app.app_context():
        for number in range(3):
            add_moment(COMMAND_LINE, SLUG, MomentText(f"More{number}", "", None, 1))
    first, _, others = disagreement(cast).get(f"{SERIES}/methods").text.partition('<details class="fold')
    assert len(rows(first)) == 10
    assert len(rows(others)) == 2
    assert "All 12" in others


def test_only_moments_one_has_seen_are_compared_and_only_among_each_other(cast: Cast) -> None:
    disagreement(cast)
    bob = cast.browser("bob")
    seen = {}
    for view in ("masked", "sealed"):
        bob.post("/view", {"view": view})
        page = bob.get(f"{SERIES}/methods").text
        assert "Teaser9" not in page
        seen[view] = rows(page)
    assert sorted(title for title, _ in seen["masked"]) == ["1", "2", "3", "4", "5", "6"]
    assert seen["masked"] == seen["sealed"]


def test_first_watch_without_lists_has_no_ranks(cast: Cast) -> None:
    cast.rank("ada", 2, 1)
    page = cast.browser("bob").get(f"{SERIES}/methods").text
    assert "First watch has none to count" in page
    assert rows(page)[0][1] == "the same by both"


def test_without_lists_or_moments_the_page_says_what_to_do(cast: Cast) -> None:
    assert "Make the first list" in cast.browser("bob").get(f"{SERIES}/methods").text
    assert "Nothing to compare yet" in cast.browser("cy").get(f"{SERIES}/methods").text
    assert cast.browser("ada").get("/series/nothing/methods").status_code == 404


def test_methods_that_agree_are_said_to_agree(cast: Cast) -> None:
    for name in ("ada", "bob"):
        cast.rank(name, 1, 2, 3, 4, 5, 6)
    assert "They agree on every moment" in cast.browser("bob").get(f"{SERIES}/methods").text
