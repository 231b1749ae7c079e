"""Invitations at the desk."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from ranker.actions.accounts.invites import (
    LONGEST_LABEL,
    MOST_DAYS,
    MOST_USES,
    all_invites,
    make_invite,
    revoke_invite,
)
from ranker.web.admin.entrance import actor, blueprint, for_admins
from ranker.web.admin.fields import NEEDED, ONE_LINE, stripped
from ranker.words import _, later


class InviteForm(FlaskForm):
    label = StringField(
        later("Who it is for"), [DataRequired(NEEDED), Length(max=LONGEST_LABEL), ONE_LINE], filters=[stripped]
    )
    uses = IntegerField(later("How many people"), [InputRequired(NEEDED), NumberRange(1, MOST_USES)], default=1)
    days = IntegerField(later("Good for how many days"), [InputRequired(NEEDED), NumberRange(1, MOST_DAYS)], default=7)


@blueprint.route("/invites", methods=["GET", "POST"])
@for_admins
def invites() -> str | tuple[str, int]:
    """The link of a new invitation is on the answer to this one request and nowhere else."""
    form = InviteForm()
    if request.method == "GET":
        return invites_page(form)
    if not form.validate():
        return invites_page(form), 422
    secret = make_invite(actor(), form.label.data, form.uses.data, form.days.data)
    link = url_for("accounts.sign_up", invite=secret, _external=True)
    return invites_page(InviteForm(formdata=None), link)


@blueprint.post("/invites/<public_id>/revoke")
@for_admins
def revoke(public_id: str) -> Response:
    revoke_invite(actor(), public_id)
    flash(_("Taken back. Who came with it stays."))
    return redirect("/admin/invites", 303)


def invites_page(form: InviteForm, link: str = "") -> str:
    return render_template(
        "admin/invites.html", form=form, invites=all_invites(), link=link, signup=current_app.config["SIGNUP"]
    )
