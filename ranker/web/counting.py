"""The counting rules of this site, for everybody to read."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

blueprint = Blueprint("counting", __name__)


@blueprint.get("/counting")
def show() -> str:
    return render_template("counting/show.html", rules=current_app.config["COUNTING_RULES"])
