"""One viewer's walk through everything there is: every GET route, every write they may send, every link they are shown.

The walk through a world and the walk through its twin take the same steps; what a step needs to name of what lies
ahead (an id of a hidden moment) is named by its place in the world, so each world is asked for its own.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from flask import Flask
from werkzeug.test import TestResponse

from tests.cast import Browser
from tests.worlds.strategies import VIEWER
from tests.worlds.world import PUBLISHED, Horizon, SeriesW, World

UNKNOWN_ID = "0123456789ab"
DEPTH = 2
NOT_PAGES = ("/static/", "/style/", "/assets/")

# All that may differ between two answers: the nonce of the policy, the token of forms, the session, and the time.
NORMALISED = (
    (re.compile(r"nonce(-|=\")[\w-]{22}"), r"nonce\1"),
    (re.compile(r'(name="csrf_token" value="|"X-CSRFToken": ")[\w.-]+'), r"\1"),
    (re.compile(r"session=[^;]*;"), "session=;"),
    (re.compile(r"(Date|X-RateLimit-Reset|Retry-After): [^\n]*"), r"\1: "),
)


@dataclass(frozen=True)
class Answer:
    """A response as compared: its status, headers and body after normalising."""

    step: str
    text: str


@dataclass(frozen=True)
class Viewing:
    """Who walks: at which positions, in which view, with an account or without."""

    horizon: Horizon
    sealed: bool
    fan: bool

    def __str__(self) -> str:
        return f"{'fan' if self.fan else 'visitor'}, {'sealed' if self.sealed else 'masked'}, at {dict(self.horizon)}"


def body_of(response: TestResponse) -> str:
    """What a person gets to see of a response, without what differs from one minute to the next."""
    text = f"{response.status_code}\n\n{response.get_data(as_text=True)}"
    for pattern, replacement in NORMALISED:
        text = pattern.sub(replacement, text)
    return text


def normalised(response: TestResponse) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(response.headers.items()))
    text = f"{response.status_code}\n{headers}\n\n{response.get_data(as_text=True)}"
    for pattern, replacement in NORMALISED:
        text = pattern.sub(replacement, text)
    # The length is compared too, after the parts that may differ have the same one.
    return re.sub(r"Content-Length: \d+", f"Content-Length: {len(text)}", text)


class Walk:
    """Takes every step in one world and keeps the answers."""

    def __init__(
        self, app: Flask, world: World, users: dict[str, int], viewing: Viewing, sample: tuple[int, int] = (1, 0)
    ) -> None:
        """`sample` = (n, k) takes about one step in n, another one for each k; (1, 0) takes all."""
        self.sample = sample
        self.app = app
        self.world = world
        self.viewing = viewing
        self.answers: list[Answer] = []
        self.endpoints: set[str] = set()
        self.followed: set[str] = set()
        self.sent = 0
        self.listed: list[str] = []  # the rows of the list page as last shown
        self.browser = Browser(app, users[VIEWER] if viewing.fan else None)

    def take(self) -> list[Answer]:
        self.arrive()
        self.read()
        self.write()
        self.read_after_writing()
        return self.answers

    def arrive(self) -> None:
        """Declares the viewer's progress and view. A fan's progress is in the world already."""
        if not self.viewing.fan:
            with self.browser.client.session_transaction() as session:
                session["progress"] = dict(self.viewing.horizon)
        if self.viewing.sealed:
            self.browser.post("/view", {"view": "sealed"})

    # Reading

    def read(self) -> None:
        links: set[str] = set()
        for step, path in self.addresses():
            links |= self.look(step, path)
            self.followed.add(path)
        for series in self.world.series:
            for query in self.queries(series):
                path = f"/series/{series.slug}?{query}"
                self.glance(path, path)
                self.followed.add(path)
        for _ in range(DEPTH):
            new = sorted(links - self.followed)
            self.followed |= links
            links = {link for path in new for link in self.look(f"the link {path}", path)}

    def passes_by(self, step: str) -> bool:
        """Whether this walk leaves the step out. Steps have the same names in both worlds."""
        one_in, turn = self.sample
        return zlib.crc32(f"{turn} {step}".encode()) % one_in != 0

    def look(self, step: str, path: str) -> set[str]:
        """Asks for a page and for its fragment; returns the addresses the page links to."""
        if self.passes_by(step):
            return set()
        page = self.browser.get(path)
        self.keep(step, page)
        self.keep(f"{step} as a fragment", self.browser.htmx("GET", path))
        links = (urljoin(path, link) for link in re.findall(r'href="([/?][^"#]*)"', page.text))
        return {link for link in links if not link.startswith(NOT_PAGES)}

    def glance(self, step: str, path: str) -> None:
        if self.passes_by(step):
            return
        self.keep(step, self.browser.htmx("GET", path))

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Every GET route with every value its parts can have."""
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda rule: rule.rule):
            if "GET" in (rule.methods or ()):
                for step, path in self.filled(rule.endpoint, rule.rule):
                    self.endpoints.add(rule.endpoint)
                    yield step, path

    def filled(self, endpoint: str, rule: str) -> Iterator[tuple[str, str]]:
        for values in self.values_for(rule):
            path, step = rule, rule
            for name, (label, value) in values.items():
                path = re.sub(rf"<(\w+:)?{name}>", value, path)
                step = re.sub(rf"<(\w+:)?{name}>", label, step)
            assert "<" not in path, f"{rule} has no place in the walk: say in `values_for` what its parts can be"
            yield step, path

    def values_for(self, rule: str) -> Iterator[dict[str, tuple[str, str]]]:
        """The values of the parts of an address; the first of each pair names the value alike in both worlds."""
        fixed = {
            "token": ("token", "guess"),
            "digest": ("digest", "x"),
            "file": ("file", "x"),
            "filename": ("file", "x"),
        }
        values = {name: value for name, value in fixed.items() if re.search(rf"<(\w+:)?{name}>", rule)}
        if "<slug>" not in rule and "<public_id>" not in rule:
            yield values
            return
        for series in self.world.series:
            slug = {"slug": (series.slug, series.slug)} if "<slug>" in rule else {}
            if "<public_id>" not in rule:
                yield values | slug
                continue
            for label, public_id in [*self.named_moments(series), ("unknown", UNKNOWN_ID)]:
                yield values | slug | {"public_id": (f"{series.slug} {label}", public_id)}

    def named_moments(self, series: SeriesW) -> Iterator[tuple[str, str]]:
        """Visible moments by id; hidden ones by number, those a purged world never had by an unknown id."""
        position = self.viewing.horizon.get(series.slug, 0)
        hidden = [moment.public_id for moment in series.moments if moment.label > position]
        for moment in series.moments:
            if moment.label <= position:
                yield moment.public_id, moment.public_id
        for number in range(self.most_hidden):
            known = hidden[number] if number < len(hidden) else f"{number:012x}"
            yield f"hidden {number}", known

    most_hidden = 3

    def queries(self, series: SeriesW) -> Iterator[str]:
        """What the page of a series takes, and some that it does not."""
        for position in {0, 1, series.episodes, self.viewing.horizon.get(series.slug, 0), 99}:
            yield f"as_of={position}"
        yield from ("as_of=-1", "as_of=x", "view=sealed", "view=masked", "view=all", "method=classic", "method=fair")
        yield from (
            "method=none",
            "sort=title",
            "search=Other",
            "q=a",
            "page=2",
            "episode=99",
            "_=1&as_of=99&view=masked",
        )

    # Writing

    def write(self) -> None:
        for series in self.world.series:
            self.write_progress(series)
            self.write_list(series)
        for path in ("/view", "/login", "/register", "/series/none/progress", "/series/none/list"):
            self.send(
                path, {"view": "x", "name": VIEWER, "password": "wrong password", "position": "1", "version": "0"}
            )

    def write_progress(self, series: SeriesW) -> None:
        path = f"/series/{series.slug}/progress"
        position = self.viewing.horizon.get(series.slug, 0)
        for asked in (position, position - 1, position, 0, series.episodes + 1, -1, "x", ""):
            self.send(path, {"position": asked, "confirmed": asked if asked == position else ""})
            self.glance(f"after {path} {asked}", f"/series/{series.slug}")
        self.send(path, {"position": position, "confirmed": position})
        if position + 1 < series.episodes:
            self.send(path, {"position": series.episodes})

    def write_list(self, series: SeriesW) -> None:
        path = f"/series/{series.slug}/list"
        position = self.viewing.horizon.get(series.slug, 0)
        visible = [one.public_id for one in series.moments if one.label <= position and one.status == PUBLISHED]
        named = dict(self.named_moments(series))
        self.write_about_the_list(path, visible, named)
        self.version_at(path)
        for label, tokens, more in self.list_attempts(visible, named):
            if self.passes_by(f"{path}: {label}"):
                continue
            form = {"version": self.version_at(path), "entry": tokens, **more}
            self.send(path, form, f"{path}: {label}")
            self.glance(f"after {path}: {label}", path)

    def write_about_the_list(self, path: str, visible: list[str], named: dict[str, str]) -> None:
        """Notes, settings, undo and redo."""
        for label, moment in [("hidden", named["hidden 0"]), ("unknown", UNKNOWN_ID), *enumerate(visible[:2])]:
            self.send(f"{path}/notes", {"moment": moment, "note": "Mine"}, f"{path}/notes on {label}")
            self.send(f"{path}/unlocked", {"moment": moment}, f"{path}/unlocked {label}")
        for sort in ("community", "newest", "story", "x"):
            self.send(f"{path}/settings", {"sort": sort})
            self.glance(f"{path} in {sort} order", path)
        for reveal in ("one", "all"):
            self.send(f"{path}/settings", {"reveal": reveal})
            self.glance(f"{path} revealing {reveal}", path)
        for take in ("undo", "undo", "redo", "undo", "undo", "redo", "redo"):
            if not self.passes_by(f"{path}/{take}"):
                self.send(f"{path}/{take}", {"version": self.version_at(path)}, f"{path}/{take}")
            self.glance(f"{path} after {take}", path)
        self.send(f"{path}/undo", {"version": 99})
        self.send(f"{path}/unlocked", {})

    def list_attempts(
        self, visible: list[str], named: dict[str, str]
    ) -> Iterator[tuple[str, list[str], dict[str, Any]]]:
        """Lists to save: of what may be chosen, and of what may not."""
        yield "as it is, one moved down", self.listed, {"move": f"down:{self.listed[0]}"} if self.listed else {}
        yield "one locked row alone", ["locked-1"], {}
        yield "locked rows that are not there", ["locked-7", *visible[:1]], {}
        yield "a hidden one", [*visible[:1], named["hidden 0"]], {}
        yield "a hidden one added", visible[:1], {"move": f"add:{named['hidden 1']}"}
        yield "an unknown one", [*visible[:1], UNKNOWN_ID], {}
        yield "all that is visible", visible[:10], {}
        yield "too many", [*visible, *visible, *"abcdefghijk"], {}
        yield "twice the same", visible[:1] * 2, {}
        yield "the other way round", visible[:10][::-1], {}
        yield "one taken out", visible[:10][::-1], {"move": f"remove:{visible[0]}"} if visible else {}
        yield "a move there is not", visible[:1], {"move": "fly:x"}
        yield "nothing", [], {}
        yield "stale", visible[:1], {"version": 99}
        yield "no version", visible[:1], {"version": ""}

    def version_at(self, path: str) -> str:
        """The version and the rows of the list page as the viewer is shown them."""
        text = self.browser.htmx("GET", path).text
        self.listed = re.findall(r'name="entry" value="([^"]+)">', text)
        found = re.search(r'name="version" value="(\d+)"', text)
        return found[1] if found else "0"

    def send(self, path: str, form: dict[str, Any], step: str | None = None) -> None:
        """Sends a form, in turn as htmx does, as a browser without scripting does, and without its token."""
        step = step or f"{path} {sorted(form.items(), key=str)}"
        if self.passes_by(step):
            return
        self.sent += 1
        if self.sent % 2:
            self.keep(f"htmx {step}", self.browser.htmx("POST", path, form))
        else:
            self.keep(f"POST {step}", self.browser.post(path, form))
        if self.sent % 5 == 0:
            self.keep(f"POST {step} without its token", self.browser.client.post(path, data=form, buffered=True))

    def read_after_writing(self) -> None:
        for series in self.world.series:
            for page in ("", "/list", "?method=classic"):
                self.look(f"at the end {series.slug}{page}", f"/series/{series.slug}{page}")

    def keep(self, step: str, response: TestResponse) -> None:
        assert response.status_code < 500, f"{step} broke: {response.status_code}"
        self.answers.append(Answer(step, normalised(response)))


def first_difference(left: list[Answer], right: list[Answer]) -> str | None:
    """Where two walks differ first, in words; None when every answer is the same."""
    for one, other in zip(left, right, strict=False):
        if one != other:
            return f"{one.step}\n{_first_lines(one, other)}"
    return None if len(left) == len(right) else f"one walk has {len(left)} answers and the other {len(right)}"


def _first_lines(one: Answer, other: Answer) -> str:
    if one.step != other.step:
        return f"the other walk went to {other.step}"
    pairs = zip(one.text.splitlines(), other.text.splitlines(), strict=False)
    differing = [f"  here:  {left}\n  there: {right}" for left, right in pairs if left != right]
    return "\n".join(differing[:3]) or "one is longer"


def others_look_first(app: Flask, world: World, viewing: Viewing) -> None:
    """Other people look before the viewer does, so that what is kept for them is there to be shown to the wrong one."""
    for series in world.series:
        position = viewing.horizon.get(series.slug, 0)
        for declared in sorted({series.episodes, position}, reverse=True):
            browser = Browser(app)
            with browser.client.session_transaction() as session:
                session["progress"] = {series.slug: declared}
            for page in ("", "?method=classic"):
                browser.get(f"/series/{series.slug}{page}")
