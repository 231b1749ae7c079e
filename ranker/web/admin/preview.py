"""How a moment will look to somebody at an episode, in the very templates that show it to them."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass

from flask import current_app, render_template, request
from markupsafe import Markup

from ranker.actions.moments import MomentText
from ranker.domain.clearance import NOTHING_WATCHED, Clearance, EpisodeCode, Method, View
from ranker.domain.values import LockedMoment, Moment, Ranking, SeriesCard, Standing, VisibleMoment
from ranker.web.admin.entrance import blueprint, desk
from ranker.web.pages import rendered_for_all
from ranker.web.requests import whole_number
from ranker.web.rows import freshly_rendered_row, rows_of
from ranker.web.viewers import viewer

UNNAMED = "000000000000"


@dataclass(frozen=True, slots=True)
class Preview:
    """A moment as somebody sees it who has reached `at` (None: nothing watched yet); `row` is its row of the ranking.

    seen: the stamp that says these words were looked at as somebody sees them who has not got there; '' if not.
    """

    at: EpisodeCode | None
    moment: Moment
    row: Markup
    seen: str


@blueprint.post("/series/<slug>/moments/preview")
def preview(slug: str) -> str:
    desk().series_card(slug)
    return render_template("admin/_preview.html", slug=slug, preview=asked_preview(slug))


def asked_preview(slug: str, public_id: str = UNNAMED) -> Preview | None:
    """The preview of the form that was sent, as far as it can be read; None while there is no title or episode."""
    title, position = request.form.get("title", "").strip(), whole_number(request.form.get("episode"))
    if not title or position not in codes(slug):
        return None
    description = request.form.get("description", "").strip()
    text = MomentText(title, description, request.form.get("teaser", "").strip() or None, position)
    return preview_of(slug, text, whole_number(request.form.get("at")), public_id)


def preview_of(slug: str, text: MomentText, at: int | None = None, public_id: str = UNNAMED) -> Preview:
    """The preview at a position; without one, for somebody who is one episode short of it."""
    reached = Clearance(text.position - 1 if at is None else at)
    episodes = codes(slug)
    moment = moment_as_seen(text, episodes[text.position], reached, public_id)
    seen = stamp("seen", slug, text)
    if not moment.locked and not is_stamp(request.form.get("seen"), "seen", slug, text):
        seen = ""
    card = desk().series_card(slug)
    return Preview(episodes.get(reached.position), moment, row_of(card, moment), seen)


def moment_as_seen(text: MomentText, episode: EpisodeCode, reached: Clearance, public_id: str) -> Moment:
    if reached.permits(text.position):
        return VisibleMoment(public_id, text.title, text.description, episode)
    return LockedMoment(episode, text.teaser)


def row_of(series: SeriesCard, moment: Moment) -> Markup:
    """Its row in a ranking that holds nothing else and has no lists yet."""
    row = Standing(None, moment, None, None, 0)
    ranking = Ranking(series, View.MASKED, Method.FAIR, NOTHING_WATCHED, 0, (row,))
    return rendered_for_all("series/_rows.html", ranking=ranking, rows=map(freshly_rendered_row, rows_of(ranking)))


def codes(slug: str) -> dict[int, EpisodeCode]:
    return {episode.code.position: episode.code for season in desk().seasons(slug) for episode in season.episodes}


def was_seen(slug: str, text: MomentText) -> bool:
    """Whether the form that was sent carries the stamp of a preview of exactly these words."""
    return is_stamp(request.form.get("seen"), "seen", slug, text)


def stamp(kind: str, slug: str, text: MomentText, public_id: str = "") -> str:
    """What only this server can have given this person, about exactly these words and these episodes."""
    said = json.dumps([kind, slug, desk().numbering(slug), public_id, viewer().user_id, asdict(text)])
    return hmac.new(str(current_app.secret_key).encode(), said.encode(), hashlib.sha256).hexdigest()


def is_stamp(given: str | None, kind: str, slug: str, text: MomentText, public_id: str = "") -> bool:
    return hmac.compare_digest((given or "").encode(), stamp(kind, slug, text, public_id).encode())
