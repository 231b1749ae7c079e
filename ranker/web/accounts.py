"""Registering, logging in and out."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, PasswordField, StringField

from ranker.actions.accounts import (
    AdminExists,
    NameRefused,
    NameTaken,
    PasswordRefused,
    WrongLogin,
    authenticate,
    has_admin,
    make_first_admin,
    register,
)
from ranker.actions.progress import adopt_progress, choose_view
from ranker.domain.clearance import View
from ranker.extensions import limiter
from ranker.models import User
from ranker.web.requests import from_htmx, local_path
from ranker.web.viewers import forget_viewer, remember_view, viewer

blueprint = Blueprint("accounts", __name__)

SETUP_SALT, SETUP_DAYS = "first-admin", 30
NAME_RULE = "Use 1 to 30 letters, digits, hyphens or underscores; a letter or digit first and last."
PASSWORD_RULE = "Use at least 10 characters, and at most 200. A short sentence is a good password."
TAKEN = "Somebody has this name already. Please choose another."
WRONG = "We know no account with this name and password."


def login_limit() -> str:
    """How often one address may try a name and a password."""
    limit: str = current_app.config["LOGIN_LIMIT"]
    return limit


class LoginForm(FlaskForm):
    name = StringField("Name")
    password = PasswordField("Password")
    stay = BooleanField("Stay logged in on this device")
    next = HiddenField()


class RegisterForm(FlaskForm):
    name = StringField("Name")
    password = PasswordField("Password")
    next = HiddenField()


@blueprint.route("/login", methods=["GET", "POST"])
@limiter.limit(login_limit, methods=["POST"])
def login() -> Response | str | tuple[str, int]:
    form = LoginForm(data={"next": request.args.get("next", "")}) if request.method == "GET" else LoginForm()
    if request.method == "GET":
        return redirect(after_login(form)) if viewer().is_fan else render_template("accounts/login.html", form=form)
    try:
        user = authenticate(form.name.data or "", form.password.data or "")
    except WrongLogin:
        form.password.errors = [WRONG]
        return render_template("accounts/login.html", form=form), 422
    welcome(user, stay=form.stay.data)
    return redirect(after_login(form), 303)


@blueprint.route("/register", methods=["GET", "POST"])
@limiter.limit(login_limit, methods=["POST"])
def sign_up() -> Response | str | tuple[str, int]:
    if current_app.config["SIGNUP"] == "closed":
        abort(404)
    form = RegisterForm(data={"next": request.args.get("next", "")}) if request.method == "GET" else RegisterForm()
    if request.method == "GET":
        return redirect("/") if viewer().is_fan else render_template("accounts/register.html", form=form)
    user = new_account(form, register)
    if user is None:
        return render_template("accounts/register.html", form=form), 422
    welcome(user)
    return redirect(after_login(form), 303)


@blueprint.post("/logout")
def logout() -> Response:
    view = viewer().view
    logout_user()
    session.clear()
    remember_view(view)
    return redirect("/", 303)


@blueprint.get("/account")
def show() -> Response | str:
    return render_template("accounts/show.html") if viewer().is_fan else ask_to_log_in("/account")


@blueprint.route("/setup/<token>", methods=["GET", "POST"])
@limiter.limit(login_limit, methods=["POST"])
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
    welcome(user)
    return redirect("/admin/", 303)


def new_account(form: RegisterForm, make: Callable[[str, str], User]) -> User | None:
    """The account the form asks for; None when the form has to be mended, with the reason on its field."""
    try:
        return make(form.name.data or "", form.password.data or "")
    except NameRefused:
        form.name.errors = [NAME_RULE]
    except NameTaken:
        form.name.errors = [TAKEN]
    except PasswordRefused:
        form.password.errors = [PASSWORD_RULE]
    return None


def welcome(user: User, stay: bool = False) -> None:
    """Logs in, in a new session, and takes along what the visitor had declared, where the account says nothing yet.

    Of the two views the stricter one stays.
    """
    visitor = viewer()
    session.clear()
    login_user(user, remember=stay)
    adopt_progress(user.id, visitor.declared)
    if visitor.sealed:
        choose_view(user.id, View.SEALED)
    forget_viewer()


def after_login(form: LoginForm | RegisterForm) -> str:
    return local_path(form.next.data) or "/"


def ask_to_log_in(back: str) -> Response:
    """To the log-in page and back again: a redirect, which htmx is told of in its own way."""
    address = url_for("accounts.login", next=back)
    if from_htmx():
        return Response(status=401, headers={"HX-Redirect": address})
    return redirect(address, 303)


def setup_link(root: str) -> str:
    return f"{root}/setup/{_setup_serializer().dumps('admin')}"


def is_setup_token(token: str) -> bool:
    try:
        _setup_serializer().loads(token, max_age=SETUP_DAYS * 86_400)
    except BadSignature:
        return False
    return True


def _setup_serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=SETUP_SALT)
