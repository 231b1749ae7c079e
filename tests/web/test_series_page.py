"""The community ranking, a moment's page, and the two ways to look."""

from __future__ import annotations

import re
from html import unescape

from tests.cast import SLUG, Cast
from tests.worlds.walk import body_of

SERIES = f"/series/{SLUG}"


def test_locked_rows_keep_their_places_when_masked_and_are_not_there_when_sealed(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 2)
    bob = cast.browser("bob")
    masked = bob.get(SERIES).text
    assert "S2·E2" in masked
    assert "Teaser9" in masked
    bob.post("/view", {"view": "sealed"})
    sealed = bob.get(SERIES).text
    assert "Teaser9" not in sealed
    assert "SecretTitle1" in sealed


def test_a_list_of_locked_moments_alone_is_a_list_when_masked_and_none_when_sealed(cast: Cast) -> None:
    cast.rank("ada", 8, 9)
    cast.declare("ada", 4)
    ada = cast.browser("ada")
    assert "Make my top" not in ada.get(SERIES).text
    ada.post("/view", {"view": "sealed"})
    assert "Make my top" in ada.get(SERIES).text


def test_the_choice_of_view_is_remembered_for_fans_and_visitors(cast: Cast) -> None:
    for browser in (cast.browser("bob"), cast.browser()):
        browser.post("/view", {"view": "sealed"})
        assert "Teaser9" not in browser.get(SERIES).text
        browser.post("/view", {"view": "masked"})
        assert "Teaser9" in browser.get(SERIES).text


def test_an_address_can_seal_but_never_unseal(cast: Cast) -> None:
    bob = cast.browser("bob")
    assert "Teaser9" not in bob.get(f"{SERIES}?view=sealed").text
    bob.post("/view", {"view": "sealed"})
    assert "Teaser9" not in bob.get(f"{SERIES}?view=masked").text


def test_an_address_can_look_back_but_never_ahead(cast: Cast) -> None:
    bob = cast.browser("bob")
    back = bob.get(f"{SERIES}?as_of=2").text
    assert "SecretTitle3" in back
    assert "SecretTitle4" not in back
    ahead = bob.get(f"{SERIES}?as_of=6").text
    assert "SecretTitle7" not in ahead


def test_both_methods_have_an_address(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    bob = cast.browser("bob")
    for query in ("", "?method=fair", "?method=classic", "?method=nonsense"):
        assert bob.get(SERIES + query).status_code == 200


def test_a_visible_moment_has_a_page_and_a_locked_one_a_fixed_one(cast: Cast) -> None:
    bob = cast.browser("bob")
    assert "SecretText1" in bob.get(f"{SERIES}/moments/{cast.public['moment1']}").text
    locked = bob.get(f"{SERIES}/moments/{cast.public['moment9']}")
    assert locked.status_code == 200
    assert "S2·E2" in locked.text
    assert cast.public["moment9"] not in locked.text


def test_a_sealed_viewer_gets_the_bytes_of_an_unknown_address_for_a_locked_moment(cast: Cast) -> None:
    bob = cast.browser("bob")
    bob.post("/view", {"view": "sealed"})
    locked = bob.htmx("GET", f"{SERIES}/moments/{cast.public['moment9']}")
    unknown = bob.htmx("GET", f"{SERIES}/moments/000000000000")
    assert locked.status_code == unknown.status_code == 404
    assert body_of(locked) == body_of(unknown)


def test_a_page_and_its_fragment_share_one_address(cast: Cast) -> None:
    bob = cast.browser("bob")
    page, fragment = bob.get(SERIES).text, bob.htmx("GET", SERIES).text
    assert "<html" in page
    assert "<html" not in fragment
    assert 'id="content"' in fragment


def test_an_unknown_series_is_not_there(cast: Cast) -> None:
    for path in ("/series/nothing", "/series/nothing/list", "/series/nothing/moments/x"):
        assert cast.browser("ada").get(path).status_code == 404


def test_the_home_page_lists_every_series_also_without_any(cast: Cast) -> None:
    assert "The Lighthouse" in cast.browser().get("/").text


def test_a_kept_ranking_is_not_shown_to_somebody_who_stands_elsewhere(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    assert "SecretTitle9" in cast.browser("ada").get(SERIES).text
    assert "SecretTitle9" not in cast.browser("bob").get(SERIES).text
    assert "SecretTitle9" not in cast.browser().get(SERIES).text


# ---- Ties, few lists, none


def test_moments_that_tie_share_a_rank_and_say_so(cast: Cast) -> None:
    cast.rank("ada", 1)
    page = cast.browser("ada").get(SERIES).text
    assert page.count(", tied</span>") == 8
    assert "Rank </span>1</span>" in page
    assert 'aria-hidden="true">=</span>2<span' in page
    assert "Rank </span>3" not in page


def test_a_tiny_community_is_told_that_every_list_moves_this(cast: Cast) -> None:
    browser = cast.browser("bob")
    assert "No lists yet: yours can be the first" in browser.get(SERIES).text
    cast.rank("ada", 1, 2)
    assert "1 list so far: every list moves this" in browser.get(SERIES).text
    for number in range(20):
        cast.add_fan(f"fan{number}", 6, [1, 2])
    assert "every list moves this" not in browser.get(SERIES).text


# ---- Finding


def shown(page: str) -> list[str]:
    """The titles and the codes of locked rows that are not hidden, in order."""
    rows = re.findall(r'<li class="standing[^>]*>.*?</li>', page, re.S)
    texts = [re.search(r"SecretTitle\d+|S\d·E\d", row) for row in rows if " hidden>" not in row.split("\n")[0]]
    return [text[0] for text in texts if text]


def test_a_search_finds_what_is_visible_and_keeps_the_ranks_of_the_whole(cast: Cast) -> None:
    cast.rank("ada", 9, 2, 1)
    page = cast.browser("bob").get(f"{SERIES}?q=secrettitle1").text
    assert shown(page) == ["SecretTitle1"]
    row = page[page.index(f'id="row-{cast.public["moment1"]}"') :]
    assert re.search(r"Rank </span>(<span[^>]*>=</span>)?(\d+)", row)[2] == "3"  # type: ignore[index]


def test_a_search_never_finds_a_locked_row(cast: Cast) -> None:
    cast.rank("ada", 9)
    for words in ("SecretTitle9", "Teaser9", "locked"):
        page = cast.browser("bob").get(f"{SERIES}?q={words}").text
        assert shown(page) == []
        assert "Nothing found" in page
        assert 'id="not-found" hidden' not in page


def test_a_season_keeps_its_locked_rows(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    page = cast.browser("bob").get(f"{SERIES}?season=2").text
    assert shown(page) == ["S2·E2", "S2·E1", "S2·E1"]
    assert shown(cast.browser("bob").get(f"{SERIES}?season=2&q=Secret").text) == []


def test_a_season_there_is_not_is_no_question(cast: Cast) -> None:
    for season in ("3", "99", "x", "-1"):
        assert len(shown(cast.browser("bob").get(f"{SERIES}?season={season}").text)) == 9


def test_the_whole_ranking_is_one_press_away_from_a_search(cast: Cast) -> None:
    page = cast.browser("bob").get(f"{SERIES}?q=zebra&method=classic&as_of=2").text
    assert f'href="{SERIES}?method=classic&amp;as_of=2" data-find-all' in page


# ---- Looking back


def links(page: str) -> set[str]:
    return {unescape(link) for link in re.findall(r'href="([^"]+)"', page)}


def test_one_steps_back_and_on_and_never_beyond_where_one_stands(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    bob = cast.browser("bob")
    assert f"{SERIES}?as_of=3" in links(bob.get(SERIES).text)
    assert {f"{SERIES}?as_of=1", f"{SERIES}?as_of=3", SERIES} <= links(bob.get(f"{SERIES}?as_of=2").text)
    last = links(bob.get(f"{SERIES}?as_of=3").text)
    assert f"{SERIES}?as_of=2" in last
    assert not {link for link in last if "as_of=4" in link}
    assert not {link for link in links(bob.get(f"{SERIES}?as_of=1").text) if "as_of=0" in link}


def test_every_episode_one_has_seen_can_be_looked_back_to_and_no_other(cast: Cast) -> None:
    page = cast.browser("bob").get(f"{SERIES}?as_of=2").text
    choices = page[page.index('id="as-of"') :]
    values = re.findall(r'<option value="(\d+)"', choices[: choices.index("</select>")])
    assert values == ["1", "2", "3", "4"]


def test_a_look_back_says_that_it_is_sealed_and_where(cast: Cast) -> None:
    page = cast.browser("bob").get(f"{SERIES}?as_of=2").text
    assert "Looking back, sealed:" in page
    assert "as if the series ended at S1·E2" in page
    assert "<b>Masked:</b>" not in page


def test_method_episode_and_search_are_kept_from_one_look_to_the_next(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    found = links(cast.browser("bob").get(f"{SERIES}?method=classic&as_of=2&q=title&season=1").text)
    assert f"{SERIES}?as_of=2&q=title&season=1" in found  # to the other method
    assert f"{SERIES}?method=classic&as_of=1&q=title&season=1" in found
    assert f"{SERIES}?method=classic&q=title&season=1" in found  # back to now


def test_a_sealed_link_stays_sealed_from_one_look_to_the_next(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    page = cast.browser("bob").get(f"{SERIES}?view=sealed").text
    assert "Sealed by this link" in page
    assert {f"{SERIES}?method=classic&view=sealed", SERIES} <= links(page)


def test_who_has_seen_one_episode_at_most_has_nothing_to_look_back_to(cast: Cast) -> None:
    for position in (0, 1):
        cast.declare("cy", position)
        assert "as_of=" not in cast.browser("cy").get(SERIES).text
