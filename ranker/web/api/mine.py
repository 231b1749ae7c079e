"""What a fan may read and change of their own: progress, and their list."""

from __future__ import annotations

from typing import Any

from flask import Response as FlaskResponse
from pydantic import BaseModel, ConfigDict, Field

from ranker.actions.ballots import StaleBallot, save_ballot
from ranker.actions.catalogue import EpisodesRenumbered
from ranker.actions.progress import JumpNeedsConsent, NoSuchEpisode, check_progress, declare_progress
from ranker.domain.ballot import BallotRefused, BallotTooLong, RepeatedMoment
from ranker.gate import Gate
from ranker.web.api import shapes
from ranker.web.api.blueprint import answers, api, blueprint
from ranker.web.api.entrance import fans_only, limited
from ranker.web.api.problems import answer, problem_of
from ranker.web.requests import whole_number
from ranker.web.viewers import gate_to, remember_progress

Answer = Any
STALE = "The list was changed elsewhere meanwhile. Read it again and base your change on its newest `version`."
NO_VERSION = 'Say which version of the list your change is based on, as `If-Match` ("0" for the first).'
NEVER_HANDED_OUT = -1  # the version of an ETag that is none of ours: as stale as any


class NewProgress(BaseModel):
    """confirmed: the same position once more, for a jump of more than one episode ahead."""

    model_config = ConfigDict(extra="forbid")

    position: int = Field(ge=0, le=999_999_999, strict=True)
    confirmed: int | None = Field(None, ge=0, le=999_999_999, strict=True)
    numbering: int = Field(0, ge=0, le=999_999_999, strict=True, description="That of the episodes you have read.")


class NewList(BaseModel):
    """The whole order, best first: ids of moments you have reached, and the tokens of locked entries to keep them."""

    model_config = ConfigDict(extra="forbid")

    order: list[str] = Field(max_length=200)


class BasedOn(BaseModel):
    if_match: str | None = Field(None, alias="If-Match", description="The ETag of the list your change is based on.")


@blueprint.get("/series/<slug>/progress")
@limited
@api.validate(resp=answers(shapes.Progress, 404))
def progress(slug: str) -> shapes.Progress:
    """How far you have watched."""
    return progress_at(gate_to(slug))


@blueprint.put("/series/<slug>/progress")
@limited
@api.validate(resp=answers(shapes.Progress, 403, 404, 409, 415, 422))
def declare(slug: str, json: NewProgress) -> Answer:
    """Say how far you have watched. One step ahead and any step back are free; a jump wants `confirmed`."""
    gate = gate_to(slug)
    if json.numbering != gate.state.numbering:
        raise EpisodesRenumbered
    try:
        if gate.viewer.is_fan:
            declare_progress(gate, json.position, json.confirmed)
        else:
            check_progress(gate, json.position, json.confirmed)
            remember_progress(slug, json.position, gate.state.numbering)
    except NoSuchEpisode:
        words = f"`position` is from 0 to {gate.series.episode_count}, the last episode of this series."
        return answer(problem_of(422, words))
    except JumpNeedsConsent as jump:
        words = f"This would unlock {jump.episodes} episodes at once. If so, send the same number as `confirmed`."
        return answer(problem_of(409, words, "jump-needs-consent", episodes=jump.episodes))
    return progress_at(gate_to(slug))


@blueprint.get("/series/<slug>/list")
@limited
@fans_only
@api.validate(resp=answers(shapes.OwnList, 404))
def own_list(slug: str) -> Answer:
    """Your list, as you may see it now. Its ETag is its version."""
    return with_version(gate_to(slug))


@blueprint.put("/series/<slug>/list")
@limited
@fans_only
@api.validate(resp=answers(shapes.OwnList, 403, 404, 412, 415, 422, 428))
def save_list(slug: str, json: NewList, headers: BasedOn) -> Answer:
    """Save the whole order. Locked entries keep their places as long as their tokens are in it."""
    gate = gate_to(slug)
    if not headers.if_match or headers.if_match.strip() == "*":  # any version: that is the one to be guarded against
        return answer(problem_of(428, NO_VERSION))
    version = whole_number(headers.if_match.strip().removeprefix("W/").strip('"'))
    try:
        save_ballot(gate, json.order, NEVER_HANDED_OUT if version is None else version)
    except StaleBallot:
        newest = gate_to(slug).own_list.stored.version
        return answer(problem_of(412, STALE, "stale-list", version=newest))
    except BallotRefused as refused:
        return answer(problem_of(422, reason(refused, gate)))
    return with_version(gate_to(slug))


def progress_at(gate: Gate) -> shapes.Progress:
    here = gate.rail.here
    return shapes.Progress(
        position=gate.clearance.position, code=str(here) if here else None, numbering=gate.state.numbering
    )


def with_version(gate: Gate) -> FlaskResponse:
    my = shapes.list_of(gate.own_list.read())
    response = FlaskResponse(my.model_dump_json(), mimetype="application/json")
    response.set_etag(str(my.version))
    return response


def reason(refused: BallotRefused, gate: Gate) -> str:
    if isinstance(refused, BallotTooLong):
        return f"`order` holds at most {gate.series.ballot_size}. Nothing was changed."
    if isinstance(refused, RepeatedMoment):
        return "A moment can be in `order` once. Nothing was changed."
    return "`order` has a token that names no moment you can rank. Nothing was changed."
