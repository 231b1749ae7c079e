"""`ranker moment …`: everything the desk does to a moment."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from ranker.actions import moments as actions
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.merging import NotMergeable, merge_moments
from ranker.actions.moments import MomentText
from ranker.commanding import CODES, EPISODE, EVERYTHING, dry_run, position_of, refusing, sure, yes
from ranker.desk import DeskMoment
from ranker.desk.moments import Asked, lists_holding, moment_table
from ranker.exchange.contents import Remark, entry_of
from ranker.exchange.series import MomentIn
from ranker.models import PUBLISHED

Code = tuple[int, int]
TEASER_OR_NONE = "say what everybody may read of it with --teaser, or that there is nothing with --no-teaser"
NOT_MERGEABLE = "a moment is merged into another one of its series that is published"

id_argument = click.argument("public_id", metavar="ID")
teaser_option = click.option("--teaser", help="A public line that everybody can read, at any point of the story.")
no_teaser_option = click.option("--no-teaser", is_flag=True, help="Only that it is locked is shown.")


@click.group("moment", epilog=f"Exit codes: {CODES}")
def moment_group() -> None:
    """List, add, publish, edit, merge, retire and restore moments. ID is a moment's public id."""


@moment_group.command("list")
@click.argument("slug")
@with_appcontext
def list_moments(slug: str) -> None:
    """One line for each moment of SLUG, in story order: id, episode, status, lists that hold it, title."""
    with refusing():
        table = moment_table(EVERYTHING, slug, Asked(), current_app.extensions["tallies"])
    for row in table.rows:
        moment = row.moment
        click.echo("\t".join([moment.public_id, str(moment.episode), moment.status, str(row.lists), moment.title]))


@moment_group.command()
@click.argument("slug")
@click.option("--title", required=True)
@click.option("--episode", "code", type=EPISODE, required=True, help="By whose end all of it has been seen: S1E4.")
@click.option("--description", default="", help="A sentence or two, for those who have seen it.")
@teaser_option
@no_teaser_option
@click.option("--publish", is_flag=True, help="Publish it at once; else it is a draft that nobody sees.")
@dry_run
@yes
@with_appcontext
def add(
    slug: str,
    title: str,
    code: Code,
    description: str,
    teaser: str | None,
    no_teaser: bool,
    publish: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Add a moment to SLUG, and print its id."""
    with refusing():
        text = checked(slug, title, description, teaser, code)
    if publish:
        show(text, code, no_teaser)
    if dry_run:
        return
    if not publish:
        click.echo(actions.draft_moment(COMMAND_LINE, slug, text))
        return
    sure("Publish it?", yes)
    click.echo(actions.add_moment(COMMAND_LINE, slug, text))


@moment_group.command()
@id_argument
@teaser_option
@no_teaser_option
@dry_run
@yes
@with_appcontext
def publish(public_id: str, teaser: str | None, no_teaser: bool, dry_run: bool, yes: bool) -> None:
    """Publish a draft, after it was shown as those see it who have not got there."""
    with refusing({actions.NotADraft: "only a draft can be published"}):
        known = EVERYTHING.moment(public_id)
        if not known.is_draft:
            raise actions.NotADraft
        text = text_of(known)
        if teaser or no_teaser:
            text = changed(known, teaser=None if no_teaser else teaser)
        show(text, (known.episode.season, known.episode.number), no_teaser)
        if not dry_run:
            sure("Publish it?", yes)
            actions.publish_moment(COMMAND_LINE, public_id, text)


@moment_group.command()
@id_argument
@click.option("--title")
@click.option("--episode", "code", type=EPISODE, help="By whose end all of it has been seen: S1E4.")
@click.option("--description")
@teaser_option
@no_teaser_option
@dry_run
@yes
@with_appcontext
def edit(
    public_id: str,
    title: str | None,
    code: Code | None,
    description: str | None,
    teaser: str | None,
    no_teaser: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Change what is said of a moment. Where lists would stand for something else it asks first."""
    with refusing():
        known = EVERYTHING.moment(public_id)
    said = {"title": title, "description": description, "teaser": teaser}
    given: dict[str, str | None] = {name: value for name, value in said.items() if value is not None}
    if no_teaser:
        given["teaser"] = None
    before, after = text_of(known), changed(known, code, **given)
    for name in ("title", "description", "teaser", "position"):
        if getattr(before, name) != getattr(after, name):
            click.echo(f"{name}: {getattr(before, name)!r} -> {getattr(after, name)!r}")
    if dry_run or before == after:
        return
    if not known.is_draft:
        ask_about(known, before, after, yes)
    actions.edit_moment(COMMAND_LINE, public_id, after)


@moment_group.command()
@id_argument
@dry_run
@with_appcontext
def retire(public_id: str, dry_run: bool) -> None:
    """Take a moment out of the ranking. Lists keep their places for it."""
    with refusing():
        click.echo(f"{EVERYTHING.moment(public_id).title}: in {held_by(public_id)}")
    if not dry_run:
        actions.retire_moment(COMMAND_LINE, public_id)


@moment_group.command()
@id_argument
@dry_run
@with_appcontext
def restore(public_id: str, dry_run: bool) -> None:
    """Put a retired moment back, with the places it has in lists."""
    with refusing({actions.NeverPublished: "a draft is published, not restored"}):
        known = EVERYTHING.moment(public_id)
        if known.is_draft:
            raise actions.NeverPublished
        click.echo(f"{known.title}: in {held_by(public_id)}")
        if not dry_run:
            actions.restore_moment(COMMAND_LINE, public_id)


@moment_group.command()
@id_argument
@click.argument("into", metavar="SURVIVOR")
@click.option("--episode", "code", type=EPISODE, help="By whose end both have been seen; the later one of theirs.")
@dry_run
@yes
@with_appcontext
def merge(public_id: str, into: str, code: Code | None, dry_run: bool, yes: bool) -> None:
    """Merge a duplicate into SURVIVOR: every list that holds either then holds SURVIVOR once. It cannot be undone."""
    with refusing({NotMergeable: NOT_MERGEABLE}):
        merged, survivor = EVERYTHING.moment(public_id), EVERYTHING.moment(into)
        if survivor.status != PUBLISHED or merged.is_draft or merged.series_slug != survivor.series_slug:
            raise click.ClickException(NOT_MERGEABLE)
        label = position_of(survivor.series_slug, code) if code else None
        for moment, words in ((merged, "becomes part of"), (survivor, "which stays")):
            click.echo(f"“{moment.title}”, in {held_by(moment.public_id)}, {words}")
        if dry_run:
            return
        sure("Merge them? It cannot be taken back.", yes)
        click.echo(f"changed: {in_words(merge_moments(COMMAND_LINE, public_id, into, label).lists)}")


def checked(slug: str, title: str, description: str, teaser: str | None, code: Code) -> MomentText:
    """The words as the desk's form takes them."""
    fields = {"key": "x", "title": title, "description": description, "teaser": teaser}
    read = entry_of(MomentIn, "", title, {**fields, "season": code[0], "episode": code[1]})
    if isinstance(read, Remark):
        raise click.UsageError(read.reason)
    moment = read.value
    return MomentText(moment.title, moment.description, moment.teaser, position_of(slug, code))


def changed(known: DeskMoment, code: Code | None = None, **given: str | None) -> MomentText:
    """The words of a moment with some of them changed."""
    where = code or (known.episode.season, known.episode.number)
    said = {"title": known.title, "description": known.description, "teaser": known.teaser, **given}
    return checked(known.series_slug, said["title"] or "", said["description"] or "", said["teaser"], where)


def text_of(known: DeskMoment) -> MomentText:
    return MomentText(known.title, known.description, known.teaser, known.episode.position)


def show(text: MomentText, code: Code, no_teaser: bool) -> None:
    """How others will see it: first those who have not got there."""
    if bool(text.teaser) is no_teaser:
        raise click.UsageError(TEASER_OR_NONE)
    teaser = f" “{text.teaser}”" if text.teaser else ""
    click.echo(f"Before S{code[0]}·E{code[1]}: locked, “Unlocks after S{code[0]}·E{code[1]}”{teaser}", err=True)
    click.echo(f"From then on: {text.title}. {text.description}".rstrip(), err=True)


def ask_about(known: DeskMoment, before: MomentText, after: MomentText, yes: bool) -> None:
    try:
        actions.check_edit(before, after, lists(known.public_id), None)
    except actions.EditNeedsConsent as change:
        if change.lists:
            click.echo(f"It is in {held_by(known.public_id)}, which then stand for what you write here.", err=True)
        if change.earlier:
            click.echo("It would be shown earlier than now: whoever has not got there could be spoiled.", err=True)
        sure("Change it?", yes)


def lists(public_id: str) -> int:
    return lists_holding(EVERYTHING, public_id, current_app.extensions["tallies"])


def held_by(public_id: str) -> str:
    return in_words(lists(public_id))


def in_words(number: int) -> str:
    return f"{number} {'list' if number == 1 else 'lists'}"
