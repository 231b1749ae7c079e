"""Sharing one's list: up to where, what others then see, its address, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from ranker.actions.catalogue import EpisodesRenumbered
from ranker.actions.sharing import CapTooFar, change_cap, share_list, stop_sharing
from ranker.domain.clearance import NOTHING_WATCHED
from ranker.gate import Gate
from ranker.gate.public_lists import NotShared, own_cap, own_list_shown
from ranker.web.accounts import posts_are_for_fans
from ranker.web.cards import asked_look
from ranker.web.drawing.layouts import whole_list
from ranker.web.drawing.png import png_of
from ranker.web.drawing.svg import svg_of
from ranker.web.drawing.values import Picture
from ranker.web.list_files import texts_of
from ranker.web.offering import invitation
from ranker.web.requests import site_root, whole_number
from ranker.web.viewers import gate_to
from ranker.words import _, later

blueprint = Blueprint("sharing", __name__, url_prefix="/series/<slug>/list/share")

STOPPED = later(
    "Sharing was stopped meanwhile, in another tab or on another device, so nobody sees your list. If you want to "
    "share it again, press the button below."
)

posts_are_for_fans(blueprint, lambda slug: address(slug))


@blueprint.get("")
def show(slug: str) -> str:
    """The page; `cap` in the address tries another one out, and changes nothing."""
    gate = gate_to(slug)
    if not gate.viewer.is_fan:
        return invitation(gate)
    return page(gate, chosen_cap(request.args))


@blueprint.get("/picture.png")
def as_png(slug: str) -> Response:
    return to_take_along(slug, png_of(own_picture(slug)), "png", "image/png")


@blueprint.get("/picture.svg")
def as_svg(slug: str) -> Response:
    return to_take_along(slug, svg_of(own_picture(slug)), "svg", "image/svg+xml")


@blueprint.post("")
def share(slug: str) -> AnyResponse:
    return show_to_others(slug, share_list)


@blueprint.post("/cap")
def change(slug: str) -> AnyResponse:
    """From a page that has the list as shared: where it is not by now, it stays so until that is asked for."""
    try:
        return show_to_others(slug, change_cap)
    except NotShared:
        flash(str(STOPPED), "problem")
        return redirect(f"{address(slug)}?cap={chosen_cap(request.form)}", 303)


@blueprint.post("/stop")
def stop(slug: str) -> AnyResponse:
    stop_sharing(gate_to(slug))
    flash(_("Your list is shared no more. Its link leads nowhere now."), "good")
    return redirect(address(slug), 303)


def show_to_others(slug: str, share_or_change: Callable[[Gate, int], None]) -> AnyResponse:
    gate = gate_to(slug)
    if (whole_number(request.args.get("numbering")) or 0) != gate.state.numbering:
        raise EpisodesRenumbered
    cap = chosen_cap(request.form)
    try:
        share_or_change(gate, cap if cap is not None else abort(422))
    except CapTooFar:
        abort(422)
    flash(_("Your list is shared. Anybody with its link sees it now, each as far as they have come."), "good")
    return redirect(address(slug), 303)


def own_picture(slug: str) -> Picture:
    """The fan's list up to the `cap` of the address, without which it tells nothing. It is drawn, and kept nowhere."""
    gate = gate_to(slug)
    if not gate.viewer.is_fan:
        abort(404)
    cap = whole_number(request.args.get("cap")) or NOTHING_WATCHED
    return whole_list(own_list_shown(gate, cap), asked_look())


def to_take_along(slug: str, content: str | bytes, ending: str, kind: str) -> Response:
    attached = {"Content-Disposition": f'attachment; filename="{slug}-my-list.{ending}"'}
    return Response(content, mimetype=kind, headers=attached)


def page(gate: Gate, tried: int | None) -> str:
    cap = own_cap(gate)
    chosen = gate.clearance.looking_back_to(tried if tried is not None else cap or 0).position
    shown = own_list_shown(gate, chosen)
    return render_template(
        "list/share.html",
        rail=gate.rail,
        cap=cap,
        chosen=chosen,
        steps=[code for position, code in gate.codes.items() if gate.clearance.permits(position)],
        shown=shown,
        link=link_to(gate),
        texts=texts_of(shown),
    )


def chosen_cap(fields: Mapping[str, str]) -> int | None:
    """The episode that is chosen; where there are too many for a row each, the earlier ones stand in a list."""
    asked = fields.get("cap")
    return whole_number(fields.get("earlier") if asked == "earlier" else asked)


def link_to(gate: Gate) -> str:
    """The whole address of the fan's public list, as it can be sent to somebody."""
    return f"{site_root()}/fans/{quote(gate.viewer.name or '')}/{gate.series.slug}"


def address(slug: str) -> str:
    return f"/series/{slug}/list/share"
