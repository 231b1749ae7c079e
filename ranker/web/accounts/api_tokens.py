"""Tokens for programs that act for a fan: making one, and ending it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions.accounts.api_tokens import LONGEST_NAME, Scope, TooManyTokens, make_token, revoke_token, tokens_of
from ranker.web.accounts.entrance import blueprint, confirmed_only
from ranker.web.accounts.letters import tell_of
from ranker.web.viewers import own_account
from ranker.words import _, later

ADDRESS = "/account/tokens"
ENOUGH = later("You have as many tokens as an account can have. End one first.")


@blueprint.get(ADDRESS)
@confirmed_only(ADDRESS)
def api_tokens() -> str:
    return tokens_page()


@blueprint.post(ADDRESS)
@confirmed_only(ADDRESS)
def make_api_token() -> str | tuple[str, int]:
    """The only answer that shows it."""
    user = own_account()
    name = " ".join(request.form.get("name", "").split())[:LONGEST_NAME] or _("A program")
    try:
        secret = make_token(user.id, name, asked_scope())
    except TooManyTokens:
        return tokens_page(problem=ENOUGH), 422
    tell_of(later("A token for programs was made for it."), user.id, user.name)
    return tokens_page(secret=secret)


@blueprint.post(f"{ADDRESS}/<public_id>/end")
@confirmed_only(ADDRESS)
def end_api_token(public_id: str) -> Response:
    revoke_token(own_account().id, public_id)
    flash(_("Ended. Whatever used it gets in no more."))
    return redirect(ADDRESS, 303)


def tokens_page(secret: str = "", problem: str = "") -> str:
    return render_template("accounts/tokens.html", tokens=tokens_of(own_account().id), secret=secret, problem=problem)


def asked_scope() -> Scope:
    try:
        return Scope(request.form.get("scope", Scope.READ))
    except ValueError:
        abort(422)
