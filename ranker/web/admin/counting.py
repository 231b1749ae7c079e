"""Which lists count, at the desk: what is held and why, decisions about it, and the ranking with and without."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from ranker.actions import decisions
from ranker.desk.counting import Shown, desk_lists, with_and_without
from ranker.web.admin.entrance import actor, blueprint, desk
from ranker.web.admin.fields import NEEDED, ONE_LINE, stripped
from ranker.web.requests import came_from, whole_number
from ranker.web.viewers import tallies
from ranker.words import _, later

NOBODY = later("Nobody of this name has a list here.")
DISABLED = later("The account of this fan is disabled, so their list counts nowhere. Enable the account first.")
GONE = later("That was taken back before. Nothing was changed.")


class HoldForm(FlaskForm):
    fan = StringField(later("Fan"), [DataRequired(NEEDED), Length(max=30)], filters=[stripped])
    note = StringField(later("Reason"), [DataRequired(NEEDED), Length(max=200), ONE_LINE], filters=[stripped])


@blueprint.get("/series/<slug>/counting")
def counting(slug: str) -> str:
    return counting_page(slug, HoldForm(formdata=None))


@blueprint.post("/series/<slug>/counting")
def decide(slug: str) -> Response | tuple[str, int]:
    desk().series_card(slug)
    decision = request.form.get("decision", "")
    if decision == "hold":
        return hold(slug)
    try:
        flash(DECISIONS.get(decision, unknown)(slug, request.form.get("fan", "")))
    except decisions.NoSuchList:
        return counting_page(slug, HoldForm(formdata=None), NOBODY), 422
    except decisions.OwnerDisabled:
        return counting_page(slug, HoldForm(formdata=None), DISABLED), 409
    except decisions.NothingDecided:
        return counting_page(slug, HoldForm(formdata=None), GONE), 409
    return back(slug)


def hold(slug: str) -> Response | tuple[str, int]:
    form = HoldForm()
    if form.validate():
        try:
            decisions.hold_list(actor(), slug, form.fan.data or "", form.note.data or "")
        except decisions.NoSuchList:
            form.fan.errors = [NOBODY]
        except decisions.OwnerDisabled:
            form.fan.errors = [DISABLED]
        else:
            flash(
                _(
                    "The list of %(name)s is held. It stays so when they change it, until you take it back.",
                    name=form.fan.data,
                )
            )
            return back(slug)
    return counting_page(slug, form), 422


def count(slug: str, fan: str) -> str:
    decisions.count_list(actor(), slug, fan)
    return _("The list of %(name)s counts, and will when they change it, until you take it back.", name=fan)


def count_all(slug: str, fan: str) -> str:
    number = decisions.count_group(actor(), slug, fan)
    return _("All %(num)d of them count.", num=number)


def undo(slug: str, fan: str) -> str:
    decisions.undo_decision(actor(), slug, fan)
    return _("The list of %(name)s is left to the rules again.", name=fan)


def unknown(slug: str, fan: str) -> str:
    abort(422)


DECISIONS: dict[str, Callable[[str, str], str]] = {"count": count, "count-all": count_all, "undo": undo}


def back(slug: str) -> Response:
    here = f"/admin/series/{slug}/counting"
    return redirect(came_from(here, here), 303)


def counting_page(slug: str, form: HoldForm, problem: str = "") -> str:
    asked = request.args.get("show")
    shown = Shown(asked) if asked in set(Shown) else Shown.HELD
    return render_template(
        "admin/counting.html",
        page=desk_lists(desk(), slug, shown, whole_number(request.args.get("page")) or 1),
        both=with_and_without(desk(), slug, tallies()) if shown is Shown.RANKING else None,
        form=form,
        problem=problem,
    )
