"""Errors of the API as problem details (RFC 9457). They are for those who write programs, and English whoever asks."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from flask import Response
from pydantic import BaseModel, Field

PROBLEM = "application/problem+json"
# Of what goes wrong before an operation has anything to say.
DETAILS = {
    400: "The request could not be read: it has characters that cannot be here.",
    403: "Changes are not taken from pages of other sites.",
    404: "There is nothing at this address, or nothing you can see yet.",
    405: "This address does not take this method: `Allow` says which.",
    409: "The episodes were numbered anew. Read them again, and send their `numbering` with a `position`.",
    413: "What was sent is larger than what is taken here.",
    429: "That was a lot in a short time. Ask again after `Retry-After` seconds.",
    500: "Something broke on our side. Nothing that was saved before is lost.",
    503: "Not now: ask again after `Retry-After` seconds, and look first whether what you were saving is there.",
}
OTHER = "That could not be done."


class Fault(BaseModel):
    """One thing that is wrong with what was sent."""

    at: str
    fault: str


class Problem(BaseModel):
    """What went wrong, and what to do about it."""

    type: str = Field("about:blank", description="Which kind of problem; about:blank: what the status says.")
    title: str
    status: int
    detail: str
    faults: list[Fault] | None = None
    episodes: int | None = Field(None, description="Of a jump: how many episodes it would unlock at once.")
    alike: list[str] | None = Field(None, description="Of a suggestion: the moments you can see that sound alike.")
    version: int | None = Field(None, description="Of a list that was changed elsewhere: its newest version.")


def problem_of(status: int, detail: str, kind: str = "about:blank", **more: Any) -> Problem:
    return Problem(type=kind, title=HTTPStatus(status).phrase, status=status, detail=detail, **more)


def problem_with(status: int) -> Problem:
    """What the status alone says."""
    return problem_of(status, DETAILS.get(status, OTHER))


def written(problem: Problem) -> str:
    return json.dumps(problem.model_dump(exclude_none=True))


def answer(problem: Problem) -> Response:
    return Response(written(problem), problem.status, mimetype=PROBLEM)
