"""What the documents say is there, and what is there they say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from ranker.cli import COMMANDS, HARMLESS_TO_SHARE
from ranker.web.api.description import described, operations

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
GUIDES = {"fans.md", "desk.md", "running.md", "scoring.md", "api.md"}
INTERNAL = {"RANKER_DEMO"}  # `ranker demo` sets it itself
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def test_every_test_that_the_document_on_security_names_is_there() -> None:
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"^def (test_\w+)", tests, re.M))
    named = set(re.findall(r"`(test_\w+)`", text_of("docs/security.md")))
    assert len(named) > 60
    assert named - there == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_link_within_the_documents_leads_somewhere(path: Path) -> None:
    assert [link for link in links(path) if not leads_somewhere(path, link)] == []


def test_the_readme_leads_to_every_document() -> None:
    named = {link.partition("#")[0] for link in links(ROOT / "README.md")}
    assert {name_of(path) for path in DOCUMENTS} - {"README.md"} <= named
    assert {path.name for path in DOCUMENTS} >= GUIDES


def test_every_setting_has_its_row_and_every_row_is_a_setting() -> None:
    rows = [line.split("|")[1] for line in text_of("docs/running.md").splitlines() if line.startswith("| `")]
    told = {name for row in rows for name in re.findall(r"`(RANKER_\w+|PORT)`", row)}
    assert told == settings() | {"PORT"}


def test_the_documents_say_which_settings_a_demo_takes() -> None:
    taken = {*HARMLESS_TO_SHARE, "RANKER_DATA_DIR", "PORT"}
    for path, start in (("README.md", "Of the settings, "), ("docs/running.md", "So it takes ")):
        (told,) = re.findall(rf"{start}(.*?)(?:alone count|, and leaves)", text_of(path), re.S)
        assert set(re.findall(r"`(\w+)`", told)) == taken, path


def test_the_readme_tells_no_other_settings() -> None:
    told = set(re.findall(r"RANKER_\w+", text_of("README.md")))
    assert told
    assert told <= settings()


def test_every_command_is_told_of() -> None:
    told = text_of("docs/running.md") + text_of("docs/desk.md")
    names = {f"ranker {command.name}" for command in COMMANDS}
    assert [name for name in sorted(names) if f"`{name}" not in told] == []


def test_every_command_of_the_desk_is_told_of() -> None:
    commands = text_of("docs/desk.md").partition("## Commands")[2]
    groups = [command for command in COMMANDS if command.name in ("series", "episode", "moment")]
    assert len(groups) == 3
    names = {f"{group.name} {name}" for group in groups if isinstance(group, click.Group) for name in group.commands}
    assert {name for name in names if f"ranker {name}" not in commands} == {"moment restore"}
    assert "and restore ID" in commands


def test_every_address_of_the_api_is_told_of(app: Flask) -> None:
    with app.app_context():
        spec = described()
    there = {(one.method, address_of(one.path)) for one in operations(spec)}
    assert set(re.findall(r"^\| ([A-Z]+) \| `([^`]+)`", text_of("docs/api.md"), re.M)) == there


def links(path: Path) -> Iterator[str]:
    for match in LINK.finditer(re.sub(r"```.*?```", "", path.read_text(), flags=re.S)):
        link = match[1] or match[2]
        if not link.startswith(("https://", "http://")):
            yield link


def leads_somewhere(path: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    there = (path.parent / name).resolve() if name else path
    return there.exists() and (not anchor or anchor in anchors(there))


def address_of(path: str) -> str:
    path = path.removeprefix("/api/v1").replace("{slug}", "SLUG")
    return re.sub(r"\{(public_id|suggestion)\}", "ID", path)


def anchors(path: Path) -> set[str]:
    """Of its headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def settings() -> set[str]:
    """What `config.py` reads, with the files that a secret may stand in."""
    tree = ast.parse(text_of("ranker/config.py"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named: set[str] = set()
    for call in calls:
        names = {arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
        read = {name for name in names if re.fullmatch(r"RANKER_[A-Z_]+", name)}
        named |= read
        if isinstance(call.func, ast.Name) and call.func.id in ("secret_from", "server_address"):
            named |= {f"{name}_FILE" for name in read}
    return named - INTERNAL
