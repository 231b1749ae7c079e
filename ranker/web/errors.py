"""The one place where a broken rule becomes a status and words that say what to do next."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Flask, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from ranker.actions.catalogue import EpisodesRenumbered
from ranker.extensions import db
from ranker.hashing import TooMuchHashing
from ranker.outages import Outage, outage_of
from ranker.web.api.problems import answer, problem_of, problem_with
from ranker.web.limits import seconds_to_wait
from ranker.web.requests import TOO_LARGE, came_from, for_programs
from ranker.web.times import rough_length
from ranker.web.viewers import ask_nothing_of_the_viewer
from ranker.words import _, later, said_in

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    words: str
    action_href: str = "/"
    action_text: str = later("To all series")


UNKNOWN = Words(later("Something is not right"), later("We could not do that. Please go back and try again."))
WORDS = {
    400: Words(
        later("We could not read that"),
        later("The request was not in a form we understand. Please go back and try again."),
    ),
    403: Words(later("Not for you"), later("Your account may not do this.")),
    404: Words(later("Nothing here"), later("There is no page at this address, or none you can see yet.")),
    405: Words(later("Not like that"), later("This address does not take that kind of request.")),
    409: Words(
        later("Changed elsewhere"), later("This was changed in another tab or on another device. Please load it again.")
    ),
    413: Words(later("Too much at once"), later("What you sent is larger than we take. Please send less.")),
    422: Words(
        later("That does not fit"), later("Something in the form needs mending. Please go back and look again.")
    ),
    429: Words(
        later("One moment, please"), later("That was a lot in a short time. Please wait a minute and try again.")
    ),
    500: Words(
        later("Our mistake"),
        later("Something broke on our side. Nothing you saved is lost. Please try again in a moment."),
    ),
    503: Words(
        later("Back in a moment"),
        later("We are busy right now. Nothing you saved is lost. Please try again in a moment."),
    ),
}
EXPIRED_FORM = Words(
    later("This form has expired"),
    later(
        "The page was open for long, or you logged in or out in another tab. Please go back, load the page again, "
        "and send the form once more. Nothing was changed."
    ),
)
BUSY_FOR = 3  # seconds
SAID_AGAIN_AFTER_S = 10.0
last_told: dict[Outage, float] = {}

RENUMBERED = Words(
    later("The episodes have changed"),
    later(
        "An episode was added or taken away while this page was open, so the numbers on it mean other episodes now. "
        "Nothing was changed. Please load the page again."
    ),
)


def attach(app: Flask) -> None:
    app.register_error_handler(CSRFError, on_expired_form)
    app.register_error_handler(EpisodesRenumbered, on_renumbered)
    app.register_error_handler(RateLimitExceeded, on_too_many)
    app.register_error_handler(TooMuchHashing, on_too_much_hashing)
    app.register_error_handler(RequestEntityTooLarge, on_too_large)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(SQLAlchemyError, on_database_error)


# What each kind of outage is called, and after how many seconds it is worth trying again.
OUTAGES = {
    Outage.AWAY: (
        Words(
            later("Back in a moment"),
            later(
                "We cannot reach our database right now. What was saved before is safe. If you were just saving "
                "something, look whether it is there before you do it again. Please try again in a moment."
            ),
        ),
        5,
    ),
    Outage.BUSY: (
        Words(
            later("Very busy right now"),
            later(
                "Others were saving for so long that it was not your turn yet. Nothing was changed. "
                "Please go back and try again in a few seconds."
            ),
        ),
        5,
    ),
    Outage.FULL: (
        Words(
            later("Only reading, for now"),
            later(
                "We have no room to save anything, so nothing was changed. You can go on reading, and what was saved "
                "before is safe. Please try again later; whoever runs this site has to make room."
            ),
        ),
        60,
    ),
}

ErrorPage = tuple[str, int, dict[str, str]]


def on_http_error(error: HTTPException) -> ErrorPage | Response:
    status = error.code or 500
    cause = getattr(error, "original_exception", None)
    if isinstance(cause, SQLAlchemyError) and outage_of(cause):  # it went away while another page of these was made
        return on_database_error(cause)
    if status >= 500:  # PostgreSQL answers nothing more in a transaction that broke, and the page asks who is looking
        db.session.rollback()
    names = ("Retry-After", "Allow")
    kept = {name: value for name, value in error.get_headers() if name in names}
    return told(status, WORDS.get(status, UNKNOWN), kept)


def on_too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """On the page it was sent to, where that says what it takes (`where_too_large`)."""
    answer = TOO_LARGE.get(current_app.view_functions[request.endpoint]) if request.endpoint else None
    try:
        return answer(**request.view_args or {}) if answer else on_http_error(error)
    except HTTPException as refused:  # there is no such page for whoever asks
        return on_http_error(refused)


def on_expired_form(error: CSRFError) -> ErrorPage | Response:
    return told(400, EXPIRED_FORM)


def on_renumbered(error: EpisodesRenumbered) -> ErrorPage | Response:
    return told(409, RENUMBERED)


def on_too_many(error: RateLimitExceeded) -> ErrorPage | Response:
    """One moment, and how long that is."""
    wait = seconds_to_wait()
    words = _("That was a lot in a short time. Please try again in %(wait)s.", wait=rough_length(wait))
    return told(429, replace(WORDS[429], words=words), {"Retry-After": str(wait)})


def on_too_much_hashing(error: TooMuchHashing) -> ErrorPage | Response:
    return told(503, WORDS[503], {"Retry-After": str(BUSY_FOR)})


def told(
    status: int, words: Words, headers: Mapping[str, str] | None = None, why: str | None = None
) -> ErrorPage | Response:
    """A page for people; for programs, who ask the API, a problem: what the status says of itself, or `why`."""
    if not for_programs():
        return page(status, words), status, dict(headers or {})
    with said_in("en"):
        answered = answer(problem_of(status, str(why)) if why else problem_with(status))
    answered.headers.extend(headers or {})
    return answered


def on_database_error(error: SQLAlchemyError) -> ErrorPage | Response:
    """An outage is a page that says when to try again. Anything else is a mistake of ours."""
    db.session.rollback()  # or PostgreSQL would refuse what the page of the error asks
    outage = outage_of(error)
    if outage is None:
        raise error
    if outage_is_news(outage):
        log.error("The database %s: %s", outage.value, getattr(error, "orig", error))
    words, seconds = OUTAGES[outage]
    ask_nothing_of_the_viewer()
    return told(503, words, {"Retry-After": str(seconds)}, why=words.words)


def outage_is_news(outage: Outage) -> bool:
    """Whether it is worth a line: each request that is refused has one of its own."""
    now = time.monotonic()
    last = last_told.get(outage)
    if last is not None and now - last < SAID_AGAIN_AFTER_S:
        return False
    last_told[outage] = now
    return True


def page(status: int, words: Words) -> str:
    """Whoever was sending something is led back to where they did: what they typed is there (static/js/typed.js)."""
    if back := came_from("", "/") if request.method == "POST" else "":
        words = replace(words, action_href=back, action_text=_("Back to where you were"))
    return render_template(
        "errors/show.html",
        status=status,
        title=words.title,
        words=words.words,
        action_href=words.action_href,
        action_text=words.action_text,
    )
