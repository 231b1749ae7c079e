"""What every response carries: the policy on what it may load, and that it is nobody else's to keep."""

from __future__ import annotations

from flask import Flask, Response, request

from ranker.web.assets import CDN, PUBLIC_ENDPOINTS
from ranker.web.pages import nonce


def attach(app: Flask) -> None:
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = "; ".join(policy())
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Server"] = "Ranker"  # else the server names itself
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint not in PUBLIC_ENDPOINTS or response.status_code != 200:
        headers["Cache-Control"] = "no-store"
        headers["Vary"] = "Cookie, HX-Request"
    return response


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
