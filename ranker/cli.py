"""The commands: `ranker …`, and the same as `flask --app ranker …`."""

from __future__ import annotations

import datetime as dt
import logging
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path
from urllib.request import urlopen

import click
from flask import Flask, current_app
from flask.cli import FlaskGroup, with_appcontext

from ranker import create_app, trouble
from ranker.account_command import account
from ranker.backup_command import backup, restore
from ranker.config import default_data_dir
from ranker.doctor_command import doctor
from ranker.environment import Address, whole_number
from ranker.episode_command import episode_group
from ranker.extensions import db
from ranker.moment_command import moment_group
from ranker.roles_command import admin, curator
from ranker.scoring_command import score
from ranker.series_command import series_group
from ranker.tally_command import compact_series, recount

log = logging.getLogger(__name__)

WORKERS = 2
HARMLESS_TO_SHARE = ("RANKER_ASSETS", "RANKER_LOG")  # of a site with its demo


def attach(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)


def main() -> None:
    try:
        group()
    except Exception as error:
        words = trouble.words_for(error)
        if words is None:
            raise
        click.echo(f"ranker: {words}", err=True)
        sys.exit(trouble.EXIT_CODE)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    default=lambda: whole_number(os.environ, "PORT", 5000),
    show_default="PORT or 5000",
)
@click.option("--workers", type=click.IntRange(1), default=WORKERS, show_default=True)
@click.option("--drain", type=click.FloatRange(0, 300), default=1.0, show_default=True, help="Seconds from SIGTERM on.")
def serve(host: str, port: int, workers: int, drain: float) -> None:
    """Set everything up if need be, and serve the app.

    SIGTERM stops it: for --drain seconds it still answers, but /readyz says that it is closing down. SIGHUP replaces
    its workers one by one, with the code as it is then. Neither drops a request.
    """
    start(create_app(), host, port, workers, drain)


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    default=lambda: whole_number(os.environ, "PORT", 5000),
    show_default="PORT or 5000",
)
def demo(port: int) -> None:
    """Serve a made-up community of 300 fans, on a database of its own."""
    from ranker.demo import make_community

    leave_the_site_alone(os.environ)
    app = create_app()
    install(app)
    with app.app_context():
        make_community()
    start(app, "127.0.0.1", port, WORKERS)


def leave_the_site_alone(environ: MutableMapping[str, str]) -> None:
    """Takes away every setting that could lead a demo to the database, the letters or the limits of the site itself."""
    folder = Path(environ.get("RANKER_DATA_DIR") or default_data_dir()) / "demo"
    for name in [name for name in environ if name.startswith("RANKER_") and name not in HARMLESS_TO_SHARE]:
        del environ[name]
    environ.update({"RANKER_DATA_DIR": str(folder), "RANKER_DEMO": "1"})


@click.command()
@with_appcontext
def setup() -> None:
    """Bring the database up to date, and put the real series into an empty one."""
    install(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command()
@with_appcontext
def upkeep() -> None:
    """Do what is due for every series, as its first visitor of the day would: keep a snapshot of its standings."""
    from ranker.actions.upkeep import tend
    from ranker.gate import every_series

    for series in every_series():
        if tend(series, current_app.extensions["tallies"]):
            click.echo(f"{series.card.slug} is up to date")


@click.command()
@with_appcontext
def release() -> None:
    """Let those held lists count whose time has come, by the counting rules as they are set now."""
    from ranker.actions.review import review_all

    for series in review_all(dt.datetime.now(dt.UTC)):
        click.echo(f"{series.slug}: {series.before} held before, {series.after} held now")


@click.command()
@click.option("--from", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A node_modules.")
@with_appcontext
def assets(folder: Path | None) -> None:
    """Fetch htmx and SortableJS, for a site with RANKER_ASSETS=local, from the CDN or from a node_modules folder."""
    from ranker.web.assets import Script, WrongBytes, fill_local_folder

    def read(script: Script) -> bytes:
        if folder is not None:
            return (folder / script.name / script.path).read_bytes()
        with urlopen(script.cdn, timeout=30) as answer:
            content: bytes = answer.read()
        return content

    try:
        click.echo(f"Both are in {fill_local_folder(read)}")
    except (OSError, WrongBytes) as error:
        raise click.ClickException(str(error)) from error


def install(app: Flask) -> None:
    from ranker import installation

    installation.install(app)


def start(app: Flask, host: str, port: int, workers: int, drain: float = 0.0) -> None:
    """Prints where the app is, and serves it until it is told to stop."""
    from ranker import serving
    from ranker.doctor import before_it_serves

    place = serving.free_place(Address(host, port), "--port")
    metrics = app.config["METRICS"] and serving.free_place(app.config["METRICS"], "RANKER_METRICS")
    install(app)
    root = f"http://{Address(host, port)}"
    say = log.info if app.config["LOG"] == "json" else click.echo  # to those who read lines as JSON, all is
    say(f"Ranker is at {root}")
    with app.app_context():
        for finding in before_it_serves(app):
            log.warning("%s: %s", finding.subject, finding.words)
        if link := first_admin_link(app.config["PUBLIC_URL"] or root):
            say(f"There is no admin yet. To become the first, open (once):\n  {link}")
        db.engine.dispose()  # the workers open connections of their own
    sys.stdout.flush()
    serving.serve(place, workers, drain, metrics, app.config["LOG"])


def first_admin_link(root: str) -> str | None:
    from ranker.actions.accounts.registering import has_admin
    from ranker.web.accounts import setup_link

    return None if has_admin() else setup_link(root)


DESK = (series_group, episode_group, moment_group)
UPKEEP = (setup, doctor, upkeep, release, recount, compact_series, backup, restore, assets)
COMMANDS = (serve, demo, *UPKEEP, account, admin, curator, score, *DESK)


class Commands(FlaskGroup):
    """Ours are told of; Flask's and its extensions' are there for whoever knows them."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(str(command.name) for command in COMMANDS)


group = Commands(name="ranker", create_app=create_app, add_version_option=False)
for command in COMMANDS:
    group.add_command(command)
