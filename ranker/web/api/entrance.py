"""Who comes to the API: with a token, with the session of a browser, or as a visitor; and with what."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Response, current_app, g, request
from flask_wtf.csrf import CSRFError

from ranker.actions.accounts.api_tokens import Scope, owner_of
from ranker.extensions import csrf, limiter
from ranker.gate import Viewer
from ranker.web.api.problems import answer, problem_of
from ranker.web.limits import household, who_asks
from ranker.web.requests import SAFE_METHODS
from ranker.web.viewers import viewer

WRONG_TOKEN = "This token is not known here, or not any more. Make a new one in your account."
READ_ONLY = "This token may only read. Make one in your account that may write."
NOT_JSON = "This takes JSON, with `Content-Type: application/json`."
NO_OBJECT = "This takes a JSON object, with the fields that are described."
NO_ACCOUNT = "This is for fans with an account: send a token as `Authorization: Bearer …`."
NO_TOKEN = (
    "A change wants a token, as `Authorization: Bearer …`; or, in the session of a browser, that of forms, as "
    "`X-CSRFToken`."
)
WITH_JSON = ("PUT", "POST")

Operation = TypeVar("Operation", bound=Callable[..., Any])


def api_limit() -> str:
    limit: str = current_app.config["API_LIMIT"]
    return limit


def whose() -> str:
    """Whom a request is counted for: the bearer of a token, else the address."""
    known = who_asks()
    return f"fan {known.user_id}" if known and known.is_fan else household()


def admit() -> Response | None:
    """Lets a request in as the viewer it comes from. A cookie alone changes nothing: it wants the token of forms."""
    if request.method in WITH_JSON and not request.is_json:
        return answer(problem_of(415, NOT_JSON))
    given = request.headers.get("Authorization")
    refused = admit_session() if given is None else admit_bearer(given)
    return refused or (look_at_json() if request.method in WITH_JSON else None)


def admit_session() -> Response | None:
    if request.method in SAFE_METHODS:
        return None
    try:
        csrf.protect()
    except CSRFError:
        return answer(problem_of(400, NO_TOKEN)) if viewer().is_fan else token_wanted(NO_TOKEN)
    return None


def admit_bearer(given: str) -> Response | None:
    kind, _, secret = given.partition(" ")
    owner = owner_of(secret.strip()) if kind.lower() == "bearer" else None
    if owner is None:
        return unknown_token()
    g.viewer = Viewer(user_id=owner.user_id, name=owner.name, view=owner.view, reveals_singly=owner.reveals_singly)
    if request.method not in SAFE_METHODS and owner.scope is not Scope.WRITE:
        return answer(problem_of(403, READ_ONLY))
    return None


def look_at_json() -> Response | None:
    """What cannot be read would else be taken for an object without fields."""
    sent = request.get_json(silent=True)
    if isinstance(sent, dict):
        return None
    fault = json_fault(request.get_data())
    return answer(problem_of(400, f"This is no JSON: {fault}.") if fault else problem_of(422, NO_OBJECT))


def json_fault(content: bytes) -> str | None:
    """What is wrong with it, and where."""
    try:
        current_app.json.loads(content)
    except json.JSONDecodeError as error:
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    except UnicodeDecodeError as error:
        return f"byte {error.start + 1} is not UTF-8"
    except ValueError as error:
        return str(error)
    return None


def tell_limit(response: Response) -> Response:
    """How often one may ask, how often still, and from when again (seconds since 1970)."""
    if limit := limiter.current_limit:
        told = {"Limit": limit.limit.amount, "Remaining": limit.remaining, "Reset": limit.reset_at}
        for name, number in told.items():
            response.headers[f"X-RateLimit-{name}"] = str(int(number))
    return response


def fans_only(operation: Operation) -> Operation:
    """For what only somebody with an account has; whether they may comes before what they sent."""

    @wraps(operation)
    def guarded(*args: Any, **values: Any) -> Any:
        return operation(*args, **values) if viewer().is_fan else token_wanted(NO_ACCOUNT)

    return guarded  # type: ignore[return-value]


def token_wanted(words: str) -> Response:
    refused = answer(problem_of(401, words))
    refused.headers["WWW-Authenticate"] = "Bearer"
    return refused


limited = limiter.shared_limit(api_limit, scope="api", key_func=whose)


@limiter.shared_limit(api_limit, scope="api", key_func=household)
def unknown_token() -> Response:
    """Trying tokens is asking, too."""
    return token_wanted(WRONG_TOKEN)
