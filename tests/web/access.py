"""The one table of who may ask for what. A route without a row fails `test_access`; so does a row without its route.

A row is a method and the rule of an address, with the status that whoever is let in gets for it, or the statuses: with
an empty form or the one in FORMS, and with the parts of the address in PARTS.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from tests.cast import PASSWORD, SLUG


class Audience(StrEnum):
    """Who is let in. Whoever is not: fans' pages ask to log in, and the desk's are unknown addresses."""

    EVERYBODY = "everybody"
    FANS = "fans"
    CONFIRMED = "fans who have just said again who they are"
    DESK = "admins and every curator"
    SERIES = "admins and the curators of this series"
    ADMINS = "admins"


TABLE: dict[Audience, dict[str, int | tuple[int, ...]]] = {
    Audience.EVERYBODY: {
        "GET /": 200,
        "GET /assets/<file>": 404,
        "GET /confirm/<token>": 404,
        "POST /confirm/<token>": 404,
        "GET /counting": 200,
        "GET /healthz": 200,
        "GET /login": (200, 302),
        "POST /login": 303,
        "POST /login/passkey": 422,
        "POST /login/passkey/challenge": 200,
        "POST /logout": 303,
        "GET /methods": 200,
        "GET /readyz": 200,
        "GET /recover": 200,
        "POST /recover": 422,
        "GET /recover/link/<token>": 404,
        "POST /recover/link/<token>": 404,
        "GET /recover/mail": 200,
        "POST /recover/mail": 200,
        "GET /register": (200, 302),
        "POST /register": 422,
        "GET /series/<slug>": 200,
        "GET /series/<slug>/crowd": 200,
        "GET /series/<slug>/duels": 200,
        "GET /series/<slug>/list": 200,
        "GET /series/<slug>/list/story": 200,
        "GET /series/<slug>/methods": 200,
        "GET /series/<slug>/moments/<public_id>": 200,
        "GET /series/<slug>/moments/<public_id>/picture/<size>": 404,
        "POST /series/<slug>/progress": 422,
        "GET /series/<slug>/standings": 303,
        "GET /series/<slug>/story": 200,
        "GET /setup/<token>": 404,
        "POST /setup/<token>": 404,
        "GET /static/<path:filename>": 200,
        "GET /style/<digest>.css": 200,
        "POST /view": 422,
    },
    Audience.FANS: {
        "GET /account": 200,
        "GET /account/confirm": 200,
        "POST /account/confirm": 422,
        "POST /account/confirm/challenge": 200,
        "POST /account/confirm/passkey": 422,
        "GET /account/export": 200,
        "GET /account/name": 200,
        "POST /account/name": 422,
        "GET /account/progress": 303,
        "POST /account/progress": 303,
        "POST /series/<slug>/list": 422,
        "POST /series/<slug>/list/notes": 422,
        "POST /series/<slug>/list/redo": 422,
        "POST /series/<slug>/list/settings": 303,
        "POST /series/<slug>/list/undo": 422,
        "POST /series/<slug>/list/unlocked": 303,
    },
    Audience.CONFIRMED: {
        "GET /account/codes": 200,
        "POST /account/codes": 200,
        "GET /account/delete": 200,
        "POST /account/delete": (303, 409),  # not without the last admin
        "GET /account/email": 200,
        "POST /account/email": 303,
        "GET /account/passkeys": 200,
        "POST /account/passkeys": 422,
        "POST /account/passkeys/<public_id>/name": 303,
        "POST /account/passkeys/<public_id>/remove": 303,
        "POST /account/passkeys/challenge": 200,
        "GET /account/password": 200,
        "POST /account/password": 422,
        "GET /account/sessions": 200,
        "POST /account/sessions/<public_id>/end": 303,
        "POST /account/sessions/end": 303,
    },
    Audience.DESK: {
        "GET /admin/": 200,
        "POST /admin/open": 303,
    },
    Audience.SERIES: {
        "GET /admin/moments/<public_id>": 200,
        "POST /admin/moments/<public_id>": 422,
        "GET /admin/moments/<public_id>/merge": 200,
        "POST /admin/moments/<public_id>/merge": 422,
        "GET /admin/moments/<public_id>/picture": 200,
        "POST /admin/moments/<public_id>/picture": 422,
        "POST /admin/moments/<public_id>/picture/remove": 409,
        "POST /admin/moments/<public_id>/picture/restore": 409,
        "GET /admin/moments/<public_id>/pictures/<picture>": 404,
        "POST /admin/moments/<public_id>/restore": 303,
        "POST /admin/moments/<public_id>/retire": 303,
        "GET /admin/series/<slug>": 200,
        "POST /admin/series/<slug>": 422,
        "GET /admin/series/<slug>/counting": 200,
        "POST /admin/series/<slug>/counting": 422,
        "POST /admin/series/<slug>/episodes": 422,
        "GET /admin/series/<slug>/export/<file>": 200,
        "GET /admin/series/<slug>/import": 200,
        "POST /admin/series/<slug>/import": 422,
        "POST /admin/series/<slug>/import/apply": 303,
        "POST /admin/series/<slug>/import/drop": 303,
        "GET /admin/series/<slug>/moments": 200,
        "POST /admin/series/<slug>/moments/change": 422,
        "GET /admin/series/<slug>/moments/new": 200,
        "POST /admin/series/<slug>/moments/new": 422,
        "POST /admin/series/<slug>/moments/preview": 200,
        "POST /admin/series/<slug>/moments/undo": 409,
    },
    Audience.ADMINS: {
        "GET /admin/invites": 200,
        "POST /admin/invites": 422,
        "POST /admin/invites/<public_id>/revoke": 303,
        "POST /admin/series/import": 422,
        "GET /admin/series/new": 200,
        "POST /admin/series/new": 422,
    },
}

# What stands in the parts of an address; "<public_id>" is a moment's unless the rule is named here.
PARTS = {
    "slug": SLUG,
    "token": "unknown",
    "digest": "unknown",
    "file": "series.json",
    "filename": "css/30-base.css",
    "size": "large",
    "picture": "unknown",
}

FORMS: dict[str, dict[str, Any]] = {
    "POST /login": {"name": "bob", "password": PASSWORD},
}

# These end sessions, so everybody takes them last, and at a browser that has not ended yet.
LAST = ("POST /login", "POST /logout", "POST /account/sessions/end", "POST /account/delete")
