"""What anybody may read, each as far as they have come."""

from __future__ import annotations

from itertools import islice
from urllib.parse import urlencode

from flask import Response as FlaskResponse
from pydantic import BaseModel, ConfigDict, Field

from ranker.domain.clearance import Method, View
from ranker.domain.values import LockedMoment
from ranker.gate import Gate, NotHere, shelf, story_order
from ranker.web.api import shapes
from ranker.web.api.blueprint import answers, api, blueprint
from ranker.web.api.entrance import limited
from ranker.web.api.problems import answer, problem_with
from ranker.web.pages import rendered_ranking
from ranker.web.viewers import gate_to, viewer


class Look(BaseModel):
    """From where to look: back to an episode, or sealed; never further, and never unsealed."""

    model_config = ConfigDict(extra="ignore")

    view: View | None = Field(None, description="`sealed` seals; nothing unseals.")
    as_of: int | None = Field(None, ge=0, le=999_999_999, description="The position of an earlier episode; it seals.")


class RankingLook(Look):
    method: Method = Method.FAIR


class Page(BaseModel):
    model_config = ConfigDict(extra="ignore")

    offset: int = Field(0, ge=0, le=100_000)
    limit: int = Field(50, ge=1, le=200)


def looked_from(gate: Gate, look: Look) -> Gate:
    position = gate.clearance.position
    if look.as_of is not None and look.as_of < position:
        return gate.sealed_at(look.as_of)
    return gate.sealed_at(position) if look.view is View.SEALED and not gate.sealed else gate


@blueprint.get("/me")
@limited
@api.validate(resp=answers(shapes.Me))
def me() -> shapes.Me:
    """Who you are here, and in which view you look."""
    return shapes.Me(name=viewer().name, view=viewer().view)


@blueprint.get("/series")
@limited
@api.validate(resp=answers(shapes.SeriesList))
def series_list() -> shapes.SeriesList:
    """Every series, by title."""
    return shapes.SeriesList(items=[shapes.series_of(row.series, row.position) for row in shelf(viewer())])


@blueprint.get("/series/<slug>")
@limited
@api.validate(resp=answers(shapes.Series, 404))
def one_series(slug: str) -> shapes.Series:
    """One series, and how far you are."""
    gate = gate_to(slug)
    return shapes.series_of(gate.series, gate.clearance.position)


@blueprint.get("/series/<slug>/episodes")
@limited
@api.validate(resp=answers(shapes.EpisodeList, 404))
def episodes(slug: str) -> shapes.EpisodeList:
    """Every episode in story order; titles up to where you are."""
    rail = gate_to(slug).rail
    items = [shapes.episode_of(row) for season in rail.seasons for row in season.episodes]
    return shapes.EpisodeList(numbering=rail.numbering, items=items)


@blueprint.get("/series/<slug>/moments")
@limited
@api.validate(resp=answers(shapes.MomentList, 404, 422))
def moments(slug: str, query: Page) -> shapes.MomentList:
    """The moments in story order, a page at a time. Nothing that you may not know of is counted."""
    there = sorted(gate_to(slug).moments_by_id().values(), key=_in_story_order)
    after = query.offset + query.limit
    more = urlencode({"offset": after, "limit": query.limit})
    return shapes.MomentList(
        items=[shapes.moment_of(moment) for moment in islice(there, query.offset, after)],
        next=f"/api/v1/series/{slug}/moments?{more}" if after < len(there) else None,
    )


@blueprint.get("/series/<slug>/moments/<public_id>")
@limited
@api.validate(resp=answers(shapes.OneMoment, 404, 422))
def moment(slug: str, public_id: str, query: Look) -> shapes.OneMoment:
    """One moment, or its lock."""
    found = looked_from(gate_to(slug), query).moment(public_id)
    return shapes.OneMoment(moment=shapes.moment_of(found))


@blueprint.get("/series/<slug>/moments/<public_id>/places")
@limited
@api.validate(resp=answers(shapes.Places, 404, 422))
def places(slug: str, public_id: str, query: Look) -> shapes.Places:
    """Where the lists place a moment you have reached."""
    return shapes.places_of(looked_from(gate_to(slug), query).reception(public_id).placing())


@blueprint.get("/series/<slug>/moments/<public_id>/duels")
@limited
@api.validate(resp=answers(shapes.DuelList, 404, 422))
def duels(slug: str, public_id: str, query: Look) -> shapes.DuelList:
    """A moment you have reached against each other one, the hardest first."""
    gate = looked_from(gate_to(slug), query)
    if not gate.visible_named(public_id):
        raise NotHere(public_id)
    return shapes.DuelList(items=[shapes.duel_of(meeting) for meeting in gate.duels.record(public_id)])


@blueprint.get("/series/<slug>/standings")
@limited
@api.validate(resp=answers(shapes.Standings, 404, 422))
def standings(slug: str, query: RankingLook) -> shapes.Standings:
    """The community ranking."""
    return shapes.standings_of(rendered_ranking(looked_from(gate_to(slug), query), query.method).ranking)


def _in_story_order(one: object) -> tuple[object, ...]:
    """Locked ones of one episode stand together, so that words and locks need not be compared."""
    position, *rest = story_order(one)  # type: ignore[arg-type]
    return position, isinstance(one, LockedMoment), *rest


@blueprint.errorhandler(NotHere)
def not_here(error: NotHere) -> FlaskResponse:
    """Absent and forbidden are one case."""
    return answer(problem_with(404))
