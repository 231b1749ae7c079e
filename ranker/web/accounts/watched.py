"""Bringing along what one has watched, from another site's file: shown first, and nothing moves before one says so."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions.catalogue import EpisodesRenumbered
from ranker.actions.progress import NoSuchEpisode, declare_progress
from ranker.domain.watched import WatchedHere
from ranker.exchange.watched import TOO_LARGE, WatchedFileRefused, read_watched
from ranker.gate import NotHere, open_gate
from ranker.gate.watched import watched_here
from ranker.web.accounts.entrance import blueprint, fans_only
from ranker.web.requests import where_too_large, whole_number
from ranker.web.viewers import tallies, viewer
from ranker.words import _, later

WATCHED = "/account/watched"
NO_FILE = later("Choose a file first: what the other site gave you.")
NONE_CHOSEN = later("No series was chosen, so nothing was changed. Bring the file again to choose some.")
MOST_FILES = 60

Answer = Response | str | tuple[str, int]


@blueprint.get(WATCHED)
@fans_only
def watched() -> str:
    return page()


@fans_only
def too_large() -> Answer:
    return page(problem=TOO_LARGE), 413


@blueprint.post(WATCHED)
@where_too_large(too_large)
@fans_only
def bring_watched() -> Answer:
    files = [file for file in request.files.getlist("file") if file.filename][:MOST_FILES]
    try:
        shows = read_watched(file.read() for file in files)
    except WatchedFileRefused as refusal:
        return page(problem=str(refusal)), 422
    return page(watched_here(viewer(), tallies(), shows)) if files else (page(problem=NO_FILE), 422)


@blueprint.post(f"{WATCHED}/confirm")
@fans_only
def confirm_watched() -> Answer:
    """Goes on in each series that was ticked; never back, and not where its episodes were numbered anew meanwhile."""
    asked = request.form.getlist("forward")
    if not asked:
        return page(problem=NONE_CHOSEN), 422
    moved = [title for one in asked if (title := moved_on(one))]
    if moved:
        flash(_("You have gone on in %(series)s.", series=", ".join(moved)), "good")
    if len(moved) < len(asked):
        flash(_("Where you are as far already, or where episodes have changed meanwhile, nothing was changed."))
    return redirect("/", 303)


def moved_on(asked: str) -> str | None:
    """The title of the series that was moved on in; None where nothing was. asked: slug, position and numbering."""
    slug, position, numbering = ([*asked.split(":"), "", ""])[:3]
    there = whole_number(position)
    try:
        gate = open_gate(viewer(), slug, tallies())
        if there is None or there <= gate.clearance.position or whole_number(numbering) != gate.state.numbering:
            return None
        declare_progress(gate, there, confirmed=there)
    except (NotHere, NoSuchEpisode, EpisodesRenumbered):
        return None
    return gate.series.title


def page(found: WatchedHere | None = None, problem: str = "") -> str:
    return render_template("accounts/watched.html", found=found, problem=problem)
