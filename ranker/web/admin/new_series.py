"""A new series from a file: it is uploaded, what is in it is shown, and one word adds it or drops it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions import series as actions
from ranker.desk.catalogue import waiting_series
from ranker.exchange import SeriesFile, SeriesFileRefused, read_series
from ranker.web.admin.entrance import actor, blueprint, desk, for_admins
from ranker.web.admin.imports import user_id
from ranker.web.admin.series import TAKEN, NewSeriesForm, new_series_page
from ranker.words import _

PAGE = "/admin/series/import"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits for a word: its name and what is in it. taken: whether there is a series at its address."""

    name: str
    file: SeriesFile
    taken: bool


@blueprint.get("/series/import")
@for_admins
def new_series_from_file() -> Response | str:
    waiting = waiting_now()
    if waiting is None:
        return redirect("/admin/series/new", 303)
    return render_template("admin/series_file.html", waiting=waiting)


@blueprint.post("/series/import")
@for_admins
def upload_series() -> Response | tuple[str, int]:
    upload = request.files.get("file")
    content = upload.read() if upload else b""
    try:
        read_series(content)
    except SeriesFileRefused as refusal:
        actions.drop_new_series(user_id())  # what waits is always the newest, or it would be taken for that
        return new_series_page(NewSeriesForm(formdata=None), str(refusal)), 422
    actions.keep_new_series(user_id(), (upload.filename if upload else None) or "file", content)
    return redirect(PAGE, 303)


@blueprint.post("/series/import/apply")
@for_admins
def add_from_file() -> Response | tuple[str, int]:
    waiting = waiting_now()
    if waiting is None:
        flash(_("There is no file waiting any more."), "problem")
        return redirect("/admin/series/new", 303)
    file = waiting.file
    try:
        actions.add_series(actor(), file, draft=True)
    except actions.SlugTaken:
        return new_series_page(NewSeriesForm(formdata=None), TAKEN), 422
    actions.drop_new_series(user_id())
    words = _(
        "%(title)s is there as a draft, with %(episodes)d episodes and %(moments)d moments.",
        title=file.title,
        episodes=len(file.episodes),
        moments=len(file.moments),
    )
    flash(words)
    return redirect(f"/admin/series/{file.slug}", 303)


@blueprint.post("/series/import/drop")
@for_admins
def drop_series_file() -> Response:
    actions.drop_new_series(user_id())
    flash(_("Nothing was added."))
    return redirect("/admin/series/new", 303)


def waiting_now() -> Waiting | None:
    """The file that waits for this admin's word; none if it can no longer be read."""
    found = waiting_series(user_id())
    if found is None:
        return None
    name, content = found
    try:
        file = read_series(content)
    except SeriesFileRefused:
        return None
    return Waiting(name, file, any(card.slug == file.slug for card in desk().all_series()))
