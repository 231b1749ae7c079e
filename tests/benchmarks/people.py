"""Who asks: a visitor with a declared progress, and fans who reorder their lists, with the cookies of real sessions."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, select

from ranker.actions.accounts import register
from ranker.actions.progress import declare_progress
from ranker.extensions import db
from ranker.gate import Viewer, open_gate
from ranker.models import Moment, SavedBallot, User
from ranker.web.accounts.entrance import start_session
from ranker.web.viewers import remember_progress
from tests.benchmarks.app import BARE, HOOKED
from tests.benchmarks.client import AGENT, get, post
from tests.benchmarks.community import BALLOT_SIZE, EPISODES, SLUG

PAGE = f"/series/{SLUG}"
LIST = f"{PAGE}/list"
POSITION = 6
NEWCOMERS = 20
PASSWORD = "a long enough password"
OPEN_PAGE = f"{PAGE}/standings?at={POSITION}-masked"
VIEWS = {
    "ranking page": PAGE,
    "a fan's page": PAGE,
    "unchanged": OPEN_PAGE,
    "template": f"{BARE}/template",
    "frame": f"{BARE}/frame",
    "constant, hooked": f"{HOOKED}/constant",
    "constant": f"{BARE}/constant",
}
SAVES = {"save": LIST, "commit, hooked": f"{HOOKED}/commit", "bare commit": f"{BARE}/commit"}


@dataclass(slots=True)
class Fan:
    """A fan's browser: it knows the list and the version its page was built on."""

    id: int
    cookie: str
    token: str
    version: int
    entries: list[str]
    swapped: int = 0

    def swap(self) -> None:
        """Moves one entry down by one place, further down the list each time."""
        place = self.swapped % (len(self.entries) - 1)
        self.entries[place : place + 2] = reversed(self.entries[place : place + 2])
        self.swapped += 1

    def save(self, path: str) -> bytes:
        fields: list[tuple[str, object]] = [("version", self.version), ("fan", self.id), ("csrf_token", self.token)]
        return post(path, self.cookie, urlencode(fields + [("entry", entry) for entry in self.entries]))


@dataclass(slots=True)
class Saving:
    """Fans who save in turn: each moves one entry of their list and posts it."""

    path: str
    fans: list[Fan]
    turn: int = 0

    def request(self) -> bytes:
        fan = self.fans[self.turn]
        fan.swap()
        return fan.save(self.path)

    def answered(self, status: int) -> None:
        self.fans[self.turn].version += 1
        self.turn = (self.turn + 1) % len(self.fans)


def views(app: Flask) -> dict[str, bytes]:
    """The request for each view, by the same visitor."""
    cookie = visitor_cookie(app)
    asked = {name: get(path if path == PAGE else f"{path}?page={PAGE}", cookie) for name, path in VIEWS.items()}
    return asked | {"unchanged": get(OPEN_PAGE, cookie, HX_Request="true", If_None_Match=validator(app, cookie))}


def validator(app: Flask, cookie: str) -> str:
    """What an open page sends along when it asks whether it has changed."""
    headers = {"Cookie": cookie, "User-Agent": AGENT, "HX-Request": "true"}
    return app.test_client(use_cookies=False).get(OPEN_PAGE, headers=headers).headers["ETag"]


def visitor_cookie(app: Flask) -> str:
    with browsing(app):
        remember_progress(SLUG, POSITION)
        generate_csrf()
        cookie = cookie_of_session(app)
    return settled_cookie(app, cookie)


def settled_cookie(app: Flask, cookie: str) -> str:
    """The cookie a browser holds once the first answer has completed its session."""
    client = app.test_client()
    client.set_cookie("session", cookie.removeprefix("session="))
    client.get("/login", headers={"User-Agent": AGENT})
    kept = client.get_cookie("session")
    return f"session={kept.value}" if kept else cookie


def fans_with_full_lists(app: Flask, wanted: int) -> list[Fan]:
    """Fans from anywhere in the community whose list is full."""
    with app.app_context():
        last = db.session.scalar(select(func.max(SavedBallot.user_id))) or 0
        some = np.random.default_rng(1).permutation(np.arange(1, last + 1))[: 4 * wanted].tolist()
        public_ids = dict(db.session.execute(select(Moment.id, Moment.public_id)).all())
        query = select(SavedBallot.user_id, SavedBallot.version, SavedBallot.moments).where(
            SavedBallot.user_id.in_(some), SavedBallot.counting
        )
        lists = [row for row in db.session.execute(query) if len(row.moments) == BALLOT_SIZE][:wanted]
    return [fan(app, row.user_id, row.version, [public_ids[id] for id in row.moments]) for row in lists]


def newcomers(app: Flask) -> list[Fan]:
    """New fans who have finished the series and have no list yet, with a first one to save."""
    with app.app_context():
        users = [register(f"newcomer-{secrets.token_hex(6)}", PASSWORD).id for _ in range(NEWCOMERS)]
        for user in users:
            gate = open_gate(Viewer(user_id=user), SLUG, app.extensions["tallies"])
            declare_progress(gate, EPISODES, confirmed=EPISODES)
        first = db.session.scalars(select(Moment.public_id).order_by(Moment.id).limit(BALLOT_SIZE)).all()
    return [fan(app, user, 0, list(first)) for user in users]


def fan(app: Flask, user_id: int, version: int, entries: list[str]) -> Fan:
    with browsing(app):
        start_session(db.session.get_one(User, user_id), stay=False)
        token = generate_csrf()
        return Fan(user_id, cookie_of_session(app), token, version, entries)


def browsing(app: Flask) -> Any:
    """A request of the benchmark's client, for what Flask-Login binds a session to."""
    return app.test_request_context(headers={"User-Agent": AGENT}, environ_base={"REMOTE_ADDR": "127.0.0.1"})


def cookie_of_session(app: Flask) -> str:
    serializer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"session={serializer.dumps(dict(session))}"
