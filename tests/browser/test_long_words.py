"""Titles and names that are one long word are broken before a page of a phone has to be scrolled sideways."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from ranker.database import writing
from ranker.models import Moment, Series, User
from tests.browser.conftest import Opener
from tests.browser.test_accessibility import STRETCHES, shared
from tests.browser.window import SERIES
from tests.cast import Cast

PHONE = {"width": 360, "height": 740}
NAME = "W" * 30
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunter"
AROUND = ("/", "/search?q=donau", "/account", "/nothing")
BELOW = ("", "?as_of=2", "/story", "/duels", "/crowd", "/methods", "/moments/{moment1}", "/moments/{moment9}")
OWN = ("/list", "/list/story", "/list/share", "/list/bring", "/suggestions", "/feed", "/embed")


def long_words(cast: Cast) -> None:
    with cast.app.app_context(), writing() as session:
        session.execute(update(Moment).values(title=WORD + Moment.public_id, teaser=WORD))
        session.execute(update(Series).values(title=WORD))
        session.execute(update(User).where(User.name == "ada").values(name=NAME, name_key=NAME.casefold()))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_page_scrolls_sideways(open_window: Opener, cast: Cast, language: str) -> None:
    cast.rank("bob", 1, 2, 4)
    shared(cast)
    long_words(cast)
    window = open_window("bob", viewport=PHONE, locale=language)
    window.expects("status of 404")
    fan = f"/fans/{NAME}/the-lighthouse"
    paths = (*AROUND, *(SERIES + path for path in BELOW + OWN), fan, f"{fan}/beside?with=bob")
    wide = {}
    for path in paths:
        page = window.visit(path.format(**cast.public))
        if stretches := page.evaluate(STRETCHES):
            wide[path] = stretches
    assert wide == {}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_rows_side_by_side_hold_what_is_in_them(open_window: Opener, cast: Cast, language: str) -> None:
    cast.rank("ada", 4, 2, 5)
    cast.rank("bob", 1, 2, 4)
    shared(cast)
    with cast.app.app_context(), writing() as session:
        session.execute(
            update(Moment).values(
                title="The long way home over the hills and back", teaser="What the lamp saw when all of them slept"
            )
        )
        session.execute(update(User).where(User.name == "ada").values(name=NAME, name_key=NAME.casefold()))
    window = open_window("bob", viewport=PHONE, locale=language)
    page = window.visit(f"/fans/{NAME}/the-lighthouse/beside?with=bob")
    rows = page.locator(".beside__row")
    assert rows.count() > 4
    assert rows.evaluate_all("rows => rows.filter(row => row.scrollHeight > row.clientHeight + 1).length") == 0
