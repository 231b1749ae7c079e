"""Episodes at the desk: what a change would do is shown first, and done to exactly the episodes that were shown."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.episodes import insert_episode
from ranker.exchange import EpisodeIn
from ranker.extensions import db
from ranker.models import AuditEntry, Episode
from tests.cast import SLUG, Browser, Cast, key
from tests.web.test_desk_moments import field, newest_deed

DESK = f"/admin/series/{SLUG}"
BETWEEN = {"season": "1", "number": "3", "title": "Between", "airdate": "2022-01-28", "runtime": "50"}


def codes(cast: Cast) -> list[str]:
    with cast.app.app_context():
        rows = db.session.execute(select(Episode.season, Episode.number).order_by(Episode.position))
        return [f"{season}.{number}" for season, number in rows]


def put(browser: Browser, **more: str) -> TestResponse:
    return browser.post(f"{DESK}/episodes", {**BETWEEN, **more})


def test_an_episode_comes_between_others_after_it_was_shown_what_that_does(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    dana = cast.browser("dana")
    page = put(dana)
    assert "S1·E3 to E4 become E4 to E5" in page.text
    assert "4 episodes and 6 moments move one place further" in page.text
    assert "2 fans are that far" in page.text
    assert codes(cast) == ["1.1", "1.2", "1.3", "1.4", "2.1", "2.2"]
    shown = field(page, "shown")
    assert put(dana, shown=shown).status_code == 422  # nobody has said whether they have seen it
    assert put(dana, shown=shown, seen="yes").status_code == 303
    assert codes(cast) == ["1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2"]
    assert "SecretTitle5" in cast.browser("bob").get(f"/series/{SLUG}").text
    action, _, after = newest_deed(cast)
    assert (action, after["position"], after["seen"], after["title"]) == ("episode.insert", 3, True, "Between")
    with cast.app.app_context():
        between = select(Episode.airdate, Episode.runtime).where(Episode.position == 3)
        assert db.session.execute(between).one() == (dt.date(2022, 1, 28), 50)


def test_when_nobody_has_seen_it_they_stand_before_it(cast: Cast) -> None:
    dana = cast.browser("dana")
    put(dana, shown=field(put(dana), "shown"), seen="no")
    text = cast.browser("bob").get(f"/series/{SLUG}").text
    assert "Seen up to S1·E2" in text
    assert "SecretTitle5" not in text


def test_what_was_not_shown_is_not_done(cast: Cast) -> None:
    dana = cast.browser("dana")
    shown = field(put(dana), "shown")
    page = dana.get(f"{DESK}/episodes/1/4")
    with cast.app.app_context():
        insert_episode(COMMAND_LINE, SLUG, EpisodeIn(season=1, number=1), seen=True)
    before = codes(cast)
    for path in ("1/4", "1/4/delete"):
        form = {**BETWEEN, "number": "4", "shown": field(page, "shown")}
        assert dana.post(f"{DESK}/episodes/{path}", form).status_code == 409
    answer = put(dana, shown=shown, seen="yes")
    assert answer.status_code == 409
    assert "Look at it once more" in answer.text
    assert codes(cast) == before


def test_an_episode_is_changed_and_what_does_not_fit_keeps_the_words(cast: Cast) -> None:
    dana = cast.browser("dana")
    shown = field(dana.get(f"{DESK}/episodes/1/4"), "shown")
    for number, words in (("3", "of this number already"), ("0", "error"), ("1000", "2.2")):
        form = {**BETWEEN, "title": "Kept words", "number": number, "shown": shown}
        answer = dana.post(f"{DESK}/episodes/1/4", form if words != "2.2" else {**form, "season": "3"})
        assert answer.status_code == 422
        assert "Kept words" in answer.text
    assert dana.post(f"{DESK}/episodes/1/4", {**BETWEEN, "number": "9", "shown": shown}).status_code == 303
    assert codes(cast) == ["1.1", "1.2", "1.3", "1.9", "2.1", "2.2"]
    action, before, after = newest_deed(cast)
    assert (action, before["title"], after["title"]) == ("episode.edit", "EpisodeTitle4", "Between")
    assert dana.get(f"{DESK}/episodes/1/4").status_code == 404
    assert 'value="2022-01-28"' in dana.get(f"{DESK}/episodes/1/9").text


def test_an_episode_goes_when_nothing_hangs_on_it(cast: Cast) -> None:
    dana = cast.browser("dana")
    put(dana, shown=field(put(dana), "shown"), seen="yes")
    for number in (1, 4):  # each has moments
        page = dana.get(f"{DESK}/episodes/1/{number}")
        assert "Take it away</button>" not in page.text
        form = {"shown": field(page, "shown")}
        assert dana.post(f"{DESK}/episodes/1/{number}/delete", form).status_code == 409
    page = dana.get(f"{DESK}/episodes/1/3")
    assert "E4 to E5 become E3 to E4" in page.text
    assert dana.post(f"{DESK}/episodes/1/3/delete", {"shown": field(page, "shown"), "gap": "on"}).status_code == 303
    assert codes(cast) == ["1.1", "1.2", "1.3", "1.4", "2.1", "2.2"]
    assert newest_deed(cast)[0] == "episode.delete"


def test_a_form_of_a_moment_from_before_is_looked_at_once_more(cast: Cast) -> None:
    """Its episode is a position, which means another one by now."""
    dana = cast.browser("dana")
    words = {"title": "Late", "episode": "5", "teaser": "Soon", "description": ""}
    path = f"{DESK}/moments/new"
    seen = field(dana.post(path, {**words, "do": "preview"}), "seen")
    with cast.app.app_context():
        insert_episode(COMMAND_LINE, SLUG, EpisodeIn(season=1, number=1), seen=True)
    assert dana.post(path, {**words, "do": "publish", "seen": seen}).status_code == 422
    tick = {"moment": cast.public[key(1)], "episode": "5", "status": ""}
    shown = field(dana.post(f"{DESK}/moments/change", tick), "shown")
    with cast.app.app_context():
        insert_episode(COMMAND_LINE, SLUG, EpisodeIn(season=2, number=1), seen=True)
        entries = len(db.session.scalars(select(AuditEntry.id)).all())
    assert dana.post(f"{DESK}/moments/change", {**tick, "shown": shown}).status_code == 200
    with cast.app.app_context():
        assert len(db.session.scalars(select(AuditEntry.id)).all()) == entries


@pytest.mark.parametrize("path", ["1/99", "9/1", "x/1"])
def test_an_episode_that_is_not_there_is_an_unknown_address(cast: Cast, path: str) -> None:
    assert cast.browser("dana").get(f"{DESK}/episodes/{path}").status_code == 404
