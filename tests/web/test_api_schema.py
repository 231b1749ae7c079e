"""Whatever is sent to the API, it answers as it describes itself: schemathesis makes the requests."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from ranker.actions.accounts.api_tokens import Scope, make_token
from tests.cast import EPISODES, SLUG, Cast
from tests.conftest import Databases, opened

CASES = int(os.environ.get("CASES", "75"))  # for each operation and kind of client: more than 2,000 in all
WALKS = int(os.environ.get("WALKS", "40"))  # each of at most 20 requests, one following from another
FOLLOWED = {"moment", "places", "duels", "declare", "save_list", "suggest", "withdraw"}
MOST_TIMES = 4  # where chance leads past one of them, it walks on
USUAL = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)
NO_LIMITS = {"API_LIMIT": "1000000 per minute", "SUGGESTION_LIMIT": "1000000 per minute"}


@pytest.mark.parametrize("who", ["fan", "visitor"])
def test_every_answer_is_as_it_is_described(cast: Cast, who: str) -> None:
    cast.rank("ada", 9, 1, 3)
    schema, headers = described(cast), bearer(cast) if who == "fan" else {}
    known = {"slug": [SLUG], "public_id": list(cast.public.values()), "suggestion": ["000000000000"]}
    sent = 0
    for operation in schema.get_all_operations():
        sent += send(operation.ok(), known, headers)
    assert sent >= CASES * 14  # of sixteen operations, two have nothing that could vary


def test_what_follows_from_an_answer_is_answered_as_it_is_described(cast: Cast, databases: Databases) -> None:
    """Requests follow from one another by the links of the description: a list is read, changed and saved again."""
    reached = Counter[tuple[str, int]]()

    class Walk(described(cast).as_state_machine()):  # type: ignore[misc]
        """Each walk begins in the same world."""

        def setup(self) -> None:
            self.world = ExitStack()
            folder = Path(self.world.enter_context(TemporaryDirectory()))
            app = self.world.enter_context(opened(databases.with_cast(folder), folder))
            app.config.update(NO_LIMITS)
            self.cast = databases.cast_of(app)
            self.cast.rank("ada", 9, 1, 3)
            self.call_with = {"app": app, "headers": bearer(self.cast)}

        def teardown(self) -> None:
            self.world.close()

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return self.call_with

        def before_call(self, case: Any) -> None:
            if case.meta.generation.mode.is_positive and (make_sense := SENSIBLE.get(name_of(case))):
                make_sense(self.cast, case)

        def after_call(self, response: Any, case: Any) -> None:
            reached[name_of(case), response.status_code] += 1

        def validate_response(self, response: Any, case: Any, **more: Any) -> None:
            case.validate_response(response, excluded_checks=NOT_HERE, transport_kwargs=self.call_with)

    def followed() -> set[str]:
        return {name for name, status in reached if status == 200}

    for _ in range(MOST_TIMES):
        Walk.run(settings=settings(USUAL, max_examples=WALKS, stateful_step_count=20))
        if followed() >= FOLLOWED:
            break
    assert followed() >= FOLLOWED, reached


def name_of(case: Any) -> str:
    return str(case.operation.definition.raw["operationId"])


def described(cast: Cast) -> Any:
    cast.app.config.update(NO_LIMITS)
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", cast.app)


def bearer(cast: Cast) -> dict[str, str]:
    with cast.app.app_context():
        return {"Authorization": f"Bearer {make_token(cast.users['bob'], 'a test', Scope.WRITE)}"}


# What is made up has the form that is described, but its words mean nothing: these are words that do.


def some_order(cast: Cast, case: Any) -> None:
    """As many moments as the made-up order holds, the first of the story; for the first list, if for none."""
    case.body = {"order": list(cast.public.values())[: len(case.body["order"])]}
    if not case.headers.get("If-Match", "").startswith('"'):
        case.headers["If-Match"] = '"0"'


def one_of_the_episodes(cast: Cast, case: Any) -> None:
    position = case.body["position"] % (len(EPISODES) + 1)
    case.body = {"position": position, "confirmed": position}


def of_the_first_episode(cast: Cast, case: Any) -> None:
    case.body["position"] = 1


SENSIBLE = {"save_list": some_order, "declare": one_of_the_episodes, "suggest": of_the_first_episode}


def send(operation: Any, known: dict[str, list[str]], headers: dict[str, str]) -> int:
    sent = 0

    @settings(USUAL, max_examples=CASES)
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
