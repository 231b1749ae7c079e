"""My top 10. The whole order is posted each time; a press of a button is an order with one move in it."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions.ballots import StaleBallot, save_ballot
from ranker.domain.ballot import BallotRefused, BallotTooLong, RepeatedMoment
from ranker.gate import Gate
from ranker.web.accounts import ask_to_log_in
from ranker.web.moves import UnknownMove, after_move, announcement, read_move
from ranker.web.requests import from_htmx, whole_number
from ranker.web.viewers import gate_to

blueprint = Blueprint("lists", __name__, url_prefix="/series/<slug>/list")

STALE = "Your list was changed in another tab or on another device. This is the newest; please make your change again."


@blueprint.get("")
def show(slug: str) -> str:
    gate = gate_to(slug)
    return page(gate) if gate.viewer.is_fan else render_template("list/invite.html", rail=gate.rail)


@blueprint.post("")
def save(slug: str) -> Response | str | tuple[str, int]:
    gate = gate_to(slug)
    if not gate.viewer.is_fan:
        return ask_to_log_in()
    version = whole_number(request.form.get("version"))
    if version is None:
        abort(422)
    try:
        move = read_move(request.form)
        save_ballot(gate, after_move(request.form.getlist("entry"), move), version)
    except StaleBallot:
        return page(gate_to(slug), problem=STALE), 409
    except (BallotRefused, UnknownMove) as refusal:
        return page(gate_to(slug), problem=reason(refusal, gate)), 422
    if not from_htmx():
        return redirect(f"/series/{slug}/list", 303)
    saved = gate_to(slug)
    return page(saved, said=announcement(move, saved.my_list()))


def page(gate: Gate, said: str = "", problem: str = "") -> str:
    return render_template("list/show.html", rail=gate.rail, my=gate.my_list(), said=said, problem=problem)


def reason(refusal: Exception, gate: Gate) -> str:
    if isinstance(refusal, BallotTooLong):
        return f"Your list holds {gate.series.ballot_size}. Take one out first, then add this one."
    if isinstance(refusal, RepeatedMoment):
        return "That moment is in your list already. Nothing was changed."
    return "That is not a moment you can rank. Nothing was changed."
