"""Lists that fans show to others, alone and beside one another."""

from __future__ import annotations

import re
from urllib.parse import unquote

from flask import Blueprint, abort, render_template, request

from ranker.actions.accounts.names import name_key
from ranker.domain.values import SideBySide
from ranker.gate import Gate
from ranker.gate.public_lists import NotShared, public_list, side_by_side
from ranker.web.viewers import gate_to

blueprint = Blueprint("fans", __name__, url_prefix="/fans/<name>/<slug>")


@blueprint.get("")
def show(name: str, slug: str) -> str:
    gate = gate_to(slug)
    try:
        shown = public_list(gate, name_key(name))
    except NotShared:
        abort(404)
    return render_template("fans/show.html", rail=gate.rail, shown=shown, mine=is_mine(gate, name))


@blueprint.get("/beside")
def beside(name: str, slug: str) -> str | tuple[str, int]:
    """The list beside the one of the fan whom `with` names, itself or by a link, or beside the viewer's own."""
    gate = gate_to(slug)
    try:
        shown = public_list(gate, name_key(name))
    except NotShared:
        abort(404)
    asked = name_in(request.args.get("with", "")[:LONGEST_LINK].strip())[:LONGEST_ASKED]
    both = both_lists(gate, name, asked)
    page = render_template("fans/beside.html", rail=gate.rail, shown=shown, asked=asked, both=both)
    return page if both or not asked else (page, 404)


def both_lists(gate: Gate, name: str, asked: str) -> SideBySide | None:
    if is_mine(gate, asked):
        asked = ""
    if not asked and is_mine(gate, name):
        return None
    try:
        return side_by_side(gate, name_key(name), name_key(asked) if asked else None)
    except NotShared:
        return None


def name_in(asked: str) -> str:
    """What is asked for is a name, or the link of a page of somebody's list, on whatever host that is."""
    link = LINK.match(asked)
    name = unquote(link["name"]) if link else asked
    return name if "\0" not in name else abort(400)


def is_mine(gate: Gate, name: str) -> bool:
    return gate.viewer.name is not None and name_key(name) == name_key(gate.viewer.name)


LONGEST_ASKED = 60
LONGEST_LINK = 600
LINK = re.compile(r"(?:[^?#]*?/)?fans/(?P<name>[^/?#]+)/[^/?#]")
