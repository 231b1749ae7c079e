"""The front page, and how one wants to look."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions.progress import choose_view
from ranker.domain.clearance import View
from ranker.gate.discovery import home
from ranker.web.requests import came_from
from ranker.web.viewers import remember_view, tallies, viewer

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def show() -> str:
    return render_template("home/show.html", home=home(viewer(), tallies()))


@blueprint.post("/view")
def switch_view() -> Response:
    try:
        view = View(request.form.get("view", ""))
    except ValueError:
        abort(422)
    user_id = viewer().user_id
    if user_id is None:
        remember_view(view)
    else:
        choose_view(user_id, view)
    return redirect(came_from("/", "/"), 303)
