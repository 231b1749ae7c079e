"""The one place where a broken rule becomes a status and words that say what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ranker.extensions import db


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


def attach(app: Flask) -> None:
    app.register_error_handler(CSRFError, lambda error: (page(400, EXPIRED_FORM), 400))
    app.register_error_handler(HTTPException, on_http_error)


ErrorPage = tuple[str, int, dict[str, str]]


def on_http_error(error: HTTPException) -> ErrorPage:
    status = error.code or 500
    if status >= 500:  # PostgreSQL answers nothing more in a transaction that broke, and the page asks who is looking
        db.session.rollback()
    names = ("Retry-After", "Allow")
    kept = {name: value for name, value in error.get_headers() if name in names}
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
