"""What moves in a ranking, as Atom for feed readers: for anybody with nothing unlocked, or at an address of a fan."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
)
from werkzeug.wrappers import Response as AnyResponse

from ranker.actions.catalogue import EpisodesRenumbered
from ranker.actions.feeds import FollowedSeries, end_feed, followed_by, make_feed
from ranker.actions.sharing import CapTooFar
from ranker.domain.feed import MovementFeed
from ranker.gate import Gate, open_gate
from ranker.gate.feed import feed_key, movement_feed, own_feed
from ranker.kept import Kept
from ranker.web.accounts import posts_are_for_fans
from ranker.web.languages import in_language, language
from ranker.web.pages import rendered_for_all
from ranker.web.requests import site_root, whole_number
from ranker.web.viewers import gate_to, strangers_gate_to, tallies, tended_gate_to
from ranker.words import DEFAULT, _

blueprint = Blueprint("feeds", __name__)

KEPT_FEEDS = 64
MINUTES_10 = 600
ATOM = "application/atom+xml"
# What XML 1.0 cannot hold at all, not even escaped.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a feed is found, and by which path its entries are known for ever."""

    address: str
    path: str

    def id(self, *more: object) -> str:
        """A tag URI (RFC 4151): the site's name, the year it began to name things like this, and a path."""
        host = urlsplit(site_root()).hostname or "localhost"
        return f"tag:{host},2026:{'/'.join((self.path, *map(str, more)))}"


def attach(app: Flask) -> None:
    app.extensions["feeds"] = Kept[MovementFeed](KEPT_FEEDS)


posts_are_for_fans(blueprint, lambda slug: address(slug))


@blueprint.get("/series/<slug>/feed.atom")
def public(slug: str) -> Response:
    """The same for everybody: places, locks and teasers."""
    tended_gate_to(slug)
    response = atom(strangers_gate_to(slug), place_of(f"/series/{slug}/feed.atom"))
    response.cache_control.public = True
    response.cache_control.max_age = MINUTES_10
    return response


@blueprint.get("/feeds/<token>")
def private(token: str) -> Response:
    """What the fan may see whose address this is, whoever asks; of who asks nothing is looked at."""
    followed = followed_by(token)
    if followed is None:
        abort(404)
    response = atom(gate_of(followed), place_of(f"/feeds/{token}", f"/feeds/{followed.public_id}"))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/series/<slug>/feed")
def show(slug: str) -> str:
    """The page; `cap` in the address tries another one out, and changes nothing."""
    return page(tended_gate_to(slug), whole_number(request.args.get("cap")))


@blueprint.post("/series/<slug>/feed")
def make(slug: str) -> str:
    """The only answer that shows the address."""
    gate = gate_to(slug)
    if (whole_number(request.args.get("numbering")) or 0) != gate.state.numbering:
        raise EpisodesRenumbered
    cap = whole_number(request.form.get("cap"))
    try:
        secret = make_feed(gate, cap if cap is not None else abort(422))
    except CapTooFar:
        abort(422)
    return page(gate, cap, in_language(f"{site_root()}/feeds/{secret}"))


@blueprint.post("/series/<slug>/feed/end")
def end(slug: str) -> AnyResponse:
    end_feed(gate_to(slug))
    flash(_("Ended. Whoever has that address is told nothing by it any more."), "good")
    return redirect(address(slug), 303)


def place_of(address: str, path: str = "") -> Place:
    """In another language it is another feed, and its entries are others."""
    spoken = "" if language() == DEFAULT else f"/{language()}"
    return Place(in_language(address), f"{path or address}{spoken}")


def gate_of(followed: FollowedSeries) -> Gate:
    """The gate for whoever follows, as far as they have come by now, and no further than they asked for."""
    return open_gate(followed.viewer, followed.slug, tallies()).looking_only_to(followed.cap)


def atom(gate: Gate, place: Place) -> Response:
    """The feed as an answer that is asked for again by its validator, a digest of its bytes and of nothing else."""
    document = NOT_IN_XML.sub(
        "",
        rendered_for_all("feeds/feed.xml", feed=kept_feed(gate), place=place, root=site_root(), language=language()),
    )
    response = make_response(document)
    response.mimetype = ATOM
    response.set_etag(hashlib.blake2b(document.encode(), digest_size=12).hexdigest())
    response.make_conditional(request)
    return response


def kept_feed(gate: Gate) -> MovementFeed:
    kept: Kept[MovementFeed] = current_app.extensions["feeds"]
    return kept.of(feed_key(gate), lambda: movement_feed(gate))


def page(gate: Gate, tried: int | None, made: str = "") -> str:
    own = own_feed(gate)
    chosen = gate.clearance.looking_back_to(tried if tried is not None else own.cap if own else 0).position
    return render_template(
        "feeds/show.html",
        rail=gate.rail,
        own=own,
        own_up_to=gate.codes.get(own.cap) if own else None,
        made=made,
        chosen=chosen,
        here=gate.codes.get(chosen),
        steps=[code for position, code in gate.codes.items() if gate.clearance.permits(position)],
        public=in_language(f"{site_root()}/series/{gate.series.slug}/feed.atom"),
        feed=kept_feed(gate.looking_only_to(chosen)),
        sealed=gate.sealed,
    )


def address(slug: str) -> str:
    return f"/series/{slug}/feed"
