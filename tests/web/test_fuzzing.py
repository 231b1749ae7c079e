"""Anything at all, to every route: whatever is sent, the answer is never that something broke on our side.

FUZZ=5000 sends that many requests at least, and so on; without it, enough for a first look.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.cast import Browser, Cast
from tests.conftest import Databases, opened
from tests.web.access import PARTS, TABLE
from tests.worlds.walk import text_of

FUZZ = int(os.environ.get("FUZZ", "400"))
ROUTES = [route for rows in TABLE.values() for route in rows]
UNSAFE = [route for route in ROUTES if not route.startswith("GET ")]
NEVER = {"POST /account/delete"}  # nobody would be left to send the rest
FIELDS = (
    *("name", "password", "email", "code", "next", "invite", "take_over", "stay", "credential", "mine", "view"),
    *("position", "confirmed", "version", "entry", "move", "moment", "note", "sort", "reveal", "do", "at", "seen"),
    *("title", "slug", "description", "teaser", "episode", "season", "number", "airdate", "runtime", "status", "shown"),
    *("decision", "fan", "reason", "label", "uses", "days", "alt", "file", "picture", "year", "network", "ballot_size"),
    *("as_of", "method", "q", "page", "a", "b", "part", "id", "selected", "moments", "into", "csrf_token", "token"),
    *("text", "forward"),
)

odd_numbers = st.one_of(
    st.integers(-3, 12),
    st.integers(),
    st.sampled_from(["NaN", "Infinity", "-0", "1e999", "9" * 5_000, "٣", "1_0", "0x1"]),
).map(str)
odd_texts = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(categories=["Cc", "Cf", "Zs", "Mn", "Co", "So"]), max_size=20),
    st.sampled_from(
        ["\0", "", " ", "x" * 3_000, "'", '"; DROP TABLE users; --', "[" * 3_000, "{{7*7}}", "../..", "%00"]
    ),
    st.sampled_from(["true", "null", "[]", "{}", '{"id": "x", "rawId": "x", "type": "public-key", "response": {}}']),
)
odd_bytes = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        [b"\xff\xfe", b"\xef\xbb\xbf[]", b"[" * 50_000, b'{"format": "ranker.series/1"}', b'[{"name": "\\u0000"}]']
    ),
    st.sampled_from(
        [
            b"season,number,title\n1,NaN,x\n",
            b"season;number;title\r\n9;9;\0\r\n",
            b'"',
            b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        ]
    ),
    st.text(max_size=100).map(lambda text: f'[{{"season": 1, "number": 1, "name": {text!r}}}]'.encode()),
)
known = st.sampled_from(["moment1", "moment5", "moment9", "locked-1", "bob", "ada", "dana", "masked", "sealed", "fair"])
values = st.one_of(known, odd_numbers, odd_texts)
pairs = st.lists(st.tuples(st.sampled_from(FIELDS), values), max_size=4)
header_texts = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=60)
HEADERS = (
    *("User-Agent", "Referer", "If-None-Match", "If-Modified-Since", "Range", "Accept", "Accept-Encoding", "Cookie"),
    *("HX-Request", "HX-Target", "X-Forwarded-For", "Origin", "Sec-Fetch-Site", "Content-Type"),
)
usual_headers = st.sampled_from(["true", "same-origin", "bytes=0-", "*", "gzip;q=NaN", "application/json"])
headers = st.dictionaries(st.sampled_from(HEADERS), st.one_of(header_texts, usual_headers), max_size=2)


@pytest.fixture(scope="module")
def crowd(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    folder = tmp_path_factory.mktemp("fuzz")
    with opened(databases.with_cast(folder), folder) as app:
        app.config.update(LOGIN_LIMIT="1000000 per minute", ACCOUNT_LIMIT="1000000 per minute", SIGNUP="open")
        app.config["PROPAGATE_EXCEPTIONS"] = False
        app.testing = False
        yield databases.cast_of(app)


def body(fields: list[tuple[str, str]], file: bytes | None) -> dict[str, Any]:
    form: dict[str, Any] = {}
    for name, value in fields:
        form.setdefault(name, []).append(value)
    return form | (
        {"file": (BytesIO(file), "x\0.json"), "picture": (BytesIO(file), "x.png")} if file is not None else {}
    )


def path_of(cast: Cast, route: str, part: str | None) -> str:
    parts = {**PARTS, "public_id": cast.public["moment1"]}
    return re.sub(
        r"<(?:\w+:)?(\w+)>", lambda name: parts[name[1]] if part is None else quote(part), route.partition(" ")[2]
    )


def fields_by_route(cast: Cast) -> dict[str, set[str]]:
    """What the forms on all pages send where, as an admin is shown them."""
    dana, found = cast.browser("dana"), dict[str, set[str]]()
    adapter = cast.app.url_map.bind("localhost")
    for page in (path_of(cast, route, None) for route in ROUTES if route.startswith("GET ")):
        for attributes, content in re.findall(r"<form([^>]*)>(.*?)</form>", text_of(dana.get(page)), re.S):
            action = re.search(r'action="([^"?]*)', attributes)
            if 'method="post"' not in attributes:
                continue
            rule, _ = adapter.match(action[1] if action and action[1] else page, "POST", return_rule=True)
            names = set(re.findall(r'name="([^"]+)"', content)) - {"csrf_token"}
            found.setdefault(f"POST {rule.rule}", set()).update(names)
    return found


def test_nothing_that_is_sent_breaks_anything(crowd: Cast) -> None:
    statuses: Counter[int] = Counter()
    browsers: dict[str, Browser] = {}
    phases = (Phase.generate, Phase.shrink)
    forms = fields_by_route(crowd)
    assert len(forms) > 20

    def filled(route: str) -> st.SearchStrategy[tuple[str, list[tuple[str, str]]]]:
        """A route with the fields of its form filled in anyhow, and some that it does not know."""
        own = [st.tuples(st.just(name), values) for name in sorted(forms.get(route, ()))]
        return st.tuples(st.just(route), st.tuples(st.tuples(*own), pairs).map(lambda both: [*both[0], *both[1]]))

    def browser_of(role: str) -> Browser:
        """Their browser; a new one when the last has been logged out, which the fuzz does often."""
        if role not in browsers or browsers[role].get("/account").status_code != 200:
            browsers[role] = crowd.browser(role)
        return browsers[role]

    @settings(max_examples=FUZZ, database=None, phases=phases, suppress_health_check=list(HealthCheck))
    @given(
        role=st.sampled_from(["bob", "dana", "visitor"]),
        form=st.one_of(st.sampled_from(ROUTES), st.sampled_from(UNSAFE), st.sampled_from(UNSAFE))
        .filter(lambda route: route not in NEVER)
        .flatmap(filled),
        part=st.one_of(st.none(), st.none(), st.none(), odd_texts.map(lambda text: text[:200])),
        query=pairs,
        file=st.one_of(st.none(), odd_bytes),
        sent=headers,
    )
    def send(
        role: str,
        form: tuple[str, list[tuple[str, str]]],
        part: str | None,
        query: list[tuple[str, str]],
        file: bytes | None,
        sent: dict[str, str],
    ) -> None:
        browser = crowd.browser() if role == "visitor" else browser_of(role)
        route, fields = form
        method, path = route.partition(" ")[0], path_of(crowd, route, part)
        token = {} if method == "GET" else {"X-CSRFToken": browser.token}
        replaced = {**sent, **token} if "Cookie" not in sent else sent
        answer = browser.client.open(
            path if path.startswith("/") else f"/{path}",
            method=method,
            query_string=[(name, crowd.public.get(value, value)) for name, value in query],
            data=None if method == "GET" else body([(n, crowd.public.get(v, v)) for n, v in fields], file),
            headers=replaced,
            buffered=True,
        )
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, answer.text[:300]

    send()
    assert statuses.total() >= FUZZ
    assert statuses[200] + statuses[303] >= FUZZ / 20, f"the fuzz does not get past the door: {statuses}"
    assert statuses[422] >= FUZZ / 50, f"no form is reached: {statuses}"
