"""The rules of the project that no single test of behaviour would notice. Each says why it is there."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ranker.models import Base

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "ranker"
SPOILERS = {"title", "description", "teaser", "text", "reason"}
SPOILING = {"Moment", "MomentRow", "Episode", "Note", "Suggestion", "Report"}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(target: str) -> set[str]:
    return {
        name_of(path)
        for path in modules()
        if any(name == target or name.startswith(f"{target}.") for name in imports(path))
    }


def test_the_domain_knows_nothing_of_the_web_the_database_or_the_clock() -> None:
    allowed = {"__future__", "collections", "dataclasses", "enum", "functools", "itertools", "math", "typing", "numpy"}
    allowed |= {"difflib", "unicodedata"}
    allowed |= {"datetime"}  # a day may be part of a value, but nobody here asks which day it is
    for path in sorted((PACKAGE / "domain").glob("*.py")):
        assert not re.search(r"\.(now|today|utcnow)\(", path.read_text()), path
        for name in imports(path):
            assert name.split(".")[0] in allowed or name.startswith("ranker.domain"), f"{path.name} imports {name}"


def test_only_these_may_touch_the_tables() -> None:
    """A new reader of the tables would be a second gate."""
    readers = {name for name in importers("ranker.models") if not name.startswith("ranker.models")}
    assert readers == {
        "ranker.actions.accounts.api_tokens",
        "ranker.actions.accounts.changes",
        "ranker.actions.accounts.closing",
        "ranker.actions.accounts.codes",
        "ranker.actions.accounts.emails",
        "ranker.actions.accounts.helping",
        "ranker.actions.accounts.invites",
        "ranker.actions.accounts.leaving",
        "ranker.actions.accounts.logging_in",
        "ranker.actions.accounts.passkeys",
        "ranker.actions.accounts.registering",
        "ranker.actions.accounts.roles",
        "ranker.actions.accounts.sessions",
        "ranker.actions.accounts.taken_names",
        "ranker.actions.accounts.tokens",
        "ranker.actions.audit",
        "ranker.actions.ballots",
        "ranker.actions.bulk",
        "ranker.actions.catalogue",
        "ranker.actions.change_log",
        "ranker.actions.compaction",
        "ranker.actions.counting",
        "ranker.actions.decisions",
        "ranker.actions.drafts",
        "ranker.actions.episodes",
        "ranker.actions.feeds",
        "ranker.actions.holds",
        "ranker.actions.import_steps",
        "ranker.actions.import_undo",
        "ranker.actions.imports",
        "ranker.actions.merging",
        "ranker.actions.moments",
        "ranker.actions.name_verdicts",
        "ranker.actions.pictures",
        "ranker.actions.progress",
        "ranker.actions.recount",
        "ranker.actions.releases",
        "ranker.actions.renumbering",
        "ranker.actions.reports",
        "ranker.actions.review",
        "ranker.actions.series",
        "ranker.actions.sharing",
        "ranker.actions.snapshots",
        "ranker.actions.suggestions",
        "ranker.actions.unlocked",
        "ranker.actions.upkeep",  # the time only
        "ranker.actions.verdicts",
        "ranker.database",  # knows the tables' base class only
        "ranker.demo",
        "ranker.doctor",  # the time of the newest session only
        "ranker.desk",  # what admins read
        "ranker.desk.audit",
        "ranker.desk.ballots",
        "ranker.desk.counting",
        "ranker.desk.catalogue",
        "ranker.desk.drafts",
        "ranker.desk.episodes",
        "ranker.desk.from_fans",
        "ranker.desk.moments",
        "ranker.desk.names",
        "ranker.desk.people",
        "ranker.desk.pictures",
        "ranker.extensions",  # knows the tables' metadata only
        "ranker.gate",
        "ranker.gate.discovery",
        "ranker.gate.feed",
        "ranker.gate.from_fans",
        "ranker.gate.movement",
        "ranker.gate.own_archive",
        "ranker.gate.own_list",
        "ranker.gate.public_lists",
        "ranker.gate.reception",
        "ranker.gate.renumbering",
        "ranker.gate.rows",
        "ranker.gate.stands",
        "ranker.installation",
        "ranker.moment_command",  # the names of statuses only
        "ranker.tallies.checking",
        "ranker.tallies.first",
        "ranker.tallies.following",
        "ranker.tallies.log",
        "ranker.tallies.pairs",
        "ranker.tallies.placings",
        "ranker.tallies.recounting",
        "ranker.tallies.replica",
        "ranker.tallies.stored",
        "ranker.web.admin.merging",  # the same
        "ranker.web.admin.moments",  # the names of statuses only
        "ranker.web.admin.queue",  # the same
        "ranker.web.accounts.entrance",  # the User type only
        "ranker.web.accounts.recovery",  # the User type only
        "ranker.web.accounts.registering",  # the User type only
        "ranker.web.viewers",  # loads the user of a session
    }


def test_only_the_gate_and_the_desk_select_what_can_spoil() -> None:
    readers = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Attribute)
                and node.attr in SPOILERS
                and isinstance(node.value, ast.Name)
                and node.value.id in SPOILING
            ):
                readers.add(name_of(path))
    # What a moment was before an edit, or why a suggestion was declined, is written into the audit.
    assert readers == {
        "ranker.gate",
        "ranker.gate.discovery",
        "ranker.gate.from_fans",
        "ranker.gate.own_archive",
        "ranker.gate.own_list",
        "ranker.gate.reception",
        "ranker.gate.rows",
        "ranker.desk.audit",
        "ranker.desk.catalogue",
        "ranker.desk.drafts",  # whether there is a note
        "ranker.desk.episodes",
        "ranker.desk.from_fans",
        "ranker.desk.moments",
        "ranker.desk.names",
        "ranker.actions.episodes",
        "ranker.actions.merging",
        "ranker.actions.moments",
        "ranker.actions.suggestions",
    }


def test_what_is_kept_by_position_follows_when_episodes_are_numbered_anew() -> None:
    """A new table of positions that `actions/renumbering.py` does not know of would come to mean other episodes."""
    names = {"position", "progress", "label", "greeted", "furthest", "horizon", "cap"}
    kept = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name in names and column.type.python_type is int
    }
    assert kept == {
        "episodes.position",
        "ballots.progress",
        "notes.label",
        "progress.position",
        "progress.greeted",
        "progress.furthest",
        "shared_lists.cap",
        "private_feeds.cap",
        "suggestions.label",
        "reports.label",
        "renumberings.position",  # says what was done, in the numbering of then
    }


def test_dependencies_point_one_way() -> None:
    layers = {
        "ranker.gate": 1,
        "ranker.tallies": 1,
        "ranker.desk": 1,
        "ranker.actions": 2,
        "ranker.web": 3,
        "ranker.account_command": 3,
        "ranker.roles_command": 3,
        "ranker.__main__": 4,
        "ranker.backup_command": 4,
        "ranker.cli": 4,
        "ranker.commanding": 3,
        "ranker.episode_command": 3,
        "ranker.moment_command": 3,
        "ranker.doctor": 4,
        "ranker.doctor_command": 4,
        "ranker.series_command": 4,
        "ranker.tally_command": 4,
    }

    def layer(name: str) -> int:
        return max((number for prefix, number in layers.items() if (name + ".").startswith(prefix + ".")), default=0)

    # Both attach themselves to the app, which the factory does at call time.
    factory = {("ranker", "ranker.web"), ("ranker", "ranker.cli"), ("ranker", "ranker.tallies")}
    for path in modules():
        for imported in imports(path):
            if not imported.startswith("ranker"):
                continue
            here = name_of(path)
            if (here, ".".join(imported.split(".")[:2])) in factory or here in ("ranker.installation", "ranker.demo"):
                continue
            assert layer(imported) <= layer(here), f"{here} imports {imported}"


def test_the_current_user_is_a_matter_of_the_web_alone() -> None:
    assert importers("flask_login.current_user") == {"ranker.web.viewers"}


def test_the_top_level_holds_what_was_agreed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folders = {line.split("/")[0] for line in listed.splitlines() if "/" in line}
    assert folders <= {".ci", "docs", "instance", "ranker", "static", "templates", "tests", "deploy"}


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: str(path.name))
def test_templates_hold_no_script_no_style_and_nothing_unescaped(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\|\s*safe\b|hx-on|\bjs:|javascript:|\son[a-z]+=|\sstyle=|<style|autoescape", text), path
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script
        assert "nonce=" in script


def test_styles_have_no_ids_and_shout_at_nobody() -> None:
    for path in sorted((ROOT / "static" / "css").glob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        assert "!important" not in text, path
        assert not re.search(r"(^|[\s,}])#[a-zA-Z][\w-]*\s*[,{]", text), path
