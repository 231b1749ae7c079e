"""Who gets in: nobody but admins and curators knows of the desk, and they say once per visit that they mean to look.

Somebody who looks after a series may be a fan who is behind. Outside the desk they see what any fan at their progress
sees; inside it everything.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, session
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Response

from ranker.actions.audit import Actor
from ranker.desk import Desk, NoDesk, open_desk
from ranker.desk.from_fans import is_on_a_name, suggestion, waiting
from ranker.desk.names import names_waiting
from ranker.gate import NotHere
from ranker.web.errors import ErrorPage, on_http_error
from ranker.web.requests import came_from, local_path
from ranker.web.viewers import viewer

OPENED = "desk"
A_VISIT = 8 * 60 * 60  # seconds
FOR_ADMINS: set[Callable[..., Any]] = set()

View = TypeVar("View", bound=Callable[..., Any])

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


def guard() -> Response | str | None:
    """Before anything else looks at the request, so that not even a missing token tells the desk from nothing."""
    if not (request.path + "/").startswith("/admin/"):
        return None
    try:
        g.desk = open_desk(viewer())
    except NoDesk:
        abort(404)
    if not is_opened() and request.endpoint != "admin.open_it":
        return closed()
    if not g.desk.is_admin:
        keep_to_own_series(g.desk)
    return None


def closed() -> str:
    """The door. What was sent to somewhere behind it was not done; who typed it finds it again: static/js/typed.js."""
    if request.method == "GET":
        return render_template("admin/closed.html", next=request.full_path, unsent=False)
    return render_template("admin/closed.html", next=came_from("/admin/", "/admin"), unsent=True)


def keep_to_own_series(own: Desk) -> None:
    """404 for what a curator does not look after, as for what there is not: also before a missing token could tell."""
    parts = request.view_args or {}
    if isinstance(request.routing_exception, NotFound | MethodNotAllowed):
        abort(404)
    if current_app.view_functions.get(request.endpoint or "") in FOR_ADMINS:
        abort(404)
    try:
        if "slug" in parts:
            own.series_card(parts["slug"])
        if request.path.startswith("/admin/moments/"):
            own.moment(parts.get("public_id", ""))
        if "suggestion_id" in parts:
            suggestion(own, parts["suggestion_id"])
        if "report_id" in parts:
            is_on_a_name(own, parts["report_id"])
    except NotHere:
        abort(404)


def for_admins(view: View) -> View:
    """For what curators may not do: to them there is nothing here."""
    FOR_ADMINS.add(view)
    return view


def is_opened() -> bool:
    since = session.get(OPENED)
    return type(since) is int and 0 <= time.time() - since < A_VISIT


@blueprint.post("/open")
def open_it() -> Response:
    session[OPENED] = int(time.time())
    target = local_path(request.form.get("next"))
    return redirect(target if target and target.startswith("/admin/") else "/admin/", 303)


@blueprint.errorhandler(NotHere)
def nothing_here(error: NotHere) -> ErrorPage | Response:
    return on_http_error(NotFound())


@blueprint.context_processor
def navigation() -> dict[str, Callable[[], int]]:
    """What the parts of the desk say above each of its pages, where a page asks."""
    return {"desk_waits": desk_waits}


def desk_waits() -> int:
    return sum(waiting(desk()).values()) + names_waiting(desk())


def desk() -> Desk:
    """The desk of this request's viewer."""
    opened: Desk = g.desk
    return opened


def actor() -> Actor:
    """Who is at the desk, as the audit writes it down."""
    here = viewer()
    return Actor(here.user_id, here.name or "")
