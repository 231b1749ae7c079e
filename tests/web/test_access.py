"""The access matrix: every route, by everybody there is, with the token of a form and without."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import insert, update
from werkzeug.test import TestResponse

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.series import add_series
from ranker.database import writing
from ranker.mail import SmtpServer
from ranker.models import Curator, User, UserSession, now
from tests.cast import Browser, Cast, lighthouse
from tests.letters import ROOT, SENDER
from tests.web.access import FORMS, LAST, PARTS, TABLE, Audience
from tests.worlds.walk import body_of

SAFE = ("GET", "HEAD", "OPTIONS")
ROUTES = [
    (audience, route, status if isinstance(status, tuple) else (status,))
    for audience, rows in TABLE.items()
    for route, status in rows.items()
]
EVERYBODY = ("visitor", "fan", "another fan", "curator of another series", "curator", "admin")
LET_IN: dict[Audience, tuple[str, ...]] = {
    Audience.EVERYBODY: EVERYBODY,
    Audience.FANS: EVERYBODY[1:],
    Audience.PROGRAMS: EVERYBODY[1:],
    Audience.CONFIRMED: EVERYBODY[1:],
    Audience.DESK: EVERYBODY[3:],
    Audience.SERIES: EVERYBODY[4:],
    Audience.ADMINS: EVERYBODY[5:],
}
AT_THE_DESK = (Audience.DESK, Audience.SERIES, Audience.ADMINS)


@dataclass(frozen=True)
class People:
    """Everybody there is, each at a browser of their own."""

    cast: Cast
    names: Mapping[str, str | None]

    def browser(self, role: str) -> Browser:
        browser = self.cast.browser(self.names[role])
        with self.cast.app.app_context(), writing() as session:
            session.execute(update(UserSession).values(confirmed_at=now()))
        return browser


@pytest.fixture
def people(cast: Cast) -> People:
    post = SmtpServer.at("smtp+plain://127.0.0.1:9", SENDER)
    limits = {"LOGIN_LIMIT": "1000 per minute", "ACCOUNT_LIMIT": "1000 per minute"}
    cast.app.config.update(limits, SMTP=post, PUBLIC_URL=ROOT)
    for name in ("carl", "cleo"):
        cast.add_fan(name, 4)
    with cast.app.app_context():
        elsewhere = add_series(COMMAND_LINE, lighthouse().model_copy(update={"slug": "elsewhere"}))
        with writing() as session:
            for name, series_id in (("carl", elsewhere.id), ("cleo", cast.series_id)):
                session.execute(insert(Curator).values(user_id=cast.users[name], series_id=series_id))
                session.execute(update(User).where(User.id == cast.users[name]).values(curates=1))
    return People(cast, dict(zip(EVERYBODY, (None, "bob", "ada", "carl", "cleo", "dana"), strict=True)))


def path_of(cast: Cast, route: str) -> str:
    parts = {**PARTS, "public_id": cast.public["moment1"]}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: parts[part[1]], route.partition(" ")[2])


def ask(browser: Browser, route: str, path: str, token: bool) -> TestResponse:
    method = route.partition(" ")[0]
    if path.startswith("/api/") and method not in SAFE:
        headers = {"X-CSRFToken": browser.token} if token else {}
        return browser.client.open(path, method=method, json={"unknown": 1}, headers=headers, buffered=True)
    form = {} if method in SAFE else dict(FORMS.get(route, {}))
    if token:
        form["csrf_token"] = browser.token
    return browser.client.open(path, method=method, data=form if method not in SAFE else None, buffered=True)


def is_asked_to_log_in(answer: TestResponse) -> bool:
    return answer.status_code == 303 and answer.location.startswith("/login")


def is_expired(answer: TestResponse) -> bool:
    if answer.request.path.startswith("/api/"):
        return answer.status_code in (400, 401) and "that of forms, as `X-CSRFToken`" in answer.text
    return answer.status_code == 400 and "The page was open for long" in answer.text


def test_every_route_has_a_row_and_every_row_its_route(app: Flask) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    rows = [route for _, route, _ in ROUTES]
    assert sorted(routes - set(rows)) == [], "say in tests/web/access.py who may ask for these"
    assert sorted(set(rows) - routes) == [], "there are no such routes any more"
    assert len(rows) == len(set(rows)), "a route has one audience"


@pytest.mark.parametrize("role", EVERYBODY)
def test_who_is_let_in_and_who_is_not(people: People, role: str) -> None:
    browser = people.browser(role)
    for audience, route, statuses in sorted(ROUTES, key=lambda row: LAST.index(row[1]) if row[1] in LAST else -1):
        path = path_of(people.cast, route)
        if route in LAST:
            browser = people.browser(role)
        if route.partition(" ")[0] not in SAFE:
            assert_stopped(browser, ask(browser, route, path, token=False), audience, role)
        answer = ask(browser, route, path, token=True)
        if role in LET_IN[audience]:
            assert answer.status_code in statuses, f"{role} got {answer.status_code} {answer.location} for {route}"
            assert not is_asked_to_log_in(answer), route
        else:
            assert_kept_out(browser, answer, audience, role)


def assert_stopped(browser: Browser, answer: TestResponse, audience: Audience, role: str) -> None:
    """Without a token nothing is done for anybody; who may not at the desk does not even learn that one is missing."""
    nothing_there = answer.status_code == 404  # as for an id that there is not
    if audience in AT_THE_DESK and (role not in LET_IN[audience] or nothing_there):
        assert_unknown(browser, answer)
    else:
        assert is_expired(answer), f"{role} got {answer.status_code} for {answer.request.path}"


def assert_kept_out(browser: Browser, answer: TestResponse, audience: Audience, role: str) -> None:
    if audience in AT_THE_DESK:
        assert_unknown(browser, answer)
    elif audience is Audience.PROGRAMS:
        assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    else:
        assert is_asked_to_log_in(answer), f"{role} got {answer.status_code} for {answer.request.path}"


def assert_unknown(browser: Browser, answer: TestResponse) -> None:
    """Exactly what an address gives that there is not."""
    unknown = browser.client.open("/no/such/address", method=answer.request.method, buffered=True)
    assert answer.status_code == 404, answer.request.path
    assert body_of(answer) == body_of(unknown)


@pytest.mark.parametrize("route", TABLE[Audience.CONFIRMED])
def test_whoever_has_not_just_said_who_they_are_is_asked_to(cast: Cast, route: str) -> None:
    answer = ask(cast.browser("bob"), route, path_of(cast, route), token=True)
    assert answer.status_code == 303
    assert answer.location.startswith("/account/confirm")


def test_the_matrix_would_notice_a_door_left_open(people: People) -> None:
    """Somebody let in is told apart from somebody kept out."""
    admin, page = people.browser("admin"), people.browser("admin").get("/admin/invites")
    with pytest.raises(AssertionError):
        assert_unknown(admin, page)
    with pytest.raises(AssertionError):
        assert_kept_out(admin, page, Audience.ADMINS, "admin")
    with pytest.raises(AssertionError):
        assert_stopped(admin, page, Audience.ADMINS, "admin")
