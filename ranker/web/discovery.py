"""Finding one's way: a search over all series, the map of the site for crawlers, and the keys there are."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from ranker.gate import Viewer, shelf
from ranker.gate.discovery import search
from ranker.web.requests import asked_words, from_htmx, site_root
from ranker.web.viewers import viewer

blueprint = Blueprint("discovery", __name__)

# What a crawler gets nothing from: pages that are somebody's own, and one page for each pair of things.
NOT_FOR_CRAWLERS = ("/account", "/search", "/series/*/duels", "/series/*/list", "/series/*/crowd", "/fans/*/beside")


@blueprint.get("/search")
def find() -> str:
    words = asked_words()
    found = search(viewer(), words) if words else ()
    return render_template("discovery/search.html", words=words, found=found)


@blueprint.get("/keys")
def keys() -> str:
    return render_template("keys/_keys.html" if from_htmx() else "keys/show.html")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The pages that anybody may be sent to, the same for all: as somebody sees them who has watched nothing."""
    slugs = [row.series.slug for row in shelf(Viewer())]
    pages = ["/", "/methods", *(f"/series/{slug}" for slug in slugs)]
    answer = make_response(render_template("discovery/sitemap.xml", pages=[site_root() + page for page in pages]))
    answer.mimetype = "application/xml"
    return answer


@blueprint.get("/robots.txt")
def robots() -> Response:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in NOT_FOR_CRAWLERS),
        "",
        f"Sitemap: {site_root()}/sitemap.xml",
    ]
    answer = make_response("\n".join(lines) + "\n")
    answer.mimetype = "text/plain"
    return answer
