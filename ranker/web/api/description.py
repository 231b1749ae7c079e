"""The API described: as OpenAPI 3.1 for programs, and as a page for people."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template

from ranker.web.api.blueprint import VERSION, api
from ranker.web.api.links import link
from ranker.web.api.problems import PROBLEM

blueprint = Blueprint("api_pages", __name__)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing the API does, as the page tells of it."""

    method: str
    path: str
    summary: str
    parameters: tuple[Mapping[str, Any], ...]
    takes: str | None
    gives: str | None
    refuses: tuple[str, ...]


@blueprint.get("/api/v1/openapi.json")
def openapi() -> Response:
    return jsonify(described())


@blueprint.get("/api/v1/")
def show() -> str:
    spec = described()
    schemas = spec["components"]["schemas"]
    return render_template("api/show.html", operations=list(operations(spec)), schemas=schemas, version=VERSION)


def described() -> Mapping[str, Any]:
    """The description made from the code, with refusals as the problem details that they are."""
    spec: dict[str, Any] = copy.deepcopy(api.spec)
    names = operation_names()
    there = [(path, way, one) for path, ways in spec["paths"].items() for way, one in ways.items()]
    for path, way, one in there:
        one["operationId"] = names[path, way]
        for status, response in one["responses"].items():
            if status >= "400":
                response["content"] = {PROBLEM: response["content"]["application/json"]}
    link(one for _, _, one in there)
    return spec


def operation_names() -> Mapping[tuple[str, str], str]:
    """What each operation is called in the code, by its path and its method."""
    return {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method.lower()): rule.endpoint.removeprefix("api.")
        for rule in current_app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in rule.methods or ()
    }


def operations(spec: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in spec["paths"].items():
        for method, one in methods.items():
            responses = one["responses"]
            yield Operation(
                method=method.upper(),
                path=path,
                summary=one.get("summary", ""),
                parameters=tuple(one.get("parameters", ())),
                takes=_schema(one.get("requestBody")),
                gives=_schema(responses.get("200")),
                refuses=tuple(sorted(status for status in responses if status != "200")),
            )


def _schema(part: Mapping[str, Any] | None) -> str | None:
    """The name of the schema a body has."""
    if not part or "content" not in part:
        return None
    (content,) = part["content"].values()
    return str(content["schema"]["$ref"]).rpartition("/")[2]
