"""Pictures of moments, through the gate: what a viewer may not see, and what there is not, is one and the same."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, current_app
from markupsafe import Markup
from werkzeug.wrappers import Response

from ranker.domain.values import VisibleMoment
from ranker.gate import NotHere
from ranker.pictures import PictureStore
from ranker.web.marks import mark
from ranker.web.viewers import gate_to

blueprint = Blueprint("pictures", __name__, url_prefix="/series/<slug>/moments/<public_id>/picture")

IMAGE = Markup(
    '<img class="mark" src="/series/{}/moments/{}/picture/small" width="{}" height="{}" alt="" loading="lazy">'
)


def attach(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.add_template_global(face)


@blueprint.get("/<size>")
def show(slug: str, public_id: str, size: str) -> Response:
    try:
        name = gate_to(slug).picture_name(public_id)
    except NotHere:
        abort(404)
    return picture_file(name, size)


def picture_file(name: str, size: str) -> Response:
    """A file as it is sent: of one type, and, as every response that is not public, kept by nobody."""
    content = store().read(name, size)
    if content is None:
        abort(404)
    return Response(content, mimetype="image/webp")


def store() -> PictureStore:
    return PictureStore(current_app.config["DATA_DIR"] / "pictures")


def face(slug: str, moment: VisibleMoment, size: int = 56) -> Markup:
    """What stands for a moment beside its title: its picture, small, or else its mark."""
    if moment.picture is None:
        return mark(moment.public_id, size)
    return IMAGE.format(slug, moment.public_id, size, size)
