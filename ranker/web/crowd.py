"""Me and the crowd: a fan's list beside the order of the others."""

from __future__ import annotations

from flask import Blueprint, render_template

from ranker.web.viewers import gate_to

blueprint = Blueprint("crowd", __name__, url_prefix="/series/<slug>/crowd")


@blueprint.get("")
def show(slug: str) -> str:
    gate = gate_to(slug)
    if not gate.viewer.is_fan:
        return render_template("crowd/invite.html", rail=gate.rail)
    return render_template("crowd/show.html", rail=gate.rail, beside=gate.beside_the_others())
