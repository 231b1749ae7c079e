"""A small ranking for other pages to frame. It reads no session: what it tells, whoever embeds it has decided."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request

from ranker.domain.clearance import NOTHING_WATCHED, Method
from ranker.gate import Gate
from ranker.web.assets import stylesheet_address
from ranker.web.cards import EMBED_HEIGHT
from ranker.web.languages import language
from ranker.web.pages import kept_ranking, rendered_for_all
from ranker.web.requests import site_root, whole_number
from ranker.web.viewers import gate_to, strangers_gate_to
from ranker.words import DEFAULT

blueprint = Blueprint("embeds", __name__)

ROWS = 10
MINUTES_5 = 300


@blueprint.before_request
def only_if_allowed() -> None:
    if not current_app.config["EMBED"]:
        abort(404)


@blueprint.get("/embed/<slug>")
def show(slug: str) -> Response:
    """Nothing is unlocked here, but for a frame whose page has said up to where.

    A link to an embed is a link like any other and must spoil nobody: only a browser that fills a frame is told more.
    """
    upto = asked_position() if request.headers.get("Sec-Fetch-Dest") == "iframe" else NOTHING_WATCHED
    gate = strangers_gate_to(slug, upto)
    ranking = kept_ranking(gate, Method.FAIR)
    styled = stylesheet_address()
    page = rendered_for_all(
        "embed/show.html",
        ranking=ranking,
        here=gate.rail.here,
        most=ROWS,
        stylesheet=styled,
        language=language(),
    )
    response = make_response(page)
    response.vary.add("Sec-Fetch-Dest")
    if upto:
        response.cache_control.no_store = True
    else:
        response.cache_control.public = True
        response.cache_control.max_age = MINUTES_5
    return response


@blueprint.get("/series/<slug>/embed")
def build(slug: str) -> str:
    """The words to put into another page, with what its readers will see."""
    gate = gate_to(slug)
    chosen = gate.clearance.looking_back_to(asked_position()).position
    return render_template(
        "embed/build.html",
        rail=gate.rail,
        chosen=chosen,
        here=gate.codes.get(chosen),
        steps=[code for position, code in gate.codes.items() if gate.clearance.permits(position)],
        address=f"{site_root()}/embed/{slug}{asking(chosen)}",
        height=EMBED_HEIGHT,
        ranking=kept_ranking(strangers_gate_to(slug, chosen), Method.FAIR) if may_preview(gate, chosen) else None,
        most=ROWS,
    )


def asking(upto: int) -> str:
    """The query of an embed that tells the story up to there, in the language of whoever puts it on their page."""
    asked = {"upto": str(upto)} if upto else {}
    if language() != DEFAULT:
        asked["lang"] = language()
    return f"?{urlencode(asked)}" if asked else ""


def may_preview(gate: Gate, chosen: int) -> bool:
    """A sealed viewer wants to know nothing of what lies ahead, not even that it is there."""
    return chosen != NOTHING_WATCHED or not gate.sealed


def asked_position() -> int:
    return whole_number(request.args.get("upto")) or NOTHING_WATCHED
