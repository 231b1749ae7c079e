"""A fan's passkeys: adding, naming and removing them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions.accounts.passkeys import (
    LONGEST_NAME,
    PasskeyRefused,
    TooManyPasskeys,
    add_passkey,
    begin_adding,
    passkeys_of,
    remove_passkey,
    rename_passkey,
)
from ranker.web.accounts.ceremonies import keep_challenge, passkeys_work, site, taken_challenge
from ranker.web.accounts.devices import device
from ranker.web.accounts.entrance import blueprint, confirmed_only
from ranker.web.accounts.letters import tell_of
from ranker.web.limits import limited_by_address
from ranker.web.viewers import own_account
from ranker.words import _, later

ADDRESS = "/account/passkeys"
REFUSED = later("Your device did not make a passkey that works here. Please try again.")
ENOUGH = later("You have as many passkeys as an account can have. Remove one first.")


@blueprint.get(ADDRESS)
@confirmed_only(ADDRESS)
def passkeys() -> str:
    return passkeys_page()


def passkeys_page(problem: str = "") -> str:
    return render_template(
        "accounts/passkeys.html", passkeys=passkeys_of(own_account().id), works=passkeys_work(), problem=problem
    )


@blueprint.post(f"{ADDRESS}/challenge")
@limited_by_address
@confirmed_only(ADDRESS)
def challenge_to_add() -> str | tuple[str, int]:
    """The fragment that has the browser make a passkey."""
    try:
        ceremony = keep_challenge(begin_adding(own_account(), site()))
    except TooManyPasskeys:
        return render_template("accounts/_passkey_add.html", options="", name="", problem=ENOUGH), 422
    return render_template("accounts/_passkey_add.html", options=ceremony.options, name=given_name(), problem="")


@blueprint.post(ADDRESS)
@confirmed_only(ADDRESS)
def add() -> Response | tuple[str, int]:
    user = own_account()
    try:
        add_passkey(user.id, site(), request.form.get("credential", ""), taken_challenge(), given_name())
    except PasskeyRefused:
        return passkeys_page(REFUSED), 422
    tell_of(later("A passkey was added to it."), user.id, user.name)
    flash(_("Your passkey is there. You can log in with it from now on."))
    return redirect(ADDRESS, 303)


@blueprint.post(f"{ADDRESS}/<public_id>/name")
@confirmed_only(ADDRESS)
def rename(public_id: str) -> Response:
    rename_passkey(own_account().id, public_id, given_name())
    flash(_("Renamed."))
    return redirect(ADDRESS, 303)


@blueprint.post(f"{ADDRESS}/<public_id>/remove")
@confirmed_only(ADDRESS)
def remove(public_id: str) -> Response:
    user = own_account()
    remove_passkey(user.id, public_id)
    tell_of(later("A passkey was removed from it."), user.id, user.name)
    flash(_("Removed. It may still be in your device; there you can delete it too."))
    return redirect(ADDRESS, 303)


def given_name() -> str:
    """What its owner calls it: one line, and something in any case."""
    name = " ".join(request.form.get("name", "").split())
    return name[:LONGEST_NAME] or device(request.user_agent.string)
