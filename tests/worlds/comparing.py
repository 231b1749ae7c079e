"""Walks through a world and its twin, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Flask

from tests.worlds.building import build
from tests.worlds.strategies import VIEWER
from tests.worlds.twins import purge, purge_but_first_watch, redact
from tests.worlds.walk import Answer, Viewing, Walk, first_difference, others_look_first
from tests.worlds.world import Horizon, World

Sample = tuple[int, int]
ALL = (1, 0)
ONE_STEP_IN = 6  # a short walk takes about a sixth of all steps, another sixth for each turn


def seen_by(world: World, viewing: Viewing) -> World:
    """The world with the viewer standing where they stand."""
    fans = tuple(replace(fan, progress=dict(viewing.horizon)) if fan.name == VIEWER else fan for fan in world.fans)
    return replace(world, fans=fans)


def walk_through(app: Flask, world: World, viewing: Viewing, sample: Sample = ALL) -> list[Answer]:
    users = build(app, world)
    others_look_first(app, world, viewing)
    return Walk(app, world, users, viewing, sample).take()


def twin_for(viewing: Viewing) -> Callable[[World, Horizon], World]:
    if not viewing.sealed:
        return redact
    return purge_but_first_watch if viewing.first_watch else purge


def difference(
    apps: tuple[Flask, Flask], world: World, viewing: Viewing, sample: Sample = ALL
) -> tuple[str | None, int]:
    """Where the viewer can tell the world from its twin, if anywhere, and how many answers were compared."""
    here = seen_by(world, viewing)
    there = twin_for(viewing)(here, viewing.horizon)
    left = walk_through(apps[0], here, viewing, sample)
    right = walk_through(apps[1], there, viewing, sample)
    return first_difference(left, right), len(left)


def is_noticed(apps: tuple[Flask, Flask], world: World, viewing: Viewing) -> bool:
    """Whether the viewer can tell the world from its twin: by a short walk, as most breakages, or by the whole one."""
    walks = [*((ONE_STEP_IN, turn) for turn in range(ONE_STEP_IN)), ALL]
    return any(difference(apps, world, viewing, walk)[0] is not None for walk in walks)
