"""Lists that fans show to others: up to an episode, and never further than the one who looks has come."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from ranker.domain.values import SideBySide
from ranker.extensions import db
from ranker.gate.public_lists import side_by_side
from ranker.models import User
from tests.cast import SLUG, Cast

SHARE = f"/series/{SLUG}/list/share"


def share(cast: Cast, name: str, cap: int) -> None:
    assert cast.browser(name).post(SHARE, {"cap": cap}).status_code == 303


def address(name: str, more: str = "") -> str:
    return f"/fans/{name}/{SLUG}{more}"


def words(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def shown_to(cast: Cast, name: str | None, whose: str, at: int | None = None) -> list[str]:
    """The rows of somebody's public list: titles, or when a locked one unlocks."""
    browser = cast.browser(name)
    if at is not None:
        browser.post(f"/series/{SLUG}/progress", {"position": at, "confirmed": at})
    page = browser.get(address(whose)).text
    rows = re.findall(r'<li class="entry entry--story.*?</li>', page, re.S)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in rows]


def both(cast: Cast, name: str, left: str, right: str | None) -> SideBySide:
    with cast.app.app_context():
        return side_by_side(cast.gate(name), left, right)


def test_a_list_is_shown_to_nobody_until_its_owner_shares_it(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    unknown = cast.browser("bob").get(address("nobody"))
    private = cast.browser("bob").get(address("ada"))
    assert (private.status_code, unknown.status_code) == (404, 404)
    strip = re.compile(r'nonce="[^"]*"|X-CSRFToken": "[^"]*"|name="csrf_token"\s+value="[^"]*"')
    assert strip.sub("", private.text) == strip.sub("", unknown.text)
    share(cast, "ada", 6)
    assert cast.browser("bob").get(address("ada")).status_code == 200
    assert cast.browser("bob").get(f"/fans/ADA/{SLUG}").status_code == 200


def test_everybody_sees_it_by_the_smaller_of_its_cap_and_their_own_progress(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 5, 3)
    share(cast, "ada", 6)
    assert shown_to(cast, "bob", "ada") == [
        "1 “Teaser9” Unlocks after S2·E2",
        "2 SecretTitle1 S1·E1",
        "3 SecretTitle5 S1·E4",
        "4 SecretTitle3 S1·E2",
    ]
    share(cast, "ada", 2)
    assert shown_to(cast, "bob", "ada") == [
        "1 “Teaser9” Unlocks after S2·E2",
        "2 SecretTitle1 S1·E1",
        "3 “Teaser5” Kept locked by ada",
        "4 SecretTitle3 S1·E2",
    ]
    assert not re.search("Secret", " ".join(shown_to(cast, None, "ada", 0)))
    assert "SecretTitle1" in " ".join(shown_to(cast, None, "ada", 1))


def test_for_whoever_has_seen_the_last_episode_nothing_comes_later(cast: Cast) -> None:
    share(cast, "ada", 6)
    ada = cast.browser("ada")
    assert "You have seen the whole series, so none of it is locked." in words(ada.get(address("ada")).text)
    cast.declare("ada", 5)
    assert "You see it up to S2·E1, where you are. What comes later is locked." in words(ada.get(address("ada")).text)


def test_a_sealed_viewer_finds_only_what_they_have_reached_in_its_order(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 5, 3)
    share(cast, "ada", 6)
    cast.browser("bob").post("/view", {"view": "sealed"})
    assert shown_to(cast, "bob", "ada") == ["1 SecretTitle1 S1·E1", "2 SecretTitle5 S1·E4", "3 SecretTitle3 S1·E2"]


def test_nobody_shows_more_than_they_have_seen(cast: Cast) -> None:
    assert cast.browser("bob").post(SHARE, {"cap": 5}).status_code == 422
    assert cast.browser("bob").post(SHARE, {"cap": "x"}).status_code == 422
    assert cast.browser("ada").get(address("bob")).status_code == 404


def test_trying_out_shares_nothing(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 5)
    ada = cast.browser("ada")
    page = words(ada.get(SHARE).text)
    assert "Nothing of the story" in page
    assert "SecretTitle" not in page
    tried = ada.get(f"{SHARE}?cap=4").text
    assert "SecretTitle5" in tried
    assert "SecretTitle9" not in tried
    assert ada.get(address("ada")).status_code == 404
    share(cast, "ada", 4)
    assert f"/fans/ada/{SLUG}" in ada.get(SHARE).text


def test_of_many_episodes_the_earlier_ones_are_chosen_in_a_list(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 5)
    earlier = {"cap": "earlier", "earlier": "4"}
    tried = cast.browser("ada").get(f"{SHARE}?{urlencode(earlier)}").text
    assert "SecretTitle5" in tried
    assert "SecretTitle9" not in tried
    assert cast.browser("ada").post(SHARE, earlier).status_code == 303
    assert "up to S1·E4" in cast.browser("ada").get(address("ada")).text
    assert cast.browser("ada").post(SHARE, {"cap": "earlier"}).status_code == 422


@pytest.mark.parametrize("path", [SHARE, f"/series/{SLUG}/feed"])
def test_the_token_of_a_choice_is_in_no_field_that_its_preview_sends(cast: Cast, path: str) -> None:
    (form,) = re.findall(r'<form [^>]*id="choice".*?</form>', cast.browser("ada").get(path).text, re.S)
    assert "csrf_token" not in "".join(re.findall("<input[^>]*>|<select[^>]*>", form))


def test_taken_back_it_is_as_if_it_had_never_been_there(cast: Cast) -> None:
    cast.rank("ada", 1)
    share(cast, "ada", 6)
    cast.browser("ada").post(f"{SHARE}/stop")
    assert cast.browser("bob").get(address("ada")).status_code == 404
    assert "Only you see it now" in cast.browser("ada").get(SHARE).text


def test_what_was_stopped_in_another_tab_is_shared_no_more_until_asked_anew(cast: Cast) -> None:
    cast.rank("ada", 1)
    share(cast, "ada", 6)
    ada = cast.browser("ada")
    assert f'formaction="{SHARE}/cap"' in ada.get(f"{SHARE}?cap=2").text
    ada.post(f"{SHARE}/stop")
    answer = ada.post(f"{SHARE}/cap", {"cap": 2})
    assert answer.location == f"{SHARE}?cap=2"
    page = ada.get(answer.location).text
    assert "Sharing was stopped meanwhile" in words(page)
    assert "Your list is shared. Anybody" not in page
    assert f'formaction="{SHARE}"' in page
    assert cast.browser("bob").get(address("ada")).status_code == 404


def test_how_far_a_shared_list_is_told_is_changed_no_further_than_one_has_come(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 5)
    share(cast, "ada", 6)
    ada = cast.browser("ada")
    assert ada.post(f"{SHARE}/cap", {"cap": 2}).location == SHARE
    assert "up to S1·E2" in ada.get(address("ada")).text
    cast.declare("ada", 1)
    assert ada.post(f"{SHARE}/cap", {"cap": 2}).status_code == 422
    assert ada.post(f"{SHARE}/cap?numbering=1", {"cap": 1}).status_code == 409


def test_who_goes_back_tries_out_and_keeps_no_more_than_they_see_now(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 5)
    share(cast, "ada", 6)
    cast.declare("ada", 2)
    page = cast.browser("ada").get(f"{SHARE}?cap=6").text
    assert "SecretTitle1" in page
    assert "SecretTitle5" not in page


def test_a_closed_account_shows_nothing(cast: Cast) -> None:
    cast.rank("ada", 1)
    share(cast, "ada", 6)
    with cast.app.app_context():
        db.session.execute(db.update(User).where(User.name == "ada").values(disabled=True))
        db.session.commit()
    assert cast.browser("bob").get(address("ada")).status_code == 404


def test_a_visitor_is_asked_to_log_in_before_sharing_and_reads_without(cast: Cast) -> None:
    answer = cast.browser().post(SHARE, {"cap": 0})
    assert answer.status_code == 303
    assert "/login" in answer.headers["Location"]
    assert "Make an account to keep your list" in cast.browser().get(SHARE).text


def test_an_empty_list_says_so(cast: Cast) -> None:
    share(cast, "cy", 0)
    assert "Nothing to see here yet" in cast.browser("bob").get(address("cy")).text


def test_stepping_on_from_somebodys_list_stays_there(cast: Cast) -> None:
    share(cast, "ada", 6)
    referer = {"Referer": f"http://localhost{address('ada')}"}
    answer = cast.browser("bob").post(f"/series/{SLUG}/progress", {"position": 5}, headers=referer)
    assert answer.headers["Location"] == address("ada")


# Beside one another


def test_two_lists_stand_side_by_side_with_their_agreement(cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    cast.rank("bob", 1, 2, 3)
    share(cast, "ada", 6)
    page = words(cast.browser("bob").get(address("ada", "/beside")).text)
    assert "ada and bob" in page
    assert re.search(r"They see it alike .*\+1\.00 on a scale", page)
    cast.rank("bob", 3, 2, 1)
    page = words(cast.browser("bob").get(address("ada", "/beside")).text)
    assert re.search(r"They see it the other way round .*−1\.00 on a scale", page)


def test_what_is_in_one_list_only_comes_after_all_of_the_other(cast: Cast) -> None:
    """1 2 beside 2: the pair stands the other way round, 1 comes last on the right."""
    cast.rank("ada", 1, 2)
    cast.rank("bob", 2)
    share(cast, "ada", 6)
    assert both(cast, "bob", "ada", None).agreement == -1.0


@pytest.mark.parametrize(("cap", "judged"), [(6, 3), (2, 2), (1, 1), (0, 0)])
def test_only_what_both_could_choose_and_the_viewer_may_read_is_judged(cast: Cast, cap: int, judged: int) -> None:
    cast.rank("ada", 9, 1, 3, 5)
    cast.rank("bob", 3, 1)
    share(cast, "ada", cap)
    assert both(cast, "bob", "ada", None).judged == judged


def test_a_locked_row_has_no_place_on_the_other_side(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    cast.add_fan("eve", 6, (9, 1))
    share(cast, "ada", 6)
    share(cast, "eve", 6)
    rows = both(cast, "bob", "ada", "eve").left_rows
    assert [(row.moment.locked, row.other) for row in rows] == [(True, None), (False, 2)]


def test_nobody_is_further_than_the_last_episode(cast: Cast) -> None:
    cast.rank("ada", 1)
    here, last = (words(cast.browser("ada").get(f"{SHARE}?cap={cap}").text) for cap in (5, 6))
    assert "up to S2·E1 or further sees this" in here
    assert "or further" not in last
    assert "the whole series" in last


def test_a_name_that_shows_nothing_and_one_there_is_not_are_told_alike(cast: Cast) -> None:
    share(cast, "ada", 6)
    pages = [cast.browser("bob").get(address("ada", f"/beside?with={name}")) for name in ("dana", "nobody")]
    assert {page.status_code for page in pages} == {404}
    texts = {words(page.text).replace("dana", "NAME").replace("nobody", "NAME") for page in pages}
    assert len(texts) == 1
    text = texts.pop()
    assert "No list by that name" in text
    assert "ada’s list beside another" in text
    assert "…" not in text


@pytest.mark.parametrize(
    "link",
    [
        f"http://localhost/fans/eve%20%EC%9C%A4/{SLUG}",
        f"https://elsewhere.example:8443/ranker/fans/Eve 윤/{SLUG}/",
        f"elsewhere.example/fans/EVE%20윤/{SLUG}",
        f" /fans/eve%20윤/{SLUG}/beside?with=ada#content",
        "/fans/eve%20윤/another-series?lang=ko",
        "Eve 윤",
    ],
)
def test_whose_list_is_beside_it_is_named_or_given_by_the_link_of_their_list(cast: Cast, link: str) -> None:
    cast.add_fan("Eve 윤", 6, (1, 2))
    cast.rank("ada", 2, 1)
    share(cast, "ada", 6)
    share(cast, "Eve 윤", 6)
    found = cast.browser("bob").get(f"{address('ada', '/beside')}?{urlencode({'with': link})}")
    assert found.status_code == 200
    assert "ada and Eve 윤" in words(found.text)


def test_the_first_part_of_a_link_that_looks_like_one_counts(cast: Cast) -> None:
    cast.add_fan("fans", 6, (1, 2))
    share(cast, "ada", 6)
    share(cast, "fans", 6)
    link = urlencode({"with": f"/fans/fans/{SLUG}/beside"})
    assert "ada and fans" in words(cast.browser("bob").get(f"{address('ada', '/beside')}?{link}").text)


def test_the_link_that_sharing_gives_is_one(cast: Cast) -> None:
    share(cast, "ada", 6)
    share(cast, "bob", 4)
    (link,) = re.findall(r'id="link" value="([^"]+)"', cast.browser("bob").get(SHARE).text)
    assert cast.browser().get(f"{address('ada', '/beside')}?{urlencode({'with': link})}").status_code == 200


def test_a_link_of_nobody_is_told_as_their_name_is(cast: Cast) -> None:
    share(cast, "ada", 6)
    for asked in (f"http://localhost/fans/nobody/{SLUG}", "nobody"):
        page = cast.browser("bob").get(f"{address('ada', '/beside')}?{urlencode({'with': asked})}")
        assert page.status_code == 404
        assert "Nobody called “nobody” shows a list" in words(page.text)
        assert 'value="nobody"' in page.text


def test_a_link_with_what_no_database_takes_is_refused(cast: Cast) -> None:
    share(cast, "ada", 6)
    link = urlencode({"with": f"/fans/a%00b/{SLUG}"})
    assert cast.browser("bob").get(f"{address('ada', '/beside')}?{link}").status_code == 400
