"""What follows from what: the links of the description (OpenAPI 3.1, Link Object), by the names of operations.

A program, and a test, that knows one answer finds in it what the next question needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Link = Mapping[str, Any]
Needs = Mapping[str, str]

HERE: Needs = {"slug": "$request.path.slug"}
FIRST_SERIES: Needs = {"slug": "$response.body#/items/0/slug"}
FIRST_MOMENT: Needs = {**HERE, "public_id": "$response.body#/items/0/id"}
FIRST_IN_RANKING: Needs = {**HERE, "public_id": "$response.body#/items/0/moment/id"}
SAME_MOMENT: Needs = {**HERE, "public_id": "$request.path.public_id"}
NEWEST_SUGGESTION: Needs = {**HERE, "suggestion": "$response.body#/items/0/id"}
THIS_VERSION: Needs = {**HERE, "header.If-Match": "$response.header.ETag"}

VERSIONED = ("own_list", "save_list")
OF_A_SERIES = ("one_series", "episodes", "moments", "standings", "progress", "declare", "own_list", "suggestions")
OF_A_MOMENT = ("moment", "places", "duels")


def links(needs: Needs, *operations: str) -> dict[str, Link]:
    return {name: {"operationId": name, "parameters": dict(needs)} for name in operations}


LINKS: Mapping[str, Mapping[str, Link]] = {
    "series_list": links(FIRST_SERIES, *OF_A_SERIES),
    "one_series": links(HERE, "episodes", "moments", "standings", "progress", "own_list"),
    "episodes": links(HERE, "declare"),
    "moments": links(FIRST_MOMENT, *OF_A_MOMENT),
    "moment": links(SAME_MOMENT, "places", "duels"),
    "standings": links(FIRST_IN_RANKING, *OF_A_MOMENT),
    "progress": links(HERE, "declare", "moments", "standings"),
    "declare": links(HERE, "progress", "moments", "standings", "own_list", "suggest"),
    "own_list": links(THIS_VERSION, "save_list"),
    "save_list": {**links(HERE, "own_list", "standings"), **links(THIS_VERSION, "save_list")},
    "suggestions": links(NEWEST_SUGGESTION, "withdraw"),
    "suggest": {**links(HERE, "suggestions"), **links(NEWEST_SUGGESTION, "withdraw")},
    "withdraw": links(HERE, "suggestions"),
}


def link(operations: Iterable[dict[str, Any]]) -> None:
    """Writes into each operation's answer what follows from it, and which version of a list it is."""
    for operation in operations:
        name, answer = operation["operationId"], operation["responses"]["200"]
        if name in LINKS:
            answer["links"] = LINKS[name]
        if name in VERSIONED:
            answer["headers"] = {"ETag": {"description": "The version of the list.", "schema": {"type": "string"}}}
