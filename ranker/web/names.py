"""Saying that the name of a fan gives something away or is unkind, from a list they show."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from ranker.actions.accounts.names import name_key
from ranker.actions.reports import LONGEST_WORDS, ReportedBefore, report_name
from ranker.domain.from_fans import ReportKind
from ranker.gate import Gate, NotHere
from ranker.gate.public_lists import NotShared, shown_owner
from ranker.web.accounts import ask_to_log_in
from ranker.web.admin.fields import stripped
from ranker.web.allowances import TooOften, count_once
from ranker.web.reports import BEFORE
from ranker.web.viewers import gate_to
from ranker.words import later

blueprint = Blueprint("names", __name__, url_prefix="/fans/<name>/<slug>")

Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]

THANKS = later("Thank you. Somebody who looks after this site will look.")


class NameForm(FlaskForm):
    kind = RadioField(
        later("What is wrong with it"),
        [InputRequired(later("Please choose one."))],
        choices=[
            SelectChoice(ReportKind.SPOILS.value, later("It gives something away")),
            SelectChoice(ReportKind.UNKIND.value, later("It is unkind, or pretends to be somebody else")),
        ],
    )
    words = TextAreaField(later("In your words"), [Length(max=LONGEST_WORDS)], filters=[stripped])


@blueprint.route("/report", methods=["GET", "POST"])
def report(name: str, slug: str) -> Answer:
    gate = gate_to(slug)
    owner = readable_name(gate, name)
    if not gate.viewer.is_fan:
        return ask_to_log_in(f"{list_of(owner, slug)}/report")
    form = NameForm()
    if request.method == "GET":
        return page(gate, owner, form)
    if not form.validate():
        return page(gate, owner, form), 422
    try:
        count_once("REPORT_LIMIT")
        report_name(gate, name_key(owner), ReportKind(form.kind.data), form.words.data or "")
    except ReportedBefore:
        return page(gate, owner, form, BEFORE), 409
    except TooOften as refusal:
        return page(gate, owner, form, refusal.words), 429, refusal.headers
    except (NotShared, NotHere):  # taken back, or called otherwise, since the page was made
        abort(404)
    flash(str(THANKS))
    return redirect(list_of(owner, slug), 303)


def readable_name(gate: Gate, name: str) -> str:
    """The name as its owner writes it, if they show a list here. One's own, and any other, are not there: 404."""
    try:
        owner = shown_owner(gate, name_key(name))
    except NotShared:
        abort(404)
    if owner.id == gate.viewer.user_id:
        abort(404)
    return owner.name


def list_of(owner: str, slug: str) -> str:
    return f"/fans/{quote(owner)}/{slug}"


def page(gate: Gate, owner: str, form: NameForm, problem: str = "") -> str:
    return render_template("reports/name.html", rail=gate.rail, owner=owner, form=form, problem=problem)
