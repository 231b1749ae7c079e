"""Keys are whole, shared by all processes, and can be changed; and debug mode is refused in public."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from flask import Flask

from ranker import create_app, trouble
from ranker.config import kept_secret, settings
from ranker.debugging import is_own_machine
from ranker.environment import BadSetting
from ranker.web.accounts import setup_link
from tests.cast import PASSWORD, Cast
from tests.conftest import dispose

PROCESSES, RACES = 4, 60


def race(folder: Path, start: Barrier, said: str) -> None:
    for number in range(RACES):
        start.wait(60)
        (folder / f"{number}-{said}").write_text(kept_secret(folder / f"key-{number}"))


def test_sixty_racing_starts_of_four_processes_agree_on_one_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    start = context.Barrier(PROCESSES)
    racers = [context.Process(target=race, args=(tmp_path, start, str(racer))) for racer in range(PROCESSES)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(120)
        assert racer.exitcode == 0
    for number in range(RACES):
        keys = {(tmp_path / f"{number}-{racer}").read_text() for racer in range(PROCESSES)}
        assert keys == {(tmp_path / f"key-{number}").read_text()}
        assert len(keys.pop()) == 64


AppWith = Callable[..., Flask]


@pytest.fixture
def app_with(app: Flask, tmp_path: Path) -> Iterator[AppWith]:
    """Makes other apps on the same database, from the variables they are given."""
    made: list[Flask] = []
    same = {"SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"], "PASSWORD_WORK": (1, 8), "TESTING": True}

    def app_with(**environ: str) -> Flask:
        made.append(create_app({**settings({"RANKER_DATA_DIR": str(tmp_path), **environ}), **same}))
        return made[-1]

    yield app_with
    for one in made:
        dispose(one)


def test_a_new_key_lets_everybody_stay_who_is_in(cast: Cast, app_with: AppWith) -> None:
    """Cookies, forms that are open, and the link for the first admin."""
    before = app_with(RANKER_SECRET_KEY="the key of yesterday")
    bob = cast.playing_in(before).browser()
    assert bob.post("/login", {"name": "bob", "password": PASSWORD}).status_code == 303
    token, cookie = bob.token, bob.client.get_cookie("session")
    assert cookie is not None

    rotated = app_with(RANKER_SECRET_KEY="the key of today\nthe key of yesterday\n")
    assert (rotated.config["SECRET_KEY"], rotated.config["SECRET_KEY_FALLBACKS"]) == (
        "the key of today",
        ["the key of yesterday"],
    )
    assert stays_in(rotated, cookie.value, token) == 303
    same = app_with(RANKER_SECRET_KEY="the key of today", RANKER_SECRET_KEY_FALLBACKS="the key of yesterday")
    assert stays_in(same, cookie.value, token) == 303
    assert stays_in(app_with(RANKER_SECRET_KEY="the key of today"), cookie.value, token) == 400


def stays_in(app: Flask, cookie: str, token: str) -> int:
    client = app.test_client()
    client.set_cookie("session", cookie)
    return client.post("/view", data={"view": "sealed", "csrf_token": token}).status_code


def test_the_link_for_the_first_admin_outlives_a_new_key(app_with: AppWith) -> None:
    before = app_with(RANKER_SECRET_KEY="yesterday")
    with before.test_request_context():
        link = setup_link("")
    for key, status in (("today\nyesterday", 200), ("today", 404)):
        assert app_with(RANKER_SECRET_KEY=key).test_client().get(link).status_code == status


def test_a_key_that_is_not_there_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("\n")
    with pytest.raises(BadSetting, match="is empty"):
        settings({"RANKER_DATA_DIR": str(tmp_path)})
    with pytest.raises(BadSetting, match=r"RANKER_SECRET_KEY_FILE: .* cannot be read"):
        settings({"RANKER_DATA_DIR": str(tmp_path), "RANKER_SECRET_KEY_FILE": str(tmp_path / "nothing")})


# Debug mode


@pytest.mark.parametrize(
    "environ",
    [
        {"RANKER_PUBLIC_URL": "https://ranker.example.org"},
        {"RANKER_TRUSTED_HOSTS": "localhost, ranker.example.org"},
        {"RANKER_TRUSTED_HOSTS": "192.0.2.1"},
    ],
)
def test_debug_mode_is_refused_on_a_site_with_a_public_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    given = settings({"RANKER_DATA_DIR": str(tmp_path), **environ})
    with pytest.raises(BadSetting, match="debug mode is refused"):
        create_app(given)


@pytest.mark.parametrize(
    "command",
    [("run", "--debug", "--no-reload", "--host", "0.0.0.0"), ("serve", "--host", "::")],
    ids=lambda command: command[0],
)
def test_debug_mode_is_refused_at_an_address_that_others_reach(tmp_path: Path, command: tuple[str, ...]) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("RANKER_")}
    environ |= {"RANKER_DATA_DIR": str(tmp_path), "FLASK_DEBUG": "1"}
    run = [sys.executable, "-c", "from ranker.cli import main; main()", *command, "--port", "5999"]
    ended = subprocess.run(run, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == trouble.EXIT_CODE
    assert "debug mode is refused" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("host", "own"),
    [
        *((host, True) for host in ("localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]", "ranker.localhost")),
        *((host, False) for host in ("0.0.0.0", "::", "192.168.1.5", "example.org", "localhost.example.org", "")),
    ],
)
def test_which_addresses_nobody_else_can_reach(host: str, own: bool) -> None:
    assert is_own_machine(host) is own


def test_debug_mode_is_fine_on_ones_own_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    given = settings({"RANKER_DATA_DIR": str(tmp_path), "RANKER_TRUSTED_HOSTS": "localhost, 127.0.0.1, [::1]"})
    assert create_app(given).debug
