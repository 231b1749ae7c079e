"""Getting back in without the password: by a code from paper, or by a link in a letter."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import EmailField, PasswordField, StringField

from ranker.actions.accounts.codes import WrongCode, codes_left, make_codes, recover_with_code
from ranker.actions.accounts.emails import EmailRefused, check_email, recover_with_link
from ranker.actions.accounts.passwords import PasswordRefused
from ranker.actions.accounts.tokens import Purpose, SpentToken, is_open
from ranker.models import User
from ranker.web.accounts.entrance import blueprint, confirmed_only, welcome
from ranker.web.accounts.letters import mail_works, post_recovery, tell_of
from ranker.web.accounts.registering import say_what_to_mend
from ranker.web.limits import limited_by_account, limited_by_address, typed_email, typed_name
from ranker.web.viewers import own_account
from ranker.words import _, later

NO_ADDRESS = later("We cannot write to this address. Please look at it again.")
WRONG = later("We know no account with this name and this code. Each code works once.")


class CodeForm(FlaskForm):
    name = StringField(later("Name"))
    code = StringField(later("One of your recovery codes"))
    password = PasswordField(later("New password"))


class LetterForm(FlaskForm):
    email = EmailField(later("Your e-mail address"), filters=[lambda text: (text or "").strip()])


class NewPasswordForm(FlaskForm):
    password = PasswordField(later("New password"))


@blueprint.route("/account/codes", methods=["GET", "POST"])
@confirmed_only("/account/codes")
def codes() -> str:
    """Makes new codes; they are on the answer to this one request and nowhere else."""
    user = own_account()
    if request.method == "GET":
        return render_template("accounts/new_codes.html", left=codes_left(user.id))
    made = make_codes(user.id)
    tell_of(later("New recovery codes were made for it; the old ones do not work any more."), user.id, user.name)
    return render_template("accounts/codes.html", codes=made, next="/account", is_new=False)


@blueprint.route("/recover", methods=["GET", "POST"])
@limited_by_address
@limited_by_account("code", typed_name)
def recover() -> Response | str | tuple[str, int]:
    form = CodeForm()
    if request.method == "GET":
        return render_template("accounts/recover.html", form=form, has_mail=mail_works())
    try:
        user = recover_with_code(form.name.data or "", form.code.data or "", form.password.data or "")
    except PasswordRefused as refusal:
        say_what_to_mend(form, refusal)
    except WrongCode:
        form.code.errors = [WRONG]
    else:
        return recovered(user)
    return render_template("accounts/recover.html", form=form, has_mail=mail_works()), 422


@blueprint.route("/recover/mail", methods=["GET", "POST"])
@limited_by_address
@limited_by_account("letter", typed_email)
def recover_by_mail() -> str | tuple[str, int]:
    if not mail_works():
        abort(404)
    form = LetterForm()
    if request.method == "POST":
        try:
            check_email(form.email.data or "")
        except EmailRefused:
            form.email.errors = [NO_ADDRESS]
            return render_template("accounts/recover_by_mail.html", form=form, sent=False), 422
        post_recovery(form.email.data or "")
    return render_template("accounts/recover_by_mail.html", form=form, sent=request.method == "POST")


@blueprint.route("/recover/link/<token>", methods=["GET", "POST"])
@limited_by_address
def recover_by_link(token: str) -> Response | str | tuple[str, int]:
    if not is_open(Purpose.RECOVER, token):
        abort(404)
    form = NewPasswordForm()
    if request.method == "GET":
        return render_template("accounts/new_password.html", form=form)
    try:
        user = recover_with_link(token, form.password.data or "")
    except SpentToken:
        abort(404)
    except PasswordRefused as refusal:
        say_what_to_mend(form, refusal)
        return render_template("accounts/new_password.html", form=form), 422
    return recovered(user)


def recovered(user: User) -> Response:
    welcome(user)
    tell_of(later("Somebody got back in and set a new password."), user.id, user.name)
    flash(_("You have a new password, and you are logged in here and nowhere else."))
    return redirect("/account", 303)
