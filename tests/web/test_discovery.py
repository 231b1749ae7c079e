"""Home, the search over all series, what crawlers are told, and the keys."""

from __future__ import annotations

import re
from html import unescape
from xml.etree import ElementTree

import pytest

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.series import add_series
from ranker.exchange import EpisodeIn, MomentIn, SeriesFile
from tests.cast import SLUG, Cast

OTHER = SeriesFile(
    format="ranker.series/1",
    slug="the-harbour",
    title="Harbour Lights",
    episodes=(EpisodeIn(season=1, number=1), EpisodeIn(season=1, number=2)),
    moments=(
        MomentIn(key="a", title="Öl on the water", season=1, episode=1),
        MomentIn(key="b", title="SecretTitle of the harbour", season=1, episode=2),
    ),
)


def add_the_harbour(cast: Cast) -> None:
    with cast.app.app_context():
        add_series(COMMAND_LINE, OTHER)


def text_of(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def found(cast: Cast, name: str | None, words: str) -> list[str]:
    """The titles of moments that somebody finds."""
    page = cast.browser(name).get("/search", query_string={"q": words}).text
    return [unescape(title) for title in re.findall(r'class="standing__title" [^>]*>([^<]*)<', page)]


# Home


def test_home_shows_the_moments_one_has_unlocked_last(cast: Cast) -> None:
    page = text_of(cast.browser("bob").get("/").text)
    newest = re.findall(r"SecretTitle\d", page)
    assert set(newest[:2]) == {"SecretTitle5", "SecretTitle6"}
    assert newest[2:] == ["SecretTitle4"]


def test_home_shows_no_moments_where_nothing_is_watched(cast: Cast) -> None:
    add_the_harbour(cast)
    assert "Unlocked last" not in text_of(cast.browser("cy").get("/").text)
    assert "harbour" not in text_of(cast.browser("ada").get("/").text)


def test_home_says_how_one_agrees_with_the_crowd_as_the_page_about_it_does(cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    cast.rank("bob", 3, 2, 1)
    ada = cast.browser("ada")
    assert "Agreement You see it the other way round −1.00" in text_of(ada.get("/").text)
    assert "−1.00" in text_of(ada.get(f"/series/{SLUG}/crowd").text)
    cast.rank("bob", 1, 2, 3)
    assert "You and the crowd see it alike +1.00" in text_of(ada.get("/").text)
    cast.rank("ada", 3, 2, 1)
    assert "−1.00" in text_of(ada.get("/").text)


def test_the_agreement_on_home_is_sealed_where_one_stands(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    cast.rank("bob", 1, 2)
    cast.declare("bob", 0)
    assert "Agreement" not in text_of(cast.browser("bob").get("/").text)


def test_without_anybody_elses_list_home_says_nothing_of_a_crowd(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    assert "Agreement" not in text_of(cast.browser("ada").get("/").text)


# Search


def test_one_finds_the_moments_one_has_seen_in_every_series(cast: Cast) -> None:
    add_the_harbour(cast)
    ada = cast.browser("ada")
    ada.post("/series/the-harbour/progress", {"position": 2, "confirmed": 2})
    page = ada.get("/search?q=secrettitle").text
    assert found(cast, "ada", "secrettitle")[0] == "SecretTitle of the harbour"
    assert re.search(r'href="/series/the-harbour/moments/[0-9a-f]{12}"', page)
    assert "1 more in its ranking" in text_of(page)
    assert len(found(cast, "ada", "secrettitle")) == 9


def test_capitals_accents_and_the_code_of_an_episode_find_it_too(cast: Cast) -> None:
    add_the_harbour(cast)
    cast.browser("ada").post("/series/the-harbour/progress", {"position": 1, "confirmed": 1})
    assert found(cast, "ada", "ol WATER") == ["Öl on the water"]
    assert found(cast, "ada", "S1·E3") == ["SecretTitle4"]


@pytest.mark.parametrize("view", ["masked", "sealed"])
def test_what_lies_ahead_is_not_found_and_answers_as_if_it_were_not_there(cast: Cast, view: str) -> None:
    assert found(cast, "ada", "SecretTitle9") == ["SecretTitle9"]
    bob = cast.browser("bob")
    bob.post("/view", {"view": view})
    hidden, absent = (bob.get(f"/search?q={words}").text for words in ("SecretTitle9", "SecretTitle0"))
    assert text_of(hidden).replace("SecretTitle9", "SecretTitle0") == text_of(absent)
    assert len(found(cast, "bob", "SecretTitle")) == 6


def test_the_title_of_a_series_is_found_by_anybody_and_none_of_its_moments(cast: Cast) -> None:
    page = cast.browser().get("/search?q=lighthouse").text
    assert f'href="/series/{SLUG}"' in page
    assert found(cast, None, "lighthouse") == []


def test_what_one_looks_for_is_shown_as_text(cast: Cast) -> None:
    page = cast.browser().get("/search", query_string={"q": '"><script>x</script>'}).text
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_looking_for_nothing_finds_nothing(cast: Cast) -> None:
    assert "found__series" not in cast.browser("ada").get("/search?q=++").text


# Crawlers


def test_the_sitemap_lists_pages_that_a_stranger_gets_and_is_the_same_for_all(cast: Cast) -> None:
    visitor = cast.browser()
    answer = visitor.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    assert answer.text == cast.browser("ada").get("/sitemap.xml").text
    addresses = [one.text or "" for one in ElementTree.fromstring(answer.text).iter() if one.tag.endswith("loc")]
    assert f"http://localhost/series/{SLUG}" in addresses
    for address in addresses:
        page = visitor.get(address)
        assert page.status_code == 200
        assert not re.search("Secret(Title|Text)", page.text)


def test_addresses_for_crawlers_are_those_that_people_use(cast: Cast) -> None:
    cast.app.config["PUBLIC_URL"] = "https://ranker.example.org"
    visitor = cast.browser()
    assert "<loc>https://ranker.example.org/</loc>" in visitor.get("/sitemap.xml").text
    assert "Sitemap: https://ranker.example.org/sitemap.xml" in visitor.get("/robots.txt").text


def test_crawlers_are_told_nothing_of_the_desk(cast: Cast) -> None:
    robots = cast.browser().get("/robots.txt")
    assert robots.mimetype == "text/plain"
    assert "admin" not in robots.text


# Keys


def test_the_keys_are_a_page_and_as_a_fragment_only_the_list(cast: Cast) -> None:
    browser = cast.browser()
    assert "Alt+↑" in text_of(browser.get("/keys").text)
    fragment = browser.htmx("GET", "/keys").text
    assert "Alt+↑" in fragment
    assert "<title>" not in fragment
