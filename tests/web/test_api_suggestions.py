"""Suggesting moments through the API: the same rules as on the page."""

from __future__ import annotations

from typing import Any

import pytest

from ranker.actions.accounts.api_tokens import Scope
from tests.cast import SLUG, Cast
from tests.web.test_api import Program

HERE = f"/api/v1/series/{SLUG}/suggestions"
WISH = {"title": "The lamp goes out", "position": 2, "text": "Nobody breathes."}


@pytest.fixture
def bob(cast: Cast) -> Program:
    return Program(cast, "bob", Scope.WRITE)


def items(program: Program) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = program.get(HERE)["items"]
    return found


def test_a_program_suggests_a_moment_and_takes_it_back(bob: Program) -> None:
    answer = bob.ask("POST", HERE, json=WISH)
    assert answer.status_code == 200
    (one,) = items(bob)
    assert answer.json == {"items": [one]}
    told = {"locked": False, "title": WISH["title"], "text": WISH["text"], "episode": "S1·E2", "state": "waiting"}
    assert {**one, **told, "reason": None, "moment": None} == one
    assert bob.ask("DELETE", f"{HERE}/{one['id']}").json == {"items": []}
    assert bob.ask("DELETE", f"{HERE}/{one['id']}").status_code == 404


def test_what_sounds_alike_is_pointed_out_first(cast: Cast, bob: Program) -> None:
    twin = {**WISH, "title": "SecretTitle1"}
    asked = bob.ask("POST", HERE, json=twin)
    assert (asked.status_code, asked.json["type"]) == (409, "alike")
    assert cast.public["moment1"] in asked.json["alike"]
    assert items(bob) == []
    assert bob.ask("POST", HERE, json={**twin, "looked": asked.json["alike"]}).status_code == 200
    assert [one["title"] for one in items(bob)] == ["SecretTitle1"]


def test_nothing_ahead_sounds_alike_and_nothing_ahead_can_be_suggested(cast: Cast, bob: Program) -> None:
    assert bob.ask("POST", HERE, json={**WISH, "title": "SecretTitle9"}).json["items"]
    cast.declare("bob", 1)
    ahead = bob.ask("POST", HERE, json=WISH)
    never = bob.ask("POST", HERE, json={**WISH, "position": 99})
    assert (ahead.status_code, never.status_code) == (422, 422)
    assert ahead.data == never.data


def test_one_written_further_on_is_locked(cast: Cast, bob: Program) -> None:
    bob.ask("POST", HERE, json=WISH)
    cast.declare("bob", 3)
    assert items(bob) == [{"locked": True, "unlocks": "S1·E4"}]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "  "},
        {"title": "x" * 121},
        {"title": "two\nlines"},
        {"title": "turned \u202e round"},
        {"title": "nul\0"},
        {"text": "nul\0"},
        {"text": ""},
        {"text": "x" * 501},
        {"position": 0},
        {"position": "2"},
        {"more": 1},
    ],
)
def test_what_no_form_would_take_is_refused_and_named(bob: Program, wrong: dict[str, Any]) -> None:
    answer = bob.ask("POST", HERE, json={**WISH, **wrong})
    assert answer.status_code == 422
    assert [fault["at"] for fault in answer.json["faults"]] == list(wrong)
    assert items(bob) == []


def test_too_many_are_refused_until_later(cast: Cast, bob: Program) -> None:
    cast.app.config["SUGGESTION_LIMIT"] = "1 per hour"
    assert bob.ask("POST", HERE, json=WISH).status_code == 200
    answer = bob.ask("POST", HERE, json={**WISH, "title": "Another"})
    assert (answer.status_code, answer.content_type) == (429, "application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0
    assert len(items(bob)) == 1


def test_only_whoever_may_write_suggests_and_nobody_reads_those_of_others(cast: Cast, bob: Program) -> None:
    bob.ask("POST", HERE, json=WISH)
    (one,) = items(bob)
    reader, ada = Program(cast, "bob"), Program(cast, "ada", Scope.WRITE)
    assert reader.ask("POST", HERE, json=WISH).status_code == 403
    assert reader.ask("DELETE", f"{HERE}/{one['id']}").status_code == 403
    assert items(ada) == []
    theirs, unknown = (ada.ask("DELETE", f"{HERE}/{id}") for id in (one["id"], "000000000000"))
    assert (theirs.status_code, theirs.data) == (404, unknown.data)
    assert cast.app.test_client().get(HERE).status_code == 401
    assert len(items(bob)) == 1
