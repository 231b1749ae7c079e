"""The one cookie: over HTTPS under a name that browsers take from nobody else, and never over plain HTTP."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from ranker.web.assets import PUBLIC_ENDPOINTS
from ranker.web.responses import is_for_everybody

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PLAIN, HOST_ONLY = "session", "__Host-session"


class SchemeCookies(SecureCookieSessionInterface):
    """Flask's signed cookie. `__Host-` keeps it to this host alone and to HTTPS; on one's own machine there is none."""

    digest_method = staticmethod(hashlib.sha256)

    def get_cookie_name(self, app: Flask) -> str:
        return HOST_ONLY if request.is_secure else PLAIN

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing in what everybody may keep, so that a cache before the app need not keep it once for each cookie."""
        if request.endpoint not in PUBLIC_ENDPOINTS and not is_for_everybody(response):
            super().save_session(app, session, response)


class AlwaysSecure:
    """For a site whose address is known to be https: every request came over it, whatever the proxy says or not."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        environ["wsgi.url_scheme"] = "https"
        return self._app(environ, start_response)


def all_keys(app: Flask) -> list[str]:
    """The keys as itsdangerous wants them: what the older ones have signed is taken, the last one signs."""
    return [*reversed(app.config["SECRET_KEY_FALLBACKS"] or ()), app.config["SECRET_KEY"]]


def attach(app: Flask) -> None:
    app.config["WTF_CSRF_SECRET_KEY"] = all_keys(app)
    app.session_interface = SchemeCookies()
    if (app.config["PUBLIC_URL"] or "").startswith("https://"):
        app.wsgi_app = AlwaysSecure(app.wsgi_app)  # type: ignore[method-assign]
