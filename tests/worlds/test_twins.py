"""Redact and purge do what the promises say, and no more."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.worlds.strategies import worlds
from tests.worlds.twins import purge, purge_but_first_watch, redact
from tests.worlds.world import Horizon, MomentW, SeriesW, World


@st.composite
def seen(draw: st.DrawFn) -> tuple[World, Horizon]:
    world = draw(worlds())
    return world, {series.slug: draw(st.integers(0, series.episodes)) for series in world.series}


def reached(series: SeriesW, position: int) -> list[MomentW]:
    """The moments up to here. Where a merged one leads on to is part of it only if that is reached as well."""
    moments = [one for one in series.moments if one.label <= position]
    ids = {one.public_id for one in moments}
    return [replace(one, merged_into=one.merged_into if one.merged_into in ids else None) for one in moments]


@given(seen())
def test_both_are_idempotent(drawn: tuple[World, Horizon]) -> None:
    world, horizon = drawn
    for twin in (redact, purge, purge_but_first_watch):
        assert twin(twin(world, horizon), horizon) == twin(world, horizon)


@given(seen())
def test_neither_touches_what_the_viewer_has_reached(drawn: tuple[World, Horizon]) -> None:
    world, horizon = drawn
    for twin in (redact, purge, purge_but_first_watch):
        for before, after in zip(world.series, twin(world, horizon).series, strict=True):
            position = horizon[before.slug]
            assert reached(before, position) == reached(after, position)
            assert (before.slug, before.seasons, before.edition) == (after.slug, after.seasons, after.edition)
            for number in range(1, position + 1):
                assert before.title_at(number) == after.title_at(number)


@given(seen())
def test_redacting_keeps_every_number_and_every_teaser_and_changes_every_name(drawn: tuple[World, Horizon]) -> None:
    world, horizon = drawn
    for before, after in zip(world.series, redact(world, horizon).series, strict=True):
        for one, other in zip(before.moments, after.moments, strict=True):
            assert (one.label, one.teaser, one.status, one.edition) == (
                other.label,
                other.teaser,
                other.status,
                other.edition,
            )
            if one.label > horizon[before.slug]:
                assert one.title != other.title
                assert one.public_id != other.public_id


@given(seen())
def test_purging_leaves_nothing_beyond_the_horizon(drawn: tuple[World, Horizon]) -> None:
    world, horizon = drawn
    purged = purge(world, horizon)
    for series in purged.series:
        left = {moment.public_id for moment in series.moments}
        assert all(moment.label <= horizon[series.slug] for moment in series.moments)
        for fan in purged.fans:
            for ballot in fan.ballots.get(series.slug, ()):
                assert set(ballot.order) <= left
                assert ballot.progress <= horizon[series.slug]


@given(seen())
def test_for_first_watch_one_list_of_a_fan_stays_beyond_the_horizon_and_holds_nothing_from_there(
    drawn: tuple[World, Horizon],
) -> None:
    world, horizon = drawn
    kept = purge_but_first_watch(world, horizon)
    assert purge(kept, horizon) == purge(world, horizon)
    for series in kept.series:
        position = horizon[series.slug]
        left = {moment.public_id for moment in series.moments}
        assert all(moment.label <= position for moment in series.moments)
        for before, after in zip(world.fans, kept.fans, strict=True):
            further = [one for one in before.ballots.get(series.slug, ()) if one.progress > position]
            beyond = [one for one in after.ballots.get(series.slug, ()) if one.progress > position]
            assert [one.progress for one in beyond] == [position + 1] * bool(further)
            assert all(set(one.order) <= left for one in beyond)


@given(seen())
def test_purging_keeps_the_newest_list_of_every_fan(drawn: tuple[World, Horizon]) -> None:
    world, horizon = drawn
    for before, after in zip(world.fans, purge(world, horizon).fans, strict=True):
        for slug, ballots in before.ballots.items():
            newest = max(ballots, key=lambda ballot: ballot.version)
            kept = max(after.ballots[slug], key=lambda ballot: ballot.version)
            assert (kept.version, kept.edition) == (newest.version, newest.edition)
