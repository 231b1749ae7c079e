"""The moments of a series at the desk: the table, and changes of many at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions import bulk
from ranker.actions.bulk import MomentPlace
from ranker.desk import DeskMoment
from ranker.desk.moments import Asked, Sort, moment_table, moments_named
from ranker.domain.clearance import EpisodeCode
from ranker.models import PROPOSED, PUBLISHED, RETIRED
from ranker.web.admin.entrance import actor, blueprint, desk
from ranker.web.admin.preview import codes
from ranker.web.requests import whole_number
from ranker.web.viewers import tallies
from ranker.words import _, later

STATUSES = (PUBLISHED, PROPOSED, RETIRED)
NOTHING_CHOSEN = later("Tick the moments first, and choose what should become of them.")


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """What would become of one moment."""

    moment: DeskMoment
    episode: EpisodeCode
    status: str

    @property
    def earlier(self) -> bool:
        return self.episode.position < self.moment.episode.position

    @property
    def is_change(self) -> bool:
        return (self.episode, self.status) != (self.moment.episode, self.moment.status)

    @property
    def place(self) -> MomentPlace:
        return MomentPlace(self.episode.position, self.status)


@blueprint.get("/series/<slug>/moments")
def moments(slug: str) -> str:
    return table_page(slug)


@blueprint.post("/series/<slug>/moments/change")
def change_moments(slug: str) -> Response | str | tuple[str, int]:
    """Shows what would change; changes it when it was shown."""
    plan = planned(slug)
    if not any(one.is_change for one in plan):
        return table_page(slug, NOTHING_CHOSEN), 422
    shown = digest(slug, plan)
    if request.form.get("shown") != shown:
        wanted = {name: request.form.get(name, "") for name in ("episode", "status")}
        return render_template(
            "admin/change.html", series=desk().series_card(slug), plan=plan, wanted=wanted, shown=shown
        )
    entry = bulk.change_moments(actor(), slug, {one.moment.public_id: one.place for one in plan})
    return redirect(f"/admin/series/{slug}/moments?done={entry}", 303)


@blueprint.post("/series/<slug>/moments/undo")
def undo_change(slug: str) -> Response | tuple[str, int]:
    desk().series_card(slug)
    try:
        entry = bulk.undo_change(actor(), slug, whole_number(request.form.get("entry")) or 0)
    except bulk.NothingToUndo:
        return table_page(slug, _("That cannot be taken back: something has changed since.")), 409
    return redirect(f"/admin/series/{slug}/moments?done={entry}", 303)


def planned(slug: str) -> list[PlannedChange]:
    """What the form means for each ticked moment. A draft keeps its status, for it is published by itself."""
    episodes = codes(slug)
    episode = episodes.get(whole_number(request.form.get("episode")) or 0)
    status = request.form.get("status") if request.form.get("status") in (PUBLISHED, RETIRED) else None
    return [
        PlannedChange(one, episode or one.episode, one.status if one.is_draft or not status else status)
        for one in moments_named(desk(), slug, request.form.getlist("moment"))
    ]


def digest(slug: str, plan: list[PlannedChange]) -> str:
    """Says what was shown, so that nothing else is done."""
    changes = [one for one in plan if one.is_change]
    return f"{desk().numbering(slug)} " + " ".join(
        f"{one.moment.public_id}:{one.moment.episode.position}>{one.episode.position}:{one.moment.status}>{one.status}"
        for one in changes
    )


def table_page(slug: str, problem: str = "") -> str:
    table = moment_table(desk(), slug, asked_of(request.args), tallies())
    done = whole_number(request.args.get("done"))
    return render_template("admin/moments.html", table=table, seasons=desk().seasons(slug), problem=problem, done=done)


def asked_of(query: Mapping[str, str]) -> Asked:
    """What the address asks for; what it cannot mean is not asked for."""
    sort = query.get("sort")
    return Asked(
        words=query.get("words", "").strip()[:120],
        season=whole_number(query.get("season")),
        status=query.get("status") if query.get("status") in STATUSES else None,
        without_teaser=query.get("teaser") == "none",
        sort=Sort(sort) if sort in set(Sort) else Sort.STORY,
        backwards=query.get("way") == "back",
    )
