"""Walks through a world and its twin, side by side."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from tests.worlds.building import build
from tests.worlds.strategies import VIEWER
from tests.worlds.twins import purge, redact
from tests.worlds.walk import Answer, Viewing, Walk, first_difference, others_look_first
from tests.worlds.world import World

Sample = tuple[int, int]
ALL = (1, 0)


def seen_by(world: World, viewing: Viewing) -> World:
    """The world with the viewer standing where they stand."""
    fans = tuple(replace(fan, progress=dict(viewing.horizon)) if fan.name == VIEWER else fan for fan in world.fans)
    return replace(world, fans=fans)


def walk_through(app: Flask, world: World, viewing: Viewing, sample: Sample = ALL) -> list[Answer]:
    users = build(app, world)
    others_look_first(app, world, viewing)
    return Walk(app, world, users, viewing, sample).take()


def difference(
    apps: tuple[Flask, Flask], world: World, viewing: Viewing, sample: Sample = ALL
) -> tuple[str | None, int]:
    """Where the viewer can tell the world from its twin, if anywhere, and how many answers were compared."""
    here = seen_by(world, viewing)
    there = (purge if viewing.sealed else redact)(here, viewing.horizon)
    left = walk_through(apps[0], here, viewing, sample)
    right = walk_through(apps[1], there, viewing, sample)
    return first_difference(left, right), len(left)
