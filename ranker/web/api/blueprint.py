"""The blueprint of the API, and what describes and checks what goes in and out of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Request, Response
from pydantic import BaseModel, ValidationError
from spectree import Response as Answers
from spectree import SecurityScheme, SpecTree
from spectree.models import InType, SecureType, SecuritySchemeData

from ranker.web.api.entrance import admit, tell_limit
from ranker.web.api.problems import PROBLEM, Problem, problem_of, written

VERSION = "1.0"
blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.before_request(admit)
blueprint.after_request(tell_limit)


def refuse(request: Request, response: Response | None, error: Any, instance: object, *more: object) -> None:
    """What does not have the form that is described is answered as a problem that names each fault."""
    if response is None or not isinstance(error, ValidationError):
        return
    faults = [
        {"at": ".".join(map(str, fault["loc"])), "fault": fault["msg"].removeprefix("Value error, ")}
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    problem = problem_of(422, "What was sent does not have the form that is described.", faults=faults)
    response.set_data(written(problem))
    response.mimetype = PROBLEM


api = SpecTree(
    "flask",
    title="Ranker",
    version=VERSION,
    description=(
        "Everything a viewer may know, as JSON. What lies beyond a viewer's progress is a locked entry without id, "
        "title or text, or is not there at all for a sealed viewer: in every response, as on every page."
    ),
    mode="strict",
    page_templates={},
    path="-",  # its own address for the description is not used: see description.py
    before=refuse,
    annotations=True,
    validation_error_status=422,
    validation_error_model=Problem,
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _, name: name,
    security_schemes=[
        SecurityScheme(name="token", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer")),
        SecurityScheme(
            name="session", data=SecuritySchemeData(type=SecureType.API_KEY, name="session", field_in=InType.COOKIE)
        ),
    ],
    security=[{}, {"token": []}, {"session": []}],
)


def answers(model: type[BaseModel], *refusals: int) -> Answers:
    """What an operation answers: this, or a problem. Any may be sent garbled, with a wrong token, or too often."""
    return Answers(HTTP_200=model, **{f"HTTP_{status}": Problem for status in sorted({400, 401, 429, *refusals})})
