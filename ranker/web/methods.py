"""The methods: explained to everybody, and where they disagree about one series."""

from __future__ import annotations

from flask import Blueprint, render_template

from ranker.domain.ballot import BALLOT_SIZE
from ranker.domain.clearance import Method
from ranker.domain.comparison import compare
from ranker.domain.examples import FERRY, MAP, SIGNAL, STORM, STRANGER, worked_examples
from ranker.domain.values import EARLY_BELOW
from ranker.web.viewers import gate_to
from ranker.words import later

NAMED = {
    SIGNAL: later("The Signal"),
    STORM: later("The Storm"),
    MAP: later("The Map"),
    STRANGER: later("The Stranger"),
    FERRY: later("The Ferry"),
}

blueprint = Blueprint("methods", __name__)


@blueprint.get("/methods")
def show() -> str:
    return render_template(
        "methods/show.html", examples=worked_examples(), named=NAMED, size=BALLOT_SIZE, early_below=EARLY_BELOW
    )


@blueprint.get("/series/<slug>/methods")
def of_series(slug: str) -> str:
    """All three read from where the viewer stands, for only then are they comparable: first watch is always sealed."""
    gate = gate_to(slug)
    sealed = gate.sealed_at(gate.clearance.position)
    comparison = compare({method: sealed.ranking(method) for method in Method})
    return render_template("methods/series.html", rail=gate.rail, comparison=comparison)
