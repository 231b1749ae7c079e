"""Whatever is sent to the API, it answers as it describes itself: schemathesis makes the requests."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from ranker.actions.accounts.api_tokens import Scope, make_token
from tests.cast import SLUG, Cast

CASES = int(os.environ.get("CASES", "20"))  # for each operation and kind of client; CASES=100 makes more than 2,000
TOKEN = "token"


@pytest.mark.parametrize("who", ["fan", "visitor"])
def test_every_answer_is_as_it_is_described(cast: Cast, who: str) -> None:
    cast.app.config["API_LIMIT"] = "1000000 per minute"
    cast.rank("ada", 9, 1, 3)
    headers = {}
    if who == "fan":
        with cast.app.app_context():
            headers["Authorization"] = f"Bearer {make_token(cast.users['bob'], 'a test', Scope.WRITE)}"
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", cast.app)
    known = {"slug": [SLUG], "public_id": list(cast.public.values()), "suggestion": ["000000000000"]}
    sent = 0
    for operation in schema.get_all_operations():
        sent += send(operation.ok(), known, headers)
    assert sent >= CASES * 10


def send(operation: Any, known: dict[str, list[str]], headers: dict[str, str]) -> int:
    sent = 0

    @settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def some(data: st.DataObject) -> None:
        nonlocal sent
        case = data.draw(operation.as_strategy())
        for name in case.path_parameters or {}:
            if data.draw(st.integers(0, 3)):
                case.path_parameters[name] = data.draw(st.sampled_from(known[name]))
        case.call_and_validate(headers=headers, excluded_checks=NOT_HERE)
        sent += 1

    some()
    return sent


# Anybody may come without a token, as a visitor; and there are rules beyond the form of a request: which moments
# one may rank, that a jump wants consent, that a change names the version it is based on.
NOT_HERE = [ignored_auth, positive_data_acceptance]
