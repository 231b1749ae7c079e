"""Who is looking: the one place where the session and Flask-Login become a `Viewer`."""

from __future__ import annotations

from flask import Flask, abort, current_app, g, session
from flask_login import current_user

from ranker.domain.clearance import View
from ranker.extensions import db, login_manager
from ranker.gate import Gate, NotHere, Viewer, open_gate
from ranker.models import User
from ranker.tallies import Tallies

DECLARED, VIEW = "progress", "view"


def attach(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.user_loader(load_user)
    login_manager.session_protection = "basic"


def load_user(identity: str) -> User | None:
    """The user of a session, unless the session's epoch has ended."""
    id, _, epoch = identity.partition(":")
    user = db.session.get(User, int(id)) if id.isdecimal() else None
    return user if user is not None and str(user.session_epoch) == epoch else None


def viewer() -> Viewer:
    """The viewer of this request; the same value all through it."""
    if "viewer" not in g:
        g.viewer = _fan() if current_user.is_authenticated else _visitor()
    known: Viewer = g.viewer
    return known


def forget_viewer() -> None:
    """After something the viewer is made from has changed."""
    g.pop("viewer", None)


def gate_to(slug: str) -> Gate:
    """The gate to a series for this request's viewer, or 404."""
    try:
        return open_gate(viewer(), slug, tallies())
    except NotHere:
        abort(404)


def tallies() -> Tallies:
    kept: Tallies = current_app.extensions["tallies"]
    return kept


def remember_progress(slug: str, position: int) -> None:
    """Keeps a visitor's progress in their session."""
    session[DECLARED] = {**_declared(), slug: position}
    forget_viewer()


def remember_view(view: View) -> None:
    session[VIEW] = view.value
    forget_viewer()


def _fan() -> Viewer:
    return Viewer(
        current_user.id, current_user.name, current_user.is_admin, View(current_user.view), current_user.reveals_singly
    )


def _visitor() -> Viewer:
    sealed = session.get(VIEW) == View.SEALED
    return Viewer(view=View.SEALED if sealed else View.MASKED, declared=_declared())


def _declared() -> dict[str, int]:
    kept = session.get(DECLARED)
    if not isinstance(kept, dict):
        return {}
    return {slug: position for slug, position in kept.items() if type(position) is int}
