"""The commands `ranker backup` and `ranker restore`."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from ranker import trouble
from ranker.backup import BackupRefused, Manifest, Restoring, make_backup, open_backup
from ranker.environment import secret_from

STDOUT = Path("-")
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TOLD = {"users": "accounts", "series": "series", "ballots": "lists"}


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--with-key", is_flag=True, help="The secret key too: whoever has the file could sign sessions with it.")
@with_appcontext
def backup(file: Path, with_key: bool) -> None:
    """Write the database and the pictures into FILE (- is standard output), while the app goes on.

    Exit codes: 0 done, 1 refused and nothing done, 2 a wrong call, 3 no database to work on.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    to_stdout = file == STDOUT
    try:
        manifest = write_out(app, with_key) if to_stdout else make_backup(app, file, with_key)
    except (BackupRefused, OSError) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{'It' if to_stdout else file} holds {contents(manifest)}, checked.", err=to_stdout)


def write_out(app: Flask, with_key: bool) -> Manifest:
    """Only a backup that is whole goes out."""
    stdout = sys.stdout.buffer
    if stdout.isatty():
        raise BackupRefused("A terminal cannot keep a backup: ranker backup - > FILE")
    with TemporaryDirectory(prefix=".backup.", dir=app.config["DATA_DIR"]) as place:
        whole = Path(place) / "whole"
        manifest = make_backup(app, whole, with_key)
        with whole.open("rb") as content:
            shutil.copyfileobj(content, stdout)
        stdout.flush()
    return manifest


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Check all of FILE, say what it would do, and do nothing.")
@click.option("--replace", is_flag=True, help="Take the place of what is there, which is kept under another name.")
@click.option("--with-key", is_flag=True, help="The secret key too, so that everybody stays logged in.")
@with_appcontext
def restore(file: IO[bytes], dry_run: bool, replace: bool, with_key: bool) -> None:
    """Put back what `ranker backup` wrote into FILE (- is standard input), and bring it up to date. Stop the app first.

    Exit codes: 0 done, 1 refused and nothing done, 2 a wrong call, 3 no database to work on.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if with_key and secret_from(os.environ, "RANKER_SECRET_KEY"):
        raise click.ClickException(
            "RANKER_SECRET_KEY is set, and goes before a key that is put back. Leave --with-key out, or unset it."
        )
    try:
        with ended_in_order(), open_backup(app, file) as restoring:
            tell(restoring, with_key)
            if dry_run:
                click.echo("Nothing was changed.")
                return
            aside = restoring.do(replace, with_key)
    except (BackupRefused, OSError) as refusal:
        words = trouble.words_for(refusal) or str(refusal)
        raise click.ClickException(f"{words[:1].upper()}{words[1:]}") from refusal
    click.echo("Done, and every table has as many rows as it had.")
    if not restoring.there.is_empty:
        click.echo(f"What was there is {restoring.database.kept_as(aside)}.")


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Inside, whoever ends the process, or closes its terminal, waits until what was there is back."""
    before = {number: signal.getsignal(number) for number in ENDINGS}

    def end(number: int, frame: object) -> None:
        for other in ENDINGS:
            signal.signal(other, signal.SIG_IGN)
        sys.exit(128 + number)

    for number in ENDINGS:
        if before[number] is not signal.SIG_IGN:
            signal.signal(number, end)
    try:
        yield
    finally:
        for number, known in before.items():
            signal.signal(number, known)


def tell(restoring: Restoring, with_key: bool) -> None:
    manifest = restoring.manifest
    click.echo(f"The backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC by Ranker {manifest.version} is whole:")
    click.echo(f"  it holds {contents(manifest)}.")
    if restoring.pending:
        click.echo(f"  {len(restoring.pending)} migrations bring it up to date, from {manifest.revision}.")
    if not restoring.there.readable:
        click.echo("  It takes the place of a database that is damaged, kept under another name.")
    elif restoring.there.is_empty:
        click.echo("  The site is empty, so nothing is replaced.")
    else:
        click.echo(f"  It takes the place of {in_numbers(restoring.there.rows)}, kept under another name.")
    click.echo(f"  The secret key {'is taken from the backup' if with_key else 'stays as it is here'}.")


def contents(manifest: Manifest) -> str:
    key = " and the secret key" if manifest.has_key else ""
    return f"{in_numbers(manifest.rows)}, {manifest.pictures} files of pictures{key}"


def in_numbers(rows: dict[str, int]) -> str:
    return ", ".join(f"{rows.get(table, 0):,} {word}" for table, word in TOLD.items())
