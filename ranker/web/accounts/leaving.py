"""Taking along all one has put here, and leaving for good."""

from __future__ import annotations

import datetime as dt
import json

from flask import Response as Download
from flask import render_template, request
from werkzeug.wrappers import Response

from ranker.actions.accounts.leaving import delete_account
from ranker.actions.accounts.roles import LastAdmin, is_last_admin
from ranker.gate.own_archive import own_archive
from ranker.web.accounts.entrance import blueprint, confirmed_only, fans_only
from ranker.web.accounts.own_page import known_of
from ranker.web.accounts.sessions import seen_off
from ranker.web.viewers import own_account, tallies, viewer
from ranker.words import _, later

FORMAT = "ranker.account/1"
ABOUT = later(
    "What lies beyond the episode you have declared is left out or locked, here too. Declare it and export again."
)


@blueprint.get("/account/export")
@fans_only
def export() -> Download:
    """Everything, as one file."""
    whole = {
        "format": FORMAT,
        "about": str(ABOUT),
        "account": account_part(),
        "series": own_archive(viewer(), tallies()),
    }
    text = json.dumps(whole, ensure_ascii=False, indent=2, default=dt.datetime.isoformat)
    response = Download(text, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="ranker-account.json"'
    return response


def account_part() -> dict[str, object]:
    user, known = own_account(), known_of(own_account().id)
    email = known["email"]
    return {
        "name": user.name,
        "made": user.created_at,
        "names_taken": [{"name": row.name, "given": row.given, "at": row.at} for row in known["names_taken"]],
        "email": email.address if email else None,
        "email_confirmed": bool(email and email.confirmed),
        "view": user.view,
        "reveals_one_at_a_time": user.reveals_singly,
        "language": user.language,
        "recovery_codes_left": known["codes_left"],
        "passkeys": [{"name": row.name, "made": row.made, "used": row.used} for row in known["passkeys"]],
        "tokens": [
            {"name": row.name, "scope": row.scope, "made": row.made, "used": row.used} for row in known["tokens"]
        ],
        "logged_in": [{"device": row.device, "since": row.began, "seen": row.seen} for row in known["sessions"]],
    }


@blueprint.route("/account/delete", methods=["GET", "POST"])
@confirmed_only("/account/delete")
def delete() -> Response | str | tuple[str, int]:
    if request.method == "GET":
        return render_template("accounts/delete.html", is_last_admin=is_last_admin(own_account().id))
    try:
        delete_account(own_account().id)
    except LastAdmin:
        return render_template("accounts/delete.html", is_last_admin=True), 409
    return seen_off(_("Your account is deleted, and everything of it with it. Goodbye, and thank you."))
