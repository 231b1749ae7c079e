"""Debug mode shows the inside of the app to whoever asks, so it is for one's own machine alone."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

import click
from flask import Flask

from ranker.environment import BadSetting


def refuse_in_public(app: Flask) -> None:
    """Raises BadSetting for an app in debug mode that somebody else could ask."""
    for host in served_hosts(app) if app.debug else ():
        if not is_own_machine(host):
            raise BadSetting(f"debug mode is refused at {host}; unset FLASK_DEBUG, or serve at 127.0.0.1")


def served_hosts(app: Flask) -> Iterator[str]:
    """Where the app is served: what the command says that starts it, and what the settings say."""
    command = click.get_current_context(silent=True)
    if command is not None and command.params.get("host"):
        yield command.params["host"]
    if app.config["PUBLIC_URL"]:
        yield urlsplit(app.config["PUBLIC_URL"]).hostname or ""
    yield from app.config["TRUSTED_HOSTS"] or ()


def is_own_machine(host: str) -> bool:
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
