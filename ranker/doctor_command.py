"""`ranker doctor`: what whoever runs the site should know of its configuration."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext


@click.command()
@click.pass_context
@with_appcontext
def doctor(context: click.Context) -> None:
    """Look the configuration over, and say what to mend. Exit codes: 0 all is well or a note, 1 something to mend."""
    from ranker.doctor import State, examine

    findings = list(examine(current_app._get_current_object()))  # type: ignore[attr-defined]
    for finding in findings:
        click.echo(f"{finding.state:<6}{finding.subject:<16}{finding.words}")
    context.exit(any(finding.state is State.MEND for finding in findings))
