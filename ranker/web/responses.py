"""What every response carries: the policy on what it may load, and that it is nobody else's to keep."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

from ranker.web.assets import CDN, FOR_EVERYBODY, PUBLIC_ENDPOINTS
from ranker.web.pages import nonce
from ranker.web.viewers import viewer

# Whose address is a secret: it is told to nobody the browser goes on to.
SECRET = {"feeds.private"}


def attach(app: Flask) -> None:
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer" if request.endpoint in SECRET else "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if is_for_everybody(response) else "same-origin"
    headers["Server"] = "Ranker"  # else the server names itself
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    add_policy(response)
    add_caching(response)
    return response


def add_policy(response: Response) -> None:
    """What the response may load and who may frame it: nobody, but for an embed."""
    if request.endpoint == "embeds.show" and response.status_code == 200:
        response.headers["Content-Security-Policy"] = "; ".join(policy_of_embeds())
        return
    response.headers["Content-Security-Policy"] = "; ".join(policy())
    response.headers["X-Frame-Options"] = "DENY"


def add_caching(response: Response) -> None:
    """Nobody keeps anything, but for files, and what is the same for everybody who has not sealed their view."""
    headers = response.headers
    if is_for_everybody(response):
        response.vary.add("Cookie")  # it says itself for how long
    elif request.endpoint not in PUBLIC_ENDPOINTS or response.status_code != 200:
        headers["Cache-Control"] = "no-store"
        headers["Vary"] = "Accept-Language, Cookie, HX-Request"


def is_for_everybody(response: Response) -> bool:
    """Whether it was made without a look at who asks, so that other sites may show it; it sets no cookie then."""
    return request.endpoint in FOR_EVERYBODY and response.status_code in (200, 304) and not viewer().sealed


def policy() -> list[str]:
    return [
        "default-src 'none'",
        f"script-src 'self' {CDN} 'nonce-{nonce()}'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]


def policy_of_embeds() -> list[str]:
    return [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        f"frame-ancestors {' '.join(current_app.config['EMBED'])}",
    ]
