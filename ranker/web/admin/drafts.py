"""Showing a series to everybody, hiding it again, and deleting one that is a draft."""

from __future__ import annotations

from dataclasses import astuple

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions import drafts as actions
from ranker.desk.drafts import holdings
from ranker.web.admin.entrance import actor, blueprint, desk, for_admins
from ranker.web.pictures import store
from ranker.words import _, later

OTHER_SLUG = later("Write the address exactly as it stands there.")
CHANGED = later("This series has changed since you opened the page. Look at it again: nothing was deleted.")
OPEN_NOW = later("Everybody sees this series now. Hide it first: only a draft can be deleted.")


@blueprint.post("/series/<slug>/show")
def show_series(slug: str) -> Response:
    title = desk().series_card(slug).title
    actions.show_series(actor(), slug)
    flash(_("Everybody sees %(title)s now.", title=title))
    return to_series(slug)


@blueprint.post("/series/<slug>/hide")
def hide_series(slug: str) -> Response | str:
    """Asks first where fans have anything; the form that asks says that it did."""
    series, there = desk().series_card(slug), holdings(desk(), slug)
    if series.is_open and there.of_fans and "sure" not in request.form:
        return render_template("admin/hide_series.html", series=series, there=there)
    actions.hide_series(actor(), slug)
    flash(_("%(title)s is a draft now: nobody sees it but here.", title=series.title))
    return to_series(slug)


@blueprint.route("/series/<slug>/delete", methods=["GET", "POST"])
@for_admins
def delete_series(slug: str) -> Response | str | tuple[str, int]:
    series = desk().series_card(slug)
    if request.method == "GET":
        return deletion_page(slug)
    if request.form.get("slug", "").strip() != slug:
        return deletion_page(slug, OTHER_SLUG), 422
    if request.form.get("shown") != stamp(slug):
        return deletion_page(slug, CHANGED), 409
    try:
        actions.delete_series(actor(), slug, store())
    except actions.NotADraft:
        return deletion_page(slug), 409
    flash(_("%(title)s is deleted, and all there was of it.", title=series.title))
    return redirect("/admin/", 303)


def deletion_page(slug: str, problem: str = "") -> str:
    series = desk().series_card(slug)
    problem = problem if not series.is_open else str(OPEN_NOW)
    return render_template(
        "admin/delete_series.html",
        series=series,
        there=holdings(desk(), slug),
        shown=stamp(slug),
        problem=problem,
        typed=request.form.get("slug", "") if problem == str(OTHER_SLUG) else "",
    )


def stamp(slug: str) -> str:
    """Says which series was shown, for one that takes the address later is numbered on, and what there was of it."""
    return " ".join(map(str, (desk().numbering(slug), *astuple(holdings(desk(), slug)))))


def to_series(slug: str) -> Response:
    return redirect(f"/admin/series/{slug}", 303)
