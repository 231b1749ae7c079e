"""`ranker episode …`: episodes added, put between others, changed and taken away."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import with_appcontext

from ranker.actions import episodes as actions
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.catalogue import UnknownEpisode
from ranker.commanding import CODES, EPISODE, EVERYTHING, dry_run, position_of, refusing
from ranker.desk.episodes import DeskEpisode, episode_named, reach_from
from ranker.exchange import EpisodeIn
from ranker.exchange.contents import Remark, entry_of

Code = tuple[int, int]
TOO_MANY = "a series has 2,000 episodes at most, and numbers up to 9,999"
TAKEN = "this season has an episode of this number already"
GONE = "it is not there any more"

code_argument = click.argument("code", type=EPISODE, metavar="EPISODE")
facts = [
    click.option("--title", help="Shown only to those who have seen it."),
    click.option("--airdate", help="2022-01-28"),
    click.option("--runtime", type=int, help="In minutes."),
]


def with_facts(command: Any) -> Any:
    for option in reversed(facts):
        command = option(command)
    return command


@click.group("episode", epilog=f"Exit codes: {CODES}")
def episode_group() -> None:
    """Add, change and delete episodes. An EPISODE is written S1E4."""


@episode_group.command()
@click.argument("slug")
@code_argument
@with_facts
@click.option(
    "--seen/--unseen",
    default=None,
    help="For one that comes between others: whether those who have seen the next one have seen it. "
    "If not, they stand before it again and say themselves when they have.",
)
@dry_run
@with_appcontext
def add(slug: str, code: Code, seen: bool | None, dry_run: bool, **said: Any) -> None:
    """Add EPISODE to SLUG: the one that airs next, or with --seen or --unseen one between others."""
    episode = checked(code, **said)
    with refusing({actions.TooManyEpisodes: TOO_MANY}):
        codes = [one.code for season in EVERYTHING.seasons(slug) for one in season.episodes]
        position = 1 + sum((one.season, one.number) < code for one in codes)
        if position > len(codes):
            click.echo(f"S{code[0]}·E{code[1]} comes at the end, at position {position}")
            if not dry_run:
                actions.add_episode(COMMAND_LINE, slug, episode)
            return
        reach = reach_from(EVERYTHING, slug, position)
        click.echo(
            f"S{code[0]}·E{code[1]} comes between others, at position {position}: {reach.episodes} episodes and "
            f"{reach.moments} moments move one place further; {reach.fans} fans are that far"
        )
        if seen is None:
            raise click.UsageError("say whether those who are further on have seen it: --seen or --unseen")
        if not dry_run:
            actions.insert_episode(COMMAND_LINE, slug, episode, seen=seen)


@episode_group.command()
@click.argument("slug")
@code_argument
@click.option("--as", "new", type=EPISODE, help="Its new season and number, at the same place of the story.")
@with_facts
@dry_run
@with_appcontext
def edit(slug: str, code: Code, new: Code | None, dry_run: bool, **said: Any) -> None:
    """Change what is said of EPISODE."""
    elsewhere = "with these numbers it would stand elsewhere in the story; delete it and add it there"
    with refusing({actions.EpisodeTaken: TAKEN, actions.EpisodeOutOfOrder: elsewhere, UnknownEpisode: GONE}):
        known = fields_of(episode_named(EVERYTHING, slug, *code))
        given = {name: value for name, value in said.items() if value is not None}
        after = checked(new or code, **{**known, **given})
        for name, value in after.model_dump(exclude={"season", "number"}).items():
            if known[name] != value:
                click.echo(f"{name}: {known[name]} -> {value}")
        if not dry_run:
            actions.edit_episode(COMMAND_LINE, slug, code, after)


@episode_group.command()
@click.argument("slug")
@code_argument
@click.option("--close-gap", is_flag=True, help="Number those after it in its season one lower.")
@dry_run
@with_appcontext
def delete(slug: str, code: Code, close_gap: bool, dry_run: bool) -> None:
    """Delete EPISODE, if no moment hangs on it."""
    in_use = "moments hang on it, drafts and retired ones counted; give them another episode first"
    with refusing({actions.EpisodeInUse: in_use, actions.OnlyEpisode: "it is the only one", UnknownEpisode: GONE}):
        if episode_named(EVERYTHING, slug, *code).moments:
            raise actions.EpisodeInUse
        position = position_of(slug, code)
        fans = reach_from(EVERYTHING, slug, position, position).fans
        click.echo(f"S{code[0]}·E{code[1]} goes; {fans} fans who stand at it stand at the one before")
        if not dry_run:
            actions.delete_episode(COMMAND_LINE, slug, code, close_gap=close_gap)


def checked(code: Code, **said: Any) -> EpisodeIn:
    read = entry_of(EpisodeIn, "", "", {"season": code[0], "number": code[1], **said})
    if isinstance(read, Remark):
        raise click.UsageError(read.reason)
    return read.value


def fields_of(known: DeskEpisode) -> dict[str, Any]:
    return {"title": known.title, "airdate": known.airdate, "runtime": known.runtime}
