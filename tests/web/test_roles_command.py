"""`ranker admin …`, `ranker curator …`, `ranker account …`: what they do, and how they say so to a script."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select

from ranker.actions.accounts import add_silent_account
from ranker.extensions import db
from ranker.models import AuditEntry, User
from tests.cast import PASSWORD, SLUG, Cast
from tests.web.counting import lists


def run(cast: Cast, *args: str) -> Result:
    return cast.app.test_cli_runner().invoke(args=list(args))


def is_admin(cast: Cast, name: str) -> bool | None:
    with cast.app.app_context():
        return db.session.scalar(select(User.is_admin).where(User.name == name))


def test_an_admin_made_by_command_has_the_desk_and_is_written_down(cast: Cast) -> None:
    assert run(cast, "admin", "create", "erin", "--password", PASSWORD).exit_code == 0
    assert is_admin(cast, "erin")
    with cast.app.app_context():
        query = select(AuditEntry.actor, AuditEntry.subject).where(AuditEntry.action == "admin.create")
        assert tuple(db.session.execute(query).one()) == ("command line", "erin")


def test_a_script_gives_the_password_of_an_admin_in_a_file(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    assert run(cast, "admin", "create", "erin", "--password-file", str(tmp_path / "password")).exit_code == 0
    assert cast.browser().post("/login", {"name": "erin", "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\n"])
def test_a_file_that_holds_no_password_makes_nobody_and_asks_nothing(
    cast: Cast, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "password").write_bytes(content)
    refused = run(cast, "admin", "create", "erin", "--password-file", str(tmp_path / "password"))
    assert (refused.exit_code, refused.output.count("Error: ")) == (1, 1), refused.output
    assert "Password:" not in refused.output


@pytest.mark.parametrize(("name", "password"), [("bob", PASSWORD), ("erin", "short"), ("a\tb", PASSWORD)])
def test_what_is_refused_makes_nobody_and_says_so_by_its_exit_code(cast: Cast, name: str, password: str) -> None:
    assert run(cast, "admin", "create", name, "--password", password).exit_code == 1
    assert not is_admin(cast, name)


def test_somebody_with_an_account_becomes_an_admin_and_a_fan_again(cast: Cast) -> None:
    assert run(cast, "admin", "grant", "BOB").output.startswith("done: make BOB an admin")
    again = run(cast, "admin", "grant", "bob")
    assert (again.exit_code, again.output.startswith("nothing to do")) == (0, True)
    assert is_admin(cast, "bob")
    assert run(cast, "admin", "revoke", "bob").exit_code == 0
    assert run(cast, "admin", "revoke", "bob").output.startswith("nothing to do")
    assert not is_admin(cast, "bob")


def test_the_last_admin_cannot_be_removed_by_command(cast: Cast) -> None:
    for command in (("admin", "revoke"), ("account", "disable")):
        for more in ((), ("--dry-run",)):
            result = run(cast, *command, "dana", *more)
            assert result.exit_code == 1
            assert "make another one first" in result.output
    assert is_admin(cast, "dana")


def test_a_curator_is_made_and_unmade_by_command(cast: Cast) -> None:
    assert run(cast, "curator", "grant", "bob", SLUG).exit_code == 0
    assert run(cast, "curator", "grant", "bob", SLUG).output.startswith("nothing to do")
    assert run(cast, "admin", "list").output == f"bob\t{SLUG}\ndana\teverything\n"
    assert cast.browser("bob").get(f"/admin/series/{SLUG}").status_code == 200
    assert run(cast, "curator", "revoke", "bob", SLUG).exit_code == 0
    assert run(cast, "curator", "revoke", "bob", SLUG).output.startswith("nothing to do")
    assert cast.browser("bob").get(f"/admin/series/{SLUG}").status_code == 404


def test_the_list_says_whose_account_is_disabled(cast: Cast) -> None:
    run(cast, "admin", "grant", "bob")
    run(cast, "account", "disable", "bob")
    assert "bob\teverything\tdisabled\n" in run(cast, "admin", "list").output


def test_an_account_is_disabled_with_a_reason_and_enabled_by_command(cast: Cast) -> None:
    cast.rank("bob", 1)
    assert run(cast, "account", "disable", "bob", "--reason", "Fifty accounts").output.startswith("done: ")
    assert lists(cast) == 0
    with cast.app.app_context():
        assert db.session.scalar(select(User.disabled_note).where(User.name == "bob")) == "Fifty accounts"
    assert run(cast, "account", "disable", "bob").output.startswith("nothing to do: ")
    assert run(cast, "account", "enable", "bob").exit_code == 0
    assert run(cast, "account", "enable", "bob").output.startswith("nothing to do: ")
    assert lists(cast) == 1


def test_a_dry_run_says_what_it_would_do_and_does_not(cast: Cast) -> None:
    for command in ("admin grant bob", f"curator grant bob {SLUG}", "account disable bob"):
        result = run(cast, *command.split(), "--dry-run")
        assert (result.exit_code, result.output.startswith("would ")) == (0, True), command
    with cast.app.app_context():
        columns = User.is_admin, User.curates, User.disabled
        assert tuple(db.session.execute(select(*columns).where(User.name == "bob")).one()) == (False, 0, False)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("admin grant nobody", 1),
        ("admin revoke nobody", 1),
        ("account disable nobody", 1),
        ("account enable nobody", 1),
        ("account recover nobody", 1),
        (f"curator grant nobody {SLUG}", 1),
        ("curator grant bob no-such-series", 1),
        ("curator revoke bob no-such-series", 1),
        (f"curator grant nobody-home {SLUG}", 1),
        ("admin grant nobody-home", 1),
        ("admin grant", 2),
        ("curator grant bob", 2),
        ("account disable bob --why x", 2),
        (f"account disable bob --reason {'x' * 201}", 2),
        ("admin fly", 2),
    ],
)
def test_exit_codes_tell_refused_from_a_wrong_call(cast: Cast, command: str, code: int) -> None:
    with cast.app.app_context():
        add_silent_account("nobody-home")
    result = run(cast, *command.split())
    assert result.exit_code == code
    assert result.exception is None or isinstance(result.exception, SystemExit)
