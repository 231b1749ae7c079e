"""A series that is a draft: whoever is not at the desk cannot tell a world with it from one that never had it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update

from ranker.database import writing
from ranker.models import Series, User
from ranker.web.admin.entrance import OPENED
from tests.worlds.building import build
from tests.worlds.comparing import seen_by
from tests.worlds.walk import VIEWER, Viewing, Walk, first_difference, others_look_first
from tests.worlds.world import FanW, World

DRAFT = "the-lighthouse"
HORIZON = {DRAFT: 3, "known-answer": 1}


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "masked"])
@pytest.mark.parametrize("who", ["fan", "visitor", "admin"])
def test_nobody_outside_the_desk_can_tell_a_draft_from_no_series(
    twin_apps: tuple[Flask, Flask], lighthouse_world: World, who: str, sealed: bool
) -> None:
    viewing = Viewing(HORIZON, sealed, fan=who != "visitor")
    world = without_facts(seen_by(lighthouse_world, viewing))
    left = walk_through(twin_apps[0], world, world, viewing, who == "admin")
    right = walk_through(twin_apps[1], world, without(world, DRAFT), viewing, who == "admin")
    assert len(left) > 500
    assert first_difference(left, right) is None


def walk_through(app: Flask, world: World, there: World, viewing: Viewing, as_admin: bool):  # type: ignore[no-untyped-def]
    """Asks for everything there is in `world`, of an app that has what is `there`."""
    users = build(app, there)
    with app.app_context(), writing() as session:
        session.execute(update(Series).where(Series.slug == DRAFT).values(is_open=False))
        session.execute(update(User).where(User.name == VIEWER).values(is_admin=as_admin))
    others_look_first(app, world, viewing)
    walk = Walk(app, world, users, viewing)
    with walk.browser.client.session_transaction() as session:
        session.pop(OPENED, None)
    return walk.take()


def without(world: World, slug: str) -> World:
    """The world as it would be if there had never been such a series."""
    return replace(
        world,
        series=tuple(series for series in world.series if series.slug != slug),
        fans=tuple(_without(fan, slug) for fan in world.fans),
        salt=3,
    )


def _without(fan: FanW, slug: str) -> FanW:
    by_series = {
        name: {one: value for one, value in getattr(fan, name).items() if one != slug}
        for name in ("progress", "ballots", "greeted", "shared", "feeds")
    }
    lists = {
        name: tuple(one for one in getattr(fan, name) if one.slug != slug)
        for name in ("notes", "suggestions", "reports")
    }
    return replace(fan, **by_series, **lists)


def without_facts(world: World) -> World:
    """Without what counts for or against a fan in every series: how many moments their reports have moved."""
    fans = (replace(fan, reports=tuple(one for one in fan.reports if one.kind != "early")) for fan in world.fans)
    return replace(world, fans=tuple(fans))
