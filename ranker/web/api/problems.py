"""Errors of the API as problem details (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from flask import Response
from pydantic import BaseModel, Field

PROBLEM = "application/problem+json"
PREFIX = "/api/"


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
    return Problem(type=kind, title=HTTPStatus(status).phrase, status=status, detail=str(detail), **more)


def written(problem: Problem) -> str:
    return json.dumps(problem.model_dump(exclude_none=True))


def answer(problem: Problem) -> Response:
    return Response(written(problem), problem.status, mimetype=PROBLEM)
