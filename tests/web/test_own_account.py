"""One's own page: changing what there is, taking everything along, and leaving for good."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import inspect, select

from ranker.actions.accounts import register
from ranker.domain.clearance import Method
from ranker.extensions import db
from ranker.models import BallotChange, Base, User, UserSession
from tests.cast import PASSWORD, SLUG, Browser, Cast

# What is of a fan, by table: what the export holds, and why the rest is not in it.
EXPORTED = {
    "suggestions",
    "reports",
    "progress",
    "ballots",
    "notes",
    "passkeys",
    "sessions",
    "recovery_codes",
    "shared_lists",
    "private_feeds",
    "api_tokens",
    "taken_names",
}
NOT_EXPORTED = {
    "met_moments",  # which new moments were shown one by one: follows from the lists and the progress
    "one_time_tokens",  # gone within minutes
    "curators",  # of the site, not of the fan
    "audit_entries",  # of the site, not of the fan
    "waiting_series",  # the same, of whole series
    "waiting_imports",  # files of the site's, until they are taken or left
}


def confirmed(cast: Cast, name: str) -> Browser:
    browser = cast.browser(name)
    assert browser.post("/account/confirm", {"password": PASSWORD}).status_code == 303
    return browser


# Changing


def test_a_fan_takes_another_name_and_logs_in_with_it(cast: Cast) -> None:
    bob = cast.browser("bob")
    assert bob.post("/account/name", {"name": "Bobby"}).location == "/account"
    assert "Bobby" in bob.get("/account").text
    assert cast.browser().post("/login", {"name": "bobby", "password": PASSWORD}).status_code == 303
    assert cast.browser().post("/login", {"name": "bob", "password": PASSWORD}).status_code == 422
    assert cast.browser().post("/register", {"name": "bob", "password": PASSWORD}).status_code == 200


@pytest.mark.parametrize(("name", "words"), [("ada", "has this name already"), ("", "letters and digits")])
def test_a_name_that_cannot_be_is_refused_beside_its_field(cast: Cast, name: str, words: str) -> None:
    bob = cast.browser("bob")
    answer = bob.post("/account/name", {"name": name})
    assert answer.status_code == 422
    assert words in answer.text
    assert "bob" in bob.get("/account").text
    assert bob.post("/account/name", {"name": "BOB"}).status_code == 303


@pytest.mark.parametrize(("password", "words"), [("short", "at least 10"), ("qwertyuiop", "first passwords")])
def test_a_new_password_follows_the_rules(cast: Cast, password: str, words: str) -> None:
    answer = confirmed(cast, "bob").post("/account/password", {"password": password})
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize(
    "path",
    [
        *("password", "codes", "delete", "sessions/end", "sessions/0123456789ab/end"),
        *("passkeys", "passkeys/0123456789ab/name", "passkeys/0123456789ab/remove"),
    ],
)
def test_what_decides_who_gets_in_takes_saying_again_who_one_is(cast: Cast, path: str) -> None:
    bob = cast.browser("bob")
    answer = bob.post(f"/account/{path}", {"password": "another long password"})
    assert answer.location.startswith("/account/confirm?next=/account/")
    assert bob.post("/account/confirm", {"password": "not the right one"}).status_code == 422
    assert bob.post(f"/account/{path}").location.startswith("/account/confirm")
    assert cast.browser("bob").get("/account").status_code == 200


def test_saying_who_one_is_lasts_five_minutes_in_that_session_alone(cast: Cast) -> None:
    import datetime as dt

    from sqlalchemy import update

    from ranker.database import writing
    from ranker.models import now

    bob, elsewhere = confirmed(cast, "bob"), cast.browser("bob")
    assert bob.get("/account/delete").status_code == 200
    assert elsewhere.get("/account/delete").status_code == 303
    with cast.app.app_context(), writing() as session:
        session.execute(update(UserSession).values(confirmed_at=now() - dt.timedelta(minutes=5)))
    assert bob.get("/account/delete").status_code == 303


def test_a_visitor_is_asked_to_log_in_and_led_back(cast: Cast) -> None:
    assert cast.browser().get("/account/name").location == "/login?next=/account/name"
    assert cast.browser().post("/account/delete").location == "/login?next=/account/delete"


# Taking everything along


def exported(cast: Cast, name: str) -> dict[str, Any]:
    answer = cast.browser(name).get("/account/export")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    whole: dict[str, Any] = json.loads(answer.text)
    return whole


def write_note(cast: Cast, name: str, number: int, text: str) -> None:
    form = {"moment": cast.public[f"moment{number}"], "note": text}
    assert cast.browser(name).htmx("POST", f"/series/{SLUG}/list/notes", form).status_code == 200


def test_the_export_holds_the_list_at_every_episode_the_notes_and_the_settings(cast: Cast) -> None:
    cast.rank("bob", 1, 3)
    write_note(cast, "bob", 3, "What a scene")
    cast.declare("bob", 6)
    cast.rank("bob", 9, 3, 1)
    whole = exported(cast, "bob")
    assert whole["account"]["name"] == "bob"
    assert whole["account"]["view"] == "masked"
    (series,) = whole["series"]
    assert (series["series"], series["seen_up_to"]) == (SLUG, "S2·E2")
    assert [(one["at"], one["counts"], [row["title"] for row in one["moments"]]) for one in series["lists"]] == [
        ("S1·E4", False, ["SecretTitle1", "SecretTitle3"]),
        ("S2·E2", True, ["SecretTitle9", "SecretTitle3", "SecretTitle1"]),
    ]
    assert series["lists"][0]["moments"][0]["id"] == cast.public["moment1"]
    assert [(note["note"], note["moment"]["title"]) for note in series["notes"]] == [("What a scene", "SecretTitle3")]


def test_the_export_tells_nothing_of_what_lies_ahead(cast: Cast) -> None:
    cast.declare("bob", 6)
    cast.rank("bob", 9, 3, 1)
    write_note(cast, "bob", 9, "That ending")
    write_note(cast, "bob", 1, "Knowing how it ends")
    cast.declare("bob", 2)
    text = cast.browser("bob").get("/account/export").text
    assert "SecretTitle3" in text
    for hidden in ("SecretTitle9", cast.public["moment9"], "That ending", "Knowing", "EpisodeTitle6"):
        assert hidden not in text
    (saved,) = exported(cast, "bob")["series"][0]["lists"]
    assert saved["moments"][0] == {"place": 1, "locked_until": "S2·E2", "teaser": "Teaser9"}
    cast.browser("bob").post("/view", {"view": "sealed"})
    (saved,) = exported(cast, "bob")["series"][0]["lists"]
    assert [row["place"] for row in saved["moments"]] == [1, 2]
    assert saved["at"] == "S1·E2"


def test_the_export_holds_nobody_elses_and_no_secret(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    cast.rank("bob", 1)
    text = cast.browser("bob").get("/account/export").text
    assert '"ada"' not in text  # an id can hold the letters
    assert "argon2" not in text
    assert cast.browser().get("/account/export").status_code == 303


def test_every_table_of_people_says_whether_it_is_exported() -> None:
    """A new table with a fan's id in it belongs into the export or, with a reason, beside it. It goes with them."""
    theirs = {
        table.name: key
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "users"
    }
    assert set(theirs) == EXPORTED | NOT_EXPORTED
    assert all(key.ondelete in ("CASCADE", "SET NULL") for key in theirs.values())


# Leaving


def numbers(cast: Cast) -> list[tuple[object, ...]]:
    """What ada and bob see counted, by every method."""
    with cast.app.app_context():
        rankings = [cast.gate(name).ranking(method) for method in Method for name in ("ada", "bob")]
        return [
            (ranking.method, ranking.lists, row.moment, row.score) for ranking in rankings for row in ranking.standings
        ]


def test_a_fan_leaves_and_nothing_of_them_stays(cast: Cast) -> None:
    cast.rank("ada", 1, 2, 9)
    before = numbers(cast)
    cast.add_fan("eve", 2, (3, 1))
    cast.declare("eve", 6)
    cast.rank("eve", 9, 3)
    cast.declare("eve", 5)
    cast.rank("eve", 7, 3)
    write_note(cast, "eve", 7, "What a scene")
    assert numbers(cast) != before
    eve = confirmed(cast, "eve")
    eve.post("/account/codes")
    elsewhere = cast.browser("eve")
    answer = eve.post("/account/delete")
    assert answer.location == "/"
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert numbers(cast) == before
    assert eve.get("/account").status_code == elsewhere.get("/account").status_code == 303
    assert cast.browser().post("/login", {"name": "eve", "password": PASSWORD}).status_code == 422
    assert rows_of(cast, cast.users["eve"]) == []


def rows_of(cast: Cast, user_id: int) -> list[str]:
    """The tables that still hold something with this fan's id."""
    with cast.app.app_context(), db.engine.connect() as connection:
        return [
            table.name
            for table in Base.metadata.tables.values()
            for key in table.foreign_keys
            if key.column.table.name == "users"
            and connection.execute(select(table).where(key.parent == user_id)).first()
        ]


def test_the_counters_made_anew_agree_with_those_that_followed_the_leaving(cast: Cast) -> None:
    from ranker.tallies import Tallies

    cast.rank("ada", 1, 2, 9)
    cast.add_fan("eve", 2, (3, 1))
    cast.declare("eve", 4)
    cast.rank("eve", 5, 3)
    numbers(cast)
    confirmed(cast, "eve").post("/account/delete")
    followed = numbers(cast)
    with cast.app.app_context():
        assert db.session.scalars(select(BallotChange.after).order_by(BallotChange.revision.desc())).first() is None
    cast.app.extensions["tallies"] = Tallies()
    assert numbers(cast) == followed


def test_a_list_that_is_being_written_while_its_fan_leaves_is_not_saved(cast: Cast) -> None:
    cast.rank("bob", 1, 2)
    bob, form = cast.browser("bob"), cast.list_form("bob", cast.public["moment2"])
    confirmed(cast, "bob").post("/account/delete")
    assert bob.post(f"/series/{SLUG}/list", form).status_code == 303
    with cast.app.app_context():
        assert cast.gate("ada").ranking(Method.FAIR).lists == 0


def test_the_counters_agree_however_leaving_and_saving_meet(cast: Cast) -> None:
    """Fans leave in one tab while another one saves, at the same episode or at a new one."""
    from ranker.tallies import Tallies

    cast.rank("ada", 1, 2, 9)
    names = [f"fan{number}" for number in range(6)]
    for number, name in enumerate(names):
        cast.add_fan(name, 4, (1, 2, 3)[: 1 + number % 3])
    numbers(cast)
    leaving = {name: confirmed(cast, name) for name in names}
    saving = {name: (cast.browser(name), cast.list_form(name, cast.public["moment4"])) for name in names}
    for name in names[::2]:
        cast.declare(name, 5)

    def leave(name: str) -> None:
        leaving[name].post("/account/delete")

    def save(name: str) -> None:
        browser, form = saving[name]
        browser.htmx("POST", f"/series/{SLUG}/list", form)

    with ThreadPoolExecutor(4) as pool:
        steps = [pool.submit(step, name) for name in names for step in (save, leave)]
        failures = [step.exception() for step in steps]
    assert not any(failures), failures
    followed = numbers(cast)
    cast.app.extensions["tallies"] = Tallies()
    assert numbers(cast) == followed
    assert followed[0][1] == 1


def test_the_name_of_who_left_is_free_again(cast: Cast) -> None:
    confirmed(cast, "bob").post("/account/delete")
    assert cast.browser().post("/register", {"name": "bob", "password": PASSWORD}).status_code == 200


def test_the_last_admin_cannot_leave_but_one_of_two_can(cast: Cast) -> None:
    dana = confirmed(cast, "dana")
    assert "the only admin" in dana.get("/account/delete").text
    assert dana.post("/account/delete").status_code == 409
    assert dana.get("/account").status_code == 200
    with cast.app.app_context():
        register("dora", PASSWORD, is_admin=True)
    assert dana.post("/account/delete").status_code == 303
    with cast.app.app_context():
        assert db.session.scalar(select(User.name).where(User.is_admin)) == "dora"


def test_migrating_back_and_forth_loses_no_list(cast: Cast) -> None:
    from alembic import command
    from flask import current_app

    cast.rank("bob", 1, 2)
    write_note(cast, "bob", 1, "What a scene")
    with cast.app.app_context():
        db.session.remove()
        config = current_app.extensions["migrate"].migrate.get_config()
        command.downgrade(config, "0001")
        assert "sessions" not in inspect(db.engine).get_table_names()
        command.upgrade(config, "head")
    assert cast.titles_of("bob") == ["SecretTitle1", "SecretTitle2"]
    assert "What a scene" in cast.browser("bob").get(f"/series/{SLUG}/list").text


def test_language_and_what_lies_ahead_are_chosen_in_the_account(cast: Cast) -> None:
    bob = cast.browser("bob")
    page = bob.get("/account").text
    assert 'action="/language"' in page.partition('<ul class="settings')[2].partition("</ul>")[0]
    assert 'value="masked" aria-pressed="true"' in page
    answer = bob.post("/view", {"view": "sealed"}, headers={"Referer": "http://localhost/account"})
    assert answer.location == "/account"
    assert 'value="sealed" aria-pressed="true"' in bob.get("/account").text
