"""Moments at the desk: found, written, looked at as others see them, published, changed, retired."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from ranker.domain.clearance import Method
from ranker.extensions import db
from ranker.models import AuditEntry
from tests.cast import SLUG, Browser, Cast

DESK = f"/admin/series/{SLUG}"
TABLE = f"{DESK}/moments"
NEW = f"{TABLE}/new"
FRESH = {"title": "The lamp", "description": "It goes out.", "teaser": "Dark", "episode": "5"}
SECOND = {"title": "SecretTitle2", "description": "SecretText2", "teaser": "", "episode": "1"}


def publish(browser: Browser, path: str, form: dict[str, Any]) -> TestResponse:
    """Publishes as somebody does: looks at the preview first."""
    shown = browser.post(path, {**form, "do": "preview"})
    assert shown.status_code == 200
    return browser.post(path, {**form, "do": "publish", "seen": field(shown, "seen")})


def field(answer: TestResponse, name: str) -> str:
    """What a hidden field or a button of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found is not None, f"there is no {name} on the page"
    return found[1].replace("&gt;", ">")


def titles(answer: TestResponse) -> list[str]:
    return re.findall(r'scope="row"><a [^>]*>([^<]*)<', answer.text)


def path_of(cast: Cast, number: int) -> str:
    return f"/admin/moments/{cast.public[f'moment{number}']}"


def newest_deed(cast: Cast) -> tuple[str, Any, Any]:
    with cast.app.app_context():
        query = select(AuditEntry.action, AuditEntry.before, AuditEntry.after).order_by(AuditEntry.id.desc())
        action, before, after = db.session.execute(query).first()
        return action, json.loads(before or "null"), json.loads(after or "null")


# The table


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("words=secrettext7", [7]),
        ("words=teaser3+secret", [3]),
        ("words=nothing+like+it", []),
        ("season=2", [7, 8, 9]),
        ("status=retired", [2]),
        ("status=published&season=1", [1, 3, 4, 5, 6]),
        ("teaser=none", [2, 4, 6, 8]),
        ("sort=title&way=back", [9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ("sort=lists&way=back", [3, 1, 2, 4, 5, 6, 7, 8, 9]),
        ("sort=x&season=x&status=x&teaser=x&words=", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ],
)
def test_the_table_shows_what_was_asked_for_in_the_order_asked_for(cast: Cast, query: str, numbers: list[int]) -> None:
    cast.rank("ada", 3, 1)
    cast.rank("bob", 3)
    dana = cast.browser("dana")
    dana.post(f"{path_of(cast, 2)}/retire")
    assert titles(dana.get(f"{TABLE}?{query}")) == [f"SecretTitle{number}" for number in numbers]


def test_the_table_says_how_many_lists_hold_each_moment_also_a_retired_one(cast: Cast) -> None:
    cast.rank("ada", 3, 1)
    cast.rank("bob", 3)
    dana = cast.browser("dana")
    dana.post(f"{path_of(cast, 3)}/retire")
    held = re.findall(r'data-name="Lists">(\d+)<', dana.get(TABLE).text)
    assert held == ["1", "0", "2", "0", "0", "0", "0", "0", "0"]


def test_many_moments_are_changed_at_once_after_it_was_shown_what_would_change(cast: Cast) -> None:
    dana, bob = cast.browser("dana"), cast.browser("bob")
    ticked = {"moment": [cast.public["moment3"], cast.public["moment4"]], "episode": "6", "status": ""}
    shown = dana.post(f"{TABLE}/change", ticked)
    assert shown.status_code == 200
    assert "S1·E2 → <b>S2·E2</b>" in shown.text
    assert "SecretTitle3" in bob.get(f"/series/{SLUG}").text  # nothing has changed yet
    done = dana.post(f"{TABLE}/change", {**ticked, "shown": field(shown, "shown")})
    assert done.status_code == 303
    assert "SecretTitle3" not in bob.get(f"/series/{SLUG}").text
    action, before, after = newest_deed(cast)
    assert action == "moments.change"
    assert before[cast.public["moment4"]] == {"position": 3, "status": "published"}
    assert after[cast.public["moment4"]] == {"position": 6, "status": "published"}


def test_a_change_of_many_can_be_taken_back_until_something_else_has_changed(cast: Cast) -> None:
    dana, bob = cast.browser("dana"), cast.browser("bob")
    ticked = {"moment": [cast.public["moment3"], cast.public["moment4"]], "episode": "", "status": "retired"}
    shown = field(dana.post(f"{TABLE}/change", ticked), "shown")
    after = dana.get(dana.post(f"{TABLE}/change", {**ticked, "shown": shown}).location)
    assert "SecretTitle4" not in bob.get(f"/series/{SLUG}").text
    entry = {"entry": field(after, "entry")}
    assert dana.post(f"{TABLE}/undo", entry).status_code == 303
    assert "SecretTitle4" in bob.get(f"/series/{SLUG}").text
    assert dana.post(f"{TABLE}/undo", entry).status_code == 409
    for nothing in ({"entry": "1"}, {"entry": "99999"}, {}):
        assert dana.post(f"{TABLE}/undo", nothing).status_code == 409


def test_what_was_not_shown_is_not_done(cast: Cast) -> None:
    dana = cast.browser("dana")
    ticked = {"moment": [cast.public["moment7"]], "episode": "1", "status": ""}
    shown = dana.post(f"{TABLE}/change", ticked)
    assert "<b>earlier</b>" in shown.text
    other = {**ticked, "moment": [*ticked["moment"], cast.public["moment9"]], "shown": field(shown, "shown")}
    assert dana.post(f"{TABLE}/change", other).status_code == 200
    assert "SecretTitle7" not in cast.browser("bob").get(f"/series/{SLUG}").text


def test_a_change_of_nothing_is_refused_and_a_draft_stays_a_draft(cast: Cast) -> None:
    dana = cast.browser("dana")
    draft = dana.post(NEW, {**FRESH, "do": "draft"}).location.rpartition("/")[2]
    nothing: list[dict[str, Any]] = [
        {},
        {"moment": [cast.public["moment1"]], "episode": "", "status": ""},
        {"moment": ["0123456789ab"], "episode": "5", "status": "retired"},
        {"moment": [cast.public["moment1"]], "episode": "99", "status": "x"},
        {"moment": [draft], "episode": "", "status": "published"},
    ]
    for form in nothing:
        assert dana.post(f"{TABLE}/change", form).status_code == 422


# Writing one


def test_a_draft_is_seen_by_nobody_until_it_is_published(cast: Cast) -> None:
    dana, ada = cast.browser("dana"), cast.browser("ada")
    path = dana.post(NEW, {**FRESH, "do": "draft"}).location
    assert "The lamp" in dana.get(TABLE).text
    assert "The lamp" not in ada.get(f"/series/{SLUG}").text
    assert "Dark" not in cast.browser().get(f"/series/{SLUG}").text
    assert dana.post(path, {**FRESH, "title": "The great lamp", "do": "draft"}).status_code == 303
    assert dana.post(f"{path}/restore").status_code == 422
    assert publish(dana, path, {**FRESH, "title": "The great lamp"}).status_code == 303
    assert "The great lamp" in ada.get(f"/series/{SLUG}").text
    assert "Dark" in cast.browser("bob").get(f"/series/{SLUG}").text
    assert newest_deed(cast)[0] == "moment.publish"


def test_a_moment_is_published_with_a_teaser_or_an_explicit_none(cast: Cast) -> None:
    dana = cast.browser("dana")
    silent = {**FRESH, "teaser": ""}
    assert "say that it has none" in publish(dana, NEW, silent).text
    assert "Keep one of them" in publish(dana, NEW, {**FRESH, "no_teaser": "y"}).text
    assert publish(dana, NEW, {**silent, "no_teaser": "y"}).status_code == 303


def test_a_moment_is_published_once_a_preview_of_these_very_words_was_seen(cast: Cast) -> None:
    dana = cast.browser("dana")
    unseen = dana.post(NEW, {**FRESH, "do": "publish"})
    assert unseen.status_code == 422
    assert "then publish" in unseen.text
    seen = field(unseen, "seen")
    for other in ({"title": "Another"}, {"teaser": "Bright"}, {"episode": "4"}, {"seen": "x"}, {"seen": ""}):
        assert dana.post(NEW, {**FRESH, "do": "publish", "seen": seen, **other}).status_code == 422
    assert dana.post(NEW, {**FRESH, "do": "publish", "seen": seen}).status_code == 303


def test_the_preview_shows_the_lock_to_whoever_is_short_of_it_and_the_words_to_the_others(cast: Cast) -> None:
    dana = cast.browser("dana")
    for at in ("", "0", "4"):
        shown = dana.htmx("POST", f"{TABLE}/preview", {**FRESH, "at": at}).text
        assert "Unlocks after S2·E1" in shown
        assert "The lamp" not in shown
    for at in ("5", "6"):
        shown = dana.htmx("POST", f"{TABLE}/preview", {**FRESH, "at": at})
        assert "The lamp" in shown.text
        assert field(shown, "seen") == ""  # what everybody else will see has not been looked at
    for odd in ({}, {"title": "x", "episode": "99"}, {"title": "x", "episode": "1", "at": "x"}):
        assert dana.htmx("POST", f"{TABLE}/preview", odd).status_code == 200


# Changing one


def test_an_edited_moment_shows_its_new_words_and_moves_with_its_episode(cast: Cast) -> None:
    dana, bob = cast.browser("dana"), cast.browser("bob")
    path = path_of(cast, 1)
    assert "SecretTitle1" in dana.get(path).text
    form = {"title": "Renamed", "description": "New words", "teaser": "Teaser1", "episode": "1"}
    assert dana.post(path, form).status_code == 303
    assert "Renamed" in bob.get(f"/series/{SLUG}").text
    assert dana.post(path, {**form, "episode": "5"}).status_code == 303
    assert "Renamed" not in bob.get(f"/series/{SLUG}").text


def test_a_moment_that_lists_hold_gets_no_other_meaning_before_somebody_says_yes(cast: Cast) -> None:
    cast.rank("ada", 2, 1)
    dana, ada = cast.browser("dana"), cast.browser("ada")
    path, form = path_of(cast, 2), {**SECOND, "title": "Quite another scene"}
    asked = dana.post(path, form)
    assert asked.status_code == 200
    assert "1 list holds" in asked.text
    assert "Quite another scene" not in ada.get(f"/series/{SLUG}").text
    yes = field(asked, "confirmed")
    assert dana.post(path, {**form, "title": "A third", "confirmed": yes}).status_code == 200
    assert dana.post(path, {**form, "confirmed": yes}).status_code == 303
    assert "Quite another scene" in ada.get(f"/series/{SLUG}").text
    assert newest_deed(cast)[1:] == ({"title": "SecretTitle2"}, {"title": "Quite another scene"})


def test_a_label_moves_later_at_once_and_earlier_only_after_a_yes(cast: Cast) -> None:
    dana, bob = cast.browser("dana"), cast.browser("bob")
    path = path_of(cast, 2)
    assert dana.post(path, {**SECOND, "episode": "6"}).status_code == 303
    assert "SecretTitle2" not in bob.get(f"/series/{SLUG}").text
    asked = dana.post(path, {**SECOND, "episode": "3"})
    assert "shown earlier" in asked.text
    assert "SecretTitle2" not in bob.get(f"/series/{SLUG}").text
    assert dana.post(path, {**SECOND, "episode": "3", "confirmed": field(asked, "confirmed")}).status_code == 303
    assert "SecretTitle2" in bob.get(f"/series/{SLUG}").text


def test_a_new_teaser_is_looked_at_before_everybody_reads_it(cast: Cast) -> None:
    cast.rank("ada", 2)
    dana, line = cast.browser("dana"), {**SECOND, "teaser": "A line"}
    first = dana.post(path_of(cast, 2), line)
    assert first.status_code == 422
    assert "Everybody will read the teaser at once" in first.text
    assert "A line" not in cast.browser().get(f"/series/{SLUG}").text
    assert dana.post(path_of(cast, 2), {**line, "seen": field(first, "seen")}).status_code == 303
    assert "A line" in cast.browser().get(f"/series/{SLUG}").text


def test_a_teaser_is_taken_away_by_saying_that_there_is_none(cast: Cast) -> None:
    dana, path = cast.browser("dana"), path_of(cast, 1)
    bare = {"title": "SecretTitle1", "description": "SecretText1", "teaser": "", "episode": "1"}
    answer = dana.post(path, {**bare, "seen": field(dana.get(path), "seen")})
    assert answer.status_code == 422
    assert "say that it has none" in answer.text
    seen = field(dana.post(path, {**bare, "no_teaser": "y", "do": "preview"}), "seen")
    assert dana.post(path, {**bare, "no_teaser": "y", "seen": seen}).status_code == 303


def test_a_form_that_was_open_while_somebody_else_saved_asks_first_and_loses_nothing(cast: Cast) -> None:
    dana, path = cast.browser("dana"), path_of(cast, 2)
    read = field(dana.get(path), "read")
    assert dana.post(path, {**SECOND, "title": "Theirs", "read": read}).status_code == 303
    late = dana.post(path, {**SECOND, "description": "Mine", "read": read})
    assert late.status_code == 409
    assert "Somebody has changed this moment" in late.text
    assert "<dd>Theirs</dd>" in late.text
    assert "Mine</textarea>" in late.text
    assert dana.post(path, {**SECOND, "description": "Mine", "read": field(late, "read")}).status_code == 303


def test_a_moment_that_does_not_fit_is_not_saved_and_its_words_are_kept(cast: Cast) -> None:
    dana = cast.browser("dana")
    for form in ({"title": "", "description": "Kept words", "episode": "1"}, {"title": "x", "episode": "99"}):
        assert dana.post(NEW, form).status_code == 422
    assert "Kept words" in dana.post(NEW, {"description": "Kept words", "episode": "1"}).text


# Retiring one


def test_a_restored_moment_has_every_vote_it_had(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    dana, ada = cast.browser("dana"), cast.browser("ada")
    with cast.app.app_context():
        before = cast.gate("ada").ranking(Method.FAIR)
    path = path_of(cast, 1)
    assert dana.post(f"{path}/retire").status_code == 303
    assert "SecretTitle1" not in ada.get(f"/series/{SLUG}").text
    assert dana.post(f"{path}/restore").status_code == 303
    assert "SecretTitle1" in ada.get(f"/series/{SLUG}").text
    with cast.app.app_context():
        assert cast.gate("ada").ranking(Method.FAIR) == before
        standing = cast.gate("ada").ranking(Method.CLASSIC).standing_of(cast.public["moment1"])
        assert standing is not None
        assert standing.score == 10


# Moments with nearly the same title


def test_a_moment_that_is_called_nearly_like_another_is_published_all_the_same_but_that_one_is_pointed_out(
    cast: Cast,
) -> None:
    dana = cast.browser("dana")
    form = {**FRESH, "title": "SecretTitle7!", "do": "publish"}
    shown = dana.post(NEW, form)
    assert "Is it this one?" in shown.text
    assert f'<a href="{path_of(cast, 7)}">SecretTitle7</a>' in shown.text
    assert dana.post(NEW, {**form, "seen": field(shown, "seen")}).status_code == 303


def test_one_that_is_alike_is_pointed_out_while_one_types_and_in_drafts_but_never_the_moment_itself(cast: Cast) -> None:
    dana = cast.browser("dana")
    typed = dana.post(f"{TABLE}/alike", {"title": "secrettitle7"}).text
    assert f'<a href="{path_of(cast, 7)}">SecretTitle7</a>' in typed
    assert "<a " not in dana.post(f"{TABLE}/alike", {"title": "Zebra"}).text
    draft = dana.post(NEW, {**FRESH, "title": "SecretTitle7 again", "do": "draft"}).location
    assert "Is it this one?" in dana.get(draft).text
    dana.post(f"{path_of(cast, 7)}/retire")
    assert "Is it this one?" not in dana.get(draft).text
    assert "Is it this one?" not in dana.get(path_of(cast, 1)).text
    assert "Is it this one?" not in dana.get(NEW).text
