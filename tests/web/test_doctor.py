"""`ranker doctor`: what is wrong is said with what to do, and by the exit code."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text, update

from ranker.actions.accounts.sessions import begin_session
from ranker.config import rate_limit_storage
from ranker.database import writing
from ranker.doctor import CHECKS
from ranker.extensions import db
from ranker.mail import SmtpServer
from ranker.models import User, UserSession, now
from tests.cast import Cast
from tests.conftest import dispose
from tests.letters import SENDER, letter_box
from tests.redis import redis_server

GOOD_KEY = "0f9e8d7c6b5a49382716" * 2
SITE = "https://ranker.example.org"
WELL: dict[str, Any] = {
    "SECRET_KEY": GOOD_KEY,
    "PUBLIC_URL": SITE,
    "TRUSTED_HOSTS": ["ranker.example.org"],
    "PROXY_HOPS": 1,
}


def examined(app: Flask, **settings: Any) -> Result:
    app.config.update(WELL | settings)
    app.config["DATA_DIR"].chmod(0o700)
    return app.test_cli_runner().invoke(args=["doctor"])


def lines(result: Result, state: str) -> list[str]:
    return [line for line in result.output.splitlines() if line.startswith(f"{state} ")]


def test_a_setting_that_nothing_reads_is_named(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANKER_SIGNUPS", "closed")
    monkeypatch.setenv("RANKER_LOGIN_LIMIT", "10 per minute")
    result = examined(cast.app)
    assert any("nothing reads RANKER_SIGNUPS:" in line for line in lines(result, "mend"))
    assert any("everybody can make an account" in line for line in lines(result, "well"))
    assert result.exit_code != 0


def test_a_site_that_is_set_up_well_has_nothing_to_mend(cast: Cast) -> None:
    result = examined(cast.app)
    assert lines(result, "mend") == []
    assert result.exit_code == 0
    assert len(result.output.splitlines()) == len(CHECKS)
    assert "up to date" in result.output
    assert "counts by itself" in "".join(lines(result, "note"))
    assert GOOD_KEY not in result.output


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"SECRET_KEY": "dev"}, "short enough to guess"),
        ({"SECRET_KEY": "a" * 64}, "short enough to guess"),
        ({"SECRET_KEY_FALLBACKS": ["dev"]}, "short enough to guess"),
        ({"PUBLIC_URL": "http://ranker.example.org"}, "is not https"),
        ({"TRUSTED_HOSTS": None}, "set RANKER_TRUSTED_HOSTS=ranker.example.org"),
        ({"TRUSTED_HOSTS": ["other.example.org"]}, "RANKER_TRUSTED_HOSTS lacks ranker.example.org"),
        ({"PROXY_HOPS": 0}, "RANKER_PROXY_HOPS is 0"),
        ({"ASSETS": "local"}, "run ranker assets"),
        ({"SMTP": SmtpServer.at("smtp+plain://127.0.0.1:9", SENDER)}, "does not take letters"),
        (rate_limit_storage({"RANKER_RATELIMIT_STORAGE": "redis://127.0.0.1:9/0"}), "does not answer"),
    ],
)
def test_what_is_set_badly_is_named_with_what_to_do(cast: Cast, settings: dict[str, Any], words: str) -> None:
    result = examined(cast.app, **settings)
    (line,) = lines(result, "mend")
    assert words in line
    assert result.exit_code == 1


def test_what_others_can_read_is_to_be_closed(cast: Cast) -> None:
    key = cast.app.config["DATA_DIR"] / "secret_key"
    key.write_text(GOOD_KEY)
    key.chmod(0o644)
    (line,) = lines(examined(cast.app), "mend")
    assert f"chmod go= {key}" in line


def test_what_a_group_shares_is_no_matter_where_it_is_somebody_elses(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = cast.app.config["DATA_DIR"]
    with monkeypatch.context() as patched:
        patched.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
        examined(cast.app)
        folder.chmod(0o770)
        assert lines(cast.app.test_cli_runner().invoke(args=["doctor"]), "mend") == []
        folder.chmod(0o775)
        (line,) = lines(cast.app.test_cli_runner().invoke(args=["doctor"]), "mend")
    assert f"chmod go= {folder}" in line


def test_debug_mode_is_noted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    result = examined(cast.app)
    assert "unset FLASK_DEBUG" in "".join(lines(result, "note"))
    assert result.exit_code == 0


def test_a_full_disk_is_seen_before_it_hurts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 10, 50 * 1024 * 1024))
    (line,) = lines(examined(cast.app), "mend")
    assert "50 MB free; make room" in line


def test_a_database_that_is_behind_is_to_be_set_up(cast: Cast) -> None:
    with cast.app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    (line,) = lines(examined(cast.app), "mend")
    assert "run ranker setup" in line


def test_a_database_that_cannot_be_reached_is_said_and_breaks_nothing(tmp_path: Path) -> None:
    from ranker import create_app

    nowhere = {"SQLALCHEMY_DATABASE_URI": "postgresql+psycopg://127.0.0.1:9/ranker?connect_timeout=2"}
    app = create_app({"DATA_DIR": tmp_path, **nowhere})
    result = examined(app)
    dispose(app)
    assert [line for line in lines(result, "mend") if "it cannot be reached" in line]
    assert "nothing to compare it with" in result.output
    assert result.exit_code == 1


def test_a_clock_that_went_back_is_noticed(cast: Cast) -> None:
    with cast.app.app_context():
        begin_session(db.session.get_one(User, cast.users["bob"]), "A browser")
        with writing() as session:
            session.execute(update(UserSession).values(seen_at=now() + dt.timedelta(days=1)))
    (line,) = lines(examined(cast.app), "mend")
    assert "set this machine's clock" in line


def test_what_answers_is_said_to_answer(cast: Cast, tmp_path: Path) -> None:
    with redis_server(tmp_path) as redis, letter_box(cast.app):
        result = examined(cast.app, **rate_limit_storage({"RANKER_RATELIMIT_STORAGE": redis.url}))
    assert "takes letters" in result.output
    assert "counted once for all workers" in result.output
    assert result.exit_code == 0
