"""The commands `ranker recount` and `ranker compact`: the counters behind every ranking, checked and kept."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
from flask.cli import with_appcontext

from ranker.actions.compaction import compact
from ranker.actions.recount import CHECKS, differences, repair
from ranker.gate import NotHere, every_series, state_of
from ranker.tallies import SeriesState, Tallies


@click.command("recount")
@click.argument("slug", required=False)
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if anything differs.")
@with_appcontext
def recount(slug: str | None, check: bool) -> None:
    """Count all lists (of the series SLUG, or of every one) and put right what is kept, if it says anything else.

    Exit codes: 0 all the same, or put right; 1 something differs (with --check); 2 a wrong call; 3 nothing could be
    counted.
    """
    found = {series.card.slug: findings for series, findings in counted(asked(slug))}
    for name, findings in found.items():
        for finding in findings:
            click.echo(f"{name}: {finding}")
        if findings and not check:
            repair(name)
            click.echo(f"{name}: put right")
        if not findings:
            click.echo(f"{name}: the same")
    if check and any(found.values()):
        sys.exit(1)


@click.command("compact")
@click.argument("slug", required=False)
@with_appcontext
def compact_series(slug: str | None) -> None:
    """Keep the counters (of the series SLUG, or of every one), so that a start is quick, and cut the log of changes."""
    for series in asked(slug):
        lines = compact(series, Tallies())
        click.echo(f"{series.card.slug}: kept, {lines} lines of the log went")


def asked(slug: str | None) -> Sequence[SeriesState]:
    if slug is None:
        return every_series()
    try:
        return [state_of(slug)]
    except NotHere as absent:
        raise click.BadParameter(f"there is no series {slug}", param_hint="SLUG") from absent


def counted(all_series: Sequence[SeriesState]) -> list[tuple[SeriesState, list[str]]]:
    """What differs in each series. A bar on standard error shows how far it has come."""
    found = []
    with click.progressbar(length=len(all_series) * len(CHECKS), label="counting", file=sys.stderr) as bar:
        for series in all_series:
            findings = []
            for finding in differences(series.card.slug):
                findings += [finding] if finding else []
                bar.update(1)
            found.append((series, findings))
    return found
