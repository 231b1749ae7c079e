"""Saying that something is not right with a moment one can see, or with a note on one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from ranker.actions.reports import (
    LONGEST_WORDS,
    NoLaterEpisode,
    ReportedBefore,
    report_duplicate,
    report_early,
    report_note,
    report_wrong,
)
from ranker.domain.from_fans import WRITTEN_KINDS, ReportKind
from ranker.domain.values import FanNote, VisibleMoment
from ranker.gate import Gate, NotHere
from ranker.web.accounts import ask_to_log_in
from ranker.web.admin.fields import NEEDED, stripped
from ranker.web.allowances import TooOften, count_once
from ranker.web.viewers import gate_to
from ranker.words import _, later

blueprint = Blueprint("reports", __name__, url_prefix="/series/<slug>")

Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]

CHOOSE = later("Please choose one from the list.")
BEFORE = later("You have said so before, and nobody has looked yet. Nothing was sent again.")
THANKS = later("Thank you. Somebody who looks after this series will look.")
MOVED = later("Thank you. It waits for %(code)s now, for everybody, until somebody has looked.")


class EarlyForm(FlaskForm):
    wait_for = SelectField(later("It should wait for"), coerce=int, validate_choice=True)


class DuplicateForm(FlaskForm):
    same_as = SelectField(later("It is the same as"), [InputRequired(CHOOSE)])


class WrongForm(FlaskForm):
    words = TextAreaField(later("What is wrong"), [DataRequired(NEEDED), Length(max=LONGEST_WORDS)], filters=[stripped])


class NoteForm(FlaskForm):
    kind = RadioField(
        later("What is wrong with it"),
        [InputRequired(later("Please choose one."))],
        choices=[
            SelectChoice(ReportKind.SPOILS.value, later("It gives something away that comes later")),
            SelectChoice(ReportKind.UNKIND.value, later("It is unkind, or not about the moment at all")),
        ],
    )
    words = TextAreaField(later("In your words"), [Length(max=LONGEST_WORDS)], filters=[stripped])


@blueprint.route("/moments/<public_id>/report", methods=["GET", "POST"])
def moment(slug: str, public_id: str) -> Answer:
    gate = gate_to(slug)
    found = next(iter(gate.visible_named(public_id).values()), None)
    if found is None:
        return render_template("moments/absent.html", rail=gate.rail), 404
    if not gate.viewer.is_fan:
        return ask_to_log_in(f"/series/{slug}/moments/{public_id}/report")
    if request.method == "GET":
        return moment_page(gate, found)
    try:
        return send(gate, found, ReportKind(request.form.get("kind", "")))
    except ValueError:
        return moment_page(gate, found, _("Please say what is not right.")), 422
    except NotHere:  # gone, or moved on, since the page was made
        return render_template("moments/absent.html", rail=gate.rail), 404
    except ReportedBefore:
        return moment_page(gate, found, BEFORE), 409
    except TooOften as refusal:
        return moment_page(gate, found, refusal.words), 429, refusal.headers


def send(gate: Gate, found: VisibleMoment, kind: ReportKind) -> Answer:
    """Raises ValueError for a kind that is none of a moment's."""
    if kind in WRITTEN_KINDS:
        raise ValueError(kind)
    form = forms_for(gate, found)[kind.value]
    if not form.validate():
        return moment_page(gate, found), 422
    count_once("REPORT_LIMIT")
    if isinstance(form, EarlyForm):
        return waits(gate, found, int(form.wait_for.data))
    if isinstance(form, DuplicateForm):
        report_duplicate(gate, found.public_id, form.same_as.data)
    else:
        report_wrong(gate, found.public_id, form.words.data or "")
    return thanked(gate, found, THANKS)


def waits(gate: Gate, found: VisibleMoment, position: int) -> Answer:
    try:
        moved = report_early(gate, found.public_id, position)
    except NoLaterEpisode:  # somebody else has moved it meanwhile
        return moment_page(gate_to(gate.series.slug), found, _("It waits for that episode already.")), 409
    return thanked(gate, found, str(MOVED) % {"code": gate.codes[position]} if moved else THANKS)


@blueprint.route("/notes/<note>/report", methods=["GET", "POST"])
def note(slug: str, note: str) -> Answer:
    gate = gate_to(slug)
    found = gate.from_fans.note(note)
    if found is None or found[1].mine:
        return render_template("reports/no_note.html", rail=gate.rail), 404
    if not gate.viewer.is_fan:
        return ask_to_log_in(f"/series/{slug}/notes/{note}/report")
    form = NoteForm()
    if request.method == "GET":
        return note_page(gate, found, form)
    if not form.validate() or ReportKind(form.kind.data) not in WRITTEN_KINDS:
        return note_page(gate, found, form), 422
    try:
        count_once("REPORT_LIMIT")
        report_note(gate, note, ReportKind(form.kind.data), form.words.data or "")
    except NotHere:
        return render_template("reports/no_note.html", rail=gate.rail), 404
    except ReportedBefore:
        return note_page(gate, found, form, BEFORE), 409
    except TooOften as refusal:
        return note_page(gate, found, form, refusal.words), 429, refusal.headers
    return thanked(gate, found[0], THANKS)


def forms_for(gate: Gate, found: VisibleMoment) -> dict[str, EarlyForm | DuplicateForm | WrongForm]:
    """A form for each thing that can be wrong; the one that was sent is filled in."""
    early, duplicate, wrong = (sent_as(kind, form) for kind, form in FORMS.items())
    later = gate.from_fans.later_episodes(found)
    early.wait_for.choices = [(one.position, f"{one.code} {one.title or ''}".strip()) for one in later]
    others = (one for one in gate.from_fans.moments if one.public_id != found.public_id)
    choices = [(one.public_id, f"{one.episode} {one.title}") for one in others]
    duplicate.same_as.choices = [("", _("Choose a moment")), *choices]
    return {"early": early, "duplicate": duplicate, "wrong": wrong}


def sent_as(kind: ReportKind, form: Any) -> Any:
    """The form, filled in if it is the one that was sent."""
    return form() if request.method == "POST" and request.form.get("kind") == kind else form(formdata=None)


FORMS = {ReportKind.EARLY: EarlyForm, ReportKind.DUPLICATE: DuplicateForm, ReportKind.WRONG: WrongForm}


def moment_page(gate: Gate, found: VisibleMoment, problem: str = "") -> str:
    forms = forms_for(gate, found)
    sent = forms.get(request.form.get("kind", "")) if request.method == "POST" else None
    if sent is not None:
        sent.validate()
    return render_template("reports/moment.html", rail=gate.rail, moment=found, forms=forms, problem=problem, sent=sent)


def note_page(gate: Gate, found: tuple[VisibleMoment, FanNote], form: NoteForm, problem: str = "") -> str:
    return render_template(
        "reports/note.html", rail=gate.rail, moment=found[0], note=found[1], form=form, problem=problem
    )


def thanked(gate: Gate, found: VisibleMoment, words: str) -> Response:
    flash(str(words))
    return redirect(f"/series/{gate.series.slug}/moments/{found.public_id}", 303)
