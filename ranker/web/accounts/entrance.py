"""Who gets in: what is for fans, and what is for fans who have just said again who they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, flash, g, redirect, request, session, url_for
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from ranker.actions.accounts.changes import choose_language
from ranker.actions.accounts.sessions import begin_session
from ranker.actions.progress import choose_view, unknown_progress
from ranker.domain.clearance import View
from ranker.models import User
from ranker.web.accounts.devices import device
from ranker.web.languages import forget_language
from ranker.web.requests import from_htmx
from ranker.web.viewers import (
    forget_viewer,
    logged_in,
    offer_progress,
    own_session,
    remember_language,
    remember_view,
    viewer,
)

blueprint = Blueprint("accounts", __name__)

Page = TypeVar("Page", bound=Callable[..., Any])


def fans_only(page: Page) -> Page:
    """Visitors are asked to log in, and led back here."""

    @wraps(page)
    def guarded(*args: Any, **values: Any) -> Any:
        return page(*args, **values) if viewer().is_fan else ask_to_log_in(request.path)

    return guarded  # type: ignore[return-value]


def confirmed_only(address: str | Callable[..., str]) -> Callable[[Page], Page]:
    """For what changes who can get in: whoever sits there first says again who they are, and is led to `address`.

    That may be made from the parts of this request's address.
    """

    def guard(page: Page) -> Page:
        @wraps(page)
        def guarded(*args: Any, **values: Any) -> Any:
            back = address if isinstance(address, str) else address(**values)
            if not viewer().is_fan:
                return ask_to_log_in(back)
            return page(*args, **values) if own_session().is_confirmed else ask_to_confirm(back)

        return guarded  # type: ignore[return-value]

    return guard


def posts_are_for_fans(area: Blueprint, address: Callable[[str], str], words: str = "") -> None:
    """Whoever posts there without an account is asked to log in, and led back to the `address` of the series."""

    @area.before_request
    def fans_alone() -> Response | None:
        if request.method != "POST" or viewer().is_fan:
            return None
        if words:
            flash(str(words), "problem")
        assert request.view_args is not None
        return ask_to_log_in(address(request.view_args["slug"]))


def ask_to_log_in(back: str) -> Response:
    """To the log-in page and back again."""
    return led_to(url_for("accounts.login", next=back))


def ask_to_confirm(back: str) -> Response:
    return led_to(url_for("accounts.confirm", next=back))


def led_to(address: str) -> Response:
    """A redirect, which htmx is told of in its own way."""
    if from_htmx():
        return Response(status=401, headers={"HX-Redirect": address})
    return redirect(address, 303)


def welcome(user: User, stay: bool = False) -> None:
    """Logs in, in a new session. The stricter of the two views stays, and a language chosen here for whoever had none.

    What was declared here before may be somebody else's: where it would unlock anything, it waits until they are asked.
    """
    visitor = viewer()
    begin_anew()
    if visitor.language and not user.language:
        choose_language(user.id, visitor.language)
    start_session(user, stay)
    if visitor.sealed:
        choose_view(user.id, View.SEALED)
    offer_progress(unknown_progress(user.id, visitor.declared), visitor.numbered)
    forget_language()


def see_off() -> None:
    """Logs out; what is left is a visitor's session, in the same view and language."""
    known = viewer()
    logout_user()
    begin_anew()
    remember_view(known.view)
    if known.language:
        remember_language(known.language)


def begin_anew() -> None:
    """Forgets all there was in the session, and the token made for it: forms of this very answer are of the new one."""
    session.clear()
    g.pop("csrf_token", None)


def start_session(user: User, stay: bool) -> None:
    """A session of this account at this browser, with a cookie that goes when the browser is closed or stays."""
    g.account = user.id
    token = begin_session(user, device(request.user_agent.string), stay)
    account = logged_in(token)
    session.permanent = stay
    login_user(account)
    session.pop("_id", None)  # Flask-Login's mark of a browser: long, and nothing here asks for it
    forget_viewer()
