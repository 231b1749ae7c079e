"""Logging in, by name and password or by a passkey alone, and logging out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, PasswordField, StringField

from ranker.actions.accounts.logging_in import AccountDisabled, WrongLogin, authenticate
from ranker.actions.accounts.passkeys import PasskeyRefused, begin_proving, prove
from ranker.actions.accounts.sessions import end_session
from ranker.actions.progress import adopt_progress
from ranker.gate import shelf
from ranker.web.accounts.ceremonies import NOT_PROVEN, keep_challenge, site, taken_challenge
from ranker.web.accounts.entrance import blueprint, fans_only, see_off, welcome
from ranker.web.limits import limited_by_account, limited_by_address, typed_name
from ranker.web.requests import local_path
from ranker.web.viewers import forget_offer, offered_progress, own_session, viewer
from ranker.words import _, later

WRONG = later("We know no account with this name and password.")
DISABLED = later("This account has been closed by an admin.")
# Not "cookies": that would take the visitor's own session along, and those of other sites of this domain. Not "cache":
# nothing personal is in there (no-store), and Chromium goes through all of it, for seconds, before it shows the answer.
GONE = '"storage"'


class LoginForm(FlaskForm):
    name = StringField(later("Name"))
    password = PasswordField(later("Password"))
    stay = BooleanField(later("Stay logged in on this device"))
    next = HiddenField()


@blueprint.route("/login", methods=["GET", "POST"])
@limited_by_address
@limited_by_account("password", typed_name)
def login() -> Response | str | tuple[str, int]:
    form = LoginForm(data={"next": request.args.get("next", "")}) if request.method == "GET" else LoginForm()
    if request.method == "GET":
        return redirect(after_login(form)) if viewer().is_fan else render_template("accounts/login.html", form=form)
    try:
        user = authenticate(form.name.data or "", form.password.data or "")
    except (WrongLogin, AccountDisabled) as error:
        form.password.errors = [DISABLED if isinstance(error, AccountDisabled) else WRONG]
        return render_template("accounts/login.html", form=form), 422
    welcome(user, stay=form.stay.data)
    return redirect(after_login(form), 303)


@blueprint.post("/login/passkey/challenge")
@limited_by_address
def challenge_for_login() -> str:
    """The fragment that has the browser ask for a passkey."""
    ceremony = keep_challenge(begin_proving(site()))
    form = LoginForm()
    return render_template("accounts/_passkey_login.html", options=ceremony.options, form=form)


@blueprint.post("/login/passkey")
@limited_by_address
def login_with_passkey() -> Response | tuple[str, int]:
    form = LoginForm()
    try:
        user = prove(site(), request.form.get("credential", ""), taken_challenge())
    except PasskeyRefused:
        form.password.errors = [NOT_PROVEN]
        return render_template("accounts/login.html", form=form), 422
    welcome(user, stay=form.stay.data)
    return redirect(after_login(form), 303)


def after_login(form: LoginForm) -> str:
    """Where they wanted to go; by way of a question if somebody had declared progress at this browser."""
    target = local_path(form.next.data) or "/"
    return url_for("accounts.progress_found_here", next=target) if offered_progress() else target


@blueprint.route("/account/progress", methods=["GET", "POST"])
@fans_only
def progress_found_here() -> Response | str:
    """Asks whether what was declared at this browser before the log-in is theirs."""
    target = local_path(request.values.get("next")) or "/"
    found = offered_progress()
    if request.method == "POST":
        if found and request.form.get("mine") == "yes":
            adopt_progress(own_session().user_id, found.declared, found.numbered)
            flash(_("Taken over. You are as far here as you said."))
        forget_offer()
        return redirect(target, 303)
    rows = [row for row in shelf(found) if row.position] if found else []
    return render_template("accounts/progress.html", rows=rows, next=target) if rows else redirect(target, 303)


@blueprint.post("/logout")
def logout() -> Response:
    if viewer().is_fan:
        end_session(own_session().user_id, own_session().public_id)
    see_off()
    response = redirect("/", 303)
    response.headers["Clear-Site-Data"] = GONE
    return response
