"""Making an account: by anybody, by whoever has an invitation, or the first admin's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, current_app, redirect, render_template, request
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField

from ranker.actions.accounts.codes import make_codes
from ranker.actions.accounts.emails import EmailRefused, change_email, check_email
from ranker.actions.accounts.invites import SpentInvite, is_open_invite
from ranker.actions.accounts.names import NameRefused, NameTaken
from ranker.actions.accounts.passwords import CommonPassword, PasswordRefused
from ranker.actions.accounts.registering import AdminExists, has_admin, make_first_admin, register, register_invited
from ranker.actions.progress import adopt_progress
from ranker.gate import shelf
from ranker.models import User
from ranker.web.accounts.entrance import blueprint, welcome
from ranker.web.accounts.letters import mail_works, post_confirmation
from ranker.web.cookies import all_keys
from ranker.web.limits import limited_by_account, limited_by_address, typed_name
from ranker.web.requests import local_path
from ranker.web.viewers import forget_offer, viewer
from ranker.words import _, later

SETUP_SALT, SETUP_DAYS = "first-admin", 30
NAME_RULE = later(
    "Use 2 to 30 letters and digits of one alphabet, single spaces, hyphens, dots or underscores between them."
)
PASSWORD_RULE = later("Use at least 10 characters, and at most 200. A short sentence is a good password.")
COMMON = later(
    "That is among the first passwords anybody would try. Please choose another; a short sentence is a good one."
)
TAKEN = later("Somebody has this name already. Please choose another.")
NO_EMAIL = later("We cannot write to this address. Please look at it again, or leave it empty.")


class RegisterForm(FlaskForm):
    name = StringField(later("Name"))
    password = PasswordField(later("Password"))
    email = EmailField(later("E-mail, if you like"), filters=[lambda text: (text or "").strip()])
    take_over = BooleanField(later("Keep how far I have watched"), default=True)
    invite = HiddenField()
    next = HiddenField()


@blueprint.route("/register", methods=["GET", "POST"])
@limited_by_address
@limited_by_account("name", typed_name)
def sign_up() -> Response | str | tuple[str, int]:
    if current_app.config["SIGNUP"] == "closed":
        abort(404)
    given = {name: request.args.get(name, "") for name in ("next", "invite")}
    form = RegisterForm(data={**given, "take_over": True}) if request.method == "GET" else RegisterForm()
    if request.method == "GET" and viewer().is_fan:
        return redirect("/")
    if needs_invite() and not is_open_invite(form.invite.data or ""):
        return render_template(
            "accounts/by_invitation.html", tried=bool(form.invite.data)
        ), 200 if request.method == "GET" else 422
    if request.method == "GET":
        return register_page(form)
    user = new_account(form, register_with(form))
    return (register_page(form), 422) if user is None else settled(user, form)


def register_with(form: RegisterForm) -> Callable[[str, str], User]:
    """How an account is made here; the invitation is checked once more, as it is used."""
    if not needs_invite():
        return register
    return lambda name, password: register_invited(name, password, form.invite.data or "")


def register_page(form: RegisterForm) -> str:
    declared = [row for row in shelf(viewer()) if row.position] if not viewer().is_fan else []
    return render_template("accounts/register.html", form=form, declared=declared)


def needs_invite() -> bool:
    return bool(current_app.config["SIGNUP"] == "invite")


@blueprint.route("/setup/<token>", methods=["GET", "POST"])
@limited_by_address
def setup(token: str) -> Response | str | tuple[str, int]:
    """Makes the first admin, for whoever can read what the server printed when it started."""
    if has_admin() or not is_setup_token(token):
        abort(404)
    form = RegisterForm()
    if request.method == "GET":
        return render_template("accounts/setup.html", form=form)
    try:
        user = new_account(form, make_first_admin)
    except AdminExists:
        abort(404)
    if user is None:
        return render_template("accounts/setup.html", form=form), 422
    form.next.data = "/admin/"
    return settled(user, form)


def new_account(form: RegisterForm, make: Callable[[str, str], User]) -> User | None:
    """The account the form asks for; None when the form has to be mended, with the reason on its field."""
    try:
        if form.email.data:
            check_email(form.email.data)
        return make(form.name.data or "", form.password.data or "")
    except EmailRefused:
        form.email.errors = [NO_EMAIL]
    except SpentInvite:
        form.name.errors = [_("This invitation was used up while you were writing. Please ask for another.")]
    except (NameRefused, NameTaken, PasswordRefused) as refusal:
        say_what_to_mend(form, refusal)
    return None


def say_what_to_mend(form: Any, refusal: Exception) -> None:
    """Puts the reason beside the field it is about."""
    if isinstance(refusal, (NameRefused, NameTaken)):
        form.name.errors = [TAKEN if isinstance(refusal, NameTaken) else NAME_RULE]
    else:
        form.password.errors = [COMMON if isinstance(refusal, CommonPassword) else PASSWORD_RULE]


def settled(user: User, form: RegisterForm) -> Response | str:
    """Logs the new fan in, and sees to it that a lost password is not the end: by their address, or by codes."""
    visitor = viewer()
    welcome(user)
    if form.take_over.data:
        adopt_progress(user.id, visitor.declared, visitor.numbered)
    forget_offer()
    target = local_path(form.next.data) or "/"
    if form.email.data and mail_works():
        secret = change_email(user.id, form.email.data)
        post_confirmation(user.name, user.language, form.email.data, secret)
        return redirect(target, 303)
    return render_template("accounts/codes.html", codes=make_codes(user.id), next=target, is_new=True)


def setup_link(root: str) -> str:
    return f"{root}/setup/{_setup_serializer().dumps('admin')}"


def is_setup_token(token: str) -> bool:
    try:
        _setup_serializer().loads(token, max_age=SETUP_DAYS * 86_400)
    except BadSignature:
        return False
    return True


def _setup_serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(all_keys(current_app), salt=SETUP_SALT)
