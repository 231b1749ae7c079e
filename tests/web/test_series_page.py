"""The community ranking, a moment's page, and the two ways to look."""

from __future__ import annotations

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
