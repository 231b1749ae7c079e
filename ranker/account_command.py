"""`ranker account …`: what whoever runs the site can do about an account that its owner cannot."""

from __future__ import annotations

import os

import click
from flask import current_app
from flask.cli import with_appcontext

from ranker.actions.accounts.changes import account_named
from ranker.actions.accounts.closing import LONGEST_NOTE, disable_account, enable_account
from ranker.actions.accounts.helping import recovery_link_for
from ranker.actions.accounts.roles import LastAdmin
from ranker.actions.audit import COMMAND_LINE
from ranker.database import rehearsing
from ranker.environment import whole_number

DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what it would do, and do nothing.")
EXIT_CODES = "Exit codes: 0 done or nothing to do, 1 refused, 2 a wrong call, 3 no database to work on."


@click.group(epilog=EXIT_CODES)
def account() -> None:
    """Help with an account: a link for a new password, closing, opening again."""


@account.command(epilog=EXIT_CODES)
@click.argument("name")
@with_appcontext
def recover(name: str) -> None:
    """Print a link with which the owner of an account chooses a new password, once, within 30 minutes."""
    port = whole_number(os.environ, "PORT", 5000)
    root = current_app.config["PUBLIC_URL"] or f"http://127.0.0.1:{port}"
    click.echo(f"{root}/recover/link/{recovery_link_for(COMMAND_LINE, known(name))}")
    if not current_app.config["PUBLIC_URL"]:
        click.echo("RANKER_PUBLIC_URL is not set, so this is how the link looks on this machine.", err=True)


@account.command(epilog=EXIT_CODES)
@click.argument("name")
@click.option("--reason", default="", help="Why, for those at the desk.")
@DRY_RUN
@with_appcontext
def disable(name: str, reason: str, dry_run: bool) -> None:
    """Close an account: nobody gets in any more, and its lists count nowhere. They are kept."""
    if len(reason) > LONGEST_NOTE:
        raise click.UsageError(f"a reason has at most {LONGEST_NOTE} characters")
    try:
        with rehearsing(dry_run):
            done = disable_account(COMMAND_LINE, known(name), reason)
    except LastAdmin as error:
        raise click.ClickException(f"{name} is the last admin who can get in; make another one first") from error
    say(f"disable {name}: nobody can log in, and its lists count nowhere", done, dry_run)


@account.command(epilog=EXIT_CODES)
@click.argument("name")
@DRY_RUN
@with_appcontext
def enable(name: str, dry_run: bool) -> None:
    """Open a closed account again. Its lists count as they did."""
    with rehearsing(dry_run):
        done = enable_account(COMMAND_LINE, known(name))
    say(f"enable {name}: they can log in, and their lists count", done, dry_run)


def known(name: str) -> int:
    """The account of this name."""
    user_id = account_named(name)
    if user_id is None:
        raise click.ClickException(f"there is no account named {name}")
    return user_id


def say(what: str, done: bool, dry_run: bool) -> None:
    """One line: done, would be done, or nothing to do."""
    click.echo(f"{('would' if dry_run else 'done:') if done else 'nothing to do:'} {what}")
