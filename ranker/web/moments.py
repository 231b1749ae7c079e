"""A moment's page: what it is, where fans place it, how it fares against each other one, what they note on it.

What the lists say of it is rendered once for everybody who looks at it from the same place.
"""

from __future__ import annotations

from sys import getsizeof

from flask import Blueprint, Flask, current_app, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from ranker.domain.clearance import Method
from ranker.domain.values import LockedMoment, VisibleMoment
from ranker.gate import Gate, NotHere
from ranker.gate.reception import Reception
from ranker.kept import Kept
from ranker.web.bump import chart_alone
from ranker.web.languages import language
from ranker.web.lens import Lens, asked_lens, looking_gate
from ranker.web.pages import MEBIBYTE, kept_ranking, rendered_for_all
from ranker.web.requests import whole_number
from ranker.web.viewers import gate_to

RECEPTIONS_ROOM = 16 * MEBIBYTE

blueprint = Blueprint("moments", __name__, url_prefix="/series/<slug>/moments")


def attach(app: Flask) -> None:
    app.extensions["rendered_receptions"] = Kept[Markup](RECEPTIONS_ROOM, getsizeof)


@blueprint.get("/<public_id>")
def show(slug: str, public_id: str) -> Response | str | tuple[str, int]:
    gate = gate_to(slug)
    lens = asked_lens(gate)
    looked_from = looking_gate(gate, lens)
    try:
        moment = looked_from.moment(public_id)
        if isinstance(moment, LockedMoment):
            return render_template("moments/locked.html", rail=gate.rail, moment=moment)
        reception = looked_from.reception(public_id)
        counted = rendered_reception(reception, lens, moment)
    except NotHere:
        if survivor := looked_from.survivor_of(public_id):
            return redirect(lens.to(f"/moments/{survivor}"))
        return render_template("moments/absent.html", rail=gate.rail), 404
    return render_template(
        "moments/show.html",
        rail=gate.rail,
        lens=lens,
        moment=moment,
        standing=kept_ranking(looked_from, Method.FAIR).standing_of(public_id),
        counted=counted,
        notes=reception.notes(whole_number(request.args.get("page")) or 1),
        in_list=gate.own_list.place_of(public_id),
        my=gate.own_list.form,
    )


def rendered_reception(reception: Reception, lens: Lens, moment: VisibleMoment) -> Markup:
    """What the lists say of a moment. Raises NotHere if it has just gone."""
    kept: Kept[Markup] = current_app.extensions["rendered_receptions"]
    key = language(), reception.gate.ranking_key(Method.FAIR), tuple(lens.narrowed.items()), moment
    return kept.of(key, lambda: render_reception(reception, lens, moment))


def render_reception(reception: Reception, lens: Lens, moment: VisibleMoment) -> Markup:
    gate: Gate = reception.gate
    paths = gate.path_of(moment.public_id, Method.FAIR)
    return rendered_for_all(
        "moments/_counted.html",
        series=gate.series,
        lens=lens,
        moment=moment,
        placing=reception.placing(),
        paths=paths,
        path_chart=chart_alone(paths, paths.paths[0]) if paths.decided else None,
        record=gate.duels.record(moment.public_id),
    )
