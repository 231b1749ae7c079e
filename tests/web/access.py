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
    PROGRAMS = "fans, through the API"
    CONFIRMED = "fans who have just said again who they are"
    DESK = "admins and every curator"
    SERIES = "admins and the curators of this series"
    ADMINS = "admins"


TABLE: dict[Audience, dict[str, int | tuple[int, ...]]] = {
    Audience.EVERYBODY: {
        "GET /": 200,
        "GET /api/v1/": 200,
        "GET /api/v1/me": 200,
        "GET /api/v1/openapi.json": 200,
        "GET /api/v1/series": 200,
        "GET /api/v1/series/<slug>": 200,
        "GET /api/v1/series/<slug>/episodes": 200,
        "GET /api/v1/series/<slug>/moments": 200,
        "GET /api/v1/series/<slug>/moments/<public_id>": 200,
        "GET /api/v1/series/<slug>/moments/<public_id>/duels": (200, 404),  # not for who has seen nothing
        "GET /api/v1/series/<slug>/moments/<public_id>/places": (200, 404),
        "GET /api/v1/series/<slug>/progress": 200,
        "PUT /api/v1/series/<slug>/progress": 422,
        "GET /api/v1/series/<slug>/standings": 200,
        "GET /assets/<file>": 404,
        "GET /confirm/<token>": 404,
        "POST /confirm/<token>": 404,
        "GET /counting": 200,
        "GET /embed/<slug>": 404,  # unless RANKER_EMBED allows it
        "GET /fans/<name>/<slug>": 404,
        "GET /fans/<name>/<slug>/card.png": 404,
        "GET /fans/<name>/<slug>/beside": 404,
        "GET /fans/<name>/<slug>/report": 404,
        "POST /fans/<name>/<slug>/report": 404,
        "GET /file/<digest>/<path:path>": 404,
        "GET /feeds/<token>": 404,
        "GET /healthz": 200,
        "GET /keys": 200,
        "GET /oembed": 404,
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
        "GET /robots.txt": 200,
        "GET /search": 200,
        "GET /series/<slug>": 200,
        "GET /series/<slug>/card.png": 200,
        "GET /series/<slug>/crowd": 200,
        "GET /series/<slug>/duels": 200,
        "GET /series/<slug>/embed": 404,
        "GET /series/<slug>/feed": 200,
        "GET /series/<slug>/feed.atom": 200,
        "GET /series/<slug>/list": 200,
        "GET /series/<slug>/list/bring": 200,
        "GET /series/<slug>/list/share": 200,
        "GET /series/<slug>/list/share/as/<file>": 404,
        "GET /series/<slug>/list/share/picture.png": (200, 404),  # not for a visitor
        "GET /series/<slug>/list/share/picture.svg": (200, 404),
        "GET /series/<slug>/list/story": 200,
        "GET /series/<slug>/methods": 200,
        "GET /series/<slug>/moments/<public_id>": 200,
        "GET /series/<slug>/moments/<public_id>/picture/<size>": 404,
        "GET /series/<slug>/moments/<public_id>/report": (200, 404),
        "POST /series/<slug>/moments/<public_id>/report": (422, 404),
        "GET /series/<slug>/notes/<note>/report": 404,
        "POST /series/<slug>/notes/<note>/report": 404,
        "POST /series/<slug>/progress": 422,
        "GET /series/<slug>/standings": 303,
        "GET /series/<slug>/story": 200,
        "GET /series/<slug>/suggestions": 200,
        "GET /setup/<token>": 404,
        "POST /setup/<token>": 404,
        "GET /sitemap.xml": 200,
        "GET /static/<path:filename>": 200,
        "GET /style/<digest>.css": 200,
        "POST /language": 303,
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
        "GET /account/watched": 200,
        "POST /account/watched": 422,
        "POST /account/watched/confirm": 422,
        "POST /series/<slug>/feed": 422,
        "POST /series/<slug>/feed/end": 303,
        "POST /series/<slug>/list": 422,
        "POST /series/<slug>/list/bring": 422,
        "POST /series/<slug>/list/bring/save": 422,
        "POST /series/<slug>/list/notes": 422,
        "POST /series/<slug>/list/redo": 422,
        "POST /series/<slug>/list/share": 422,
        "POST /series/<slug>/list/share/stop": 303,
        "POST /series/<slug>/list/settings": 303,
        "POST /series/<slug>/list/undo": 422,
        "POST /series/<slug>/list/unlocked": 303,
        "POST /series/<slug>/suggestions": 422,
        "POST /series/<slug>/suggestions/<suggestion>/withdraw": 409,
        "POST /series/<slug>/suggestions/alike": 200,
    },
    Audience.PROGRAMS: {
        "GET /api/v1/series/<slug>/list": 200,
        "PUT /api/v1/series/<slug>/list": 422,
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
        "GET /account/tokens": 200,
        "POST /account/tokens": 200,
        "POST /account/tokens/<public_id>/end": 303,
    },
    Audience.DESK: {
        "GET /admin/": 200,
        "GET /admin/audit": 200,
        "GET /admin/audit/<int:entry>": (200, 404),  # a curator's are those of their series
        "GET /admin/audit/export/<file>": 404,
        "GET /admin/queue": 200,
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
        "GET /admin/series/<slug>/episodes/<int:season>/<int:number>": 200,
        "POST /admin/series/<slug>/episodes/<int:season>/<int:number>": 422,
        "POST /admin/series/<slug>/episodes/<int:season>/<int:number>/delete": 409,
        "GET /admin/series/<slug>/ballots": 200,
        "GET /admin/series/<slug>/export/<file>": 200,
        "GET /admin/series/<slug>/import": 200,
        "POST /admin/series/<slug>/import": 422,
        "POST /admin/series/<slug>/import/apply": 303,
        "POST /admin/series/<slug>/import/drop": 303,
        "POST /admin/series/<slug>/import/undo": 409,
        "GET /admin/series/<slug>/moments": 200,
        "POST /admin/series/<slug>/moments/change": 422,
        "GET /admin/series/<slug>/moments/new": 200,
        "POST /admin/series/<slug>/moments/new": 422,
        "POST /admin/series/<slug>/moments/preview": 200,
        "POST /admin/series/<slug>/moments/undo": 409,
        "POST /admin/reports/<report_id>": 404,
        "GET /admin/suggestions/<suggestion_id>": 404,
        "POST /admin/suggestions/<suggestion_id>": 404,
    },
    Audience.ADMINS: {
        "GET /admin/invites": 200,
        "POST /admin/invites": 422,
        "POST /admin/invites/<public_id>/revoke": 303,
        "GET /admin/people": 200,
        "GET /admin/people/<name>": 200,
        "POST /admin/people/<name>/admin": 422,
        "POST /admin/people/<name>/curator": 422,
        "POST /admin/people/<name>/disable": 422,
        "POST /admin/people/<name>/enable": 303,
        "POST /admin/people/<name>/recovery": (200, 303),
        "POST /admin/people/<name>/sessions/end": 303,
        "GET /admin/series/import": 303,
        "POST /admin/series/import": 422,
        "POST /admin/series/import/apply": 303,
        "POST /admin/series/import/drop": 303,
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
    "path": "unknown",
    "filename": "css/30-base.css",
    "size": "large",
    "picture": "unknown",
    "name": "bob",
    "entry": "1",
    "season": "1",
    "number": "1",
    "note": "unknown",
    "suggestion": "unknown",
    "suggestion_id": "unknown",
    "report_id": "unknown",
}

FORMS: dict[str, dict[str, Any]] = {
    "POST /login": {"name": "bob", "password": PASSWORD},
}

# These end sessions, so everybody takes them last, and at a browser that has not ended yet.
LAST = ("POST /login", "POST /logout", "POST /account/sessions/end", "POST /account/delete")
