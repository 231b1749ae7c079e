"""The one place where a broken rule becomes a status and words that say what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ranker.actions.catalogue import EpisodesRenumbered
from ranker.web.api.problems import PREFIX, answer, problem_of


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    words: str
    action_href: str = "/"
    action_text: str = "To all series"


UNKNOWN = Words("Something is not right", "We could not do that. Please go back and try again.")
WORDS = {
    400: Words("We could not read that", "The request was not in a form we understand. Please go back and try again."),
    403: Words("Not for you", "Your account may not do this."),
    404: Words("Nothing here", "There is no page at this address, or none you can see yet."),
    405: Words("Not like that", "This address does not take that kind of request."),
    409: Words("Changed elsewhere", "This was changed in another tab or on another device. Please load it again."),
    413: Words("Too much at once", "What you sent is larger than we take. Please send less."),
    422: Words("That does not fit", "Something in the form needs mending. Please go back and look again."),
    429: Words("One moment, please", "That was a lot in a short time. Please wait a minute and try again."),
    500: Words("Our mistake", "Something broke on our side. Nothing you saved is lost. Please try again in a moment."),
    503: Words("Back in a moment", "We are busy right now. Nothing you saved is lost. Please try again in a moment."),
}
EXPIRED_FORM = Words(
    "This form has expired",
    "The page was open for long, or you logged in or out in another tab. Please go back, load the page again, "
    "and send the form once more. Nothing was changed.",
)

RENUMBERED = Words(
    "The episodes have changed",
    "An episode was added or taken away while this page was open, so the numbers on it mean other episodes now. "
    "Nothing was changed. Please load the page again.",
)


def attach(app: Flask) -> None:
    app.register_error_handler(CSRFError, on_expired_form)
    app.register_error_handler(EpisodesRenumbered, on_renumbered)
    app.register_error_handler(HTTPException, on_http_error)


def on_expired_form(error: CSRFError) -> ErrorPage | Response:
    if request.path.startswith(PREFIX):
        return answer(problem_of(400, "A request with a cookie wants the token of our forms too, as `X-CSRFToken`."))
    return page(400, EXPIRED_FORM), 400, {}


def on_renumbered(error: EpisodesRenumbered) -> ErrorPage | Response:
    if request.path.startswith(PREFIX):
        return answer(problem_of(409, "An episode was added or taken away meanwhile. Nothing was changed: read again."))
    return page(409, RENUMBERED), 409, {}


ErrorPage = tuple[str, int, dict[str, str]]


def on_http_error(error: HTTPException) -> ErrorPage | Response:
    status = error.code or 500
    names = ("Retry-After", "Allow")
    kept = {name: value for name, value in error.get_headers() if name in names}
    if request.path.startswith(PREFIX):
        words = WORDS.get(status, UNKNOWN)
        answered = answer(problem_of(status, words.words))
        answered.headers.extend(kept)
        return answered
    return page(status, WORDS.get(status, UNKNOWN)), status, kept


def page(status: int, words: Words) -> str:
    return render_template(
        "errors/show.html",
        status=status,
        title=words.title,
        words=words.words,
        action_href=words.action_href,
        action_text=words.action_text,
    )
