"""What the commands of the desk have in common: who acts, what they read, how an episode is named, asking once more.

Exit codes are the same everywhere: 0 done or nothing to do, 1 refused and nothing done, 2 a wrong call, 3 no database
to work on (see `trouble.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click

from ranker.desk import Desk
from ranker.gate import NotHere

EVERYTHING = Desk(is_admin=True, curated=frozenset())
CODE = re.compile(r"s?(\d{1,3})\s*[·.xe-]+\s*(\d{1,4})", re.IGNORECASE)
CODES = "0 done or nothing to do, 1 refused and nothing done, 2 a wrong call, 3 no database to work on."


class EpisodeCodeType(click.ParamType[tuple[int, int]]):
    """S1E4, 1x4 or 1.4."""

    name = "episode"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        found = CODE.fullmatch(str(value).strip())
        if found is None:
            self.fail(f"{value!r} is no episode; write it as S1E4", param, context)
        return int(found[1]), int(found[2])


EPISODE = EpisodeCodeType()
dry_run = click.option("--dry-run", is_flag=True, help="Say what it would do, and do nothing.")
yes = click.option("--yes", is_flag=True, help="Do not ask; for scripts.")


@contextmanager
def refusing(refusals: Mapping[type[Exception], str] | None = None) -> Iterator[None]:
    """Turns what is not there, and these exceptions, into words and exit code 1."""
    words = refusals or {}
    try:
        yield
    except NotHere as absent:
        raise click.ClickException(f"there is no {absent}") from absent
    except tuple(words) as refusal:
        raise click.ClickException(words[type(refusal)]) from refusal


def sure(question: str, yes: bool) -> None:
    """Goes on if somebody says so; else nothing is done, with exit code 1."""
    if yes:
        return
    try:
        agreed = click.confirm(question, err=True)
    except click.Abort as nobody:
        click.echo(err=True)
        raise click.ClickException("nobody answered, so nothing was done; say --yes where nobody can") from nobody
    if not agreed:
        raise click.ClickException("nothing was done")


def position_of(slug: str, code: tuple[int, int]) -> int:
    """Where an episode stands in its series."""
    for season in EVERYTHING.seasons(slug):
        for episode in season.episodes:
            if (episode.season, episode.number) == code:
                return episode.code.position
    raise click.ClickException(f"{slug} has no S{code[0]}·E{code[1]}")
