"""Merging duplicates at the desk: what it would do is shown before it is done, for it cannot be taken back."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions.merging import NotMergeable, merge_moments
from ranker.desk import DeskMoment
from ranker.desk.moments import Asked, MomentTable, TableRow, moment_table
from ranker.desk.pictures import pictures_of
from ranker.models import PUBLISHED
from ranker.web.admin.entrance import actor, blueprint, desk
from ranker.web.admin.preview import codes
from ranker.web.requests import whole_number
from ranker.web.viewers import tallies
from ranker.words import later, ngettext

CHOOSE = later("Choose the moment it is the same as.")
CANNOT = later("It cannot be merged into that one. Choose a published moment of the same series.")


@blueprint.route("/moments/<public_id>/merge", methods=["GET", "POST"])
def merge(public_id: str) -> Response | str | tuple[str, int]:
    """Asks for the survivor, shows what would happen, and merges when that was shown."""
    known = desk().moment(public_id)
    if known.is_draft or known.merged_into:
        abort(404)
    table = moment_table(desk(), known.series_slug, Asked(), tallies())
    survivor = row_of(table, request.form.get("into", ""))
    if request.method == "GET":
        return merge_page(known, table)
    if survivor is None or survivor.moment.public_id == public_id or survivor.moment.status != PUBLISHED:
        return merge_page(known, table, CHOOSE), 422
    wanted = whole_number(request.form.get("episode"))
    label = max(known.episode.position, survivor.moment.episode.position)
    if wanted is not None and wanted in codes(known.series_slug):
        label = wanted
    shown = f"{desk().numbering(known.series_slug)} {survivor.moment.public_id} {label}"
    if request.form.get("shown") != shown:
        return merge_page(known, table, survivor=survivor, label=label, shown=shown)
    try:
        done = merge_moments(actor(), public_id, survivor.moment.public_id, label)
    except NotMergeable:
        return merge_page(known, table, CANNOT), 422
    words = ngettext(
        "“%(title)s” is merged. %(num)d stored list changed.",
        "“%(title)s” is merged. %(num)d stored lists changed.",
        done.lists,
        title=known.title,
    )
    flash(words)
    return redirect(f"/admin/moments/{survivor.moment.public_id}", 303)


def row_of(table: MomentTable, public_id: str) -> TableRow | None:
    return next((row for row in table.rows if row.moment.public_id == public_id), None)


def merge_page(
    known: DeskMoment,
    table: MomentTable,
    problem: str = "",
    survivor: TableRow | None = None,
    label: int = 0,
    shown: str = "",
) -> str:
    return render_template(
        "admin/merge.html",
        series=table.series,
        moment=known,
        lists=next(row.lists for row in table.rows if row.moment == known),
        pictured=any(picture.current for picture in pictures_of(desk(), known.public_id)),
        choices=[row for row in table.rows if row.moment.status == PUBLISHED and row.moment != known],
        codes=codes(known.series_slug),
        survivor=survivor,
        label=label,
        shown=shown,
        into=request.values.get("into", ""),
        problem=problem,
    )
