"""The Dockerfile, the compose file and the systemd unit say what self-hosters expect, and say it without a mistake."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from ranker.config import settings
from tests.test_architecture import ROOT

LINT = ROOT / "tests" / "deploy" / "lint.mjs"


@cache
def linted() -> dict[str, Any]:
    found = subprocess.run(["node", LINT], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    known: dict[str, Any] = json.loads(found)
    return known


def instructions(keyword: str) -> list[str]:
    return [words for name, words in linted()["instructions"] if name == keyword]


def services() -> dict[str, Any]:
    known: dict[str, Any] = linted()["compose"]["services"]
    return known


def test_the_dockerfile_has_no_mistake() -> None:
    assert linted()["dockerfile"] == []


def test_the_image_runs_as_nobody_in_particular_and_keeps_all_in_one_place() -> None:
    assert instructions("USER") == ["10001:10001"]
    assert instructions("VOLUME") == ["/data"]
    assert instructions("HEALTHCHECK")
    assert all(":" in image and not image.endswith(":latest") for image in instructions("FROM"))
    assert json.loads(instructions("ENTRYPOINT")[0]) == ["ranker"]


def test_what_the_image_copies_is_there_and_nothing_else_is_sent_to_the_engine() -> None:
    copied = [word for words in instructions("COPY") for word in words.split()[:-1] if not word.startswith("/")]
    sent = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert sorted(copied) == sorted(sent)
    assert all((ROOT / path).exists() for path in copied)


def test_the_lock_of_the_image_has_what_compose_needs() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert re.search(r"^psycopg-binary==", lock, re.M)
    assert re.search(r"^redis==", lock, re.M)


def test_the_compose_file_keeps_to_the_specification() -> None:
    assert linted()["schema"] == []


def test_every_service_has_a_read_only_root_and_says_whether_it_is_well() -> None:
    assert set(services()) == {"app", "database", "limits"}
    for name, service in services().items():
        assert service["read_only"] is True, name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert name == "app" or "healthcheck" in service
    app = services()["app"]
    assert app["cap_drop"] == ["ALL"]
    assert app["volumes"] == ["data:/data"]
    assert app["ports"] == ["127.0.0.1:8000:8000"]
    assert all(other["condition"] == "service_healthy" for other in app["depends_on"].values())


def test_no_secret_is_in_the_environment_of_a_service() -> None:
    for service in services().values():
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or name.endswith("_FILE"), name
            assert not re.search(r"://[^/@]*:[^/@]*@", str(value)), name


def test_the_app_of_the_compose_file_understands_its_settings(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("from-the-file\n")
    given = {name: re.sub(r"\$\{\w+:-(.*)\}", r"\1", str(value)) for name, value in environment().items()}
    given |= {"RANKER_DATA_DIR": str(tmp_path), "RANKER_DATABASE_PASSWORD_FILE": str(tmp_path / "password")}
    known = settings(given)
    assert known["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://ranker:from-the-file@database/ranker"
    assert known["PROXY_HOPS"] == 1
    assert known["LOG"] == "json"


def environment() -> dict[str, Any]:
    known: dict[str, Any] = services()["app"]["environment"]
    return known


def test_systemd_understands_the_unit_and_finds_little_to_fear(tmp_path: Path) -> None:
    program = str(Path(sys.executable).parent / "ranker")
    unit = tmp_path / "ranker.service"
    unit.write_text((ROOT / "deploy" / "ranker.service").read_text().replace("/opt/ranker/bin/ranker", program))
    checks = (("verify",), ("security", "--offline=true", "--threshold=25"))  # exposure 2.5 of 10
    for check in checks:
        done = subprocess.run(["systemd-analyze", *check, unit], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_a_command_beside_the_unit_has_its_user_its_settings_and_its_files(tmp_path: Path) -> None:
    """What the script would have systemd run; no systemd is there to do it."""
    stand_in = tmp_path / "systemd-run"
    stand_in.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    stand_in.chmod(0o755)
    script = ROOT / "deploy" / "ranker.sh"
    done = subprocess.run([script, "backup", "a name"], env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    options, _, command = done.stdout.partition("\n--\n")
    asked = {line.removeprefix("--property=") for line in options.splitlines() if line.startswith("--property=")}
    unit = set((ROOT / "deploy" / "ranker.service").read_text().splitlines())
    assert asked - unit == {"User=ranker"}  # as the unit is named, which is what its own user is called
    assert command.splitlines() == ["/opt/ranker/bin/ranker", "backup", "a name"]
    kept = ("Environment", "EnvironmentFile", "DynamicUser", "StateDirectory", "StateDirectoryMode", "UMask")
    assert {line for line in unit if line.partition("=")[0] in kept} <= asked
