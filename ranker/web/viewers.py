"""Who is looking: the one place where the session and Flask-Login become a `Viewer`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, abort, current_app, g, session
from flask_login import current_user

from ranker.actions.accounts.sessions import OpenSession, session_of
from ranker.actions.upkeep import Upkeep
from ranker.domain.clearance import NOTHING_WATCHED, View
from ranker.extensions import db, login_manager
from ranker.gate import Gate, NotHere, Viewer, open_gate
from ranker.models import User
from ranker.tallies import Tallies
from ranker.words import LANGUAGES

DECLARED, NUMBERED, VIEW, LANGUAGE, WENT_ON = "progress", "numbering", "view", "language", "went_on"


def attach(app: Flask) -> None:
    app.extensions["upkeep"] = Upkeep()
    login_manager.init_app(app, add_context_processor=False)  # pages are given a `viewer`, and no user to be loaded
    login_manager.user_loader(logged_in)
    login_manager.session_protection = None  # an address or a browser that changes ends no session: its row does


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """What Flask-Login asks of a user: here it is a session, whose cookie holds its token."""

    token: str
    session: OpenSession
    is_active = is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.token


def logged_in(token: str) -> LoggedIn | None:
    """Whoever is logged in with this token, unless their session has ended."""
    known = session_of(token)
    return LoggedIn(token, known) if known else None


def own_session() -> OpenSession:
    """The session of a fan; 404 for a visitor, who should have been asked to log in before."""
    if not current_user.is_authenticated:
        abort(404)
    known: OpenSession = current_user.session
    return known


def own_account() -> User:
    """The whole account, for its own pages."""
    return db.session.get_one(User, own_session().user_id)


def viewer() -> Viewer:
    """The viewer of this request; the same value all through it."""
    if "viewer" not in g:
        g.viewer = _fan() if current_user.is_authenticated else _visitor()
    known: Viewer = g.viewer
    return known


def forget_viewer() -> None:
    """After something the viewer is made from has changed."""
    g.pop("viewer", None)


def ask_nothing_of_the_viewer() -> None:
    """For a page that has to be made without the database: whoever is not known by now is a visitor on it."""
    g.setdefault("viewer", Viewer(language=_language()))


def gate_to(slug: str) -> Gate:
    """The gate to a series for this request's viewer, or 404."""
    try:
        return open_gate(viewer(), slug, tallies())
    except NotHere:
        abort(404)


def strangers_gate_to(slug: str, seen: int = NOTHING_WATCHED) -> Gate:
    """The gate for somebody nothing is known of, whoever asks; but who has sealed their view is told no more than that.

    seen: up to where somebody else has said it may be told; then it is sealed there. 404 as above.
    """
    view = View.SEALED if seen or viewer().sealed else View.MASKED
    try:
        return open_gate(Viewer(view=view, declared={slug: seen}), slug, tallies())
    except NotHere:
        abort(404)


def tended_gate_to(slug: str) -> Gate:
    """The same, after what is due for the series has been done: see `actions/upkeep.py`."""
    gate = gate_to(slug)
    upkeep: Upkeep = current_app.extensions["upkeep"]
    return gate_to(slug) if upkeep.tend(gate.state, tallies()) else gate


def tallies() -> Tallies:
    kept: Tallies = current_app.extensions["tallies"]
    return kept


def remember_progress(slug: str, position: int, numbering: int = 0) -> None:
    """Keeps a visitor's progress in their session, with the numbering of the episodes it is of."""
    session[DECLARED] = {**_declared(), slug: position}
    session[NUMBERED] = {**_numbered(), slug: numbering}
    forget_viewer()


def remember_step(slug: str, before: int, now: int) -> None:
    """Keeps from where to where somebody has gone on, until they are told what that unlocked; going back is no step."""
    steps = _steps()
    earlier, reached = steps.pop(slug, (before, before))
    step = earlier if reached == before else before, now
    session[WENT_ON] = {**steps, slug: step} if now > before else steps


def take_step(slug: str, now: int) -> int | None:
    """From where they went on to where they are now, or None. Whoever asks tells them: it is not kept."""
    steps = _steps()
    before, reached = steps.pop(slug, (now, None))
    if reached is not None:
        session[WENT_ON] = steps
    return before if reached == now else None


def offer_progress(found: Mapping[str, int], numbered: Mapping[str, int]) -> None:
    """Keeps what was declared here before somebody logged in, until they have said whether it is theirs."""
    if found:
        session[DECLARED], session[NUMBERED] = dict(found), dict(numbered)


def offered_progress() -> Viewer | None:
    """The visitor whose progress a fan has been offered to take over; it unlocks nothing before they have."""
    declared = _declared() if viewer().is_fan else {}
    return Viewer(declared=declared, numbered=_numbered()) if declared else None


def forget_offer() -> None:
    session.pop(DECLARED, None)
    session.pop(NUMBERED, None)


def remember_view(view: View) -> None:
    session[VIEW] = view.value
    forget_viewer()


def remember_language(language: str) -> None:
    """Keeps what a visitor has chosen; nothing leaves it to their browser."""
    session[LANGUAGE] = language
    forget_viewer()


def _fan() -> Viewer:
    here = own_session()
    return Viewer(
        user_id=here.user_id,
        name=here.name,
        is_admin=here.is_admin,
        curates=here.curates,
        view=View(here.view),
        reveals_singly=here.reveals_singly,
        language=here.language,
    )


def _visitor() -> Viewer:
    sealed = session.get(VIEW) == View.SEALED
    return Viewer(
        view=View.SEALED if sealed else View.MASKED,
        declared=_declared(),
        numbered=_numbered(),
        language=_language(),
    )


def _declared() -> dict[str, int]:
    return _numbers(DECLARED)


def _numbered() -> dict[str, int]:
    return _numbers(NUMBERED)


def _steps() -> dict[str, tuple[int, int]]:
    kept = session.get(WENT_ON)
    if not isinstance(kept, dict):
        return {}
    return {
        slug: step for slug, step in kept.items() if isinstance(step, tuple) and list(map(type, step)) == [int, int]
    }


def _language() -> str | None:
    kept = session.get(LANGUAGE)
    return kept if kept in LANGUAGES else None


def _numbers(name: str) -> dict[str, int]:
    kept = session.get(name)
    if not isinstance(kept, dict):
        return {}
    return {slug: number for slug, number in kept.items() if type(number) is int}
