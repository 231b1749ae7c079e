"""Embeds: a ranking in a frame of another page, for everybody who reads that page."""

from __future__ import annotations

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from ranker.config import settings
from ranker.environment import BadSetting
from tests.cast import SLUG, Browser, Cast

EMBED, BUILDER = f"/embed/{SLUG}", f"/series/{SLUG}/embed"
UNKNOWN = "/series/none"


@pytest.fixture
def embedding(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setitem(cast.app.config, "EMBED", ("*",))
    cast.rank("ada", 9, 1, 7, 2)
    cast.rank("bob", 1, 2, 3)
    return cast


def framed(browser: Browser, path: str) -> TestResponse:
    """As a browser asks that fills a frame."""
    return browser.get(path, headers={"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"})


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("path", [EMBED, BUILDER])
def test_there_are_no_embeds_unless_the_site_allows_them(cast: Cast, path: str) -> None:
    assert cast.app.config["EMBED"] == ()
    missing, unknown = (cast.browser("ada").get(path) for path in (path, UNKNOWN))
    assert missing.status_code == 404
    assert words(missing.text) == words(unknown.text)
    assert missing.headers["X-Frame-Options"] == "DENY"
    assert "own page" not in cast.browser().get(f"/series/{SLUG}").text


@pytest.mark.parametrize(
    ("setting", "sources"),
    [
        ("", ()),
        ("off", ()),
        ("any", ("*",)),
        ("https://a.example, https://*.b.example:8443", ("https://a.example", "https://*.b.example:8443")),
    ],
)
def test_the_setting_says_who_may_embed(setting: str, sources: tuple[str, ...], tmp_path: object) -> None:
    assert settings({"RANKER_EMBED": setting, "RANKER_DATA_DIR": str(tmp_path)})["EMBED"] == sources


@pytest.mark.parametrize("setting", ["a.example", "any https://a.example", "*", "https://a.example;script-src *"])
def test_a_setting_that_is_no_origin_is_refused(setting: str, tmp_path: object) -> None:
    with pytest.raises(BadSetting, match="RANKER_EMBED"):
        settings({"RANKER_EMBED": setting, "RANKER_DATA_DIR": str(tmp_path)})


def test_an_embed_alone_may_be_framed_and_by_those_alone_who_are_named(
    embedding: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(embedding.app.config, "EMBED", ("https://a.example", "https://b.example"))
    embed = embedding.browser().get(EMBED)
    assert "frame-ancestors https://a.example https://b.example" in embed.headers["Content-Security-Policy"]
    assert "script-src" not in embed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in embed.headers
    for path in (f"/series/{SLUG}", BUILDER, "/embed/none", f"/series/{SLUG}/card.png"):
        other = embedding.browser().get(path)
        assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]
        assert other.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("query", ["", "?upto=0", "?upto=2", "?upto=x"])
def test_an_embed_is_the_same_for_everybody_and_no_session_is_read(embedding: Cast, query: str) -> None:
    for ask in (Browser.get, framed):
        strangers = ask(embedding.browser(), EMBED + query)
        for name in ("ada", "bob", "dana"):
            seen = ask(embedding.browser(name), EMBED + query)
            assert seen.text == strangers.text
            assert seen.headers["Vary"] == "Sec-Fetch-Dest, Cookie"
            assert "Set-Cookie" not in seen.headers


def test_an_embed_tells_nothing_of_the_story_unless_it_is_told_to(embedding: Cast) -> None:
    embed = framed(embedding.browser("ada"), EMBED)
    assert len(re.findall("Unlocks after", embed.text)) == 9
    assert "“Teaser9”" in embed.text
    assert "Secret" not in embed.text
    assert "What happens is locked here. On Ranker you say how far you have watched" in words(embed.text)
    assert embed.headers["Cache-Control"] == "public, max-age=300"


def test_a_frame_is_told_up_to_where_its_page_says_and_nothing_at_all_of_what_comes_later(embedding: Cast) -> None:
    embed = framed(embedding.browser(), f"{EMBED}?upto=2")
    assert re.findall(r"SecretTitle\d", embed.text) == ["SecretTitle1", "SecretTitle2", "SecretTitle3"]
    assert not re.search("Teaser|Unlocks|S1·E3", embed.text)
    assert "As it looks from S1·E2." in words(embed.text)
    assert embed.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Dest": "document"}, {"Sec-Fetch-Dest": "empty"}])
def test_the_link_of_an_embed_spoils_nobody(embedding: Cast, headers: dict[str, str]) -> None:
    """Whoever opens it finds it locked, however far the frame it was made for is told."""
    opened = embedding.browser().get(f"{EMBED}?upto=6", headers=headers)
    assert "Secret" not in opened.text
    assert opened.text == framed(embedding.browser(), EMBED).text


def test_links_leave_the_frame(embedding: Cast) -> None:
    links = re.findall(r"<a [^>]+>", framed(embedding.browser(), f"{EMBED}?upto=6").text)
    assert len(links) == 9 + 2
    assert all('target="_blank" rel="noopener"' in link for link in links)


def test_oembed_gives_the_frame_no_larger_than_there_is_room(embedding: Cast) -> None:
    asked = f"/oembed?url=http://localhost/series/{SLUG}"
    rich = embedding.browser().get(asked).get_json()
    assert (rich["type"], rich["width"], rich["height"]) == ("rich", 480, 640)
    assert rich["html"].startswith(f'<iframe src="http://localhost{EMBED}" title="The Lighthouse: ')
    small = embedding.browser().get(f"{asked}&maxwidth=300&maxheight=9999").get_json()
    assert (small["width"], small["height"]) == (300, 640)
    assert 'width="300" height="640"' in small["html"]


def test_the_builder_gives_what_to_paste_and_says_what_it_gives_away(embedding: Cast) -> None:
    bob = embedding.browser("bob")
    safe = bob.get(BUILDER).text
    (pasted,) = re.findall(r"<textarea[^>]*>(.*?)</textarea>", safe, re.S)
    assert unescape(pasted).startswith(f'<iframe src="http://localhost{EMBED}" ')
    assert "Secret" not in safe
    told = bob.get(f"{BUILDER}?upto=2").text
    assert f"{EMBED}?upto=2" in told
    assert "Everybody who opens your page is told what happens up to S1·E2" in words(told)
    assert re.findall(r">(SecretTitle\d)<", told) == ["SecretTitle1", "SecretTitle2", "SecretTitle3"]


def test_an_embed_is_in_the_language_of_its_address_which_is_that_of_whoever_built_it(embedding: Cast) -> None:
    korean = {"Accept-Language": "ko"}
    assert f"/embed/{SLUG}?lang=ko" in unescape(embedding.browser("ada").get(BUILDER, headers=korean).text)
    built = unescape(unescape(embedding.browser("ada").get(f"{BUILDER}?upto=2", headers=korean).text))
    assert f"/embed/{SLUG}?upto=2&lang=ko" in built
    assert '<html lang="ko">' in framed(embedding.browser(), f"{EMBED}?upto=2&lang=ko").text
    assert '<html lang="en">' in embedding.browser().get(EMBED, headers=korean).text


def test_nobody_can_give_away_what_they_have_not_seen(embedding: Cast) -> None:
    told = embedding.browser("bob").get(f"{BUILDER}?upto=6").text
    assert f"{EMBED}?upto=4" in told
    assert 'value="5"' not in told
    assert "SecretTitle7" not in told


def test_a_sealed_viewer_is_not_shown_what_lies_ahead_even_as_a_preview(embedding: Cast) -> None:
    bob = embedding.browser("bob")
    bob.post("/view", {"view": "sealed"})
    page = bob.get(BUILDER).text
    assert "Teaser" not in page
    assert "You read sealed" in page
    assert "SecretTitle1" in bob.get(f"{BUILDER}?upto=1").text


def test_the_page_of_a_series_leads_to_the_builder(embedding: Cast) -> None:
    assert f'href="{BUILDER}"' in embedding.browser().get(f"/series/{SLUG}").text
