"""The command `ranker score`: a file of ballots in, a table or JSON out."""

import json
import math
from collections.abc import Sequence
from typing import BinaryIO

import click

from ranker.domain.borda import INDIFFERENCE
from ranker.scoring import Method, ScoringRefused, StandingRow, score_file

HEADINGS = {
    "fair": ("rank", "moment", "beats %", "± %", "offered"),
    "classic": ("rank", "moment", "points", "", "offered"),
}


def _finite(context: click.Context, parameter: click.Parameter, number: float) -> float:
    """Refuse what click's own range lets through: NaN and infinity."""
    if not math.isfinite(number):
        raise click.BadParameter("it must be a finite number.", context, parameter)
    return number


@click.command("score")
@click.argument("file", type=click.File("rb"))
@click.option("--horizon", type=click.IntRange(min=0), help="Rank as if the series ended at this episode.")
@click.option("--method", type=click.Choice(["fair", "classic"]), default="fair", show_default=True)
@click.option(
    "--tau",
    type=click.FloatRange(min=0),
    callback=_finite,
    default=INDIFFERENCE,
    show_default=True,
    help="Pseudo-ballots of indifference for each pair (fair).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, numbers at full precision.")
def score(file: BinaryIO, horizon: int | None, method: Method, tau: float, as_json: bool) -> None:
    """Rank the moments of the ballots in FILE (JSON; - reads standard input)."""
    try:
        rows = score_file(file.read(), horizon, method, tau)
    except ScoringRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(json.dumps(rows, indent=2) if as_json else _table(rows, method))


def _table(rows: Sequence[StandingRow], method: Method) -> str:
    cells = [HEADINGS[method], *(_cells(row, method) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(_line(line, widths) for line in cells)


def _cells(row: StandingRow, method: Method) -> tuple[str, str, str, str, str]:
    score = f"{100 * row['score']:.1f}" if method == "fair" else f"{row['score']:.0f}"
    margin = "" if row["margin"] is None else f"{100 * row['margin']:.1f}"
    return str(row["rank"]), _printable(row["id"]), score, margin, str(row["offered"])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    rank, moment, *numbers = cells
    first, second, *rest = widths
    right = [number.rjust(width) for number, width in zip(numbers, rest, strict=True) if width]
    return "  ".join([rank.rjust(first), moment.ljust(second), *right])


def _printable(name: str) -> str:
    """The id as it is, or as JSON writes it if it could steer the terminal."""
    return name if name.isprintable() else json.dumps(name)
