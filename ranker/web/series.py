"""A series: its community ranking, and how far one has watched."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions.catalogue import EpisodesRenumbered
from ranker.actions.progress import JumpNeedsConsent, NoSuchEpisode, check_progress, declare_progress
from ranker.domain.finding import outside
from ranker.domain.values import Ranking, VisibleMoment
from ranker.gate import Gate
from ranker.web.lens import asked_lens, looking_gate
from ranker.web.pages import rendered_ranking, rendered_rows
from ranker.web.requests import came_from, from_htmx, whole_number
from ranker.web.viewers import gate_to, remember_progress, remember_step, take_step, tended_gate_to

blueprint = Blueprint("series", __name__, url_prefix="/series/<slug>")


@blueprint.get("")
def show(slug: str) -> str:
    gate = tended_gate_to(slug)
    lens = asked_lens(gate)
    kept = rendered_ranking(looking_gate(gate, lens), lens.method)
    lens = lens.within(kept.seasons)
    hidden = outside(kept.ranking.standings, lens.words, lens.season)
    before = take_step(slug, gate.clearance.position) if lens.as_of is None else None
    return render_template(
        "series/show.html",
        rail=gate.rail,
        lens=lens,
        seasons=kept.seasons,
        ranking=kept.ranking,
        rows=rendered_rows(kept.ranking, hidden) if hidden else kept.rows,
        validator=kept.validator,
        found=len(kept.ranking.standings) - len(hidden),
        has_list=gate.own_list.exists,
        unlocked=() if before is None else unlocked_rows(kept.ranking, before),
    )


def unlocked_rows(ranking: Ranking, before: int) -> tuple[str, ...]:
    """The public ids of the rows that somebody sees and who stands at `before` does not, in their order."""
    moments = (standing.moment for standing in ranking.standings)
    seen = (moment for moment in moments if isinstance(moment, VisibleMoment))
    return tuple(moment.public_id for moment in seen if moment.episode.position > before)


@blueprint.get("/standings")
def standings(slug: str) -> Response:
    """The rows alone, for an open page that asks whether they have changed. Nobody else has business here."""
    gate = tended_gate_to(slug)
    lens = asked_lens(gate)
    if not from_htmx():
        return redirect(lens.at(), 303)
    if request.args.get("at") != lens.stand:
        return make_response("", 204, {"HX-Refresh": "true"})
    kept = rendered_ranking(looking_gate(gate, lens), lens.method)
    if request.if_none_match.contains_weak(kept.validator):  # a proxy that compresses sends it back as a weak one
        response = make_response("", 304)
    else:
        response = make_response(
            render_template(
                "series/_ranking.html", lens=lens, ranking=kept.ranking, rows=kept.rows, validator=kept.validator
            )
        )
    response.set_etag(kept.validator)
    return response


@blueprint.post("/progress")
def declare(slug: str) -> Response | tuple[str, int]:
    gate = gate_to(slug)
    if (whole_number(request.args.get("numbering")) or 0) != gate.state.numbering:
        raise EpisodesRenumbered
    position = whole_number(request.form.get("position"))
    confirmed = whole_number(request.form.get("confirmed"))
    if position is None:
        abort(422)
    try:
        if gate.viewer.is_fan:
            declare_progress(gate, position, confirmed)
        else:
            check_progress(gate, position, confirmed)
            remember_progress(slug, position, gate.state.numbering)
        remember_step(slug, gate.clearance.position, position)
    except NoSuchEpisode:
        abort(422)
    except JumpNeedsConsent as jump:
        return ask_before_jump(gate, jump), 200
    here = f"/series/{slug}"
    return redirect(came_from(here, here, "/fans"), 303)


def ask_before_jump(gate: Gate, jump: JumpNeedsConsent) -> str:
    return render_template(
        "series/jump.html",
        rail=gate.rail,
        target=gate.codes[jump.position],
        position=jump.position,
        episodes=jump.episodes,
    )
