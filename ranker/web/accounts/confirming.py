"""Saying again who one is, before anything that changes who can get in."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField

from ranker.actions.accounts.logging_in import is_password_of
from ranker.actions.accounts.passkeys import PasskeyRefused, begin_proving, passkeys_of, prove
from ranker.actions.accounts.sessions import confirm_session
from ranker.web.accounts.ceremonies import NOT_PROVEN, keep_challenge, site, taken_challenge
from ranker.web.accounts.entrance import blueprint, fans_only
from ranker.web.limits import limited_by_account, limited_by_address, own_name
from ranker.web.requests import local_path
from ranker.web.viewers import own_account, own_session
from ranker.words import later

WRONG = later("That is not the password of this account.")


class ConfirmForm(FlaskForm):
    password = PasswordField(later("Your password"))
    next = HiddenField()


@blueprint.route("/account/confirm", methods=["GET", "POST"])
@limited_by_address
@limited_by_account("password", own_name)
@fans_only
def confirm() -> Response | str | tuple[str, int]:
    if request.method == "GET":
        return confirm_page(ConfirmForm(data={"next": request.args.get("next", "")}))
    form = ConfirmForm()
    if not is_password_of(own_account(), form.password.data or ""):
        form.password.errors = [WRONG]
        return confirm_page(form), 422
    return confirmed(form)


@blueprint.post("/account/confirm/challenge")
@limited_by_address
@fans_only
def challenge_to_confirm() -> str:
    ceremony = keep_challenge(begin_proving(site(), own_account().id))
    return render_template("accounts/_passkey_confirm.html", options=ceremony.options, form=ConfirmForm())


@blueprint.post("/account/confirm/passkey")
@limited_by_address
@fans_only
def confirm_with_passkey() -> Response | tuple[str, int]:
    form = ConfirmForm()
    try:
        prove(site(), request.form.get("credential", ""), taken_challenge(), own_account().id)
    except PasskeyRefused:
        form.password.errors = [NOT_PROVEN]
        return confirm_page(form), 422
    return confirmed(form)


def confirmed(form: ConfirmForm) -> Response:
    confirm_session(own_session().public_id)
    return redirect(local_path(form.next.data) or "/account", 303)


def confirm_page(form: ConfirmForm) -> str:
    has_passkeys = bool(passkeys_of(own_account().id))
    return render_template("accounts/confirm.html", form=form, has_passkeys=has_passkeys)
