"""Importing a file into a series: it is uploaded, what it would do is shown, and one word does it or drops it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions import imports
from ranker.desk import catalogue
from ranker.desk.moments import lists_by_moment
from ranker.exchange import SeriesFileRefused
from ranker.exchange.contents import Contents
from ranker.exchange.plan import Plan, plan_import
from ranker.exchange.reading import read_contents
from ranker.web.admin.entrance import actor, blueprint, desk

IMPORT = "/series/<slug>/import"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits for a word: its name, what it says, and what it would do."""

    name: str
    contents: Contents
    plan: Plan


@blueprint.get(IMPORT)
def import_into(slug: str) -> str:
    return page(slug)


@blueprint.post(IMPORT)
def upload(slug: str) -> Response | tuple[str, int]:
    desk().series_card(slug)
    file = request.files.get("file")
    content = file.read() if file else b""
    try:
        read_contents(content)
    except SeriesFileRefused as refusal:
        return page(slug, str(refusal)), 422
    imports.keep_file(user_id(), slug, (file.filename if file else None) or "file", content)
    return redirect(f"/admin/series/{slug}/import", 303)


@blueprint.post(f"{IMPORT}/apply")
def apply_import(slug: str) -> Response | tuple[str, int]:
    waiting = waiting_for(slug)
    if waiting is None:
        flash("There is no file waiting any more.", "problem")
        return redirect(f"/admin/series/{slug}/import", 303)
    try:
        done = imports.apply_import(actor(), slug, waiting.contents, request.form.get("shown", ""))
    except imports.PlanChanged:
        return page(slug, "The series has changed since this was shown. This is what the file would do now."), 409
    flash(f"Imported: {len(done.new)} new, {len(done.changed)} changed.")
    return redirect(f"/admin/series/{slug}", 303)


@blueprint.post(f"{IMPORT}/drop")
def drop(slug: str) -> Response:
    desk().series_card(slug)
    imports.drop_file(user_id(), slug)
    flash("Nothing was imported.")
    return redirect(f"/admin/series/{slug}/import", 303)


def page(slug: str, problem: str = "") -> str:
    return render_template(
        "admin/import.html",
        series=desk().series_card(slug),
        waiting=waiting_for(slug),
        lists=lists_by_moment(desk(), slug, current_app.extensions["tallies"]),
        problem=problem,
    )


def waiting_for(slug: str) -> Waiting | None:
    """The file that waits for this person's word; none if it can no longer be read."""
    found = catalogue.waiting_file(desk(), slug, user_id())
    if found is None:
        return None
    name, content = found
    try:
        contents = read_contents(content)
    except SeriesFileRefused:
        return None
    return Waiting(name, contents, plan_import(catalogue.whole_series(desk(), slug), contents))


def user_id() -> int:
    """The account of whoever is at the desk, who always has one."""
    here = actor().user_id
    assert here is not None
    return here
