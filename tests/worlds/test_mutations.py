"""Deliberate breakages of the gate, the score and the pages. Each has to be noticed by a walk through two worlds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask, Response
from jinja2 import ChoiceLoader, DictLoader
from werkzeug.exceptions import Forbidden

from ranker import gate as gates
from ranker.domain.ballot import UnseenMoment
from ranker.domain.clearance import Clearance, EpisodeCode, Method
from ranker.domain.values import Ranking, Standing
from ranker.extensions import db
from ranker.gate import Gate
from ranker.gate.own_list import OwnList
from ranker.models import Episode, Moment
from tests.worlds.comparing import difference
from tests.worlds.walk import Viewing
from tests.worlds.world import World

Patch = pytest.MonkeyPatch
SERIES = "the-lighthouse"
REACHED = {SERIES: 3, "known-answer": 1}
FAN_SEALED = Viewing(REACHED, sealed=True, fan=True)
FAN_MASKED = Viewing(REACHED, sealed=False, fan=True)
VISITOR_SEALED = Viewing(REACHED, sealed=True, fan=False)
VISITOR_MASKED = Viewing(REACHED, sealed=False, fan=False)
NOTHING_SEEN = Viewing({}, sealed=False, fan=False)


@dataclass(frozen=True)
class LeakyLock:
    """A locked moment that remembers its title."""

    unlocks: EpisodeCode
    teaser: str | None
    title: str
    public_id: str
    locked = True


def leaky_lock(patch: Patch) -> None:
    def locked(self: Gate) -> Any:
        return self._published(Moment.teaser, Moment.title, Moment.public_id).where(
            Episode.position > self.clearance.position
        )

    def value(row: Any) -> LeakyLock:
        return LeakyLock(gates.code_of(row), row.teaser, row.title, row.public_id)

    patch.setattr(Gate, "_locked", locked)
    patch.setattr(gates, "_locked_moment", value)
    patch.setattr(gates, "LockedMoment", LeakyLock)
    patch.setattr("ranker.web.series.LockedMoment", LeakyLock)


def template_with(apps: tuple[Flask, Flask], patch: Patch, name: str, old: str, new: str) -> None:
    for app in apps:
        loader = app.jinja_env.loader
        assert loader is not None
        source = loader.get_source(app.jinja_env, name)[0]
        assert old in source, f"{name} has changed: {old!r} is not in it any more"
        patch.setattr(app.jinja_env, "loader", ChoiceLoader([DictLoader({name: source.replace(old, new)}), loader]))
        assert app.jinja_env.cache is not None
        app.jinja_env.cache.clear()


def with_ranking(patch: Patch, change: Callable[[Gate, Ranking], Ranking]) -> None:
    original = Gate.ranking
    patch.setattr(Gate, "ranking", lambda self, method: change(self, original(self, method)))


def one_episode_too_many(apps: Any, patch: Patch) -> None:
    def visible(self: Gate) -> Any:
        return self._published(Moment.public_id, Moment.title, Moment.description).where(
            Episode.position <= self.clearance.position + 1
        )

    def locked(self: Gate) -> Any:
        return self._published(Moment.teaser).where(Episode.position > self.clearance.position + 1)

    patch.setattr(Gate, "_visible", visible)
    patch.setattr(Gate, "_locked", locked)


def unclamped_as_of(apps: Any, patch: Patch) -> None:
    patch.setattr(Clearance, "looking_back_to", lambda self, position: Clearance(position))
    patch.setattr("ranker.web.series.looking_gate", lambda gate: gate.sealed_at(6))


def filtered_after_counting(apps: Any, patch: Patch) -> None:
    patch.setattr(Gate, "horizon", property(lambda self: self.state.card.episode_count))


def sealed_rows_in_the_order_of_the_whole_ranking(apps: Any, patch: Patch) -> None:
    def change(gate: Gate, ranking: Ranking) -> Ranking:
        if not gate.sealed:
            return ranking
        whole = gate.tallies.numbers(gate.state, ranking.method, gate.series.episode_count).of
        ids = {moment.public_id: id for id, moment in gate.moments_by_id().items() if not moment.locked}
        ordered = sorted(ranking.standings, key=lambda row: whole[ids[row.moment.public_id]].rank or 0)  # type: ignore[union-attr]
        return replace(ranking, standings=tuple(ordered))

    with_ranking(patch, change)


def title_in_an_aria_label(apps: tuple[Flask, Flask], patch: Patch) -> None:
    leaky_lock(patch)
    row = "<li class=\"standing{{ ' standing--locked' if moment.locked }}\">"
    template_with(apps, patch, "series/_standings.html", row, row[:-1] + ' aria-label="{{ moment.title }}">')


def hidden_id_in_a_form(apps: Any, patch: Patch) -> None:
    leaky_lock(patch)
    patch.setattr("ranker.gate.own_list._token", lambda moment, place: moment.public_id)


def forbidden_instead_of_absent(apps: Any, patch: Patch) -> None:
    original = Gate.moment

    def moment(self: Gate, public_id: str) -> Any:
        if self.sealed:
            hidden = self._locked().where(Moment.public_id == public_id)
            if db.session.execute(hidden).first() is not None:
                raise Forbidden
        return original(self, public_id)

    patch.setattr(Gate, "moment", moment)


def hidden_count_in_the_heading(apps: Any, patch: Patch) -> None:
    def change(gate: Gate, ranking: Ranking) -> Ranking:
        hidden = db.session.execute(gate._locked()).all()
        return replace(ranking, lists=ranking.lists + len(hidden))

    with_ranking(patch, change)


def every_ballot_counted_in_a_sealed_total(apps: Any, patch: Patch) -> None:
    def change(gate: Gate, ranking: Ranking) -> Ranking:
        whole = gate.tallies.numbers(gate.state, ranking.method, gate.series.episode_count).of
        return replace(ranking, lists=sum(number.offered for number in whole.values()))

    with_ranking(patch, change)


def revision_in_an_etag(apps: tuple[Flask, Flask], patch: Patch) -> None:
    def add_etag(response: Response) -> Response:
        from flask import request

        from ranker.web.viewers import gate_to

        if request.endpoint == "series.show" and response.status_code == 200:
            response.set_etag(str(gate_to(SERIES).state.revision))
        return response

    for app in apps:
        patch.setitem(app.after_request_funcs, None, [*app.after_request_funcs[None], add_etag])


def kept_rankings_without_the_view(apps: Any, patch: Patch) -> None:
    patch.setattr(
        Gate, "ranking_key", lambda self, method: (self.state.id, self.state.revision, self.clearance.position, method)
    )


def kept_rankings_without_the_horizon(apps: Any, patch: Patch) -> None:
    patch.setattr(
        Gate, "ranking_key", lambda self, method: (self.state.id, self.state.revision, self.viewer.view, method)
    )


def unknown_progress_is_all(apps: Any, patch: Patch) -> None:
    def clearance(viewer: Any, state: Any, position: int | None) -> Clearance:
        declared = position if viewer.is_fan else viewer.declared.get(state.card.slug)
        return Clearance(state.card.episode_count if declared is None else declared)

    patch.setattr(gates, "_clearance", clearance)


def locked_ties_in_the_order_of_ids(apps: Any, patch: Patch) -> None:
    leaky_lock(patch)

    def order(standing: Standing) -> tuple[object, ...]:
        moment: Any = standing.moment
        code = moment.unlocks if moment.locked else moment.episode
        return standing.rank or 0, code.position, moment.public_id

    patch.setattr(gates, "_reading_order", order)


def episode_titles_for_everybody(apps: Any, patch: Patch) -> None:
    patch.setattr(gates, "case", lambda condition: condition[1])


def locked_rows_in_a_sealed_list(apps: Any, patch: Patch) -> None:
    original = Gate.moments_by_id

    def moments(self: Gate, *only: Any) -> Any:
        if not only:
            return original(self)
        return original(self.looking_masked(), *only)  # type: ignore[attr-defined]

    def looking_masked(self: Gate) -> Gate:
        from ranker.domain.clearance import View

        return Gate(replace(self.viewer, view=View.MASKED), self.state, self.clearance, self.tallies)

    patch.setattr(Gate, "looking_masked", looking_masked, raising=False)
    patch.setattr(Gate, "moments_by_id", moments)


def other_words_for_a_hidden_moment(apps: Any, patch: Patch) -> None:
    original = OwnList.order_from

    class TooEarly(UnseenMoment):
        pass

    def order_from(self: OwnList, tokens: Any) -> Any:
        hidden = self.gate._locked().where(Moment.public_id.in_(tokens))
        if db.session.execute(hidden).first() is not None:
            raise TooEarly
        return original(self, tokens)

    def reason(refusal: Exception, gate: Gate) -> str:
        return "Not yet!" if isinstance(refusal, TooEarly) else "That is not a moment you can rank."

    patch.setattr(OwnList, "order_from", order_from)
    patch.setattr("ranker.web.lists.reason", reason)


def sealed_scores_from_the_whole_series(apps: Any, patch: Patch) -> None:
    def change(gate: Gate, ranking: Ranking) -> Ranking:
        if not gate.sealed or not ranking.decided:
            return ranking
        whole = gate.tallies.numbers(gate.state, Method.FAIR, gate.series.episode_count).of
        best = max(number.score or 0.0 for number in whole.values())
        rows = tuple(replace(row, score=(row.score or 0.0) / (best or 1.0)) for row in ranking.standings)
        return replace(ranking, standings=rows)

    with_ranking(patch, change)


MUTATIONS: list[tuple[Callable[[tuple[Flask, Flask], Patch], None], Viewing]] = [
    (one_episode_too_many, VISITOR_MASKED),
    (unclamped_as_of, VISITOR_MASKED),
    (filtered_after_counting, VISITOR_SEALED),
    (sealed_rows_in_the_order_of_the_whole_ranking, VISITOR_SEALED),
    (sealed_scores_from_the_whole_series, VISITOR_SEALED),
    (title_in_an_aria_label, VISITOR_MASKED),
    (hidden_id_in_a_form, FAN_MASKED),
    (forbidden_instead_of_absent, VISITOR_SEALED),
    (hidden_count_in_the_heading, VISITOR_SEALED),
    (every_ballot_counted_in_a_sealed_total, FAN_SEALED),
    (revision_in_an_etag, VISITOR_MASKED),
    (kept_rankings_without_the_view, VISITOR_SEALED),
    (kept_rankings_without_the_horizon, VISITOR_MASKED),
    (unknown_progress_is_all, NOTHING_SEEN),
    (locked_ties_in_the_order_of_ids, VISITOR_MASKED),
    (episode_titles_for_everybody, VISITOR_MASKED),
    (locked_rows_in_a_sealed_list, FAN_SEALED),
    (other_words_for_a_hidden_moment, FAN_SEALED),
]


@pytest.mark.parametrize(("breakage", "viewing"), MUTATIONS, ids=lambda value: getattr(value, "__name__", str(value)))
def test_a_breakage_is_noticed(
    twin_apps: tuple[Flask, Flask],
    lighthouse_world: World,
    monkeypatch: Patch,
    breakage: Callable[[tuple[Flask, Flask], Patch], None],
    viewing: Viewing,
) -> None:
    breakage(twin_apps, monkeypatch)
    found, _ = difference(twin_apps, lighthouse_world, viewing)
    assert found is not None


@pytest.mark.parametrize("viewing", [FAN_SEALED, FAN_MASKED, VISITOR_SEALED, VISITOR_MASKED, NOTHING_SEEN], ids=str)
def test_without_a_breakage_there_is_nothing_to_notice(
    twin_apps: tuple[Flask, Flask], lighthouse_world: World, viewing: Viewing
) -> None:
    assert difference(twin_apps, lighthouse_world, viewing)[0] is None
