"""Every number that leaves the gate is what the lists in the database say, read one by one in exact fractions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.ballots import save_ballot
from ranker.actions.moments import retire_moment
from ranker.actions.snapshots import keep_snapshot
from ranker.domain.clearance import Method, View
from ranker.domain.values import VisibleMoment
from ranker.gate import Gate, Viewer, open_gate
from ranker.gate.feed import movement_feed
from ranker.models import now
from tests.domain import oracle
from tests.worlds.building import build
from tests.worlds.census import Census, census_of, kendall, places_risen
from tests.worlds.strategies import VIEWER, worlds
from tests.worlds.world import World

A_WEEK_AND_A_DAY = dt.timedelta(days=8)
ROUNDING = 1e-12


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_every_number_is_what_the_lists_say(twin_apps: tuple[Flask, Flask], data: st.DataObject) -> None:
    app, drawn = twin_apps[0], data.draw(worlds(), label="world")
    world = replace(drawn, series=tuple(replace(one, snapshots=()) for one in drawn.series))
    user = build(app, world)[VIEWER]
    with app.app_context():
        for series in world.series:
            gate = next(gates_of(app, user, series.slug))
            a_week_ago = census_of(gate)
            keep_snapshot(gate.state, gate.tallies, now() - A_WEEK_AND_A_DAY)
            save_something(gate, data)
            retire_something(a_week_ago, data)
            census = census_of(gate)
            keep_snapshot(next(gates_of(app, user, series.slug)).state, gate.tallies, now())
            for gate in gates_of(app, user, series.slug):
                for method in Method:
                    check_ranking(gate, census, a_week_ago, method)
                    check_paths(gate, census, method)
                check_feed(gate, census, a_week_ago)
                check_duels(gate, census)
                check_places(gate, census)
                check_crowd(gate, census)


def test_a_feed_tells_what_moved_at_each_horizon(twin_apps: tuple[Flask, Flask], lighthouse_world: World) -> None:
    """Ada, who has seen it all, turns to what comes first; in worlds drawn by chance little moves."""
    app, slug = twin_apps[0], lighthouse_world.series[0].slug
    world = replace(lighthouse_world, series=tuple(replace(one, snapshots=()) for one in lighthouse_world.series))
    user = build(app, world)["ada"]
    with app.app_context():
        gate = next(gates_of(app, user, slug))
        before = census_of(gate)
        keep_snapshot(gate.state, gate.tallies, now() - A_WEEK_AND_A_DAY)
        visible = sorted(gate.visible_moments().values(), key=lambda moment: (moment.episode.position, moment.title))
        save_ballot(gate, [moment.public_id for moment in visible[:10]], gate.own_list.stored.version)
        keep_snapshot(next(gates_of(app, user, slug)).state, gate.tallies, now())
        told = set()
        for gate in gates_of(app, user, slug):
            check_feed(gate, census_of(gate), before)
            told |= {day.moved for day in movement_feed(gate).days}
    assert len(told) >= 3


def save_something(gate: Gate, data: st.DataObject) -> None:
    visible = [moment.public_id for moment in gate.visible_moments().values()]
    orders = (
        st.lists(st.sampled_from(visible), unique=True, max_size=gate.series.ballot_size) if visible else st.just([])
    )
    save_ballot(gate, data.draw(orders, label="list"), gate.own_list.stored.version)


def retire_something(census: Census, data: st.DataObject) -> None:
    published = [public_id for public_id, moment in census.ids.items() if moment in census.labels]
    public_id = data.draw(st.none() | st.sampled_from(published), label="retired") if published else None
    if public_id is not None:
        retire_moment(COMMAND_LINE, public_id)


def gates_of(app: Flask, user: int, slug: str) -> Iterator[Gate]:
    """Every way this fan may look: masked, sealed, and sealed at every episode before."""
    for view in View:
        gate = open_gate(Viewer(user_id=user, name=VIEWER, view=view), slug, app.extensions["tallies"])
        yield gate
    yield from (gate.sealed_at(position) for position in range(gate.clearance.position))


def check_ranking(gate: Gate, census: Census, a_week_ago: Census, method: Method) -> None:
    ranking = gate.ranking(method)
    horizon, poll = ranking.horizon, census.poll(method, ranking.horizon)
    ranks, among = census.ranks(method, horizon), census.among(horizon)
    risen = places_risen(a_week_ago.ranks(method, horizon), ranks) if method is not Method.FIRST else {}
    assert ranking.lists == census.lists_offered_any(poll, horizon)
    assert sorted(row.rank or 0 for row in ranking.standings) == sorted(ranks.get(one, 0) for one in among)
    assert (ranking.since is not None) == bool(risen)
    for row in ranking.standings:
        if not isinstance(row.moment, VisibleMoment):
            continue
        moment = census.ids[row.moment.public_id]
        assert row.rank == ranks.get(moment)
        if not ranks:
            assert (row.score, row.margin, row.offered, row.risen) == (None, None, 0, None)
            continue
        assert row.offered == sum(moment in oracle.offer(poll, ballot) for ballot in poll.ballots)
        assert row.risen == risen.get(moment)
        assert row.score == pytest.approx(float(census.score(poll, method, moment, horizon)), abs=ROUNDING)
        if method is Method.CLASSIC:
            assert row.margin is None
        elif len(among) > 1:
            assert row.margin == pytest.approx(oracle.fair_margin(poll, moment, among), abs=ROUNDING)


def check_feed(gate: Gate, census: Census, a_week_ago: Census) -> None:
    before, ranks = (at.ranks(Method.FAIR, gate.horizon) for at in (a_week_ago, census))
    rows = [row for day in movement_feed(gate).days for row in day.moved if isinstance(row.moment, VisibleMoment)]
    told = {census.ids[row.moment.public_id]: (row.rank, row.risen) for row in rows}  # type: ignore[union-attr]
    visible, risen = census.among(gate.clearance.position), places_risen(before, ranks)
    assert told == {one: (ranks[one], risen[one]) for one in visible if risen.get(one)}


def check_paths(gate: Gate, census: Census, method: Method) -> None:
    at = [census.ranks(method, horizon) for horizon in range(1, gate.clearance.position + 1)]
    for path in gate.paths(method).paths:
        moment = census.ids[path.moment.public_id]
        assert path.ranks == tuple(ranks.get(moment) for ranks in at)


def check_duels(gate: Gate, census: Census) -> None:
    visible, verdict = census.among(gate.clearance.position), gate.duels.verdict()
    duels = {one: {other: census.duel(one, other) for other in visible if other != one} for one in visible}
    for one in visible:
        record = {census.ids[met.other.public_id]: met.duel for met in gate.duels.record(census.public_id_of(one))}
        assert {other: (duel.offered, duel.wins, duel.losses) for other, duel in record.items()} == duels[one]
    assert (verdict is not None) == any(wins for fought in duels.values() for _, wins, _ in fought.values())
    if verdict is not None:
        winners = [one for one in visible if all(wins > losses for _, wins, losses in duels[one].values())]
        assert [census.ids[verdict.winner.public_id]] == winners if verdict.winner else not winners


def check_places(gate: Gate, census: Census) -> None:
    poll, within = census.counting(), census.among(gate.horizon)
    cut = [[one for one in oracle.entries(poll, ballot) if one in within] for ballot in poll.ballots]
    for moment in census.among(gate.clearance.position):
        placing = gate.reception(census.public_id_of(moment)).placing()
        assert placing.offered == sum(moment in oracle.offer(poll, ballot) for ballot in poll.ballots)
        for place, lists in enumerate(placing.at):
            assert lists == sum(order[place : place + 1] == [moment] for order in cut)
        assert len(placing.at) == census.size


def check_crowd(gate: Gate, census: Census) -> None:
    comparison, position = gate.beside_the_others(), gate.clearance.position
    others = census.counting(without=gate.viewer.user_id)
    ranks = census.ranks_in(others, Method.FAIR, position)
    assert comparison.lists == census.lists_offered_any(others, position)
    assert {census.ids[one.moment.public_id]: one.first for one in comparison.ranking} == ranks
    mine = [one for one in census.newest_order_of(gate.viewer.user_id) if one in census.among(position)]
    assert [census.ids[one.moment.public_id] for one in comparison.mine] == (mine if ranks else [])
    if ranks:
        assert comparison.agreement == pytest.approx(kendall([ranks[one] for one in mine]))
