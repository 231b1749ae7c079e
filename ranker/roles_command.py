"""`ranker admin …` and `ranker curator …`: who looks after the site, and who after one series."""

from __future__ import annotations

from typing import TextIO

import click
from flask.cli import with_appcontext

from ranker.account_command import DRY_RUN, EXIT_CODES, known, say
from ranker.actions.accounts.names import NameRefused, NameTaken
from ranker.actions.accounts.passwords import PasswordRefused
from ranker.actions.accounts.registering import make_admin
from ranker.actions.accounts.roles import (
    CannotServe,
    LastAdmin,
    UnknownSeries,
    grant_admin,
    grant_curator,
    revoke_admin,
    revoke_curator,
)
from ranker.actions.audit import COMMAND_LINE
from ranker.database import rehearsing
from ranker.desk import EVERYTHING
from ranker.desk.people import with_a_desk


@click.group(epilog=EXIT_CODES)
def admin() -> None:
    """Look after who looks after everything."""


@admin.command(epilog=EXIT_CODES)
@click.argument("name")
@click.option("--password", help="Asked for unless it is given; a file is safer, for others see what runs here.")
@click.option("--password-file", type=click.File(), help="Its first line is the password; - reads standard input.")
@DRY_RUN
@with_appcontext
def create(name: str, password: str | None, password_file: TextIO | None, dry_run: bool) -> None:
    """Make an account NAME that is an admin."""
    given = first_line(password_file) if password_file else password
    secret = click.prompt("Password", hide_input=True, confirmation_prompt=True) if given is None else given
    try:
        with rehearsing(dry_run):
            make_admin(COMMAND_LINE, name, secret)
    except NameTaken as taken:
        raise click.ClickException("somebody has this name already; `ranker admin grant` makes them one") from taken
    except NameRefused as refused:
        raise click.ClickException("this name cannot be taken") from refused
    except PasswordRefused as refused:
        raise click.ClickException("this password is too short, too long, or known to everybody") from refused
    say(f"make {name} an admin", True, dry_run)


def first_line(file: TextIO) -> str:
    try:
        return file.readline().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise click.ClickException("the file of the password is not a text in UTF-8") from error


@admin.command("grant", epilog=EXIT_CODES)
@click.argument("name")
@DRY_RUN
@with_appcontext
def grant(name: str, dry_run: bool) -> None:
    """Make somebody who has an account an admin."""
    try:
        with rehearsing(dry_run):
            done = grant_admin(COMMAND_LINE, known(name))
    except CannotServe as error:
        raise click.ClickException(NOBODY_GETS_IN.format(name)) from error
    say(f"make {name} an admin", done, dry_run)


@admin.command("revoke", epilog=EXIT_CODES)
@click.argument("name")
@DRY_RUN
@with_appcontext
def revoke(name: str, dry_run: bool) -> None:
    """Make an admin a fan like any other. Not the last one."""
    try:
        with rehearsing(dry_run):
            done = revoke_admin(COMMAND_LINE, known(name))
    except LastAdmin as error:
        raise click.ClickException(f"{name} is the last admin who can get in; make another one first") from error
    say(f"make {name} a fan like any other", done, dry_run)


@admin.command("list", epilog=EXIT_CODES)
@with_appcontext
def list_desk() -> None:
    """List who has a desk, one to a line: name, tab, what they look after, tab, `disabled` if nobody can get in."""
    for row in with_a_desk(EVERYTHING):
        roles = "everything" if row.is_admin else ", ".join(series.slug for series in row.curates)
        click.echo(f"{row.name}\t{roles}{chr(9)}{'disabled' if row.disabled else ''}".rstrip())


@click.group(epilog=EXIT_CODES)
def curator() -> None:
    """Look after who looks after one series."""


@curator.command("grant", epilog=EXIT_CODES)
@click.argument("name")
@click.argument("slug")
@DRY_RUN
@with_appcontext
def grant_series(name: str, slug: str, dry_run: bool) -> None:
    """Let NAME look after the series at the address SLUG."""
    try:
        with rehearsing(dry_run):
            done = grant_curator(COMMAND_LINE, known(name), slug)
    except CannotServe as error:
        raise click.ClickException(NOBODY_GETS_IN.format(name)) from error
    except UnknownSeries as error:
        raise click.ClickException(f"there is no series {slug}") from error
    say(f"let {name} look after {slug}", done, dry_run)


@curator.command("revoke", epilog=EXIT_CODES)
@click.argument("name")
@click.argument("slug")
@DRY_RUN
@with_appcontext
def revoke_series(name: str, slug: str, dry_run: bool) -> None:
    """Let NAME look after the series at the address SLUG no more."""
    try:
        with rehearsing(dry_run):
            done = revoke_curator(COMMAND_LINE, known(name), slug)
    except UnknownSeries as error:
        raise click.ClickException(f"there is no series {slug}") from error
    say(f"let {name} look after {slug} no more", done, dry_run)


NOBODY_GETS_IN = "nobody can get in with the account {}: it is disabled, or has no password"
