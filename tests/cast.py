"""The small cast every test knows: ada has finished, bob is at episode 4, cy has not started, dana is the admin.

Their series has six episodes in two seasons, and one moment or more at each; every word of it is unique, so that it
can be looked for in any response.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from werkzeug.test import TestResponse

from ranker.actions.accounts import register
from ranker.actions.accounts.sessions import begin_session
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.ballots import save_ballot
from ranker.actions.progress import declare_progress
from ranker.actions.series import add_series
from ranker.actions.suggestions import SuggestionText, send_suggestion
from ranker.actions.unlocked import write_note
from ranker.exchange import EpisodeIn, MomentIn, SeriesFile
from ranker.extensions import db
from ranker.gate import Gate, Viewer, open_gate
from ranker.models import Moment, Note, User
from ranker.web.admin.entrance import OPENED

SLUG = "the-lighthouse"
EPISODES = ((1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2))
LABELS = (1, 1, 2, 3, 4, 4, 5, 5, 6)
PASSWORD = "a long enough password"


def key(number: int) -> str:
    return f"moment{number}"


def lighthouse() -> SeriesFile:
    return SeriesFile(
        format="ranker.series/1",
        slug=SLUG,
        title="The Lighthouse",
        episodes=tuple(
            EpisodeIn(season=season, number=number, title=f"EpisodeTitle{position}")
            for position, (season, number) in enumerate(EPISODES, 1)
        ),
        moments=tuple(
            MomentIn(
                key=key(number),
                title=f"SecretTitle{number}",
                description=f"SecretText{number}",
                teaser=f"Teaser{number}" if number % 2 else None,
                season=EPISODES[label - 1][0],
                episode=EPISODES[label - 1][1],
            )
            for number, label in enumerate(LABELS, 1)
        ),
    )


class Browser:
    """A test client that sends the token every form carries."""

    def __init__(self, app: Flask, user_id: int | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        self._app = app
        self._holding: str | None = None  # the session cookie that is known to hold what the token is made from
        if user_id is not None:
            with app.app_context():
                user = db.session.get(User, user_id)
                assert user is not None
                token, has_desk = begin_session(user, "A test"), user.is_admin or user.curates
            with self.client.session_transaction() as session:
                session.update(_user_id=token, _fresh=True)
                if has_desk:
                    session[OPENED] = int(time.time())

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, buffered=True, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        return self.client.post(path, data={**(data or {}), "csrf_token": self.token}, **options)

    def htmx(self, method: str, path: str, data: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        headers = {"HX-Request": "true", "X-CSRFToken": self.token, **headers}
        return self.client.open(path, method=method, data=data, headers=headers)

    @property
    def token(self) -> str:
        """The token of a form, as a page of this session would carry it."""
        if self._holding is None or self._holding != self._session():
            with self.client.session_transaction() as session:
                session["csrf_token"] = "raw"
            self._holding = self._session()
        serializer = URLSafeTimedSerializer(self._app.config["SECRET_KEY"], salt="wtf-csrf-token")
        return str(serializer.dumps("raw"))

    def _session(self) -> str | None:
        cookie = self.client.get_cookie("session")
        return cookie.value if cookie else None


@dataclass
class Cast:
    app: Flask
    series_id: int
    moments: dict[str, int]  # internal id by key
    public: dict[str, str]  # public id by key
    users: dict[str, int] = field(default_factory=dict)

    def playing_in(self, app: Flask) -> Cast:
        """The same people and moments in an app that runs on a copy of the database."""
        return Cast(app, self.series_id, dict(self.moments), dict(self.public), dict(self.users))

    def browser(self, name: str | None = None) -> Browser:
        return Browser(self.app, self.users[name] if name else None)

    def gate(self, name: str | None, view: str = "masked", declared: int = 0) -> Gate:
        """A gate for somebody of the cast; needs an app context."""
        from ranker.domain.clearance import View

        viewer = Viewer(
            user_id=self.users[name] if name else None,
            name=name,
            view=View(view),
            declared={} if name else {SLUG: declared},
        )
        return open_gate(viewer, SLUG, self.app.extensions["tallies"])

    def rank(self, name: str, *numbers: int) -> None:
        """Saves this list of moments for somebody, as they may see them now."""
        with self.app.app_context():
            gate = self.gate(name)
            save_ballot(gate, [self.public[key(number)] for number in numbers], gate.own_list.stored.version)

    def note(self, name: str, number: int, text: str) -> None:
        """Writes somebody's note on a moment, where they stand now."""
        with self.app.app_context():
            write_note(self.gate(name), self.public[key(number)], text)

    def note_ids(self) -> list[str]:
        """What names the notes there are."""
        with self.app.app_context():
            return list(db.session.scalars(select(Note.public_id)))

    def suggest(self, name: str, title: str, text: str = "Because.", position: int = 1) -> None:
        """Suggests a moment for somebody, where they stand now."""
        with self.app.app_context():
            send_suggestion(self.gate(name), SuggestionText(title, text, position))

    def declare(self, name: str, position: int) -> None:
        with self.app.app_context():
            declare_progress(self.gate(name), position, confirmed=position)

    def add_fan(self, name: str, position: int, ranking: Sequence[int] = ()) -> None:
        with self.app.app_context():
            self.users[name] = register(name, PASSWORD).id
        self.declare(name, position)
        if ranking:
            self.rank(name, *ranking)

    def list_form(self, name: str, *tokens: str, version: int | None = None) -> dict[str, Any]:
        """The form of somebody's list page with these entries in it."""
        with self.app.app_context():
            newest = self.gate(name).own_list.stored.version
        return {"version": newest if version is None else version, "entry": list(tokens)}

    def titles_of(self, name: str, **options: Any) -> list[str]:
        """The titles in somebody's list as they see it, locks shown as `locked`."""
        with self.app.app_context():
            entries = self.gate(name, **options).own_list.read().entries
            return [getattr(entry.moment, "title", "locked") for entry in entries]


def gather_cast(app: Flask) -> Cast:
    with app.app_context():
        added = add_series(COMMAND_LINE, lighthouse())
        public = {key: public_id(id) for key, id in added.moments.items()}
        cast = Cast(app, added.id, dict(added.moments), public)
        for name in ("ada", "bob", "cy"):
            cast.users[name] = register(name, PASSWORD).id
        cast.users["dana"] = register("dana", PASSWORD, is_admin=True).id
    cast.declare("ada", 6)
    cast.declare("bob", 4)
    return cast


def public_id(moment_id: int) -> str:
    return db.session.scalars(select(Moment.public_id).where(Moment.id == moment_id)).one()
