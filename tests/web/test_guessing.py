"""Whoever guesses is stopped: by where they guess from, and by whom they guess at, before any work is done for them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from ranker.hashing import HashingLine
from ranker.web.limits import household
from ranker.web.times import rough_length
from tests.cast import PASSWORD, Browser, Cast
from tests.letters import letter_box

WRONG = "wrong password"
CODE = "0000-0000-0000-0000"


def addresses() -> Iterator[dict[str, str]]:
    """Another address each time, as an attacker has who rents other people's machines."""
    for number in range(10_000):
        yield {"REMOTE_ADDR": f"198.51.{number // 250}.{number % 250 + 1}"}


def tries(cast: Cast, path: str, form: dict[str, str], times: int) -> list[TestResponse]:
    """The same form sent so often, each time from another address."""
    browser = cast.browser()
    return [
        browser.post(path, form, environ_base=address) for address, _ in zip(addresses(), range(times), strict=False)
    ]


GUESSES: list[tuple[str, dict[str, str], int]] = [
    ("/login", {"password": WRONG}, 422),
    ("/recover", {"code": CODE, "password": PASSWORD}, 422),
    ("/register", {"password": "short"}, 422),
]


@pytest.mark.parametrize(("path", "form", "status"), GUESSES, ids=lambda value: value if isinstance(value, str) else "")
@pytest.mark.parametrize("name", ["bob", "nobody"])
def test_from_anywhere_an_account_can_be_guessed_at_so_often_whether_there_is_one_or_not(
    cast: Cast, path: str, form: dict[str, str], status: int, name: str
) -> None:
    cast.app.config["ACCOUNT_LIMIT"] = "4 per hour"
    answers = tries(cast, path, form | {"name": name}, 5)
    assert [answer.status_code for answer in answers] == [status] * 4 + [429]
    assert 3_000 < int(answers[-1].headers["Retry-After"]) <= 3_601
    assert re.search(r"try again in \d+ minutes", answers[-1].text)
    assert name not in answers[-1].text
    assert tries(cast, path, form | {"name": "ada"}, 1)[0].status_code == status


@pytest.mark.parametrize("path", [path for path, _, _ in GUESSES])
def test_from_one_address_nothing_is_guessed_at_long(cast: Cast, path: str) -> None:
    browser = cast.browser()
    form = {"password": WRONG, "code": CODE}
    statuses = [browser.post(path, form | {"name": f"fan{n}", "password": "short"}).status_code for n in range(11)]
    assert statuses[-1] == 429
    assert 429 not in statuses[:-1]
    elsewhere = browser.post(path, form | {"name": "fan"}, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert elsewhere.status_code != 429


def test_whichever_way_a_name_is_written_it_is_one_account(cast: Cast) -> None:
    cast.app.config["ACCOUNT_LIMIT"] = "3 per hour"
    browser = cast.browser()
    names = ("bob", "BOB", " ｂｏｂ ", "Bob")
    assert [browser.post("/login", {"name": name, "password": WRONG}).status_code for name in names] == [422] * 3 + [
        429
    ]


def test_who_shuts_the_password_out_shuts_out_neither_codes_nor_passkeys_nor_who_is_in(cast: Cast) -> None:
    cast.app.config["ACCOUNT_LIMIT"] = "3 per hour"
    bob = cast.browser("bob")
    assert tries(cast, "/login", {"name": "bob", "password": WRONG}, 4)[-1].status_code == 429
    assert cast.browser().post("/login", {"name": "bob", "password": PASSWORD}).status_code == 429
    assert bob.get("/account").status_code == 200
    recovery = cast.browser().post("/recover", {"name": "bob", "code": CODE, "password": PASSWORD})
    assert recovery.status_code == 422
    assert cast.browser().post("/login/passkey/challenge").status_code == 200


def test_saying_again_who_one_is_counts_as_guessing_too(cast: Cast) -> None:
    cast.app.config["ACCOUNT_LIMIT"] = "3 per hour"
    bob = cast.browser("bob")
    statuses = [bob.post("/account/confirm", {"password": WRONG}).status_code for _ in range(4)]
    assert statuses == [422] * 3 + [429]


def test_nobodys_letter_box_is_filled(cast: Cast) -> None:
    cast.app.config["ACCOUNT_LIMIT"] = "3 per hour"
    with letter_box(cast.app):
        answers = tries(cast, "/recover/mail", {"email": "bob@example.org"}, 4)
    assert [answer.status_code for answer in answers] == [200] * 3 + [429]


def test_a_request_that_is_refused_for_its_token_counts_for_nothing(cast: Cast) -> None:
    cast.app.config.update(LOGIN_LIMIT="1 per minute", ACCOUNT_LIMIT="1 per hour")
    browser = cast.browser()
    for _ in range(3):
        assert browser.client.post("/login", data={"name": "bob", "password": PASSWORD}).status_code == 400
    assert browser.post("/login", {"name": "bob", "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "20010db800010002/64"),
        ("2001:db8:1:2:ffff::1", "20010db800010002/64"),
        ("fe80::1%eth0", "fe80000000000000/64"),
        ("", "unknown"),
        ("a socket", "unknown"),
    ],
)
def test_a_household_shares_one_limit(cast: Cast, address: str, whose: str) -> None:
    with cast.app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert household() == whose


@pytest.mark.parametrize(("seconds", "words"), [(1, "1 second"), (90, "90 seconds"), (91, "2 minutes")])
def test_a_wait_is_said_in_round_numbers_and_never_too_short(seconds: int, words: str) -> None:
    assert rough_length(seconds) == words


# The line for passwords


def test_who_comes_to_a_full_line_is_asked_to_come_again_and_pages_are_served_on(cast: Cast) -> None:
    go_on, begun = threading.Event(), threading.Event()
    line = cast.app.extensions["hashing"] = HashingLine(1)

    def work() -> str:
        begun.set()
        go_on.wait(10)
        return "done"

    said: list[Any] = []
    busy = threading.Thread(target=lambda: said.append(line.wait_for(work)))
    busy.start()
    assert begun.wait(10)
    try:
        for name in ("bob", "nobody"):
            answer = cast.browser().post("/login", {"name": name, "password": PASSWORD})
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "3"
            assert "busy" in answer.text
        assert Browser(cast.app).get("/").status_code == 200
    finally:
        go_on.set()
        busy.join()
    assert said == ["done"]
    assert cast.browser().post("/login", {"name": "bob", "password": PASSWORD}).status_code == 303


def test_work_that_fails_leaves_its_place_to_the_next() -> None:
    line = HashingLine(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            line.wait_for(lambda: 1 / 0)
    assert line.wait_for(lambda: "fine") == "fine"


class CountingLine(HashingLine):
    """A line that knows how much it has worked through."""

    worked = 0

    def wait_for(self, work: Callable[..., Any], *arguments: Any) -> Any:
        self.worked += 1
        return super().wait_for(work, *arguments)


@pytest.mark.parametrize("path", [path for path, _, _ in GUESSES])
def test_a_name_that_nobody_has_takes_the_same_work(cast: Cast, path: str) -> None:
    line = cast.app.extensions["hashing"] = CountingLine(3)
    for worked, name in enumerate(("bob", "nobody"), 1):
        cast.browser().post(path, {"name": name, "password": "a long guess", "code": CODE})
        assert line.worked == worked


def test_the_limits_are_on_where_nobody_has_set_any(cast: Cast) -> None:
    assert cast.app.config["LOGIN_LIMIT"] == "10 per minute"
    assert cast.app.config["ACCOUNT_LIMIT"] == "30 per hour"
