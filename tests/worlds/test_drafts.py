"""A series that is a draft: whoever is not at the desk cannot tell a world with it from one that never had it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import bindparam, update

from ranker.database import writing
from ranker.gate import stands
from ranker.models import Series, User
from ranker.web.admin.entrance import OPENED
from tests.worlds.building import build
from tests.worlds.comparing import ALL, ONE_STEP_IN, Sample, seen_by
from tests.worlds.walk import VIEWER, Answer, Viewing, Walk, first_difference, others_look_first
from tests.worlds.world import FanW, World

DRAFT = "the-lighthouse"
A_SHORT_WALK = (ONE_STEP_IN, 0)
THIS_ONE = Series.slug == bindparam("slug")
HORIZON = {DRAFT: 3, "known-answer": 1}


@pytest.mark.parametrize(
    ("who", "sealed"), [("fan", True), ("fan", False), ("visitor", False), ("admin", False)], ids=str
)
def test_nobody_outside_the_desk_can_tell_a_draft_from_no_series(
    twin_apps: tuple[Flask, Flask], lighthouse_world: World, who: str, sealed: bool
) -> None:
    viewing = Viewing(HORIZON, sealed, fan=who != "visitor")
    world = without_facts(seen_by(lighthouse_world, viewing))
    left = walk_through(twin_apps[0], world, world, viewing, who == "admin")
    right = walk_through(twin_apps[1], world, without(world, DRAFT), viewing, who == "admin")
    assert len(left) > 500
    assert first_difference(left, right) is None


@pytest.mark.parametrize("lookup", ["_open_series", "_one_series_with_progress"])
def test_a_gate_that_opens_to_drafts_is_noticed(
    twin_apps: tuple[Flask, Flask], lighthouse_world: World, monkeypatch: pytest.MonkeyPatch, lookup: str
) -> None:
    viewing = Viewing(HORIZON, sealed=False, fan=True)
    world = without_facts(seen_by(lighthouse_world, viewing))
    every = stands._series_with_progress
    broken = {"_open_series": every, "_one_series_with_progress": lambda of_fan: every(of_fan).where(THIS_ONE)}
    for of_fan in (True, False):
        stands._one_series_with_progress(of_fan)  # is made once, and so not when it would be broken for good
    monkeypatch.setattr(stands, lookup, broken[lookup])
    left = walk_through(twin_apps[0], world, world, viewing, False, A_SHORT_WALK)
    right = walk_through(twin_apps[1], world, without(world, DRAFT), viewing, False, A_SHORT_WALK)
    assert first_difference(left, right) is not None


def walk_through(
    app: Flask, world: World, there: World, viewing: Viewing, as_admin: bool, sample: Sample = ALL
) -> list[Answer]:
    """Asks for everything there is in `world`, of an app that has what is `there`."""
    users = build(app, there)
    with app.app_context(), writing() as session:
        session.execute(update(Series).where(Series.slug == DRAFT).values(is_open=False))
        session.execute(update(User).where(User.name == VIEWER).values(is_admin=as_admin))
    others_look_first(app, world, viewing)
    walk = Walk(app, world, users, viewing, sample)
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
