"""What a fan suggests: sending it, what has become of it, and taking it back."""

from __future__ import annotations

from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from ranker.actions.suggestions import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    SuggestionText,
    UnseenEpisode,
    send_suggestion,
    withdraw_suggestion,
)
from ranker.gate import Gate, NotHere
from ranker.web.admin.fields import is_one_line
from ranker.web.allowances import TooOften, count_once
from ranker.web.api import shapes
from ranker.web.api.blueprint import answers, api, blueprint
from ranker.web.api.entrance import fans_only, limited
from ranker.web.api.problems import answer, problem_of, problem_with
from ranker.web.viewers import gate_to

Answer = Any


class NewSuggestion(BaseModel):
    """looked: the ids of moments that sound alike, once you have looked at them and mean another."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    position: int = Field(ge=1, le=999_999_999, strict=True, description="Of the episode by whose end it has happened.")
    text: str = Field(min_length=1, max_length=LONGEST_TEXT, description="What happens, and why it belongs here.")
    looked: list[str] = Field([], max_length=20)

    @field_validator("title")
    @classmethod
    def on_one_line(cls, title: str) -> str:
        if not is_one_line(title):
            raise ValueError("keep this to one line of plain text")
        return " ".join(title.split())

    @field_validator("title", "text")
    @classmethod
    def without_nul(cls, text: str) -> str:
        if "\0" in text:
            raise ValueError("this has characters that cannot be here")
        return text


@blueprint.get("/series/<slug>/suggestions")
@limited
@fans_only
@api.validate(resp=answers(shapes.SuggestionList, 404))
def suggestions(slug: str) -> Answer:
    """Your suggestions, newest first, and what has become of them. Nobody else but the desk reads them."""
    return suggestions_at(gate_to(slug))


@blueprint.post("/series/<slug>/suggestions")
@limited
@fans_only
@api.validate(resp=answers(shapes.SuggestionList, 403, 404, 409, 415, 422))
def suggest(slug: str, json: NewSuggestion) -> Answer:
    """Suggest a moment of an episode you have seen. Moments that sound alike are pointed out first."""
    gate = gate_to(slug)
    alike = [moment.public_id for moment in gate.from_fans.alike(json.title)]
    if not set(alike) <= set(json.looked):
        words = "The moments in `alike` sound like `title`. If you mean another, send their ids as `looked`."
        return answer(problem_of(409, words, "alike", alike=alike))
    if json.position > gate.clearance.position:  # before it counts
        return unseen()
    try:
        count_once("SUGGESTION_LIMIT")
        send_suggestion(gate, SuggestionText(json.title, json.text, json.position))
    except TooOften as refusal:
        return too_often(refusal)
    except UnseenEpisode:
        return unseen()
    return suggestions_at(gate_to(slug))


@blueprint.delete("/series/<slug>/suggestions/<suggestion>")
@limited
@fans_only
@api.validate(resp=answers(shapes.SuggestionList, 403, 404))
def withdraw(slug: str, suggestion: str) -> Answer:
    """Take back a suggestion that waits."""
    try:
        withdraw_suggestion(gate_to(slug), suggestion)
    except NotHere:
        return answer(problem_of(404, "No suggestion of yours that waits has this id. Nothing was changed."))
    return suggestions_at(gate_to(slug))


def suggestions_at(gate: Gate) -> shapes.SuggestionList:
    return shapes.SuggestionList(items=[shapes.suggestion_of(one) for one in gate.from_fans.suggestions()])


def too_often(refusal: TooOften) -> Response:
    refused = answer(problem_with(429))
    refused.headers.update(refusal.headers)
    return refused


def unseen() -> Response:
    return answer(problem_of(422, "`position` lies beyond your progress: suggest moments of episodes you have seen."))
