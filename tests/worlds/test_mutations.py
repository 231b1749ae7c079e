"""Deliberate breakages of the gate, the score and the pages. Each has to be noticed by a walk through two worlds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask, Response, current_app, request
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import exists, literal, select
from sqlalchemy.orm import aliased
from werkzeug.exceptions import Forbidden

from ranker import gate as gates
from ranker.actions.counting import _Group
from ranker.actions.feeds import FollowedSeries
from ranker.domain.ballot import UnseenMoment
from ranker.domain.clearance import Clearance, Method, View
from ranker.domain.comparison import Comparison
from ranker.domain.counting import CountingRules
from ranker.domain.feed import MovementFeed
from ranker.domain.from_fans import OwnSuggestion, ReportKind, SuggestionState
from ranker.domain.values import LockedMoment, Ranking, Standing, VisibleMoment
from ranker.exchange import pasting
from ranker.extensions import db
from ranker.gate import Gate, discovery, duels, feed, movement, public_lists, rows
from ranker.gate.duels import Duels
from ranker.gate.from_fans import FromFans
from ranker.gate.own_list import OwnList
from ranker.gate.public_lists import own_list_shown
from ranker.gate.reception import Reception
from ranker.models import Episode, Moment, Note, Report
from ranker.tallies import Numbers, SeriesState, Tallies
from ranker.web import feeds, methods, moments, pages, series
from ranker.web import lens as lenses
from ranker.web.api import shapes
from ranker.web.story import Choice
from ranker.web.viewers import gate_to, strangers_gate_to
from tests.worlds.comparing import difference, is_noticed
from tests.worlds.walk import Viewing
from tests.worlds.world import BallotW, FanW, MomentW, SeriesW, World

Patch = pytest.MonkeyPatch
SERIES = "the-lighthouse"
REACHED = {SERIES: 3, "known-answer": 1}
FAN_SEALED = Viewing(REACHED, sealed=True, fan=True, first_watch=False)
FAN_MASKED = Viewing(REACHED, sealed=False, fan=True)
VISITOR_SEALED = Viewing(REACHED, sealed=True, fan=False, first_watch=False)
FIRST_WATCH_SEALED = Viewing(REACHED, sealed=True, fan=False)
VISITOR_MASKED = Viewing(REACHED, sealed=False, fan=False)
NOTHING_SEEN = Viewing({}, sealed=False, fan=False)


@dataclass(frozen=True)
class LeakyLock(LockedMoment):
    """A locked moment that remembers its title."""

    title: str
    public_id: str


def leaky_lock(patch: Patch) -> None:
    def locked(self: Gate) -> Any:
        return self._published(Moment.teaser, Moment.title, Moment.public_id).where(
            Episode.position > self.clearance.position
        )

    def value(row: Any) -> LeakyLock:
        return LeakyLock(rows.code_of(row), row.teaser, row.title, row.public_id)

    patch.setattr(Gate, "_locked", locked)
    patch.setattr(gates, "locked_moment_of", value)
    patch.setattr("ranker.gate.own_archive.LockedMoment", LeakyLock)


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
        return self._published(*rows.of_visible()).where(Episode.position <= self.clearance.position + 1)

    def locked(self: Gate) -> Any:
        return self._published(Moment.teaser).where(Episode.position > self.clearance.position + 1)

    patch.setattr(Gate, "_visible", visible)
    patch.setattr(Gate, "_locked", locked)


def unclamped_as_of(apps: Any, patch: Patch) -> None:
    patch.setattr(Clearance, "looking_back_to", lambda self, position: Clearance(position))
    patch.setattr("ranker.web.series.looking_gate", lambda gate, lens: gate.sealed_at(6))


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
    row = "<li class=\"standing{{ ' standing--locked' if moment.locked }}\""
    template_with(apps, patch, "series/_row.html", row, row + ' aria-label="{{ moment.title }}"')


def hidden_id_in_a_form(apps: Any, patch: Patch) -> None:
    patch.setattr("ranker.gate.own_list._token", lambda moment, place, locked: moment.public_id)


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


def hidden_count_in_what_a_step_unlocked(apps: Any, patch: Patch) -> None:
    known = series.unlocked_rows

    def all_of_them(ranking: Ranking, before: int) -> tuple[str, ...]:
        return known(ranking, before) + tuple(map(str, db.session.scalars(select(Moment.id))))

    patch.setattr(series, "unlocked_rows", all_of_them)


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


def with_validator(patch: Patch, validator: Callable[[Gate, Method], str]) -> None:
    original = pages.RenderedRankings._render
    patch.setattr(
        pages.RenderedRankings,
        "_render",
        lambda self, gate, method: replace(original(self, gate, method), validator=validator(gate, method)),
    )


def revision_in_the_validator(apps: Any, patch: Patch) -> None:
    with_validator(patch, lambda gate, method: f"r{gate.state.revision}")


def validator_of_the_whole_ranking(apps: Any, patch: Patch) -> None:
    def validator(gate: Gate, method: Method) -> str:
        whole = gate.tallies.numbers(gate.state, method, gate.series.episode_count).of
        return "-".join(str(number.rank) for number in whole.values())

    with_validator(patch, validator)


def rows_for_where_the_page_says_it_stands(apps: Any, patch: Patch) -> None:
    from flask import request

    original = lenses.asked_lens

    def asked_lens(gate: Gate) -> lenses.Lens:
        stand = request.args.get("at", "").partition("-")
        if not stand[0].isdecimal():
            return original(gate)
        object.__setattr__(gate, "clearance", Clearance(int(stand[0])))
        return original(gate)

    patch.setattr("ranker.web.series.asked_lens", asked_lens)


def the_others_counted_over_the_whole_story(apps: Any, patch: Patch) -> None:
    original = Tallies.numbers_of_others

    def numbers(self: Tallies, series: SeriesState, user_id: int | None, horizon: int) -> Numbers:
        return original(self, series, user_id, series.card.episode_count)

    patch.setattr(Tallies, "numbers_of_others", numbers)


def kept_rankings_without_the_view(apps: Any, patch: Patch) -> None:
    patch.setattr(
        Gate, "ranking_key", lambda self, method: (self.state.id, self.state.revision, self.clearance.position, method)
    )


def kept_rankings_without_the_horizon(apps: Any, patch: Patch) -> None:
    patch.setattr(
        Gate, "ranking_key", lambda self, method: (self.state.id, self.state.revision, self.viewer.view, method)
    )


def kept_moments_without_where_one_looks_from(apps: tuple[Flask, Flask], patch: Patch) -> None:
    def rendered(reception: Reception, lens: Any, moment: VisibleMoment) -> Any:
        kept = current_app.extensions["rendered_receptions"]
        return kept.of(moment, lambda: moments.render_reception(reception, lens, moment))

    patch.setattr(moments, "rendered_reception", rendered)


def kept_rails_without_the_position(apps: Any, patch: Patch) -> None:
    patch.setattr(Gate, "rail", property(lambda self: self.tallies.rails.of(self.state.id, self._read_rail)))


def unknown_progress_is_all(apps: Any, patch: Patch) -> None:
    def clearance(viewer: Any, state: Any, position: int | None) -> Clearance:
        declared = position if viewer.is_fan else viewer.declared.get(state.card.slug)
        return Clearance(state.card.episode_count if declared is None else declared)

    patch.setattr("ranker.gate.stands._clearance", clearance)


def locked_ties_in_the_order_of_ids(apps: Any, patch: Patch) -> None:
    leaky_lock(patch)

    def order(standing: Standing) -> tuple[object, ...]:
        moment: Any = standing.moment
        code = moment.unlocks if moment.locked else moment.episode
        return standing.rank or 0, code.position, moment.public_id

    patch.setattr(gates, "reading_order", order)


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
    patch.setattr(OwnList, "_exists", lambda self, id: id in self.gate.index.by_id)


def locked_moments_taken_into_a_list(apps: Any, patch: Patch) -> None:
    patch.setattr(OwnList, "_is_visible", lambda self, id: id in self.gate.index.by_id)


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


def first_watch_of_the_whole_story(apps: Any, patch: Patch) -> None:
    original = Tallies.numbers

    def numbers(self: Tallies, series: SeriesState, method: Method, horizon: int) -> Numbers:
        furthest = series.card.episode_count if method is Method.FIRST else horizon
        return original(self, series, method, furthest)

    patch.setattr(Tallies, "numbers", numbers)


def movement_of_the_whole_ranking_in_a_sealed_one(apps: Any, patch: Patch) -> None:
    original = gates.movement_since

    def since(place: movement.Place, today: Any, ranks: Any) -> Any:
        return original(replace(place, horizon=6), today, ranks)

    patch.setattr(gates, "movement_since", since)


def a_day_chosen_by_what_was_there_on_it(apps: Any, patch: Patch) -> None:
    """Looks for the newest snapshot that holds any moment, be it one that lies ahead."""
    original = movement._snapshot

    def snapshot(place: movement.Place, today: dt.date) -> Any:
        found = original(place, today)
        while found is not None and not found.moments:
            found = original(place, found.day)
        return found

    patch.setattr(movement, "_snapshot", snapshot)


def a_story_that_goes_one_episode_further(apps: Any, patch: Patch) -> None:
    original = gates.read_paths

    def read_paths(gate: Gate, method: Method, moments: Any) -> Any:
        furthest = min(gate.clearance.position + 1, gate.series.episode_count)
        return original(replace(gate, clearance=Clearance(furthest)), method, moments)

    patch.setattr(gates, "read_paths", read_paths)


def a_hidden_moment_kept_in_the_storys_addresses(apps: Any, patch: Patch) -> None:
    kept = property(lambda self: [("moment", id) for id in request.args.getlist("moment")])
    patch.setattr(Choice, "kept", kept)


def tied_locked_rows_not_ordered_by_movement(apps: Any, patch: Patch) -> None:
    original = gates.reading_order
    patch.setattr(gates, "reading_order", lambda standing: original(replace(standing, risen=None)))


def pictures_for_everybody(apps: Any, patch: Patch) -> None:
    original = Gate.picture_name

    def picture_name(self: Gate, public_id: str) -> str:
        return original(replace(self, clearance=Clearance(self.state.card.episode_count)), public_id)

    patch.setattr(Gate, "picture_name", picture_name)


def locked_titles_can_be_searched(apps: Any, patch: Patch) -> None:
    def outside(standings: Any, words: str, season: int | None) -> frozenset[int]:
        found = [title for title in db.session.scalars(db.select(Moment.title)) if words in title]
        return frozenset(range(len(found), len(standings))) if words else frozenset()

    patch.setattr("ranker.web.series.outside", outside)


def seasons_of_the_whole_series(apps: tuple[Flask, Flask], patch: Patch) -> None:
    def seasons(gate: Gate) -> tuple[int, ...]:
        query = db.select(Episode.season).join(Moment).where(Moment.series_id == gate.state.id)
        return tuple(sorted(set(db.session.scalars(query))))

    original = pages.RenderedRankings._render
    patch.setattr(
        pages.RenderedRankings,
        "_render",
        lambda self, gate, method: replace(original(self, gate, method), seasons=seasons(gate)),
    )


def methods_compared_by_ranks_among_everything(apps: Any, patch: Patch) -> None:
    original = methods.compare

    def compare(rankings: Mapping[Method, Ranking]) -> Comparison:
        gate = gate_to(rankings[Method.FAIR].series.slug)
        masked = replace(gate, viewer=replace(gate.viewer, view=View.MASKED))
        return original({**rankings, Method.FAIR: masked.ranking(Method.FAIR)})

    patch.setattr(methods, "compare", compare)


def a_merged_moment_leads_anybody_on(apps: Any, patch: Patch) -> None:
    def survivor_of(self: Gate, public_id: str) -> str | None:
        merged = select(Moment.merged_into).where(Moment.public_id == public_id).scalar_subquery()
        return db.session.scalar(select(Moment.public_id).where(Moment.id == merged))

    patch.setattr(Gate, "survivor_of", survivor_of)


def whole_story(gate: Gate) -> Gate:
    """The gate of somebody who has seen it all."""
    return replace(gate, clearance=Clearance(gate.series.episode_count))


def places_in_whole_lists_when_sealed(apps: Any, patch: Patch) -> None:
    def placing(self: Reception) -> Any:
        return self.gate.tallies.placing(self.gate.state, self.id, self.gate.series.episode_count)

    patch.setattr(Reception, "placing", placing)


def notes_with_their_places_in_whole_lists(apps: Any, patch: Patch) -> None:
    original = Tallies.places_in

    def places_in(self: Tallies, series: Any, ballots: Any, moment: int, horizon: int) -> Any:
        return original(self, series, ballots, moment, series.card.episode_count)

    patch.setattr(Tallies, "places_in", places_in)


def notes_from_further_on(apps: Any, patch: Patch) -> None:
    patch.setattr(Reception, "_permitted", lambda self, note: note.moment_id == self.id)


def a_note_is_gone_when_another_is_written_further_on(apps: Any, patch: Patch) -> None:
    def written_further_on(self: Reception) -> Any:
        other = aliased(Note)
        return exists().where(other.moment_id == self.id, other.user_id == Note.user_id, other.label > Note.label)

    patch.setattr(Reception, "_written_further_on", written_further_on)


def notes_in_the_order_of_their_authors_ids(apps: Any, patch: Patch) -> None:
    original = Reception._readable
    patch.setattr(Reception, "_readable", lambda self: original(self).order_by(Note.user_id))
    patch.setattr("ranker.gate.reception._shown", lambda note: ())


def duels_with_what_is_locked(apps: Any, patch: Patch) -> None:
    patch.setattr(Gate, "duels", property(lambda self: Duels(whole_story(self))))


def duels_in_the_order_of_the_whole_ranking(apps: Any, patch: Patch) -> None:
    def ranked(self: Duels) -> Any:
        numbers = self.gate.tallies.numbers(self.gate.state, Method.FAIR, self.gate.series.episode_count).of
        moments = self.gate.visible_moments().items()
        rows = [duels.Contestant(id, numbers[id].rank, moment) for id, moment in moments if id in numbers]
        return sorted(rows, key=duels._community_order)

    patch.setattr(Duels, "_contestants", property(ranked))


def other_words_for_a_duel_with_a_hidden_moment(apps: Any, patch: Patch) -> None:
    original = Duels.named

    def named(self: Duels, *ids: str) -> Any:
        if db.session.execute(self.gate._locked().where(Moment.public_id.in_(ids))).first() is not None:
            raise Forbidden
        return original(self, *ids)

    patch.setattr(Duels, "named", named)


def locked_titles_in_the_export(apps: Any, patch: Patch) -> None:
    leaky_lock(patch)
    patch.setattr("ranker.gate.own_archive._moment", lambda moment: {"title": moment.title})


def the_export_says_how_far_a_list_went(apps: Any, patch: Patch) -> None:
    patch.setattr("ranker.gate.own_archive.min", lambda progress, furthest: progress, raising=False)


def a_public_list_up_to_its_cap_for_everybody(apps: Any, patch: Patch) -> None:
    patch.setattr(Gate, "looking_only_to", lambda self, position: replace(self, clearance=Clearance(position)))


def an_agreement_that_knows_how_far_the_owners_were(apps: Any, patch: Patch) -> None:
    original = public_lists._shown

    def shown(gate: Gate, owner: str, cap: int, order: Any, progress: int) -> Any:
        return replace(original(gate, owner, cap, order, progress), readable=99, choice=1 if progress > 3 else 99)

    patch.setattr(public_lists, "_shown", shown)


def a_list_to_take_along_with_all_its_titles(apps: Any, patch: Patch) -> None:
    leaky_lock(patch)
    original = pasting.Style.line

    def line(self: pasting.Style, place: int, moment: Any) -> str:
        return f"{place}. {moment.title}" if moment.locked else original(self, place, moment)

    patch.setattr(pasting.Style, "line", line)


def a_table_to_take_along_with_all_its_titles(apps: Any, patch: Patch) -> None:
    patch.setattr("ranker.web.list_files.own_list_shown", lambda gate, cap: own_list_shown(whole_story(gate), cap))


def a_search_over_everything(apps: Any, patch: Patch) -> None:
    original = discovery.every_stand

    def every_stand(viewer: Any) -> Any:
        return [(state, Clearance(state.card.episode_count)) for state, _ in original(viewer)]

    patch.setattr(discovery, "every_stand", every_stand)


def a_search_that_counts_what_is_locked(apps: Any, patch: Patch) -> None:
    original = discovery._found_in

    def found_in(state: SeriesState, moments: Any, words: str) -> Any:
        titles = db.session.scalars(select(Moment.title).where(Moment.series_id == state.id))
        return replace(original(state, moments, words), total=sum(words in title for title in titles))

    patch.setattr(discovery, "_found_in", found_in)


def cards_of_what_the_asker_has_not_seen(apps: Any, patch: Patch) -> None:
    patch.setattr("ranker.web.cards.strangers_gate_to", lambda slug: whole_story(gate_to(slug)))


def embeds_that_tell_links_all_they_ask_for(apps: Any, patch: Patch) -> None:
    patch.setattr(
        "ranker.web.embeds.strangers_gate_to",
        lambda slug, upto=0: strangers_gate_to(slug, gate_to(slug).series.episode_count),
    )


def locked_titles_in_the_api(apps: Any, patch: Patch) -> None:
    leaky_lock(patch)

    def told(moment: Any) -> Any:
        if not moment.locked:
            return shapes.visible_of(moment)
        return shapes.Locked(unlocks=str(moment.unlocks), position=moment.unlocks.position, teaser=moment.title)

    patch.setattr(shapes, "moment_of", told)


def titles_alike_among_everything(apps: Any, patch: Patch) -> None:
    def moments(self: FromFans) -> tuple[VisibleMoment, ...]:
        found = db.session.execute(self.gate._published(*rows.of_visible()))
        return tuple(rows.visible_moment_of(row) for row in found)

    patch.setattr(FromFans, "moments", property(moments))


def a_visitor_offered_what_is_locked(apps: Any, patch: Patch) -> None:
    titles_alike_among_everything(apps, patch)


def a_list_brought_along_matched_with_everything(apps: Any, patch: Patch) -> None:
    def may_choose(self: OwnList) -> tuple[VisibleMoment, ...]:
        found = db.session.execute(self.gate._published(*rows.of_visible()))
        return tuple(rows.visible_moment_of(row) for row in found)

    patch.setattr(OwnList, "may_choose", property(may_choose))


def what_fans_said_further_on(apps: Any, patch: Patch) -> None:
    patch.setattr(FromFans, "_reached", property(lambda self: self.gate.series.episode_count))


def reports_on_names_that_others_have_made(apps: Any, patch: Patch) -> None:
    def has_reported_name(self: FromFans, named_id: int, kind: ReportKind) -> bool:
        query = select(Report.id).where(Report.named_id == named_id, Report.kind == kind, Report.state == "open")
        return db.session.execute(query).first() is not None

    patch.setattr(FromFans, "has_reported_name", has_reported_name)


def what_became_of_a_suggestion_before_its_moment_is_seen(apps: Any, patch: Patch) -> None:
    original = FromFans._suggestion

    def told(self: FromFans, row: Any, became: Any) -> Any:
        one = original(self, row, became)
        return replace(one, state=SuggestionState(row.state)) if isinstance(one, OwnSuggestion) else one

    patch.setattr(FromFans, "_suggestion", told)


def a_feed_up_to_its_cap_wherever_the_fan_is(apps: Any, patch: Patch) -> None:
    def gate_of(followed: FollowedSeries) -> Gate:
        somebody = gates.Viewer(view=followed.viewer.view, declared={followed.slug: followed.cap})
        return gates.open_gate(somebody, followed.slug, current_app.extensions["tallies"])

    patch.setattr(feeds, "gate_of", gate_of)


def kept_feeds_without_the_position(apps: Any, patch: Patch) -> None:
    patch.setattr(feeds, "feed_key", lambda gate: (gate.state.id, gate.viewer.view))


def days_of_the_whole_ranking_in_a_sealed_feed(apps: Any, patch: Patch) -> None:
    original = feed.movement_feed

    def whole(gate: Gate) -> MovementFeed:
        days = original(replace(gate, viewer=replace(gate.viewer, view=View.MASKED))).days
        return replace(original(gate), days=tuple(replace(day, moved=(), more=day.total) for day in days))

    patch.setattr(feeds, "movement_feed", whole)


MUTATIONS: list[tuple[Callable[[tuple[Flask, Flask], Patch], None], Viewing]] = [
    (one_episode_too_many, VISITOR_MASKED),
    (unclamped_as_of, VISITOR_MASKED),
    (filtered_after_counting, VISITOR_SEALED),
    (sealed_rows_in_the_order_of_the_whole_ranking, VISITOR_SEALED),
    (sealed_scores_from_the_whole_series, VISITOR_SEALED),
    (title_in_an_aria_label, VISITOR_MASKED),
    (hidden_id_in_a_form, FAN_MASKED),
    (forbidden_instead_of_absent, VISITOR_SEALED),
    (pictures_for_everybody, VISITOR_MASKED),
    (hidden_count_in_the_heading, VISITOR_SEALED),
    (hidden_count_in_what_a_step_unlocked, VISITOR_SEALED),
    (every_ballot_counted_in_a_sealed_total, FAN_SEALED),
    (revision_in_an_etag, VISITOR_MASKED),
    (revision_in_the_validator, VISITOR_MASKED),
    (validator_of_the_whole_ranking, FAN_SEALED),
    (rows_for_where_the_page_says_it_stands, FAN_MASKED),
    (the_others_counted_over_the_whole_story, FAN_SEALED),
    (kept_rankings_without_the_view, VISITOR_SEALED),
    (kept_rankings_without_the_horizon, VISITOR_MASKED),
    (kept_moments_without_where_one_looks_from, VISITOR_SEALED),
    (kept_rails_without_the_position, VISITOR_MASKED),
    (unknown_progress_is_all, NOTHING_SEEN),
    (locked_ties_in_the_order_of_ids, VISITOR_MASKED),
    (episode_titles_for_everybody, VISITOR_MASKED),
    (locked_titles_can_be_searched, VISITOR_MASKED),
    (seasons_of_the_whole_series, VISITOR_SEALED),
    (locked_rows_in_a_sealed_list, FAN_SEALED),
    (locked_moments_taken_into_a_list, FAN_SEALED),
    (locked_moments_taken_into_a_list, FAN_MASKED),
    (other_words_for_a_hidden_moment, FAN_SEALED),
    (places_in_whole_lists_when_sealed, VISITOR_SEALED),
    (notes_with_their_places_in_whole_lists, VISITOR_SEALED),
    (notes_from_further_on, VISITOR_MASKED),
    (a_note_is_gone_when_another_is_written_further_on, VISITOR_SEALED),
    (notes_in_the_order_of_their_authors_ids, VISITOR_MASKED),
    (duels_with_what_is_locked, VISITOR_MASKED),
    (duels_in_the_order_of_the_whole_ranking, VISITOR_SEALED),
    (other_words_for_a_duel_with_a_hidden_moment, VISITOR_SEALED),
    (first_watch_of_the_whole_story, FIRST_WATCH_SEALED),
    (methods_compared_by_ranks_among_everything, FIRST_WATCH_SEALED),
    (movement_of_the_whole_ranking_in_a_sealed_one, FAN_SEALED),
    (a_day_chosen_by_what_was_there_on_it, FAN_SEALED),
    (a_merged_moment_leads_anybody_on, VISITOR_MASKED),
    (tied_locked_rows_not_ordered_by_movement, VISITOR_MASKED),
    (a_story_that_goes_one_episode_further, VISITOR_SEALED),
    (a_hidden_moment_kept_in_the_storys_addresses, VISITOR_MASKED),
    (titles_alike_among_everything, FAN_MASKED),
    (a_visitor_offered_what_is_locked, VISITOR_MASKED),
    (a_list_brought_along_matched_with_everything, FAN_SEALED),
    (a_list_brought_along_matched_with_everything, FAN_MASKED),
    (what_fans_said_further_on, FAN_SEALED),
    (reports_on_names_that_others_have_made, FAN_MASKED),
    (what_became_of_a_suggestion_before_its_moment_is_seen, FAN_SEALED),
    (locked_titles_in_the_export, FAN_MASKED),
    (the_export_says_how_far_a_list_went, FAN_SEALED),
    (locked_titles_in_the_api, FAN_MASKED),
    (a_list_to_take_along_with_all_its_titles, FAN_MASKED),
    (a_table_to_take_along_with_all_its_titles, FAN_SEALED),
    (cards_of_what_the_asker_has_not_seen, FAN_SEALED),
    (embeds_that_tell_links_all_they_ask_for, VISITOR_MASKED),
    (a_search_over_everything, VISITOR_MASKED),
    (a_search_that_counts_what_is_locked, VISITOR_SEALED),
    (a_public_list_up_to_its_cap_for_everybody, VISITOR_MASKED),
    (a_feed_up_to_its_cap_wherever_the_fan_is, FAN_MASKED),
    (a_feed_up_to_its_cap_wherever_the_fan_is, FAN_SEALED),
    (kept_feeds_without_the_position, FAN_MASKED),
    (days_of_the_whole_ranking_in_a_sealed_feed, FAN_SEALED),
    (an_agreement_that_knows_how_far_the_owners_were, VISITOR_SEALED),
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
    assert is_noticed(twin_apps, lighthouse_world, viewing)


WITHOUT_BREAKAGE = (FAN_SEALED, FAN_MASKED, VISITOR_SEALED, VISITOR_MASKED, NOTHING_SEEN, FIRST_WATCH_SEALED)


@pytest.mark.parametrize("viewing", WITHOUT_BREAKAGE, ids=str)
def test_without_a_breakage_there_is_nothing_to_notice(
    twin_apps: tuple[Flask, Flask], lighthouse_world: World, viewing: Viewing
) -> None:
    assert difference(twin_apps, lighthouse_world, viewing)[0] is None


def lists_alike_in_what_the_fan_cannot_see(apps: Any, patch: Patch) -> None:
    patch.setattr(_Group, "seen", lambda self, position: literal(len(self.order)))


EARLY, OTHER, LATE = (MomentW(f"{number}" * 12, 1 + number // 3, f"Moment {number}") for number in (1, 2, 3))


@pytest.mark.parametrize("breakage", [None, lists_alike_in_what_the_fan_cannot_see])
@pytest.mark.parametrize("held", [None, ("alike", None)], ids=["joining", "leaving"])
def test_whether_a_list_counts_is_no_matter_of_what_its_owner_cannot_see(
    twin_apps: tuple[Flask, Flask], monkeypatch: Patch, breakage: Any, held: tuple[str, None] | None
) -> None:
    """The viewer has gone back. Whole, their list becomes like another fan's, or has been until now."""
    for app in twin_apps:
        monkeypatch.setitem(app.config, "COUNTING_RULES", CountingRules(identical_lists=1))
    theirs = (EARLY.public_id, OTHER.public_id, LATE.public_id)
    mine = theirs if held else (OTHER.public_id, EARLY.public_id, LATE.public_id)
    fans = (
        FanW("viewer", {}, {"s": (BallotW(2, 1, 1, mine),)}),
        FanW("fan", {}, {"s": (BallotW(2, 1, 1, theirs, (), held),)}),
    )
    world = World((SeriesW("s", (2,), (EARLY, OTHER, LATE), ballot_size=3),), fans)
    if breakage is not None:
        breakage(twin_apps, monkeypatch)
    found, _ = difference(twin_apps, world, Viewing({"s": 1}, sealed=True, fan=True))
    assert (found is not None) == (breakage is not None)
