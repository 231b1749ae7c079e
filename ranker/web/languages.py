"""The language of an answer, and how one chooses it."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, g, has_request_context, redirect, request
from flask_babel import Babel, refresh
from werkzeug.wrappers import Response as AnyResponse

from ranker.actions.accounts.changes import choose_language
from ranker.web.assets import FOR_EVERYBODY
from ranker.web.requests import came_from, for_programs
from ranker.web.viewers import forget_viewer, remember_language, viewer
from ranker.words import DEFAULT, LANGUAGES, LOCALES, TRANSLATIONS, enumerated, in_markup, in_markup_by_number

blueprint = Blueprint("languages", __name__)


def attach(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, default_locale=LOCALES[DEFAULT], locale_selector=locale)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.globals.update(_=in_markup, gettext=in_markup, ngettext=in_markup_by_number)  # Jinja's own are slower
    app.add_template_global(enumerated)
    app.context_processor(lambda: {"language": language(), "languages": LANGUAGES})
    app.after_request(say_which)


def language() -> str:
    """Of this request's answer: what the viewer has chosen, else what their browser asks for, else English.

    What other sites, caches and feed readers fetch goes by its address alone; what programs fetch is English.
    """
    if "language" not in g:
        g.language = language_of_request()
    known: str = g.language
    return known


def language_of_request() -> str:
    if goes_by_address():
        return asked_language()
    return DEFAULT if for_programs() else viewer().language or browsers_language()


def forget_language() -> None:
    """After somebody else has come to sit here: what is said from now on is for them."""
    g.pop("language", None)
    g.pop("translations", None)
    refresh()


def goes_by_address() -> bool:
    return request.endpoint in FOR_EVERYBODY | {"feeds.private"}


def locale() -> str:
    return LOCALES[language() if has_request_context() else DEFAULT]


def asked_language() -> str:
    """What the address asks for, as in ?lang=ko; English if it names none that we speak."""
    asked = request.args.get("lang", DEFAULT)
    return asked if asked in LANGUAGES else DEFAULT


def in_language(address: str) -> str:
    """An address that goes by itself alone, such as that of a card, for an answer in this request's language."""
    if language() == DEFAULT:
        return address
    return f"{address}{'&' if '?' in address else '?'}lang={language()}"


def browsers_language() -> str:
    return request.accept_languages.best_match(list(LANGUAGES), DEFAULT)


def say_which(response: Response) -> Response:
    """If there was anything to say at all."""
    if "language" in g:
        response.headers["Content-Language"] = language()
    return response


@blueprint.post("/language")
def choose() -> AnyResponse:
    """An empty choice leaves it to the browser."""
    chosen = request.form.get("language", "")
    if chosen and chosen not in LANGUAGES:
        abort(422)
    user_id = viewer().user_id
    if user_id is None:
        remember_language(chosen)
    else:
        choose_language(user_id, chosen)
        forget_viewer()
    return redirect(came_from("/", "/"), 303)
