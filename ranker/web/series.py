"""A series: its community ranking, its moments, and how far one has watched."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions.progress import JumpNeedsConsent, NoSuchEpisode, check_progress, declare_progress
from ranker.domain.clearance import Method
from ranker.domain.values import LockedMoment
from ranker.gate import Gate, NotHere
from ranker.web.pages import rendered_ranking
from ranker.web.requests import asked_method, came_from, whole_number
from ranker.web.viewers import gate_to, remember_progress

blueprint = Blueprint("series", __name__, url_prefix="/series/<slug>")


@blueprint.get("")
def show(slug: str) -> str:
    gate = gate_to(slug)
    looked_from = looking_gate(gate)
    ranking, rows = rendered_ranking(looked_from, asked_method())
    return render_template(
        "series/show.html",
        rail=gate.rail,
        ranking=ranking,
        rows=rows,
        looking_back=looked_from is not gate,
        has_list=gate.own_list.exists,
    )


@blueprint.post("/progress")
def declare(slug: str) -> Response | tuple[str, int]:
    gate = gate_to(slug)
    position = whole_number(request.form.get("position"))
    confirmed = whole_number(request.form.get("confirmed"))
    if position is None:
        abort(422)
    try:
        if gate.viewer.is_fan:
            declare_progress(gate, position, confirmed)
        else:
            check_progress(gate, position, confirmed)
            remember_progress(slug, position)
    except NoSuchEpisode:
        abort(422)
    except JumpNeedsConsent as jump:
        return ask_before_jump(gate, jump), 200
    here = f"/series/{slug}"
    return redirect(came_from(here, within=here), 303)


def ask_before_jump(gate: Gate, jump: JumpNeedsConsent) -> str:
    return render_template(
        "series/jump.html",
        rail=gate.rail,
        target=gate.codes[jump.position],
        position=jump.position,
        episodes=jump.episodes,
    )


@blueprint.get("/moments/<public_id>")
def moment(slug: str, public_id: str) -> str:
    gate = gate_to(slug)
    try:
        shown = gate.moment(public_id)
        if isinstance(shown, LockedMoment):
            return render_template("series/locked.html", rail=gate.rail, moment=shown)
        standing = gate.standing_of(public_id, Method.FAIR)
    except NotHere:
        abort(404)
    return render_template(
        "series/moment.html",
        rail=gate.rail,
        moment=shown,
        standing=standing,
        in_list=gate.own_list.place_of(public_id),
    )


def looking_gate(gate: Gate) -> Gate:
    """The gate this address looks through: it may ask for less than the viewer could see, never for more."""
    as_of = whole_number(request.args.get("as_of"))
    if as_of is not None and as_of < gate.clearance.position:
        return gate.sealed_at(as_of)
    if request.args.get("view") == "sealed" and not gate.sealed:
        return gate.sealed_at(gate.clearance.position)
    return gate
