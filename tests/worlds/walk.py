"""One viewer's walk through everything there is: every GET route, every write they may send, every link they are shown.

The walk through a world and the walk through its twin take the same steps; what a step needs to name of what lies
ahead (an id of a hidden moment) is named by its place in the world, so each world is asked for its own.
"""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urldefrag, urljoin

from flask import Flask
from werkzeug.test import TestResponse

from tests.cast import Browser
from tests.worlds.building import feed_secret, note_id, suggestion_id, take_out_of_time
from tests.worlds.strategies import VIEWER
from tests.worlds.world import PUBLISHED, Horizon, SeriesW, World

UNKNOWN_ID = "0123456789ab"
DEPTH = 2
FIRST_WATCH = re.compile(r"[?&]method=first\b|^/series/[^/?]+/methods\b")
LIST_FILES = (
    "list.json",
    "list.csv",
    "list.md",
    "list.txt",
    "reddit.txt",
    "discord.txt",
    "discourse.txt",
    "bbcode.txt",
)
SEARCHED = ("a", "Title", "Other+Something", "S1%C2%B7E2", "pl%C3%A1in")
HIDDEN_TITLES = ("Title e1", "Other title", "A plain title", "the known kc")
NOT_PAGES = ("/static/", "/style/", "/file/", "/assets/")

# All that may differ between two answers: the nonce of the policy, the token of forms, the session, the ids that
# suggestions get on the way, the addresses that feeds get, and the time.
NORMALISED = (
    (re.compile(r"nonce(-|=\")[\w-]{22}"), r"nonce\1"),
    (re.compile(r'(name="csrf_token" value="|"X-CSRFToken": ")[\w.-]+'), r"\1"),
    (re.compile(r"session=[^;]*;"), "session=;"),
    (re.compile(r"/feeds/[\w-]{43}\b"), "/feeds/"),
    (re.compile(r"/suggestions/[0-9a-f]{12}/withdraw"), "/suggestions/withdraw"),
    (re.compile(r'"id":"[0-9a-f]{12}"(,"locked":false,"title":[^{}]*"state":"waiting")'), r'"id":""\1'),
    (re.compile(r"(Date|X-RateLimit-Reset|Retry-After): [^\n]*"), r"\1: "),
)


@dataclass(frozen=True)
class Answer:
    """A response as compared: its status, headers and body after normalising."""

    step: str
    text: str


@dataclass(frozen=True)
class Viewing:
    """Who walks: at which positions, in which view, with an account or without.

    first_watch: whether the walk goes to the addresses that show it. The sealed promise is a little weaker there.
    """

    horizon: Horizon
    sealed: bool
    fan: bool
    first_watch: bool = True

    def __str__(self) -> str:
        words = ("fan" if self.fan else "visitor", "sealed" if self.sealed else "masked")
        return f"{' '.join(words)}{'' if self.first_watch else ', without first watch'}, at {dict(self.horizon)}"


def text_of(response: TestResponse) -> str:
    """The body, with bytes that are no text written out."""
    return response.get_data().decode("utf-8", "backslashreplace")


def body_of(response: TestResponse) -> str:
    """What a person gets to see of a response, without what differs from one minute to the next."""
    text = f"{response.status_code}\n\n{text_of(response)}"
    for pattern, replacement in NORMALISED:
        text = pattern.sub(replacement, text)
    return text


def normalised(response: TestResponse) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(response.headers.items()))
    text = f"{response.status_code}\n{headers}\n\n{text_of(response)}"
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
        take_out_of_time(app)

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
        for words in SEARCHED:
            links |= self.look(f"a search for {words}", f"/search?q={words}")
        for series in self.world.series:
            for query in self.queries(series):
                path = f"/series/{series.slug}?{query}"
                self.glance(path, path)
                self.followed.add(path)
            for words in SEARCHED:
                path = f"/series/{series.slug}/list?q={words}"
                self.glance(path, path)
            for step, path in (*self.stories(series), *self.closer_looks(series), *self.public_lists(series)):
                self.glance(step, path)
            for path in self.api_queries(series):
                self.glance(path, path)
            for step, path in self.pictures(series):
                self.glance(step, path)
            self.stay_open(series)
        for _ in range(DEPTH):
            new = sorted(links - self.followed)
            self.followed |= links
            links = {link for path in new for link in self.look(f"the link {path}", path)}

    def read_first_watch(self) -> None:
        """Goes to the addresses that show it, and nowhere else."""
        for series in self.world.series:
            page = f"/series/{series.slug}"
            for path in (f"{page}/methods", *(f"{page}?{query}" for query in self.queries(series))):
                if FIRST_WATCH.search(path):
                    self.look(path, path)

    def passes_by(self, step: str) -> bool:
        """Whether this walk leaves the step out. Steps have the same names in both worlds."""
        one_in, turn = self.sample
        return zlib.crc32(f"{turn} {step}".encode()) % one_in != 0

    def avoids(self, path: str) -> bool:
        return not self.viewing.first_watch and FIRST_WATCH.search(path) is not None

    def look(self, step: str, path: str) -> set[str]:
        """Asks for a page and for its fragment; returns the addresses the page links to.

        But for those of duels, which are as many as there are pairs: `closer_looks` takes some of them.
        """
        if self.passes_by(step) or self.avoids(path):
            return set()
        page = self.browser.get(path)
        self.keep(step, page)
        self.keep(f"{step} as a fragment", self.browser.htmx("GET", path))
        found = re.findall(r'href="([/?][^"]*)"', text_of(page))
        links = {urldefrag(urljoin(path, unescape(link))).url for link in found}
        return {link for link in links if not link.startswith(NOT_PAGES) and "/duels?a=" not in link}

    def glance(self, step: str, path: str) -> None:
        if self.passes_by(step) or self.avoids(path):
            return
        self.keep(step, self.browser.htmx("GET", path))

    def glance_at_feed(self, series: SeriesW, when: str) -> None:
        """Asks as a feed reader does that a fan has told their address."""
        if self.viewing.fan:
            self.glance(f"the feed {when}", f"/feeds/{feed_secret(VIEWER, series.slug)}")

    def stay_open(self, series: SeriesW) -> None:
        """Asks as an open page does whether it has changed; also for pages that were made for somewhere else."""
        position, view = self.viewing.horizon.get(series.slug, 0), "sealed" if self.viewing.sealed else "masked"
        for query in ("", "method=classic&", "method=first&", "as_of=1&", "view=sealed&", "q=a&season=1&"):
            for at in (f"{position}-{view}", f"{series.episodes}-{view}", f"{position}-masked", "x"):
                path = f"/series/{series.slug}/standings?{query}at={at}"
                if self.passes_by(path) or self.avoids(path):
                    continue
                rows = self.browser.htmx("GET", path)
                self.keep(path, rows)
                again = {"If-None-Match": rows.headers.get("ETag", "none")}
                self.keep(f"{path} again", self.browser.htmx("GET", path, **again))

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
            "size": ("size", "large"),
            "picture": ("picture", "x"),
            "digest": ("digest", "x"),
            "file": ("file", "x"),
            "name": ("name", VIEWER),
            "filename": ("file", "x"),
            "entry": ("entry", "1"),
            "season": ("season", "1"),
            "number": ("number", "1"),
            "suggestion_id": ("suggestion", "x"),
            "path": ("file", "x"),
        }
        values = {name: value for name, value in fixed.items() if re.search(rf"<(\w+:)?{name}>", rule)}
        if rule == "/feeds/<token>" and self.viewing.fan:
            for series in self.world.series:
                yield {"token": (f"feed {series.slug}", feed_secret(VIEWER, series.slug))}
        if "<note>" in rule:
            yield from self.notes_in(rule)
            return
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

    def notes_in(self, rule: str) -> Iterator[dict[str, tuple[str, str]]]:
        for series in self.world.series:
            for label, note in self.named_notes(series):
                yield {"slug": (series.slug, series.slug), "note": (label, note)}

    def named_notes(self, series: SeriesW) -> Iterator[tuple[str, str]]:
        """Notes the viewer may read by id, some they may not by number, and one that is not there."""
        position = self.viewing.horizon.get(series.slug, 0)
        every = [
            (note.label, note_id(fan, note))
            for fan in self.world.fans
            for note in fan.notes
            if note.slug == series.slug
        ]
        hidden = [id for label, id in every if label > position]
        yield from ((id, id) for label, id in every if label <= position)
        for number in range(2):
            yield f"hidden note {number}", hidden[number] if number < len(hidden) else f"{number:012x}"
        yield "unknown", UNKNOWN_ID

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

    def pictures(self, series: SeriesW) -> Iterator[tuple[str, str]]:
        """Every picture there is in the other sizes than the addresses have, and in one that there is not."""
        for label, public_id in self.named_moments(series):
            for size in ("small", "huge"):
                path = f"/series/{series.slug}/moments/{public_id}/picture/{size}"
                yield f"the {size} picture of {series.slug} {label}", path

    def queries(self, series: SeriesW) -> Iterator[str]:
        """What the page of a series takes, and some that it does not."""
        for position in {0, 1, series.episodes, self.viewing.horizon.get(series.slug, 0), 99}:
            yield f"as_of={position}"
        for season in (1, len(series.seasons), 99):
            yield f"season={season}"
        yield "season=1&as_of=1&q=Title&method=classic"
        yield from ("as_of=-1", "as_of=x", "view=sealed", "view=masked", "view=all", "method=classic", "method=fair")
        yield from ("method=first", "method=first&as_of=1", f"as_of={series.episodes}&method=first", "method=firs")
        yield from (
            "method=none",
            "sort=title",
            "search=Other",
            "q=a",
            "q=Other+Something&season=1",
            "q=pl%C3%A1in&method=classic",
            "page=2",
            "episode=99",
            "_=1&as_of=99&view=masked",
        )

    def api_queries(self, series: SeriesW) -> Iterator[str]:
        for look in (
            "view=sealed",
            "view=masked",
            "method=first",
            "method=classic&as_of=1",
            f"as_of={series.episodes}",
        ):
            yield f"/api/v1/series/{series.slug}/standings?{look}"
        for page in ("limit=1", "offset=2&limit=2", "offset=99", "limit=0"):
            yield f"/api/v1/series/{series.slug}/moments?{page}"

    def stories(self, series: SeriesW) -> Iterator[tuple[str, str]]:
        """What the page of how the story changes a ranking takes: moments to bring out, and from where to look."""
        path = f"/series/{series.slug}/story"
        named = dict(self.named_moments(series))
        visible = [id for label, id in named.items() if label == id]
        for label in (*visible[:2], "hidden 0", "hidden 1"):
            yield f"{path} with {label}", f"{path}?moment={named[label]}"
        several = "&".join(f"moment={id}" for id in (*visible[:3], named["hidden 0"], UNKNOWN_ID, *visible[:1]))
        for more in ("", "&method=classic", "&method=first", "&as_of=1", f"&as_of={series.episodes}", "&view=sealed"):
            yield f"{path} with several{more}", f"{path}?{several}{more}"

    def public_lists(self, series: SeriesW) -> Iterator[tuple[str, str]]:
        """What everybody shows, alone and beside one another, and how one's own would look at every cap."""
        for fan in self.world.fans:
            path = f"/fans/{fan.name}/{series.slug}"
            yield path, path
            yield f"{path}/card.png", f"{path}/card.png?look=dark"
            yield f"{path}/card.png in Korean", f"{path}/card.png?lang=ko"
            yield f"{path}/report", f"{path}/report"
            yield f"oembed of {path}", f"/oembed?url=http://localhost{path}"
            for other in ("", *(one.name for one in self.world.fans[:4]), "nobody"):
                yield f"{path}/beside {other}", f"{path}/beside?with={other}"
            link = f"http://localhost/fans/{self.world.fans[0].name}/{series.slug}"
            yield f"{path}/beside {link}", f"{path}/beside?with={link}"
        for cap in {0, 1, self.viewing.horizon.get(series.slug, 0), series.episodes, 99}:
            path = f"/series/{series.slug}/list/share"
            files = (f"{path}/as/{file}?cap={cap}" for file in LIST_FILES)
            yield from (
                (one, one)
                for one in (
                    f"{path}?cap={cap}",
                    f"{path}?cap=earlier&earlier={cap}",
                    *files,
                    f"/series/{series.slug}/feed?cap={cap}",
                )
            )

    def closer_looks(self, series: SeriesW) -> Iterator[tuple[str, str]]:
        """What the pages of duels and of single moments take; moments are named alike in both worlds."""
        named = {**dict(self.named_moments(series)), "unknown": UNKNOWN_ID}
        one, other, *_ = *(name for name in named if name == named[name]), "unknown", "unknown"
        back = ("as_of=1", f"as_of={series.episodes}", "view=sealed")
        for a, b, query in (
            *((one, other, query) for query in ("", "part=all", "part=2", "part=x&as_of=2", *back)),
            *((one, another, "") for another in (one, "hidden 0", "hidden 1", "unknown")),
            *((another, other, "view=sealed") for another in ("hidden 0", "unknown")),
            ("hidden 0", "hidden 1", ""),
            ("hidden 0", "unknown", ""),
        ):
            yield (
                f"{series.slug} {a} against {b} {query}",
                f"/series/{series.slug}/duels?a={named[a]}&b={named[b]}&{query}",
            )
        for a, query in ((one, "page=2"), (one, "as_of=0"), *((a, way) for a in (one, "hidden 0") for way in back)):
            yield f"{series.slug} {a} {query}", f"/series/{series.slug}/moments/{named[a]}?{query}"

    # Writing

    def write(self) -> None:
        for series in self.world.series:
            self.write_progress(series)
            self.write_list(series)
            self.write_bringing(series)
            self.write_sharing(series)
            self.write_feed(series)
            self.write_by_api(series)
            self.write_suggestions(series)
            self.write_reports(series)
        self.write_watched()
        accounts = ("/login", "/register", "/recover", "/account/name", "/account/confirm", "/account/progress")
        for path in ("/view", *accounts, "/series/none/progress", "/series/none/list"):
            self.send(
                path, {"view": "x", "name": VIEWER, "password": "wrong password", "position": "1", "version": "0"}
            )

    def write_by_api(self, series: SeriesW) -> None:
        """What the API takes, with and without the version a change is based on."""
        path = f"/api/v1/series/{series.slug}"
        position = self.viewing.horizon.get(series.slug, 0)
        self.suggest_by_api(path, position)
        named = dict(self.named_moments(series))
        visible = [id for label, id in named.items() if label == id]
        orders = {"what is visible": visible[:3], "a hidden one": [named["hidden 0"]], "a locked row": ["locked-1"]}
        version = self.version_at(f"/series/{series.slug}/list")
        for words, order in {**orders, "nothing": []}.items():
            for based_on in (version, "99", ""):
                step = f"PUT {path}/list {words} based on {'the newest' if based_on == version else based_on}"
                self.put(step, f"{path}/list", {"order": order}, based_on)
        jump = {position + 2, series.episodes} - set(range(position + 2))  # none of them goes on: they want a word
        for asked in (position, max(0, position - 1), 0, *sorted(jump), series.episodes + 1, -1, position):
            confirmed = {"confirmed": asked} if asked <= position else {}
            self.put(f"PUT {path}/progress {asked}", f"{path}/progress", {"position": asked, **confirmed})

    def suggest_by_api(self, path: str, position: int) -> None:
        for title, at in (
            ("A wish by a program", position),
            ("A wish from ahead", position + 1),
            ("", 1),
            ("Moment 1", 1),
        ):
            body = {"title": title, "position": at, "text": "Because."}
            self.put(f"POST {path}/suggestions {title!r} at {at}", f"{path}/suggestions", body, method="POST")
        self.glance(f"{path}/suggestions after that", f"{path}/suggestions")
        unknown = f"{path}/suggestions/000000000000"
        self.put(f"DELETE {unknown}", unknown, None, method="DELETE")

    def put(self, step: str, path: str, body: dict[str, Any] | None, based_on: str = "", method: str = "PUT") -> None:
        if self.passes_by(step):
            return
        headers = {"X-CSRFToken": self.browser.token, **({"If-Match": f'"{based_on}"'} if based_on else {})}
        self.keep(step, self.browser.client.open(path, method=method, json=body, headers=headers, buffered=True))

    def write_sharing(self, series: SeriesW) -> None:
        path = f"/series/{series.slug}/list/share"
        position = self.viewing.horizon.get(series.slug, 0)
        for cap in (position, position + 1, 0, "x"):
            self.send(path, {"cap": cap}, f"{path} {cap}")
            self.glance(f"{path} after {cap}", path)
            self.glance(f"what is shown after {path} {cap}", f"/fans/{VIEWER}/{series.slug}")
        for asked in ({"cap": "earlier", "earlier": position}, {"cap": position + 1}):
            self.send(f"{path}/cap", asked, f"{path}/cap {asked}")
            self.glance(f"{path} after {asked}", path)
        self.send(f"{path}/stop", {})
        self.send(f"{path}/cap", {"cap": 0}, f"{path}/cap after {path}/stop")
        self.glance(f"what is shown after {path}/stop", f"/fans/{VIEWER}/{series.slug}")

    def write_feed(self, series: SeriesW) -> None:
        path = f"/series/{series.slug}/feed"
        position = self.viewing.horizon.get(series.slug, 0)
        for cap in (0, position + 1, "x", position):
            self.send(path, {"cap": cap}, f"{path} {cap}")
            self.glance(f"{path} after {cap}", path)
        self.send(f"{path}/end", {})
        self.glance(f"{path} after its end", path)

    def write_progress(self, series: SeriesW) -> None:
        path = f"/series/{series.slug}/progress"
        position = self.viewing.horizon.get(series.slug, 0)
        for asked in (position, position - 1, position, 0, series.episodes + 1, -1, "x", ""):
            self.send(path, {"position": asked, "confirmed": asked if asked == position else ""})
            self.glance(f"after {path} {asked}", f"/series/{series.slug}")
            open_page = f"/series/{series.slug}/standings?at={position}-{'sealed' if self.viewing.sealed else 'masked'}"
            self.glance(f"after {path} {asked}, a page that is still open", open_page)
            self.glance_at_feed(series, f"after {path} {asked}")
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

    def write_bringing(self, series: SeriesW) -> None:
        """Lists with titles of visible moments, with titles that hidden ones have in one world alone, and with ids."""
        path = f"/series/{series.slug}/list/bring"
        position = self.viewing.horizon.get(series.slug, 0)
        visible = [one for one in series.moments if one.label <= position and one.status == PUBLISHED]
        titles = [one.title for one in visible[:4]]
        named = dict(self.named_moments(series))
        for label, text in {
            "what is visible": "\n".join(titles),
            "what may be hidden": "\n".join((*HIDDEN_TITLES, *titles[:1])),
            "one word of it": "Other",
            "a table": "\n".join(("place,title,season,episode", "1,Other title,1,2", "2,,1,3")),
            "nothing": "",
            "what is no list": "{",
        }.items():
            self.send(path, {"text": text}, f"{path}: {label}")
        for label, tokens in {
            "what is visible": [one.public_id for one in visible[:4]][::-1],
            "a hidden one": [named["hidden 0"]],
            "an unknown one": [UNKNOWN_ID],
            "a locked row": ["locked-1", ""],
        }.items():
            version = self.version_at(f"/series/{series.slug}/list")
            for based_on in (version, "99"):
                form = {"version": based_on, "entry": tokens, "text": "Other title"}
                step = f"{path}/save {label} on {'the newest' if based_on == version else based_on}"
                self.send(f"{path}/save", form, step)
            self.glance(f"after {path}/save {label}", f"/series/{series.slug}/list")

    def write_watched(self) -> None:
        """A file that has watched every series to its end, and words for it that lead no further."""
        path = "/account/watched"
        plays = [
            {"show": {"title": f"The story of {series.slug}"}, "episode": {"season": season, "number": number}}
            for series in self.world.series
            for season, count in enumerate(series.seasons, 1)
            for number in range(1, count + 1)
        ]
        if not self.passes_by(path):
            file = io.BytesIO(json.dumps(plays).encode())
            self.keep(f"POST {path}", self.browser.post(path, {"file": (file, "watched-history.json")}))
        for series in self.world.series:
            for position in (self.viewing.horizon.get(series.slug, 0), series.episodes + 1, "x"):
                self.send(f"{path}/confirm", {"forward": [f"{series.slug}:{position}:0", "none:1:0"]})
        self.send(f"{path}/confirm", {})

    def write_suggestions(self, series: SeriesW) -> None:
        """Titles of visible moments, titles that hidden ones have in one world alone, and others."""
        path = f"/series/{series.slug}/suggestions"
        position = self.viewing.horizon.get(series.slug, 0)
        visible = [one.title for one in series.moments if one.label <= position][:1]
        for title in (*visible, *HIDDEN_TITLES, "Nothing like it", "", "x" * 121):
            self.send(f"{path}/alike", {"title": title})
            self.send(path, {"title": title, "episode": position, "text": "Because"})
        for episode in (1, position + 1):
            self.send(path, {"title": "Nothing like it", "episode": episode, "text": "Because"})
        self.glance(f"after {path}", path)
        mine = [
            one for fan in self.world.fans if fan.name == VIEWER for one in fan.suggestions if one.slug == series.slug
        ]
        known = [suggestion_id(one) for one in mine if one.label <= position]
        hidden = [suggestion_id(one) for one in mine if one.label > position][:1] or [UNKNOWN_ID]
        for label, id in (*((id, id) for id in known), ("hidden", hidden[0]), ("unknown", UNKNOWN_ID)):
            self.send(f"{path}/{id}/withdraw", {}, f"{path}/{label}/withdraw")
        self.glance(f"after {path} were taken back", path)

    def write_reports(self, series: SeriesW) -> None:
        position = self.viewing.horizon.get(series.slug, 0)
        named = [*self.named_moments(series), ("unknown", UNKNOWN_ID)]
        shown = [(label, id) for label, id in named if label == id]
        for label, id in (*shown[:2], *named[-3:]):
            path, step = f"/series/{series.slug}/moments/{id}/report", f"report on {series.slug} {label}"
            for wait_for in (position, position + 1):
                self.send(path, {"kind": "early", "wait_for": wait_for}, f"{step} waits for {wait_for}")
            for other, same_as in (named[0], named[-2], named[-1]):
                self.send(path, {"kind": "duplicate", "same_as": same_as}, f"{step} like {other}")
            self.send(path, {"kind": "wrong", "words": "Wrong"}, f"{step} wrong")
            self.glance(f"after a {step}", f"/series/{series.slug}")
        self.glance(f"after reports on {series.slug}", f"/series/{series.slug}/suggestions")
        for label, note in self.named_notes(series):
            path = f"/series/{series.slug}/notes/{note}/report"
            self.send(path, {"kind": "spoils", "words": "Look"}, f"report on {series.slug} {label}")
            self.send(path, {"kind": "early"}, f"report on {series.slug} {label} as early")
        for name in (*(fan.name for fan in self.world.fans[:3]), "nobody"):
            for kind in ("spoils", "unkind", "early"):
                self.send(f"/fans/{name}/{series.slug}/report", {"kind": kind, "words": "Look"})
        self.glance(f"after reports on names in {series.slug}", f"/series/{series.slug}/suggestions")

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
            for page in ("", "/list", "?method=classic", "?method=first", "/duels", "/crowd", "/suggestions"):
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
            seen = [moment.public_id for moment in series.moments if moment.label <= position]
            pages = ("", "?method=classic", "?method=first", "/duels", f"/feed?cap={declared}")
            for page in (*pages, *(f"/moments/{id}" for id in seen[:2])):
                browser.get(f"/series/{series.slug}{page}")
