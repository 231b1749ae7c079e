"""`ranker account …`: what whoever runs the site can do about an account that its owner cannot."""

from __future__ import annotations

import os

import click
from flask import current_app
from flask.cli import with_appcontext

from ranker.actions.accounts.changes import account_named, disable_account, enable_account
from ranker.actions.accounts.emails import recovery_link_for
from ranker.actions.accounts.names import NameRefused, NameTaken
from ranker.actions.accounts.passwords import PasswordRefused
from ranker.actions.accounts.registering import make_admin
from ranker.actions.audit import COMMAND_LINE
from ranker.config import whole_number


@click.group()
def account() -> None:
    """Help with an account: a link for a new password, closing, opening again."""


@account.command()
@click.argument("name")
@with_appcontext
def recover(name: str) -> None:
    """Print a link with which the owner of an account chooses a new password, once, within 30 minutes."""
    port = whole_number(os.environ, "PORT", 5000)
    root = current_app.config["PUBLIC_URL"] or f"http://127.0.0.1:{port}"
    click.echo(f"{root}/recover/link/{recovery_link_for(known(name))}")


@account.command()
@click.argument("name")
@with_appcontext
def disable(name: str) -> None:
    """Close an account: nobody gets in any more. Its lists stay."""
    disable_account(known(name))
    click.echo(f"{name} cannot log in any more")


@account.command()
@click.argument("name")
@with_appcontext
def enable(name: str) -> None:
    """Open a closed account again."""
    enable_account(known(name))
    click.echo(f"{name} can log in again")


def known(name: str) -> int:
    """The account of this name."""
    user_id = account_named(name)
    if user_id is None:
        raise click.ClickException(f"There is no account named {name}")
    return user_id


@click.group()
def admin() -> None:
    """Look after who looks after everything."""


@admin.command()
@click.argument("name")
@click.password_option(help="Asked for unless it is given.")
@with_appcontext
def create(name: str, password: str) -> None:
    """Make an account NAME that is an admin. Exit codes: 0 made, 1 refused, 2 a wrong call."""
    try:
        make_admin(COMMAND_LINE, name, password)
    except NameTaken as taken:
        raise click.ClickException("somebody has this name already") from taken
    except NameRefused as refused:
        raise click.ClickException("this name cannot be taken") from refused
    except PasswordRefused as refused:
        raise click.ClickException("this password is too short, too long, or known to everybody") from refused
    click.echo(f"{name} is an admin")
