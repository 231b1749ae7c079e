"""What other sites show of a link to this one: a card, and oEmbed. Made for who has seen nothing, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from flask import Blueprint, Response, abort, current_app, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from ranker.actions.accounts.names import name_key
from ranker.domain.clearance import Method
from ranker.domain.values import PublicList
from ranker.gate.public_lists import NotShared, public_list
from ranker.web.drawing.kept import KeptCards
from ranker.web.drawing.layouts import CARD_HEIGHT, CARD_WIDTH, list_card, name_of, series_card
from ranker.web.drawing.values import LOOKS, Look, Picture
from ranker.web.languages import in_language
from ranker.web.pages import kept_ranking, rendered_for_all
from ranker.web.requests import site_root, whole_number
from ranker.web.viewers import strangers_gate_to

blueprint = Blueprint("cards", __name__)

MINUTES_10 = 600
EMBED_WIDTH, EMBED_HEIGHT = 480, 640


@blueprint.get("/series/<slug>/card.png")
def of_series(slug: str) -> Response:
    ranking = kept_ranking(strangers_gate_to(slug), Method.FAIR)
    response = card(series_card(ranking, asked_look()))
    response.cache_control.max_age = MINUTES_10
    return response


@blueprint.get("/fans/<name>/<slug>/card.png")
def of_list(name: str, slug: str) -> Response:
    """Asked for anew each time, so that it is gone when its owner shows it no more."""
    response = card(list_card(strangers_list(name, slug), asked_look()))
    response.cache_control.no_cache = True
    return response


@blueprint.get("/oembed")
def oembed() -> Response:
    """https://oembed.com: what the page at `url` is, for sites that show links."""
    if request.args.get("format", "json") != "json":
        abort(501)
    response = jsonify(linked(request.args.get("url", "")))
    response.cache_control.public = True
    response.cache_control.max_age = MINUTES_10
    return response


def linked(url: str) -> dict[str, Any]:
    """The page of a series or a public list as oEmbed describes it; 404 for every other one."""
    endpoint, parts = page_at(url)
    if endpoint == "fans.show":
        shown = strangers_list(**parts)
        page = f"/fans/{quote(shown.owner)}/{shown.series.slug}"
        title = f"{name_of(shown)} · {shown.series.title}"
        return {**described(title, page), "type": "link", "author_name": shown.owner}
    if endpoint != "series.show":
        abort(404)
    series = strangers_gate_to(**parts).series
    shape = framed(series.slug, series.title) if current_app.config["EMBED"] else {"type": "link"}
    return {**described(series.title, f"/series/{series.slug}"), **shape}


def page_at(url: str) -> tuple[str, Mapping[str, Any]]:
    """The endpoint and the parts of an address of this site; 404 for any other."""
    try:
        address = urlsplit(url)
        if f"{address.scheme}://{address.netloc}" not in (site_root(), request.host_url.rstrip("/")):
            abort(404)
        return current_app.url_map.bind("").match(unquote(address.path), method="GET")
    except (ValueError, HTTPException, RoutingException):
        abort(404)


def described(title: str, page: str) -> dict[str, Any]:
    return {
        "version": "1.0",
        "title": title,
        "provider_name": "Ranker",
        "provider_url": f"{site_root()}/",
        "cache_age": MINUTES_10,
        "thumbnail_url": in_language(f"{site_root()}{page}/card.png"),
        "thumbnail_width": CARD_WIDTH,
        "thumbnail_height": CARD_HEIGHT,
    }


def framed(slug: str, title: str) -> dict[str, Any]:
    """The embed that tells nothing of the story, no larger than the other site has room for."""
    width = min(EMBED_WIDTH, whole_number(request.args.get("maxwidth")) or EMBED_WIDTH)
    height = min(EMBED_HEIGHT, whole_number(request.args.get("maxheight")) or EMBED_HEIGHT)
    html = rendered_for_all(
        "embed/_frame.html",
        address=in_language(f"{site_root()}/embed/{slug}"),
        title=title,
        width=width,
        height=height,
    )
    return {"type": "rich", "html": str(html).strip(), "width": width, "height": height}


def strangers_list(name: str, slug: str) -> PublicList:
    """A public list as somebody sees it who has seen nothing; 404 for one that is not shown."""
    try:
        return public_list(strangers_gate_to(slug), name_key(name))
    except NotShared:
        abort(404)


def asked_look() -> Look:
    """The look the address names, or the light one."""
    return LOOKS.get(request.args.get("look", ""), LOOKS["light"])


def card(picture: Picture) -> Response:
    """A card as it is sent: anybody may keep it, for it is the same for all."""
    cards = KeptCards(current_app.config["DATA_DIR"] / "cards")
    digest, content = cards.of(picture)
    response = Response(content, mimetype="image/png")
    response.cache_control.public = True
    response.set_etag(digest)
    response.make_conditional(request)
    return response
