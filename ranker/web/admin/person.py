"""One account at the desk, and what an admin can do about it: all of that asks again who it is that sits there."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from ranker.actions.accounts.closing import LONGEST_NOTE, disable_account, enable_account
from ranker.actions.accounts.helping import log_out_everywhere, recovery_link_for
from ranker.actions.accounts.names import name_key
from ranker.actions.accounts.roles import (
    CannotServe,
    LastAdmin,
    UnknownSeries,
    grant_admin,
    grant_curator,
    is_last_admin,
    revoke_admin,
    revoke_curator,
)
from ranker.desk import people
from ranker.desk.people import Person
from ranker.web.accounts.entrance import confirmed_only
from ranker.web.admin.entrance import actor, blueprint, desk, for_admins
from ranker.web.admin.fields import NEEDED, ONE_LINE, stripped
from ranker.web.viewers import own_session
from ranker.words import _, later, ngettext

PERSON = "/people/<name>"
LAST = later("This is the last admin who can get in. Make somebody else an admin first.")
CANNOT_SERVE = later("Nobody can get in with this account: it is disabled, or has no password.")
NO_SERIES = later("Choose one of the series.")
HAVE_MAIL = later("They have a confirmed e-mail address: the log-in page sends them a link themselves.")
OWN = later("This is your own account. Another admin can disable it.")

Answer = Response | str | tuple[str, int]


class DisableForm(FlaskForm):
    reason = StringField(
        later("Reason"), [DataRequired(NEEDED), Length(max=LONGEST_NOTE), ONE_LINE], filters=[stripped]
    )


# Where on the page each deed is.
PLACES = {
    "admin.disable": "state",
    "admin.enable": "state",
    "admin.change_admin": "roles",
    "admin.change_curator": "roles",
    "admin.end_their_sessions": "entry",
    "admin.recovery": "entry",
}


def back_to(name: str) -> str:
    """The place of this deed on the page of the account, with what was typed, for whoever is asked who they are."""
    place = PLACES[request.endpoint or ""]
    typed = {field: request.form[field] for field in ("reason", "series") if request.form.get(field)}
    return f"/admin/people/{quote(name)}?{urlencode({**typed, 'go_on': place})}#{place}"


@blueprint.get(PERSON)
@for_admins
def person(name: str) -> str:
    return person_page(name, DisableForm(formdata=None, reason=request.args.get("reason", "")))


@blueprint.post(f"{PERSON}/disable")
@for_admins
@confirmed_only(back_to)
def disable(name: str) -> Answer:
    form, known = DisableForm(), found(name)
    if known.id == actor().user_id:
        return person_page(name, form, OWN), 409
    if not form.validate():
        return person_page(name, form), 422
    try:
        done = disable_account(actor(), known.id, form.reason.data or "")
    except LastAdmin:
        return person_page(name, form, LAST), 409
    words = _("Disabled. Nobody can log in, and their lists count nowhere.") if done else _("It was before.")
    return said(name, words)


@blueprint.post(f"{PERSON}/enable")
@for_admins
@confirmed_only(back_to)
def enable(name: str) -> Answer:
    done = enable_account(actor(), found(name).id)
    words = _("Enabled. They can log in, and their lists count.") if done else _("It was enabled before.")
    return said(name, words)


@blueprint.post(f"{PERSON}/admin")
@for_admins
@confirmed_only(back_to)
def change_admin(name: str) -> Answer:
    """Makes somebody an admin (`admin` is yes) or a fan like any other (no)."""
    known, wanted = found(name), request.form.get("admin")
    if wanted not in ("yes", "no"):
        abort(422)
    try:
        if wanted == "yes":
            grant_admin(actor(), known.id)
            return said(name, _("%(name)s is an admin.", name=known.row.name))
        revoke_admin(actor(), known.id)
    except CannotServe:
        return person_page(name, DisableForm(formdata=None), CANNOT_SERVE), 409
    except LastAdmin:
        return person_page(name, DisableForm(formdata=None), LAST), 409
    if known.id == actor().user_id:
        return redirect("/", 303)  # from now on there is no such page for them
    return said(name, _("%(name)s is an admin no more.", name=known.row.name))


@blueprint.post(f"{PERSON}/curator")
@for_admins
@confirmed_only(back_to)
def change_curator(name: str) -> Answer:
    """Lets somebody look after the series `series` (`curator` is yes) or not any more (no)."""
    known, wanted, series = found(name), request.form.get("curator"), request.form.get("series", "")
    if wanted not in ("yes", "no"):
        abort(422)
    try:
        if wanted == "yes":
            grant_curator(actor(), known.id, series)
            return said(name, _("%(name)s looks after it.", name=known.row.name))
        revoke_curator(actor(), known.id, series)
    except CannotServe:
        return person_page(name, DisableForm(formdata=None), CANNOT_SERVE), 409
    except UnknownSeries:
        return person_page(name, DisableForm(formdata=None), NO_SERIES), 422
    return said(name, _("%(name)s looks after it no more.", name=known.row.name))


@blueprint.post(f"{PERSON}/sessions/end")
@for_admins
@confirmed_only(back_to)
def end_their_sessions(name: str) -> Answer:
    ended = log_out_everywhere(actor(), found(name).id)
    return said(name, ngettext("%(num)d session ended.", "%(num)d sessions ended.", ended))


@blueprint.post(f"{PERSON}/recovery")
@for_admins
@confirmed_only(back_to)
def recovery(name: str) -> Answer:
    """The link is on the answer to this one request and nowhere else."""
    known = found(name)
    if not can_be_recovered(known):
        return person_page(name, DisableForm(formdata=None), HAVE_MAIL if known.can_serve else CANNOT_SERVE), 409
    link = url_for("accounts.recover_by_link", token=recovery_link_for(actor(), known.id), _external=True)
    return person_page(name, DisableForm(formdata=None), link=link)


def can_be_recovered(known: Person) -> bool:
    """Whether an admin hands over the link: not where a letter does it, and not where nobody could use it."""
    gets_letters = known.has_address and current_app.config["SMTP"] is not None
    return known.can_serve and not gets_letters


def found(name: str) -> Person:
    return people.person(desk(), name_key(name))


def said(name: str, words: str) -> Response:
    flash(words)
    return redirect(f"/admin/people/{quote(name)}", 303)


def person_page(name: str, form: DisableForm, problem: str = "", link: str = "") -> str:
    known = found(name)
    return render_template(
        "admin/person.html",
        person=known,
        form=form,
        problem=problem,
        go_on=request.args.get("go_on", "") if own_session().is_confirmed else "",
        link=link,
        chosen=request.values.get("series", ""),
        is_self=known.id == actor().user_id,
        is_last_admin=is_last_admin(known.id),
        can_be_recovered=can_be_recovered(known),
    )
