"""A fresh machine becomes ready by itself, once, also when several processes start at the same time."""

from __future__ import annotations

import datetime as dt
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from ranker.cli import demo
from ranker.config import kept_secret, settings
from ranker.demo import make_community
from ranker.domain.clearance import Method
from ranker.domain.counting import NO_RULES, CountingRules
from ranker.environment import BadSetting
from ranker.extensions import db
from ranker.gate import Viewer, open_gate
from ranker.installation import FIRST_BALLOT_NAME, SEEDS, install, seed
from ranker.models import User
from tests.cast import Browser
from tests.worlds.walk import body_of

SLUG = "all-of-us-are-dead"


def test_the_real_series_and_the_first_ballot_are_there(app: Flask) -> None:
    install(app)
    with app.app_context():
        gate = open_gate(Viewer(declared={SLUG: 12}), SLUG, app.extensions["tallies"])
        ranking = gate.ranking(Method.CLASSIC)
        assert ranking.lists == 1
        assert [row.moment.title for row in ranking.standings[:2] if not row.moment.locked] == [
            "The Cafeteria Scene",
            "The Library Chase Scene",
        ]
        user = db.session.scalars(select(User).where(User.name == FIRST_BALLOT_NAME)).one()
        assert user.password_hash is None


def test_starting_again_changes_nothing(app: Flask) -> None:
    install(app)
    before = body_of(Browser(app).htmx("GET", f"/series/{SLUG}"))
    install(app)
    assert body_of(Browser(app).htmx("GET", f"/series/{SLUG}")) == before


def test_a_data_directory_of_somebody_else_that_lets_us_write_will_do(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a volume of Kubernetes is: it belongs to root, and to a group that the container is in."""

    def forbidden(path: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "chmod", forbidden)
    install(app)
    assert Browser(app).get(f"/series/{SLUG}").status_code == 200


def test_every_seed_is_a_series_we_can_take() -> None:
    for name in SEEDS:
        file = seed(name)
        assert file.moments
        assert len(file.episodes) >= 12


def test_processes_that_start_at_once_do_not_collide(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flask", "--app", "ranker", "setup"]
    environment = {"RANKER_DATA_DIR": str(tmp_path / "instance"), "PATH": "/usr/bin:/bin"}
    starts = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) for _ in range(4)]
    for start in starts:
        _, errors = start.communicate(timeout=300)
        assert start.returncode == 0, errors.decode()
    assert stat.S_IMODE((tmp_path / "instance" / "secret_key").stat().st_mode) == 0o600


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    assert kept_secret(path) == kept_secret(path)
    assert len(kept_secret(path)) == 64
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize(
    "setting",
    [
        {"RANKER_PROXY_HOPS": "many"},
        {"RANKER_SIGNUP": "maybe"},
        {"RANKER_ASSETS": "none"},
        {"RANKER_DATABASE_URL": "mysql://x/y"},
        {"RANKER_DATABASE_URL": "postgresql+psycopg2://x/y"},
        {"RANKER_DATABASE_URL": "sqlite+aiosqlite:///y"},
        {"RANKER_DATABASE_URL": "postgresql://x:y/z"},
        {"RANKER_RATELIMIT_STORAGE": "redis://x:y"},
        {"RANKER_SMTP_URL": "smtp://x:y/z@w", "RANKER_MAIL_FROM": "x@y", "RANKER_PUBLIC_URL": "https://x"},
        {"RANKER_DATA_DIR": "/dev/null/x"},
        {"RANKER_COUNT_ACCOUNTS_AFTER": "soon"},
        {"RANKER_COUNT_UNCONFIRMED_AFTER": "0 hours"},
        {"RANKER_COUNT_JUMPS_AFTER": "24"},
        {"RANKER_COUNT_JUMPS_AFTER": "53 weeks"},
        {"RANKER_IDENTICAL_LISTS": "five"},
        {"RANKER_TRUSTED_HOSTS": "https://ranker.example.org"},
        {"PORT_IGNORED": "1", "RANKER_PROXY_HOPS": "-1"},
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(tmp_path: Path, setting: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match="RANKER_"):
        settings({"RANKER_DATA_DIR": str(tmp_path), **setting})


def test_every_counting_rule_is_off_until_it_is_set(tmp_path: Path) -> None:
    assert settings({"RANKER_DATA_DIR": str(tmp_path)})["COUNTING_RULES"] == NO_RULES
    given = {
        "RANKER_DATA_DIR": str(tmp_path),
        "RANKER_COUNT_ACCOUNTS_AFTER": "24 hours",
        "RANKER_COUNT_UNCONFIRMED_AFTER": "off",
        "RANKER_COUNT_JUMPS_AFTER": " 3 Days",
        "RANKER_IDENTICAL_LISTS": "5",
    }
    assert settings(given)["COUNTING_RULES"] == CountingRules(
        dt.timedelta(days=1), None, dt.timedelta(days=3), identical_lists=5
    )


def test_postgres_urls_of_every_kind_are_understood(tmp_path: Path) -> None:
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        given = {"RANKER_DATA_DIR": str(tmp_path), "RANKER_DATABASE_URL": f"{scheme}://u:p%40@h/d"}
        assert settings(given)["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://u:p%40@h/d"


def test_the_made_up_community_is_named_as_such_and_made_once(app: Flask) -> None:
    install(app)
    with app.app_context():
        make_community(fans=40)
        make_community(fans=40)
        names = db.session.scalars(select(User.name)).all()
        assert sorted(name for name in names if name != FIRST_BALLOT_NAME)[0] == "demo-fan-001"
        assert len(names) == 41
        gate = open_gate(Viewer(), SLUG, app.extensions["tallies"])
        assert 20 < gate.ranking(Method.FAIR).lists <= 41


def test_a_demo_leaves_the_database_of_the_site_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By whichever setting it is known."""
    address, data_dir = tmp_path / "address", tmp_path / "instance"
    address.write_text(f"sqlite:///{tmp_path / 'site.sqlite'}")
    given = {"DATA_DIR": str(data_dir), "DEMO": "", "DATABASE_URL_FILE": str(address), "SMTP_URL": "smtp://127.0.0.1:1"}
    for name, value in given.items():
        monkeypatch.setenv(f"RANKER_{name}", value)
    monkeypatch.setattr("ranker.demo.make_community", make_community_of_five)
    monkeypatch.setattr("ranker.serving.serve", lambda *settings: None)
    done = CliRunner().invoke(demo, catch_exceptions=False)
    assert "Ranker is at" in done.output
    assert not (tmp_path / "site.sqlite").exists()
    assert (data_dir / "demo" / "ranker.sqlite").exists()
    assert settings()["SMTP"] is None


def make_community_of_five() -> None:
    make_community(fans=5)


def test_the_tables_are_what_the_migrations_make(app: Flask) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []
