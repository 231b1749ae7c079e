"""Whatever is changed at the desk or by command is in the audit, and was written there in the same transaction."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from ranker.actions.accounts.closing import disable_account
from ranker.actions.accounts.invites import make_invite
from ranker.actions.accounts.roles import grant_admin
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.drafts import hide_series
from ranker.actions.moments import retire_moment
from ranker.actions.reports import report_wrong
from ranker.actions.suggestions import SuggestionText, send_suggestion
from ranker.cli import COMMANDS
from ranker.extensions import db
from ranker.installation import SEEDS
from ranker.models import Invite, Report, Suggestion
from tests.cast import PASSWORD, SLUG, Browser, Cast
from tests.test_architecture import PACKAGE, modules, name_of
from tests.transactions import written_tables
from tests.web.from_fans import ids_of
from tests.web.test_desk_moments import field, publish
from tests.web.test_imports import NEXT, confirm, take_back, upload
from tests.web.test_own_account import confirmed
from tests.web.test_pictures import drawn
from tests.web.test_pictures import upload as upload_picture

SERIES = f"/admin/series/{SLUG}"
BOB = "/admin/people/bob"
# What is no change of the site: where somebody is logged in, and a file that waits for a word.
OF_ONES_OWN = {"sessions", "waiting_imports", "waiting_series"}
SEED = Path(str(PACKAGE / "seeds" / SEEDS[0]))

Deed = Callable[[Cast, Browser], TestResponse]


def moment(cast: Cast, number: int = 1) -> str:
    return f"/admin/moments/{cast.public[f'moment{number}']}"


def hold(cast: Cast, dana: Browser) -> TestResponse:
    return dana.post(f"{SERIES}/counting", {"decision": "hold", "fan": "ada", "note": "A test"})


def import_a_file(cast: Cast, dana: Browser) -> TestResponse:
    upload(dana, NEXT)
    return confirm(dana)


def revoke_an_invitation(cast: Cast, dana: Browser) -> TestResponse:
    with cast.app.app_context():
        make_invite(COMMAND_LINE, "A test", 1, 1)
        public_id = db.session.query(Invite.public_id).scalar()
    return dana.post(f"/admin/invites/{public_id}/revoke")


def merge(cast: Cast, dana: Browser) -> TestResponse:
    form = {"into": cast.public["moment1"]}
    shown = dana.post(f"{moment(cast, 2)}/merge", form)
    return dana.post(f"{moment(cast, 2)}/merge", {**form, "shown": field(shown, "shown")})


def restore(cast: Cast, dana: Browser) -> TestResponse:
    with cast.app.app_context():
        retire_moment(COMMAND_LINE, cast.public["moment1"])
    return dana.post(f"{moment(cast)}/restore")


def change_many(cast: Cast, dana: Browser) -> TestResponse:
    ticked = {"moment": [cast.public["moment1"]], "episode": "6"}
    shown = dana.post(f"{SERIES}/moments/change", ticked)
    return dana.post(f"{SERIES}/moments/change", {**ticked, "shown": field(shown, "shown")})


def undo_many(cast: Cast, dana: Browser) -> TestResponse:
    entry = change_many(cast, dana).location.rpartition("=")[2]
    return dana.post(f"{SERIES}/moments/undo", {"entry": entry})


def remove_a_picture(cast: Cast, dana: Browser) -> TestResponse:
    upload_picture(cast, drawn())
    return dana.post(f"{moment(cast)}/picture/remove")


def bring_a_picture_back(cast: Cast, dana: Browser) -> TestResponse:
    remove_a_picture(cast, dana)
    (name,) = set(re.findall(r"/pictures/(\w+)", dana.get(f"{moment(cast)}/picture").text))
    return dana.post(f"{moment(cast)}/picture/restore", {"name": name})


def upload_a_series(dana: Browser) -> TestResponse:
    file = {"file": (io.BytesIO(SEED.read_bytes()), "series.json")}
    return dana.post("/admin/series/import", file, content_type="multipart/form-data")


def add_a_series_from_a_file(cast: Cast, dana: Browser) -> TestResponse:
    upload_a_series(dana)
    return dana.post("/admin/series/import/apply")


def undo_an_import(cast: Cast, dana: Browser) -> TestResponse:
    import_a_file(cast, dana)
    return take_back(dana)


def change_an_episode(cast: Cast, dana: Browser) -> TestResponse:
    path = f"{SERIES}/episodes/2/2"
    return dana.post(path, {"season": "2", "number": "9", "shown": field(dana.get(path), "shown")})


def delete_an_episode(cast: Cast, dana: Browser) -> TestResponse:
    dana.post(f"{SERIES}/episodes", {"season": "2", "number": "3"})
    path = f"{SERIES}/episodes/2/3"
    return dana.post(f"{path}/delete", {"shown": field(dana.get(path), "shown")})


def a_fan_speaks(cast: Cast) -> None:
    with cast.app.app_context():
        send_suggestion(cast.gate("bob"), SuggestionText("The lamp", "It goes out.", 2))
        report_wrong(cast.gate("bob"), cast.public["moment1"], "A test")


def decline_a_suggestion(cast: Cast, dana: Browser) -> TestResponse:
    (one,) = ids_of(cast, Suggestion)
    return dana.post(f"/admin/suggestions/{one}", {"decision": "decline", "reason": "A test"})


def uphold_a_report(cast: Cast, dana: Browser) -> TestResponse:
    (one,) = ids_of(cast, Report)
    return dana.post(f"/admin/reports/{one}", {"decision": "uphold"})


def enable(cast: Cast, dana: Browser) -> TestResponse:
    with cast.app.app_context():
        disable_account(COMMAND_LINE, cast.users["bob"])
    return dana.post(f"{BOB}/enable")


def show_a_draft(cast: Cast, dana: Browser) -> TestResponse:
    a_draft(cast)
    return dana.post(f"{SERIES}/show")


def delete_a_draft(cast: Cast, dana: Browser) -> TestResponse:
    a_draft(cast)
    path = f"{SERIES}/delete"
    return dana.post(path, {"slug": SLUG, "shown": field(dana.get(path), "shown")})


NEW_SERIES = {"title": "Signal", "slug": "signal", "seasons": "2"}
NEW_MOMENT = {"title": "The lamp", "description": "It goes out.", "teaser": "Dark", "episode": "1"}
EDITED = {"title": "Renamed", "description": "", "teaser": "Dark", "episode": "6"}


def edit(cast: Cast, dana: Browser) -> TestResponse:
    seen = field(dana.post(moment(cast, 5), {**EDITED, "do": "preview"}), "seen")
    return dana.post(moment(cast, 5), {**EDITED, "seen": seen})


FACTS = {"title": "The Lamp", "ballot_size": "5"}

DEEDS: dict[str, Deed] = {
    "admin.decide": hold,
    "admin.apply_import": import_a_file,
    "admin.invites": lambda cast, dana: dana.post("/admin/invites", {"label": "A test", "uses": "1", "days": "1"}),
    "admin.revoke": revoke_an_invitation,
    "admin.merge": merge,
    "admin.new_moment": lambda cast, dana: publish(dana, f"{SERIES}/moments/new", NEW_MOMENT),
    "admin.moment": edit,
    "admin.retire": lambda cast, dana: dana.post(f"{moment(cast)}/retire"),
    "admin.restore": restore,
    "admin.change_moments": change_many,
    "admin.undo_change": undo_many,
    "admin.disable": lambda cast, dana: dana.post(f"{BOB}/disable", {"reason": "A test"}),
    "admin.enable": enable,
    "admin.change_admin": lambda cast, dana: dana.post(f"{BOB}/admin", {"admin": "yes"}),
    "admin.change_curator": lambda cast, dana: dana.post(f"{BOB}/curator", {"curator": "yes", "series": SLUG}),
    "admin.end_their_sessions": lambda cast, dana: dana.post(f"{BOB}/sessions/end"),
    "admin.recovery": lambda cast, dana: dana.post(f"{BOB}/recovery"),
    "admin.picture": lambda cast, dana: upload_picture(cast, drawn()),
    "admin.remove_picture": remove_a_picture,
    "admin.bring_back_picture": bring_a_picture_back,
    "admin.new_series": lambda cast, dana: dana.post("/admin/series/new", NEW_SERIES),
    "admin.add_from_file": add_a_series_from_a_file,
    "admin.series": lambda cast, dana: dana.post(SERIES, FACTS),
    "admin.show_series": show_a_draft,
    "admin.hide_series": lambda cast, dana: dana.post(f"{SERIES}/hide", {"sure": "yes"}),
    "admin.delete_series": delete_a_draft,
    "admin.add_episode": lambda cast, dana: dana.post(f"{SERIES}/episodes", {"season": "2", "number": "3"}),
    "admin.episode": change_an_episode,
    "admin.delete_episode": delete_an_episode,
    "admin.undo_import": undo_an_import,
    "admin.one_suggestion": decline_a_suggestion,
    "admin.verdict": uphold_a_report,
}
CHANGES_NOTHING = {
    "admin.open_it": "opens the desk for a visit",
    "admin.upload": "keeps a file until its word is given",
    "admin.drop": "lets go of such a file",
    "admin.upload_series": "keeps a file of a series until its word is given",
    "admin.drop_series_file": "lets go of such a file",
    "admin.alike_moments": "shows what is called nearly like it",
    "admin.preview": "shows what a form would look like",
}


def test_every_form_of_the_desk_has_its_deed_here(app: Flask) -> None:
    forms = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.") and "POST" in (rule.methods or ())
    }
    assert forms == DEEDS.keys() | CHANGES_NOTHING.keys()
    assert not DEEDS.keys() & CHANGES_NOTHING.keys()


@pytest.mark.parametrize("endpoint", DEEDS)
def test_what_is_done_at_the_desk_is_written_down_in_its_own_transaction(cast: Cast, endpoint: str) -> None:
    cast.rank("ada", 1, 2)
    a_fan_speaks(cast)
    dana = confirmed(cast, "dana")
    with written_tables(cast.app) as transactions:
        answer = DEEDS[endpoint](cast, dana)
    assert answer.status_code in (200, 303)
    assert_written_down(transactions)


@pytest.mark.parametrize(
    ("path", "form"),
    [("import", None), ("import/drop", {}), ("moments/preview", NEW_MOMENT), ("moments/alike", NEW_MOMENT)],
)
def test_what_needs_no_entry_changes_nothing_of_the_site(cast: Cast, path: str, form: dict[str, str] | None) -> None:
    dana = cast.browser("dana")
    with written_tables(cast.app) as transactions:
        answer = upload(dana, NEXT) if form is None else dana.post(f"{SERIES}/{path}", form)
    assert answer.status_code in (200, 303)
    assert set().union(*transactions) <= OF_ONES_OWN


def an_admin_more(cast: Cast) -> None:
    with cast.app.app_context():
        grant_admin(COMMAND_LINE, cast.users["bob"])


def a_curator(cast: Cast) -> None:
    cast.app.test_cli_runner().invoke(args=["curator", "grant", "bob", SLUG])


def a_disabled_account(cast: Cast) -> None:
    with cast.app.app_context():
        disable_account(COMMAND_LINE, cast.users["bob"])


def a_retired_moment(cast: Cast) -> None:
    with cast.app.app_context():
        retire_moment(COMMAND_LINE, cast.public["moment2"])


def a_draft(cast: Cast) -> None:
    with cast.app.app_context():
        hide_series(COMMAND_LINE, SLUG)


def an_import(cast: Cast) -> None:
    import_a_file(cast, cast.browser("dana"))


def an_episode_more(cast: Cast) -> None:
    cast.app.test_cli_runner().invoke(args=["episode", "add", SLUG, "S2E3"])


def nothing(cast: Cast) -> None:
    pass


COMMANDS_THAT_WRITE: dict[str, tuple[Callable[[Cast], None], list[str]]] = {
    "account recover": (nothing, ["bob"]),
    "account disable": (nothing, ["bob"]),
    "account enable": (a_disabled_account, ["bob"]),
    "admin create": (nothing, ["erin", "--password", PASSWORD]),
    "admin grant": (nothing, ["bob"]),
    "admin revoke": (an_admin_more, ["bob"]),
    "curator grant": (nothing, ["bob", SLUG]),
    "curator revoke": (a_curator, ["bob", SLUG]),
    "series import": (nothing, [str(SEED)]),
    "series undo": (an_import, [SLUG]),
    "series show": (a_draft, [SLUG]),
    "series hide": (nothing, [SLUG, "--yes"]),
    "series delete": (a_draft, [SLUG, "--yes"]),
    "episode add": (nothing, [SLUG, "S2E3"]),
    "episode edit": (nothing, [SLUG, "S1E4", "--title", "Another"]),
    "episode delete": (an_episode_more, [SLUG, "S2E3"]),
    "moment add": (nothing, [SLUG, "--title", "The lamp", "--episode", "S2E1"]),
    "moment edit": (nothing, ["moment1", "--title", "Another", "--yes"]),
    "moment publish": (nothing, ["a draft", "--no-teaser", "--yes"]),
    "moment merge": (nothing, ["moment2", "moment1", "--yes"]),
    "moment retire": (nothing, ["moment1"]),
    "moment restore": (a_retired_moment, ["moment2"]),
}
COMMANDS_THAT_DO_NOT = {
    "serve": "serves",
    "demo": "makes up a site of its own",
    "setup": "makes a machine ready",
    "upkeep": "does what is due",
    "release": "does what is due",
    "assets": "fills a folder",
    "score": "reads a file",
    "doctor": "reads",
    "backup": "reads",
    "restore": "puts a whole site in the place of another",
    "recount": "makes the counters agree with the lists",
    "compact": "keeps counters and cuts the log",
    "admin list": "reads",
    "series export": "reads",
    "series list": "reads",
    "moment list": "reads",
}


def test_every_command_has_its_place_here() -> None:
    assert set(all_commands()) == COMMANDS_THAT_WRITE.keys() | COMMANDS_THAT_DO_NOT.keys()


def all_commands() -> Iterator[str]:
    for command in COMMANDS:
        if isinstance(command, click.Group):
            yield from (f"{command.name} {name}" for name in command.commands)
        else:
            yield str(command.name)


def by_id(cast: Cast, words: list[str]) -> list[str]:
    """The words of a command, with moments by the ids they have here."""
    return [draft(cast) if word == "a draft" else cast.public.get(word, word) for word in words]


def draft(cast: Cast) -> str:
    words = ["moment", "add", SLUG, "--title", "A draft", "--episode", "S2E1"]
    return cast.app.test_cli_runner().invoke(args=words).output.strip()


@pytest.mark.parametrize("command", COMMANDS_THAT_WRITE)
def test_what_is_done_by_command_is_written_down_in_its_own_transaction(cast: Cast, command: str) -> None:
    before, words = COMMANDS_THAT_WRITE[command]
    before(cast)
    arguments = by_id(cast, words)
    with written_tables(cast.app) as transactions:
        result = cast.app.test_cli_runner().invoke(args=[*command.split(), *arguments])
    assert result.exit_code == 0, result.output
    assert_written_down(transactions)


@pytest.mark.parametrize("command", [name for name in COMMANDS_THAT_WRITE if name != "account recover"])
def test_a_dry_run_of_a_command_writes_nothing_at_all(cast: Cast, command: str) -> None:
    before, words = COMMANDS_THAT_WRITE[command]
    before(cast)
    arguments = by_id(cast, words)
    with written_tables(cast.app) as transactions:
        result = cast.app.test_cli_runner().invoke(args=[*command.split(), *arguments, "--dry-run"])
    assert result.exit_code == 0, result.output
    assert transactions == []


def test_the_first_admin_is_written_down_too(cast: Cast) -> None:
    from ranker.actions.accounts import registering

    with cast.app.app_context():
        db.session.execute(db.text("UPDATE users SET is_admin = false"))
        db.session.commit()
        with written_tables(cast.app) as transactions:
            registering.make_first_admin("erin", PASSWORD)
    assert_written_down(transactions)


def assert_written_down(transactions: list[set[str]]) -> None:
    changes = [tables for tables in transactions if tables - OF_ONES_OWN]
    assert changes
    for tables in changes:
        assert "audit_entries" in tables, tables


OPENERS = {"writing", "giving_a_name"}
# Each of them is no deed at the desk: what one does with one's own account, or what is due by itself.
WRITES_WITHOUT_AN_ACTOR = {
    "ranker.actions.imports.keep_file",
    "ranker.actions.imports.drop_file",
    "ranker.actions.series.keep_new_series",
    "ranker.actions.series.drop_new_series",
    "ranker.actions.review.review_all",
    "ranker.actions.compaction.compact",
    "ranker.actions.recount.repair",
}


def test_whatever_the_desk_and_the_commands_call_to_write_knows_who_does_it() -> None:
    """So that nobody can forget to say who it was."""
    writers = {name for module in modules() for name in public_functions_that_call(module, OPENERS)}
    recorders = {name for module in modules() for name in public_functions_that_call(module, {"record"})}
    called = {name for module in modules() if is_desk_or_command(module) for name in imported_actions(module)}
    assert len(called & writers) > 20
    for name in (called & writers) - WRITES_WITHOUT_AN_ACTOR:
        assert first_parameter(name) == "actor", name
        assert name in recorders, name


def is_desk_or_command(path: Path) -> bool:
    name = name_of(path)
    return name.startswith("ranker.web.admin.") or name.endswith("_command") or name == "ranker.cli"


def public_functions_that_call(path: Path, names: set[str]) -> Iterator[str]:
    """The public functions of a module of actions that call one of these, themselves or by others of the module."""
    if not name_of(path).startswith("ranker.actions."):
        return
    functions = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    found: set[str] = set()
    while more := {one.name for one in functions if (names | found) & names_in(one)} - found:
        found |= more
    yield from (f"{name_of(path)}.{one.name}" for one in functions if one.name in found and one.name[0] != "_")


def names_in(function: ast.FunctionDef) -> set[str]:
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}


def imported_actions(path: Path) -> Iterator[str]:
    """Names of functions of actions as a module takes them, be it by `from … import …` or by the module's name."""
    tree = ast.parse(path.read_text())
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ranker.actions"):
            for alias in node.names:
                aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            aliases |= {alias.asname: alias.name for alias in node.names if alias.asname}
    yield from aliases.values()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
            yield f"{aliases[node.value.id]}.{node.attr}"


def first_parameter(name: str) -> str:
    module, _, function = name.rpartition(".")
    path = PACKAGE.parent / f"{module.replace('.', '/')}.py"
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return node.args.args[0].arg if node.args.args else ""
    raise AssertionError(name)
