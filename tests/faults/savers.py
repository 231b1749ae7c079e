"""Fans who save one list after the other and remember what they were told."""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

from tests.cast import SLUG, Browser, Cast

LIST = f"/series/{SLUG}/list"
SEEN = re.compile(r'name="version" value="(\d+)"')


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str = ""


Ask = Callable[[str, Any], Answer]  # a path, and the form to post there, if any


@dataclass
class Saver(threading.Thread):
    """One fan. `answered` is the list they were last told is saved, with its version; `sent` what they sent since."""

    ask: Ask
    moments: Sequence[str]
    seed: int
    told: Counter[int] = field(default_factory=Counter)
    answered: tuple[int, list[str]] = (0, [])
    sent: list[str] | None = None
    refusals: list[Answer] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.chance = random.Random(self.seed)
        self.over = threading.Event()

    def __hash__(self) -> int:
        return self.seed

    def run(self) -> None:
        while not self.over.is_set():
            try:
                self.save()
            except (OSError, HTTPException):  # the server is gone
                return

    def save(self) -> None:
        version, before = self.answered
        order = before
        while order == before:
            order = self.chance.sample(self.moments, self.chance.randint(1, len(self.moments)))
        self.sent = order
        answer = self.ask(LIST, {"version": version, "entry": order})
        self.told[answer.status] += 1
        if answer.status in (200, 303):
            self.answered, self.sent = (version + 1, order), None
        else:
            self.refusals.append(answer)
            self.look()

    def look(self) -> None:
        """Whoever was told that something went wrong looks whether it was saved all the same."""
        answer = self.ask(LIST, None)
        while answer.status != 200 and not self.over.wait(0.05):
            answer = self.ask(LIST, None)
        if found := SEEN.search(answer.text):
            version = int(found[1])
            assert version - self.answered[0] in (0, 1), "saved twice, or lost"
            if version > self.answered[0]:
                assert self.sent is not None
                self.answered = version, self.sent
            self.sent = None

    def possible(self) -> list[tuple[int, list[str]]]:
        """What may be saved now: what they were told is, or what they have sent since, whole."""
        version, _ = self.answered
        return [self.answered] + ([(version + 1, self.sent)] if self.sent is not None else [])


def through(browser: Browser) -> Ask:
    """Asks the app in this process."""

    def ask(path: str, form: Any) -> Answer:
        answer = browser.get(path) if form is None else browser.post(path, form)
        return Answer(answer.status_code, dict(answer.headers), answer.text)

    return ask


def over_http(port: int, browser: Browser) -> Ask:
    """Asks a server, with the session of this browser."""
    token, cookie = browser.token, browser.client.get_cookie("session")
    assert cookie is not None
    headers = {"Cookie": f"session={cookie.value}", "Content-Type": "application/x-www-form-urlencoded"}

    def ask(path: str, form: Any) -> Answer:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            body = None if form is None else urlencode({**form, "csrf_token": token}, doseq=True)
            connection.request("GET" if form is None else "POST", path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read().decode())
        finally:
            connection.close()

    return ask


def visible_to(cast: Cast, name: str) -> list[str]:
    with cast.app.app_context():
        return [moment.public_id for moment in cast.gate(name).visible_moments().values()]


def assert_nothing_is_lost(cast: Cast, savers: dict[str, Saver]) -> None:
    """Every list is one that its fan may expect, and all counts are those of the lists."""
    public = {id: cast.public[key] for key, id in cast.moments.items()}
    with cast.app.app_context():
        for name, saver in savers.items():
            stored = cast.gate(name).own_list.stored
            assert (stored.version, [public[id] for id in stored.order]) in saver.possible()
    outcome = cast.app.test_cli_runner().invoke(args=["recount", "--check"])
    assert outcome.exit_code == 0, outcome.output
