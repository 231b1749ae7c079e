"""Where a fan is logged in, and ending it there."""

from __future__ import annotations

from flask import flash, redirect, render_template
from werkzeug.wrappers import Response

from ranker.actions.accounts.sessions import end_session, end_sessions, sessions_of
from ranker.web.accounts.entrance import blueprint, confirmed_only, see_off
from ranker.web.accounts.logging_in import GONE
from ranker.web.viewers import own_account, own_session
from ranker.words import _

ADDRESS = "/account/sessions"


@blueprint.get(ADDRESS)
@confirmed_only(ADDRESS)
def show_sessions() -> str:
    here = own_session().public_id
    rows = sorted(sessions_of(own_account().id), key=lambda row: row.public_id != here)
    return render_template("accounts/sessions.html", sessions=rows, here=here)


@blueprint.post(f"{ADDRESS}/<public_id>/end")
@confirmed_only(ADDRESS)
def end(public_id: str) -> Response:
    end_session(own_account().id, public_id)
    flash(_("Logged out there."))
    return redirect(ADDRESS, 303)


@blueprint.post(f"{ADDRESS}/end")
@confirmed_only(ADDRESS)
def end_everywhere() -> Response:
    end_sessions(own_account().id)
    return seen_off(_("You are logged out everywhere."))


def seen_off(words: str) -> Response:
    see_off()
    flash(words)
    response = redirect("/", 303)
    response.headers["Clear-Site-Data"] = GONE
    return response
