"""First watch is sealed for everybody who looks at it, and what it may tell beyond that is one bit for each fan."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ranker.gate import Gate
from tests.worlds.building import build
from tests.worlds.comparing import seen_by
from tests.worlds.strategies import worlds
from tests.worlds.test_mutations import REACHED
from tests.worlds.twins import purge, purge_but_first_watch
from tests.worlds.walk import Answer, Viewing, Walk, first_difference
from tests.worlds.world import World

MASKED_VISITOR = Viewing(REACHED, sealed=False, fan=False)


def answers(app: Flask, world: World, viewing: Viewing) -> list[Answer]:
    walk = Walk(app, world, build(app, world), viewing)
    walk.arrive()
    walk.read_first_watch()
    return walk.answers


def difference(apps: tuple[Flask, Flask], world: World, viewing: Viewing, twin: Any) -> str | None:
    here = seen_by(world, viewing)
    return first_difference(answers(apps[0], here, viewing), answers(apps[1], twin(here, viewing.horizon), viewing))


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_it_keeps_the_sealed_promise_for_a_masked_visitor_too(
    twin_apps: tuple[Flask, Flask], data: st.DataObject
) -> None:
    world = data.draw(worlds(), label="world")
    horizon = {series.slug: data.draw(st.integers(0, series.episodes)) for series in world.series}
    viewing = Viewing(horizon, sealed=False, fan=False)
    assert difference(twin_apps, world, viewing, purge_but_first_watch) is None


def test_counting_it_from_the_end_would_be_noticed(
    twin_apps: tuple[Flask, Flask], lighthouse_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert difference(twin_apps, lighthouse_world, MASKED_VISITOR, purge_but_first_watch) is None
    monkeypatch.setattr(Gate, "horizon", property(lambda self: self.state.card.episode_count))
    assert difference(twin_apps, lighthouse_world, MASKED_VISITOR, purge_but_first_watch) is not None


def test_it_tells_that_lists_were_saved_further_on_as_the_readme_says(
    twin_apps: tuple[Flask, Flask], lighthouse_world: World
) -> None:
    sealed = Viewing(REACHED, sealed=True, fan=False)
    assert difference(twin_apps, lighthouse_world, sealed, purge) is not None
    assert difference(twin_apps, lighthouse_world, sealed, purge_but_first_watch) is None
