"""Importing a file into a series: it is uploaded, what it would do is shown, and one word does it or drops it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, stream_template
from werkzeug.wrappers import Response

from ranker.actions import import_undo, imports
from ranker.desk import catalogue
from ranker.desk.moments import lists_by_moment
from ranker.exchange import SeriesFileRefused
from ranker.exchange.contents import Contents
from ranker.exchange.plan import Plan, plan_import
from ranker.exchange.reading import read_contents
from ranker.web.admin.entrance import actor, blueprint, desk
from ranker.web.requests import whole_number
from ranker.words import _

IMPORT = "/series/<slug>/import"
LONG = 1_000  # steps: with more, the answer says how far it has come while it does them


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
    name = (file.filename if file else None) or "file"
    try:
        read_contents(content, name)
    except SeriesFileRefused as refusal:
        imports.drop_file(user_id(), slug)  # what waits is always the newest, or it would be taken for that
        return page(slug, str(refusal)), 422
    imports.keep_file(user_id(), slug, name, content)
    return redirect(f"/admin/series/{slug}/import", 303)


@blueprint.post(f"{IMPORT}/apply")
def apply_import(slug: str) -> Response | tuple[str | Iterator[str], int]:
    waiting = waiting_for(slug)
    if waiting is None:
        flash(_("There is no file waiting any more."), "problem")
        return redirect(f"/admin/series/{slug}/import", 303)
    importing = imports.Importing(actor(), slug, waiting.contents, request.form.get("shown", ""))
    if importing.shown == waiting.plan.digest and len(waiting.plan.steps) > LONG:
        card = desk().series_card(slug)
        # What it reads and writes is done while it is sent, after this request's own session is gone.
        return stream_template("admin/importing.html", series=card, importing=importing, turns=turns(importing)), 200
    for _turn in turns(importing):
        pass
    if not importing.is_done:
        return page(slug, _("The series has changed since this was shown. This is what the file would do now.")), 409
    plan = importing.done.plan
    words = _(
        "Imported: %(new)d new, %(changed)d changed. Under Import and export it can be taken back.",
        new=len(plan.new),
        changed=len(plan.changed),
    )
    flash(words)
    return redirect(f"/admin/series/{slug}", 303)


def turns(importing: imports.Importing) -> Iterator[int]:
    """How many steps are done, by turns; none when it cannot be done any more as it was shown."""
    try:
        yield from importing
    except imports.PlanChanged:
        return


@blueprint.post(f"{IMPORT}/undo")
def undo_import(slug: str) -> Response | tuple[str, int]:
    desk().series_card(slug)
    try:
        import_undo.undo_import(actor(), slug, whole_number(request.form.get("entry")) or 0)
    except import_undo.NothingToUndo as refusal:
        return page(slug, _("That import cannot be taken back. %(why)s", why=refusal)), 409
    flash(_("The import is taken back: the series is as it was before."))
    return redirect(f"/admin/series/{slug}/import", 303)


@blueprint.post(f"{IMPORT}/drop")
def drop(slug: str) -> Response:
    desk().series_card(slug)
    imports.drop_file(user_id(), slug)
    flash(_("Nothing was imported."))
    return redirect(f"/admin/series/{slug}/import", 303)


def page(slug: str, problem: str = "") -> str:
    return render_template(
        "admin/import.html",
        series=desk().series_card(slug),
        waiting=waiting_for(slug),
        lists=lists_by_moment(desk(), slug, current_app.extensions["tallies"]),
        last=catalogue.last_import(slug),
        problem=problem,
    )


def waiting_for(slug: str) -> Waiting | None:
    """The file that waits for this person's word; none if it can no longer be read."""
    found = catalogue.waiting_file(desk(), slug, user_id())
    if found is None:
        return None
    name, content = found
    try:
        contents = read_contents(content, name)
    except SeriesFileRefused:
        return None
    return Waiting(name, contents, plan_import(catalogue.whole_series(desk(), slug), contents))


def user_id() -> int:
    """The account of whoever is at the desk, who always has one."""
    here = actor().user_id
    assert here is not None
    return here
