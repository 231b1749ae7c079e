"""The JSON API: the same gate for programs."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from ranker.actions.accounts.api_tokens import Scope, make_token
from ranker.extensions import db
from ranker.models import ApiToken, User
from tests.cast import PASSWORD, SLUG, Cast, key

HERE = f"/api/v1/series/{SLUG}"


class Program:
    """A client that shows a token and no cookie."""

    def __init__(self, cast: Cast, name: str, scope: Scope = Scope.READ) -> None:
        with cast.app.app_context():
            self.secret = make_token(cast.users[name], "a test", scope)
        self.client = cast.app.test_client(use_cookies=False)

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secret}", **options.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **options)

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json


def visitor(cast: Cast, path: str) -> TestResponse:
    return cast.app.test_client().get(path)


def test_a_token_sees_what_its_owner_sees(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 3)
    bob = Program(cast, "bob")
    assert bob.get("/api/v1/me") == {"name": "bob", "view": "masked"}
    rows = bob.get(f"{HERE}/standings")["items"]
    assert len(rows) == 9
    locked = [row["moment"] for row in rows if row["moment"]["locked"]]
    assert {frozenset(moment) for moment in locked} == {frozenset(("locked", "unlocks", "position", "teaser"))}
    assert Program(cast, "ada").get(f"{HERE}/standings")["items"][0]["moment"]["title"]


def test_a_visitor_has_seen_nothing(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 3)
    for path in ("/standings", "/moments", "/episodes"):
        answer = visitor(cast, HERE + path)
        assert answer.status_code == 200
        assert not re.search("Secret|EpisodeTitle", answer.text)


def test_a_sealed_look_leaves_out_what_lies_ahead(cast: Cast) -> None:
    cast.rank("ada", 9, 1, 3)
    bob = Program(cast, "bob")
    assert len(bob.get(f"{HERE}/standings?view=sealed")["items"]) == 6
    assert len(bob.get(f"{HERE}/standings?as_of=1")["items"]) == 2
    assert len(bob.get(f"{HERE}/standings?as_of=99")["items"]) == 9


def test_moments_come_in_pages_that_count_nothing_hidden(cast: Cast) -> None:
    bob = Program(cast, "bob")
    first = bob.get(f"{HERE}/moments?limit=4")
    second = bob.get(first["next"])
    third = bob.get(second["next"])
    assert [len(page["items"]) for page in (first, second, third)] == [4, 4, 1]
    assert third["next"] is None
    cast.browser("bob").post("/view", {"view": "sealed"})
    assert bob.get(bob.get(f"{HERE}/moments?limit=4")["next"])["next"] is None


def test_a_moment_its_places_and_its_duels(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    bob = Program(cast, "bob")
    one = f"{HERE}/moments/{cast.public['moment1']}"
    assert bob.get(one)["moment"]["title"] == "SecretTitle1"
    assert bob.get(f"{one}/places")["at"][0] == 1
    duels = bob.get(f"{one}/duels")["items"]
    assert len(duels) == 5
    assert {(duel["wins"], duel["losses"]) for duel in duels} == {(1, 0)}
    hidden = f"{HERE}/moments/{cast.public['moment9']}"
    assert bob.get(hidden)["moment"]["unlocks"] == "S2·E2"
    for part in ("/places", "/duels"):
        known, unknown = (bob.ask("GET", f"{path}{part}") for path in (hidden, f"{HERE}/moments/0123456789ab"))
        assert (known.status_code, known.text) == (404, unknown.text)


def test_the_whole_list_is_saved_on_the_version_it_was_based_on(cast: Cast) -> None:
    program = Program(cast, "bob", Scope.WRITE)
    order = [cast.public[key(number)] for number in (3, 1)]
    saved = program.ask("PUT", f"{HERE}/list", json={"order": order}, headers={"If-Match": '"0"'})
    assert saved.status_code == 200
    assert saved.headers["ETag"] == '"1"'
    assert [row["token"] for row in saved.json["items"]] == order
    stale = program.ask("PUT", f"{HERE}/list", json={"order": []}, headers={"If-Match": '"0"'})
    assert (stale.status_code, stale.json["type"], stale.json["version"]) == (412, "stale-list", 1)
    assert program.ask("PUT", f"{HERE}/list", json={"order": []}).status_code == 428
    assert program.ask("PUT", f"{HERE}/list", json={"order": []}, headers={"If-Match": "*"}).status_code == 428
    for never in ("abc", '"99"'):
        refused = program.ask("PUT", f"{HERE}/list", json={"order": []}, headers={"If-Match": never})
        assert (refused.status_code, refused.json["version"]) == (412, 1)
    assert cast.titles_of("bob") == ["SecretTitle3", "SecretTitle1"]


@pytest.mark.parametrize("order", [["moment9"], ["moment1", "moment1"], ["nothing"]])
def test_what_cannot_be_ranked_is_refused_and_nothing_changes(cast: Cast, order: list[str]) -> None:
    cast.rank("bob", 2)
    tokens = [cast.public.get(name, name) for name in order]
    program = Program(cast, "bob", Scope.WRITE)
    answer = program.ask("PUT", f"{HERE}/list", json={"order": tokens}, headers={"If-Match": '"1"'})
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert cast.titles_of("bob") == ["SecretTitle2"]


def test_one_step_is_free_and_a_jump_wants_consent(cast: Cast) -> None:
    program = Program(cast, "cy", Scope.WRITE)
    assert program.ask("PUT", f"{HERE}/progress", json={"position": 1}).json == {
        "position": 1,
        "code": "S1·E1",
        "numbering": 0,
    }
    jump = program.ask("PUT", f"{HERE}/progress", json={"position": 4})
    assert (jump.status_code, jump.json["type"], jump.json["episodes"]) == (409, "jump-needs-consent", 3)
    assert program.ask("PUT", f"{HERE}/progress", json={"position": 4, "confirmed": 4}).status_code == 200
    assert program.ask("PUT", f"{HERE}/progress", json={"position": 7, "confirmed": 7}).status_code == 422
    assert program.get(f"{HERE}/progress")["position"] == 4


def test_a_token_to_read_changes_nothing(cast: Cast) -> None:
    program = Program(cast, "bob")
    assert program.ask("PUT", f"{HERE}/progress", json={"position": 0}).status_code == 403
    assert program.get(f"{HERE}/progress")["position"] == 4


def test_a_token_opens_nothing_but_the_api(cast: Cast) -> None:
    program = Program(cast, "dana", Scope.WRITE)
    assert program.ask("GET", "/account").status_code == 303
    assert program.ask("GET", "/admin/").status_code == 404


def test_an_unknown_token_is_refused_even_beside_a_cookie(cast: Cast) -> None:
    for given in ("Bearer nothing", "Basic YTpi", "Bearer", ""):
        answer = cast.browser("bob").get("/api/v1/me", headers={"Authorization": given})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_cookie_alone_changes_nothing(cast: Cast) -> None:
    """Another site can make a browser send its cookie, but not the token of our forms."""
    bob = cast.browser("bob")
    bare = bob.client.put(f"{HERE}/progress", json={"position": 0})
    assert (bare.status_code, bare.content_type) == (400, "application/problem+json")
    assert (
        bob.client.put(f"{HERE}/progress", json={"position": 3}, headers={"X-CSRFToken": bob.token}).status_code == 200
    )


def test_a_token_of_a_closed_account_is_worth_nothing(cast: Cast) -> None:
    program = Program(cast, "bob")
    with cast.app.app_context():
        db.session.execute(db.update(User).where(User.name == "bob").values(disabled=True))
        db.session.commit()
    assert program.ask("GET", "/api/v1/me").status_code == 401


def test_whoever_shows_nothing_is_told_to_send_a_token(cast: Cast) -> None:
    answer = cast.app.test_client().put(f"{HERE}/progress", json={"position": 0})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "token" in answer.json["detail"]


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        (b'{"position": 1,\n "confirmed" 2}', 400, "Expecting ':' delimiter at line 2, column 14"),
        (b'{"position": ', 400, "Expecting value at line 1, column 14"),
        (b"", 400, "Expecting value at line 1, column 1"),
        (b'{"position": "\xff"}', 400, "byte 15 is not UTF-8"),
        (b"[" * 100_000, 400, "nested too deep"),
        (b"[]", 422, "object"),
        (b"null", 422, "object"),
    ],
)
def test_what_is_no_json_is_told_where_it_breaks(cast: Cast, sent: bytes, status: int, words: str) -> None:
    program = Program(cast, "bob", Scope.WRITE)
    answer = program.ask("PUT", f"{HERE}/progress", data=sent, content_type="application/json")
    assert answer.status_code == status
    assert words in answer.json["detail"]


def test_errors_are_in_english_whatever_the_language_is(cast: Cast) -> None:
    program = Program(cast, "bob", Scope.WRITE)
    for method, path, sent in (
        ("GET", "/api/v1/nothing", None),
        ("GET", "/api/v1/series/nothing", None),
        ("GET", f"{HERE}/standings?method=x", None),
        ("PATCH", f"{HERE}/list", {}),
        ("PUT", f"{HERE}/list", {"order": []}),
        ("PUT", f"{HERE}/progress", {"position": 7}),
        ("POST", f"{HERE}/suggestions", {"title": "a\nb", "position": 1, "text": "x"}),
    ):
        answer = program.ask(method, path, json=sent, headers={"Accept-Language": "ko"})
        assert answer.status_code >= 400
        assert answer.text.isascii()
        assert not re.search("page|go back|Value error", answer.text)
    docs = cast.app.test_client().get("/api/v1/", headers={"Accept-Language": "ko"}).text
    assert '<html lang="ko"' in docs


def test_the_page_marks_what_is_english_and_what_is_code(cast: Cast) -> None:
    page = visitor(cast, "/api/v1/").text
    assert "`" not in page
    assert '<p lang="en">Say how far you have watched. One step ahead and any step back are free; a jump wants ' in page
    assert "<code>confirmed</code>" in page


@pytest.mark.parametrize("path", ["/api/v1/nothing", f"{HERE}/progress", "/healthz", "/login"])
def test_a_refusal_leaves_nothing_unread_that_the_next_request_would_begin_with(cast: Cast, path: str) -> None:
    client, sent = cast.app.test_client(), BytesIO(b"x" * 1000)
    answer = client.put(path, input_stream=sent, content_type="text/plain")
    assert answer.status_code in (404, 405, 415)
    assert sent.tell() == 1000
    assert "Connection" not in answer.headers
    gone = client.put(path, environ_overrides={"CONTENT_LENGTH": "1000", "wsgi.input": BytesIO()})
    assert gone.status_code in (404, 405, 415)
    large = client.put(path, input_stream=BytesIO(b"x" * 10**6), content_type="text/plain")
    assert large.headers["Connection"] == "close"


def test_only_a_hash_of_a_token_is_kept(cast: Cast) -> None:
    program = Program(cast, "bob")
    with cast.app.app_context():
        kept = db.session.scalars(db.select(ApiToken)).one()
        assert program.secret.encode() not in kept.token_hash
        assert program.secret not in str(vars(kept))


def test_errors_are_problems_there_and_pages_everywhere_else(cast: Cast) -> None:
    for path, status in (
        ("/api/v1/nothing", 404),
        ("/api/v1/series/nothing", 404),
        (f"{HERE}/standings?method=x", 422),
    ):
        answer = visitor(cast, path)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
        assert answer.json["status"] == status
        assert answer.json["detail"]
    assert cast.app.test_client().post(f"{HERE}/standings").status_code in (400, 405)
    assert "<h1" in visitor(cast, "/nothing").text


def test_whoever_asks_too_often_is_told_when_to_come_again(cast: Cast) -> None:
    cast.app.config["API_LIMIT"] = "3 per minute"
    program = Program(cast, "bob")
    answers = [program.ask("GET", "/api/v1/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].content_type == "application/problem+json"
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[0].headers["X-RateLimit-Limit"] == "3"
    assert Program(cast, "ada").ask("GET", "/api/v1/me").status_code == 200


def test_tokens_cannot_be_tried_without_end(cast: Cast) -> None:
    cast.app.config["API_LIMIT"] = "3 per minute"
    client, program = cast.app.test_client(), Program(cast, "bob")
    tries = [client.get("/api/v1/me", headers={"Authorization": f"Bearer {n}"}) for n in range(4)]
    assert [answer.status_code for answer in tries] == [401, 401, 401, 429]
    assert int(tries[-1].headers["Retry-After"]) > 0
    assert [program.ask("GET", "/api/v1/me").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_token_is_made_shown_once_and_ended_in_the_account(cast: Cast) -> None:
    bob = cast.browser("bob")
    assert bob.get("/account/tokens").status_code == 303  # first say again who you are
    bob.post("/account/confirm", {"password": PASSWORD})
    page = bob.post("/account/tokens", {"name": "My script", "scope": "write"}).text
    found = re.search(r'value="(ranker_[\w-]+)"', page)
    assert found is not None
    assert found[1] not in bob.get("/account/tokens").text
    me = {"Authorization": f"Bearer {found[1]}"}
    assert cast.app.test_client().get("/api/v1/me", headers=me).status_code == 200
    ending = re.search(r'action="(/account/tokens/\w+/end)"', page)
    assert ending is not None
    cast.browser("ada").post("/account/confirm", {"password": PASSWORD})
    bob.post(ending[1])
    assert cast.app.test_client().get("/api/v1/me", headers=me).status_code == 401


def test_nobody_ends_a_token_of_somebody_else(cast: Cast) -> None:
    program = Program(cast, "bob")
    with cast.app.app_context():
        public_id = db.session.scalars(db.select(ApiToken.public_id)).one()
    ada = cast.browser("ada")
    ada.post("/account/confirm", {"password": PASSWORD})
    ada.post(f"/account/tokens/{public_id}/end")
    assert program.ask("GET", "/api/v1/me").status_code == 200


def test_the_description_names_every_operation_there_is(cast: Cast) -> None:
    spec = visitor(cast, "/api/v1/openapi.json").json
    assert spec["openapi"].startswith("3.1")
    described = {
        (re.sub(r"\{(\w+)\}", r"<\1>", path), method.upper()) for path, ways in spec["paths"].items() for method in ways
    }
    there = {
        (rule.rule, method)
        for rule in cast.app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }
    assert described == there
    page = visitor(cast, "/api/v1/").text
    assert all(path in page for path in spec["paths"])


def test_every_link_leads_to_an_operation_and_gives_it_what_it_needs(cast: Cast) -> None:
    spec = visitor(cast, "/api/v1/openapi.json").json
    operations = {one["operationId"]: one for ways in spec["paths"].values() for one in ways.values()}
    links = [link for one in operations.values() for link in one["responses"]["200"].get("links", {}).values()]
    assert {link["operationId"] for link in links} == operations.keys() - {"me", "series_list"}
    for link in links:
        wanted = {p["name"] for p in operations[link["operationId"]]["parameters"] if p["in"] == "path"}
        assert wanted <= link["parameters"].keys()
