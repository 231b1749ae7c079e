"""`ranker series …`: the desk's imports and exports, and showing, hiding and deleting a series, for scripts."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import BinaryIO

import click
from flask import current_app
from flask.cli import with_appcontext

from ranker.account_command import say
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.drafts import NotADraft, delete_series, hide_series, show_series
from ranker.actions.import_undo import NothingToUndo, undo_import
from ranker.actions.imports import Importing, PlanChanged
from ranker.actions.series import SlugTaken, add_series
from ranker.commanding import CODES, EVERYTHING, dry_run, refusing, sure, yes
from ranker.database import rehearsing
from ranker.desk.ballots import anonymous_ballots
from ranker.desk.catalogue import last_import, whole_series
from ranker.desk.drafts import holdings
from ranker.desk.moments import statuses
from ranker.domain.anonymity import DEFAULT_K, LEAST_K
from ranker.exchange import SeriesFileRefused, read_series
from ranker.exchange.ballots import BALLOT_WRITERS
from ranker.exchange.contents import Contents
from ranker.exchange.plan import Plan, plan_import
from ranker.exchange.reading import WRITERS, read_contents
from ranker.gate import NotHere
from ranker.pictures import PictureStore


@click.group("series", epilog=f"Exit codes: {CODES}")
def series_group() -> None:
    """List, import, export, show, hide and delete series."""


@series_group.command("list")
@with_appcontext
def list_series() -> None:
    """One line for each series: address, episodes, moments, title, and `draft` if it is one."""
    for card in EVERYTHING.all_series():
        moments = sum(statuses(EVERYTHING, card.slug).values())
        facts = [card.slug, str(card.episode_count), str(moments), card.title]
        click.echo("\t".join(facts if card.is_open else [*facts, "draft"]))


@series_group.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--into", "slug", help="The series to import into, by its address; a series file knows its own.")
@click.option("--draft", is_flag=True, help="Add a new series as a draft, which only the desk shows.")
@dry_run
@with_appcontext
def import_file(file: BinaryIO, slug: str | None, draft: bool, dry_run: bool) -> None:
    """Import FILE (a series file, TVmaze's episode list, CSV; - reads standard input), all of it or nothing.

    A series file whose series is not there yet adds it.
    Exit codes: 0 done or nothing to do, 1 refused, 2 a wrong call, 3 no database to work on.
    """
    content = file.read()
    try:
        contents = read_contents(content, str(getattr(file, "name", "")))
    except SeriesFileRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    slug = slug or contents.slug
    if slug is None:
        raise click.UsageError("this file does not say which series it is about: name it with --into")
    try:
        plan = plan_import(whole_series(EVERYTHING, slug), contents)
    except NotHere as absent:
        if slug != contents.slug:
            raise click.ClickException(f"there is no series {slug}") from absent
        add_new(content, draft, dry_run)
    else:
        if draft:
            raise click.UsageError(f"{slug} is there already, so it is not added as a draft; see `ranker series hide`")
        import_into(slug, contents, plan, dry_run)


@series_group.command("export")
@click.argument("slug")
@click.option("--as", "kind", type=click.Choice([*WRITERS, *BALLOT_WRITERS]), default="series.json", show_default=True)
@click.option(
    "--shared-by",
    "k",
    type=click.IntRange(min=LEAST_K),
    default=DEFAULT_K,
    show_default=True,
    metavar="K",
    help="Of ballots: tell only what at least K fans have in common.",
)
@click.option("--out", type=click.File("wb"), default="-", help="Where to; standard output unless said otherwise.")
@with_appcontext
def export(slug: str, kind: str, k: int, out: BinaryIO) -> None:
    """Write the series SLUG as a file that can be imported again, or its ballots without anything of who cast them.

    ballots.json is ours (ranker score reads it), ballots.soi is PrefLib's. Lists that fewer than K fans share are cut
    to how those of K begin, or left out; no name, no time and no list that is held is in either.
    Exit codes: 0 done, 1 there is no such series, 2 a wrong call, 3 no database to work on.
    """
    try:
        out.write(written(slug, kind, k))
    except NotHere as absent:
        raise click.ClickException(f"there is no series {slug}") from absent


def written(slug: str, kind: str, k: int) -> bytes:
    """The file; raises NotHere."""
    if kind in BALLOT_WRITERS:
        return BALLOT_WRITERS[kind](anonymous_ballots(EVERYTHING, slug, k))
    return WRITERS[kind](whole_series(EVERYTHING, slug))


@series_group.command("undo")
@click.argument("slug")
@dry_run
@with_appcontext
def undo(slug: str, dry_run: bool) -> None:
    """Take the last import into SLUG back, if nothing was built on it since."""
    with refusing():
        EVERYTHING.series_card(slug)
    last = last_import(slug)
    if last is None:
        raise click.ClickException("there is no import to take back")
    click.echo(f"the import of {last.at:%Y-%m-%d %H:%M} UTC by {last.actor}")
    if dry_run:
        return
    try:
        undo_import(COMMAND_LINE, slug, last.entry)
    except NothingToUndo as refusal:
        raise click.ClickException(str(refusal)) from refusal


@series_group.command("show")
@click.argument("slug")
@dry_run
@with_appcontext
def show(slug: str, dry_run: bool) -> None:
    """Show the draft SLUG to everybody."""
    with refusing(), rehearsing(dry_run):
        EVERYTHING.series_card(slug)
        done = show_series(COMMAND_LINE, slug)
    say(f"show {slug} to everybody", done, dry_run)


@series_group.command("hide")
@click.argument("slug")
@dry_run
@yes
@with_appcontext
def hide(slug: str, dry_run: bool, yes: bool) -> None:
    """Make SLUG a draft, which only the desk shows. What fans have there is kept. Asks first if they have anything."""
    with refusing():
        there = holdings(EVERYTHING, slug)
    if there.of_fans and EVERYTHING.series_card(slug).is_open:
        click.echo(f"lists: {there.lists}\nfans who have said how far they are: {there.progress}")
        if not dry_run:
            sure(f"Hide {slug} from everybody?", yes)
    with rehearsing(dry_run):
        done = hide_series(COMMAND_LINE, slug)
    say(f"hide {slug} from everybody", done, dry_run)


@series_group.command("delete")
@click.argument("slug")
@dry_run
@yes
@with_appcontext
def delete(slug: str, dry_run: bool, yes: bool) -> None:
    """Delete the draft SLUG with all there is of it, for good. Says first what that is."""
    with refusing({NotADraft: "only a draft can be deleted; see `ranker series hide`"}):
        if EVERYTHING.series_card(slug).is_open:
            raise NotADraft(slug)
        for name, number in asdict(holdings(EVERYTHING, slug)).items():
            click.echo(f"{name.replace('_', ' ')}: {number}")
        if not dry_run:
            sure(f"Delete {slug}? There is no way back.", yes)
        with rehearsing(dry_run):
            delete_series(COMMAND_LINE, slug, PictureStore(current_app.config["DATA_DIR"] / "pictures"))
    say(f"delete {slug} and all there is of it", True, dry_run)


def add_new(content: bytes, draft: bool, dry_run: bool) -> None:
    file = read_series(content)
    kind = "new draft" if draft else "new"
    click.echo(f"{kind}: {file.title}, {len(file.episodes)} episodes, {len(file.moments)} moments")
    if dry_run:
        return
    try:
        add_series(COMMAND_LINE, file, draft)
    except SlugTaken as taken:
        raise click.ClickException(f"somebody else has just added {file.slug}") from taken


def import_into(slug: str, contents: Contents, plan: Plan, dry_run: bool) -> None:
    report(plan)
    if plan.refused:
        sys.exit(1)
    if dry_run or not plan.can_be_done:
        return
    try:
        run(Importing(COMMAND_LINE, slug, contents, plan.digest))
    except PlanChanged as changed:
        raise click.ClickException("the series has changed meanwhile; nothing was imported") from changed


def run(importing: Importing) -> None:
    """Shows how far it has come, if there is somebody to look at it."""
    steps = iter(importing)
    done = next(steps)
    with click.progressbar(
        length=importing.total, label="Importing", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        for now in steps:
            bar.update(now - done)
            done = now


def report(plan: Plan) -> None:
    """One line for each thing that would be done, then a line that sums up; what is refused goes to standard error."""
    for step in plan.steps:
        changes = "" if step.before is None else f": {dict(step.before)} -> {dict(step.after)}"
        click.echo(f"{'new' if step.is_new else 'changed'}: {step.kind} {step.name}{changes}")
    for remark in plan.skipped:
        click.echo(f"skipped: {remark.place}: {remark.reason}")
    for remark in plan.refused:
        click.echo(f"refused: {remark.place}: {remark.reason}", err=True)
    click.echo(
        f"{len(plan.new)} new, {len(plan.changed)} changed, {len(plan.unchanged)} unchanged, "
        f"{len(plan.skipped)} skipped, {len(plan.refused)} refused"
    )
