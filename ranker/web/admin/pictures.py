"""The picture of a moment at the desk."""

from __future__ import annotations

from contextlib import closing

from flask import abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions import pictures as actions
from ranker.desk.pictures import pictures_of
from ranker.pictures import PictureRefused, encoded
from ranker.web.admin.entrance import actor, blueprint, desk
from ranker.web.pictures import picture_file, store
from ranker.words import _, later

ALT_NEEDED = later("Say in words what the picture shows, for whoever cannot see it.")
LONGEST_ALT = 200


@blueprint.route("/moments/<public_id>/picture", methods=["GET", "POST"])
def picture(public_id: str) -> Response | str | tuple[str, int]:
    desk().moment(public_id)
    if request.method == "GET":
        return picture_page(public_id)
    alt = " ".join(request.form.get("alt", "").split())
    try:
        if not alt or len(alt) > LONGEST_ALT:
            raise PictureRefused(str(ALT_NEEDED))
        actions.set_picture(actor(), public_id, encoded(uploaded("picture")), alt, store())
    except PictureRefused as refusal:
        return picture_page(public_id, str(refusal), alt), 422
    flash(_("The picture is there."))
    return redirect(f"/admin/moments/{public_id}/picture", 303)


@blueprint.post("/moments/<public_id>/picture/remove")
def remove_picture(public_id: str) -> Response:
    desk().moment(public_id)
    try:
        actions.remove_picture(actor(), public_id)
    except actions.NoSuchPicture:
        abort(409)
    flash(_("The picture is taken away. You can bring it back."))
    return redirect(f"/admin/moments/{public_id}/picture", 303)


@blueprint.post("/moments/<public_id>/picture/restore")
def bring_back_picture(public_id: str) -> Response:
    desk().moment(public_id)
    try:
        actions.bring_back_picture(actor(), public_id, request.form.get("name", ""))
    except actions.NoSuchPicture:
        abort(409)
    flash(_("The picture is back."))
    return redirect(f"/admin/moments/{public_id}/picture", 303)


@blueprint.get("/moments/<public_id>/pictures/<picture>")
def any_picture(public_id: str, picture: str) -> Response:
    """The large file of any picture of a moment, also one that nobody else may see."""
    if picture not in {one.name for one in pictures_of(desk(), public_id)}:
        abort(404)
    return picture_file(picture, "large")


def uploaded(name: str) -> bytes:
    """The content of the file in a field of the form; nothing if there is none."""
    upload = request.files.get(name)
    if upload is None:
        return b""
    with closing(upload.stream):
        content: bytes = upload.read()
        return content


def picture_page(public_id: str, problem: str = "", alt: str = "") -> str:
    known = desk().moment(public_id)
    return render_template(
        "admin/picture.html",
        series=desk().series_card(known.series_slug),
        moment=known,
        pictures=pictures_of(desk(), public_id),
        problem=problem,
        alt=alt,
    )
