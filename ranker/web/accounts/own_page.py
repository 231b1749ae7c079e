"""A fan's own page: what there is to know of the account, and changing name, password and address."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import EmailField, PasswordField, StringField

from ranker.actions.accounts.api_tokens import tokens_of
from ranker.actions.accounts.changes import NameTakenAway, change_name, change_password
from ranker.actions.accounts.codes import FEW_CODES, codes_left
from ranker.actions.accounts.emails import (
    EmailRefused,
    change_email,
    check_email,
    confirm_email,
    email_of,
    forget_email,
)
from ranker.actions.accounts.names import NameRefused, NameTaken
from ranker.actions.accounts.passkeys import passkeys_of
from ranker.actions.accounts.passwords import PasswordRefused
from ranker.actions.accounts.sessions import sessions_of
from ranker.actions.accounts.taken_names import names_taken_from
from ranker.actions.accounts.tokens import Purpose, SpentToken, is_open
from ranker.web.accounts.entrance import blueprint, confirmed_only, fans_only, start_session
from ranker.web.accounts.letters import mail_works, post_confirmation, tell_of
from ranker.web.accounts.registering import NO_EMAIL, say_what_to_mend
from ranker.web.limits import limited_by_address
from ranker.web.viewers import forget_viewer, own_account, own_session
from ranker.words import _, later

TAKEN_AWAY = later("That name was taken from this account. Please choose another.")
EVERYWHERE_ELSE = later("Your password is changed, and you are logged out everywhere else.")


class NameForm(FlaskForm):
    name = StringField(later("Your name"))


class PasswordForm(FlaskForm):
    password = PasswordField(later("New password"))


class EmailForm(FlaskForm):
    email = EmailField(later("Your e-mail address"), filters=[lambda text: (text or "").strip()])


@blueprint.get("/account")
@fans_only
def show() -> str:
    known = known_of(own_account().id)
    renamed = next((one for one in reversed(known["names_taken"]) if one.given == own_account().name), None)
    return render_template("accounts/show.html", **known, renamed=renamed)


def known_of(user_id: int) -> dict[str, Any]:
    """What the page says of an account."""
    left = codes_left(user_id)
    email = email_of(user_id)
    return {
        "email": email,
        "has_mail": mail_works(),
        "codes_left": left,
        "few_codes": left <= FEW_CODES and not (email and email.confirmed and mail_works()),
        "passkeys": passkeys_of(user_id),
        "sessions": sessions_of(user_id),
        "tokens": tokens_of(user_id),
        "names_taken": names_taken_from(user_id),
    }


@blueprint.route("/account/name", methods=["GET", "POST"])
@fans_only
def name() -> Response | str | tuple[str, int]:
    form = NameForm(data={"name": own_account().name}) if request.method == "GET" else NameForm()
    if request.method == "GET":
        return render_template("accounts/name.html", form=form)
    try:
        change_name(own_account().id, form.name.data or "")
    except (NameRefused, NameTaken) as refusal:
        say_what_to_mend(form, refusal)
        return render_template("accounts/name.html", form=form), 422
    except NameTakenAway:
        form.name.errors = [TAKEN_AWAY]
        return render_template("accounts/name.html", form=form), 422
    forget_viewer()
    flash(_("Your name is changed. With the new one you log in from now on."))
    return redirect("/account", 303)


@blueprint.route("/account/password", methods=["GET", "POST"])
@confirmed_only("/account/password")
def password() -> Response | str | tuple[str, int]:
    form = PasswordForm()
    if request.method == "GET":
        return render_template("accounts/password.html", form=form)
    stay = own_session().kept
    try:
        user = change_password(own_account(), form.password.data or "")
    except PasswordRefused as refusal:
        say_what_to_mend(form, refusal)
        return render_template("accounts/password.html", form=form), 422
    start_session(user, stay)
    tell_of(later("Your password was changed."), user.id, user.name)
    flash(str(EVERYWHERE_ELSE))
    return redirect("/account", 303)


@blueprint.route("/account/email", methods=["GET", "POST"])
@confirmed_only("/account/email")
def email() -> Response | str | tuple[str, int]:
    if not mail_works():
        abort(404)
    known = email_of(own_account().id)
    form = EmailForm(data={"email": known.address if known else ""}) if request.method == "GET" else EmailForm()
    if request.method == "GET":
        return render_template("accounts/email.html", form=form, known=known)
    try:
        put_email(form.email.data or "")
    except EmailRefused:
        form.email.errors = [NO_EMAIL]
        return render_template("accounts/email.html", form=form, known=known), 422
    return redirect("/account", 303)


def put_email(address: str) -> None:
    """Keeps the address, or forgets it when it is empty; the one before is told."""
    user = own_account()
    if address:
        check_email(address)
    tell_of(later("Its e-mail address was changed; this one can bring no password back any more."), user.id, user.name)
    if address:
        secret = change_email(user.id, address)
        post_confirmation(user.name, user.language, address, secret)
    else:
        forget_email(user.id)
        flash(_("Your address is forgotten."))


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@limited_by_address
def confirm_address(token: str) -> Response | str:
    """For whoever opens the link in the letter. It asks for a press, for some programs open every link in a letter."""
    if not is_open(Purpose.CONFIRM, token):
        abort(404)
    if request.method == "GET":
        return render_template("accounts/confirm_address.html")
    try:
        confirm_email(token)
    except SpentToken:
        abort(404)
    flash(_("Your address is confirmed. It can bring back a lost password from now on."))
    return redirect("/account", 303)
