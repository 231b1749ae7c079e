"""What is logged, line by line: ids that can be trusted, and nothing that could spoil or open an account."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from ranker.extensions import db
from ranker.logs import JsonLines, TextLines
from tests.cast import PASSWORD, SLUG, Browser, Cast


@pytest.fixture(params=[JsonLines, TextLines])
def written(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """What everything that is logged looks like in a file."""
    lines = StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(request.param())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lines
    root.removeHandler(handler)
    root.setLevel(before)


def get(cast: Cast, path: str, sent: str) -> TestResponse:
    return cast.browser("bob").get(path, headers={"X-Request-ID": sent})


@pytest.mark.parametrize("sent", ["0123456789abcdef", "c0a8-4.2_x", "x" * 64])
def test_a_harmless_id_is_taken_over_and_sent_back(cast: Cast, written: StringIO, sent: str) -> None:
    assert get(cast, "/", sent).headers["X-Request-ID"] == sent
    assert sent in written.getvalue()


@pytest.mark.parametrize("sent", ["short", "x" * 65, "with space here", 'quote"quote"', "line%0Abreak-", "é" * 10, ""])
def test_any_other_id_is_left_aside(cast: Cast, written: StringIO, sent: str) -> None:
    assert "X-Request-ID" not in get(cast, "/", sent).headers
    assert not sent or sent not in written.getvalue()


def test_each_line_is_of_one_request(cast: Cast, written: StringIO) -> None:
    for path in ("/", f"/series/{SLUG}?as_of=2", "/recover/link/a-secret", "/nowhere/a-secret?and=another-secret"):
        cast.browser("bob").get(path)
    lines = written.getvalue().splitlines()
    assert len(lines) == 4
    assert "secret" not in written.getvalue()
    assert "as_of" not in written.getvalue()
    assert f"/series/<slug> {SLUG} 200" in written.getvalue()


def test_a_log_in_is_told_with_its_account_and_a_refused_one_with_what_stands_for_the_name(
    cast: Cast, written: StringIO
) -> None:
    """So that guessing can be seen, upon whom, and not what was typed: it may be a password in the wrong field."""
    browser = Browser(cast.app)
    for name, password in (("ada", "a wrong password"), ("Ada", PASSWORD), ("my password is secret", PASSWORD)):
        browser.post("/login", {"name": name, "password": password})
    wrong, right, nobody = (line for line in written.getvalue().splitlines() if "POST" in line)
    tried = [set(re.findall(r"tried\W+([0-9a-f]{32})", line)) for line in (wrong, right, nobody)]
    assert tried[0] == tried[1] != tried[2]
    assert list(map(len, tried)) == [1, 1, 1]
    assert re.search(rf"account\W+{cast.users['ada']}\b", right)
    assert not any("account" in line for line in (wrong, nobody))
    assert "secret" not in written.getvalue()
    assert "ada" not in written.getvalue().lower()


def test_what_breaks_is_told_with_its_request_but_without_what_was_in_it(
    cast: Cast, written: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken() -> str:
        values = {"title": "SecretTitle9", "key": "bob"}
        db.session.execute(text("UPDATE users SET name_key = :key, name = substr(:title, 1, 9)"), values)
        return ""

    monkeypatch.setitem(cast.app.view_functions, "home.show", broken)
    answer = get(cast, "/?q=SecretTitle9", "known-by-this")
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] == "known-by-this"
    log = written.getvalue()
    assert "IntegrityError" in log
    assert "UPDATE users SET name_key" in log
    assert "Secret" not in log
    assert "(bob)" not in log
    assert "known-by-this" in log


def test_a_message_never_makes_two_lines(written: StringIO) -> None:
    logging.getLogger("ranker").warning("one\ntwo\r\nthree")
    [line] = written.getvalue().splitlines()
    assert "one" in line
    if line.startswith("{"):
        assert json.loads(line)["request"] == "-"
