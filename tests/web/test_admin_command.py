"""`ranker admin create`: one more admin, made by whoever runs the machine."""

from __future__ import annotations

from click.testing import Result
from sqlalchemy import select

from ranker.extensions import db
from ranker.models import AuditEntry, User
from tests.cast import PASSWORD, Cast


def create(cast: Cast, name: str, password: str = PASSWORD) -> Result:
    return cast.app.test_cli_runner().invoke(args=["admin", "create", name, "--password", password])


def test_an_admin_made_by_command_has_the_desk_and_is_written_down(cast: Cast) -> None:
    assert create(cast, "erin").exit_code == 0
    with cast.app.app_context():
        assert db.session.scalar(select(User.is_admin).where(User.name == "erin"))
        query = select(AuditEntry.actor, AuditEntry.subject).where(AuditEntry.action == "admin.create")
        assert tuple(db.session.execute(query).one()) == ("command line", "erin")


def test_what_is_refused_makes_nobody_and_says_so_by_its_exit_code(cast: Cast) -> None:
    assert create(cast, "bob").exit_code == 1
    assert create(cast, "erin", "short").exit_code == 1
    assert create(cast, "a\tb").exit_code == 1
    with cast.app.app_context():
        assert not db.session.scalar(select(User.is_admin).where(User.name == "bob"))
