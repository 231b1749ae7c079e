"""Suggesting a moment, and what has become of one's suggestions. Nobody but their author and the desk reads them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from ranker.actions.suggestions import LONGEST_TEXT, LONGEST_TITLE, SuggestionText, send_suggestion, withdraw_suggestion
from ranker.domain.values import VisibleMoment
from ranker.gate import Gate, NotHere
from ranker.web.accounts import posts_are_for_fans
from ranker.web.admin.fields import NEEDED, ONE_LINE, stripped
from ranker.web.allowances import TooOften, count_once
from ranker.web.viewers import gate_to
from ranker.words import _, later

blueprint = Blueprint("suggestions", __name__, url_prefix="/series/<slug>/suggestions")

Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]


def one_line(text: str | None) -> str | None:
    """Without space around it, or more than one between its words."""
    return " ".join(text.split()) or None if text else None


class SuggestionForm(FlaskForm):
    title = StringField(later("Title"), [DataRequired(NEEDED), Length(max=LONGEST_TITLE), ONE_LINE], filters=[one_line])
    episode = SelectField(later("Seen by the end of"), coerce=int)
    text = TextAreaField(
        later("What happens, and why it belongs here"),
        [DataRequired(NEEDED), Length(max=LONGEST_TEXT)],
        filters=[stripped],
    )


posts_are_for_fans(blueprint, lambda slug: address(slug))


@blueprint.get("")
def show(slug: str) -> str:
    gate = gate_to(slug)
    if not gate.viewer.is_fan:
        return render_template("suggestions/invite.html", rail=gate.rail)
    return page(gate, form_for(gate))


@blueprint.post("")
def send(slug: str) -> Answer:
    gate = gate_to(slug)
    form = form_for(gate)
    if not form.validate():
        return page(gate, form), 422
    alike = gate.from_fans.alike(form.title.data or "")
    if alike and request.form.get("looked") != looked_at(alike):
        return page(gate, form, asks=True)
    try:
        count_once("SUGGESTION_LIMIT")
    except TooOften as refusal:
        return page(gate, form, problem=refusal.words), 429, refusal.headers
    send_suggestion(gate, SuggestionText(form.title.data or "", form.text.data or "", int(form.episode.data)))
    flash(_("Thank you. Somebody who looks after this series will read it; what becomes of it stands below."))
    return redirect(address(slug), 303)


@blueprint.post("/alike")
def alike(slug: str) -> str:
    """The fragment that points out moments with nearly this title while one types."""
    found = gate_to(slug).from_fans.alike(request.form.get("title", "")[:LONGEST_TITLE])
    return render_template("suggestions/_alike.html", slug=slug, alike=found, looked=looked_at(found), asks=False)


@blueprint.post("/<suggestion>/withdraw")
def withdraw(slug: str, suggestion: str) -> Answer:
    gate = gate_to(slug)
    try:
        withdraw_suggestion(gate, suggestion)
    except NotHere:
        return page(
            gate, form_for(gate, blank=True), problem=_("That is not waiting any more. Nothing was changed.")
        ), 409
    flash(_("Taken back. Nobody at the desk sees it any more."))
    return redirect(address(slug), 303)


def form_for(gate: Gate, blank: bool = False) -> SuggestionForm:
    """The form, with the episodes this fan has seen to choose from."""
    form = SuggestionForm(formdata=None) if blank else SuggestionForm()
    form.episode.choices = [
        (episode.position, f"{episode.code} {episode.title or ''}".strip()) for episode in gate.from_fans.seen_episodes
    ]
    return form


def looked_at(alike: tuple[VisibleMoment, ...]) -> str:
    """Says which moments were pointed out, so that nobody is asked twice about the same ones."""
    return " ".join(moment.public_id for moment in alike)


def page(gate: Gate, form: SuggestionForm, problem: str = "", asks: bool = False) -> str:
    alike = gate.from_fans.alike(form.title.data) if form.title.data else ()
    return render_template(
        "suggestions/show.html",
        rail=gate.rail,
        form=form,
        slug=gate.series.slug,
        alike=alike,
        looked=looked_at(alike),
        asks=asks,
        problem=problem,
        suggestions=gate.from_fans.suggestions(),
        reports=gate.from_fans.reports(),
        names=gate.from_fans.name_reports(),
    )


def address(slug: str) -> str:
    return f"/series/{slug}/suggestions"
