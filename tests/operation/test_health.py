"""/readyz says yes only where a request makes sense."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from ranker.extensions import db
from tests.cast import Browser, Cast
from tests.conftest import opened


def test_health_is_told_in_a_word(cast: Cast) -> None:
    assert cast.browser().get("/healthz").text == "ok\n"
    assert cast.browser().get("/readyz").text == "ok\n"


def test_it_is_not_ready_before_its_migrations_are_run(cast: Cast) -> None:
    with cast.app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        db.session.commit()
    answer = cast.browser().get("/readyz")
    assert (answer.status_code, answer.text) == (503, "the database is not up to date: ranker setup\n")
    assert cast.browser().get("/healthz").status_code == 200


def test_it_stays_ready_beside_a_newer_version(cast: Cast) -> None:
    with cast.app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
    assert cast.browser().get("/readyz").status_code == 200


def test_it_is_not_ready_without_its_database(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/no/such/folder.sqlite", tmp_path) as app:
        answer = Browser(app).get("/readyz")
    assert (answer.status_code, answer.text) == (503, "no database\n")


def test_it_is_not_ready_while_it_closes_down_but_alive(cast: Cast) -> None:
    cast.app.extensions["worker"].stop()
    answer = cast.browser().get("/readyz")
    assert (answer.status_code, answer.text) == (503, "closing down\n")
    assert answer.headers["Connection"] == "close"
    assert cast.browser().get("/healthz").status_code == 200


def test_a_worker_that_is_replaced_is_still_ready(cast: Cast) -> None:
    cast.app.extensions["worker"].leave()
    answer = cast.browser().get("/readyz")
    assert (answer.status_code, answer.headers["Connection"]) == (200, "close")
