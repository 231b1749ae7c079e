"""How often one address may try something, and how often anybody may try it upon one account.

Both are counted before any work is done, and upon an account whether or not there is one of that name. What is counted
is by endpoint or by `scope`, so that nobody who shuts a fan's password out shuts out their passkeys and letters too.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from ranker.actions.accounts.names import name_key
from ranker.extensions import db, limiter
from ranker.gate import Viewer
from ranker.web.viewers import viewer

IPV6_HOUSEHOLD = 64  # bits: who has one such address has all the others of it
LONGEST_LOOKED_AT = 300

Page = TypeVar("Page", bound=Callable[..., Any])


def attach(app: Flask) -> None:
    """Where tries are counted together and that place is gone, each process counts by itself, and says so once."""
    limiter.logger = app.logger
    limiter.init_app(app)


def limited_by_address(page: Page) -> Page:
    """For every form with which something can be guessed at, or that costs much work."""
    limit = limiter.limit(lambda: current_app.config["LOGIN_LIMIT"], key_func=household, methods=["POST"])
    return cast(Page, limit(page))


def limited_by_account(scope: str, whom: Callable[[], str]) -> Callable[[Page], Page]:
    """The same for all tries upon one account, wherever they come from."""

    def tried() -> str:
        g.tried = name = digest(whom())
        return name

    limit = limiter.shared_limit(lambda: current_app.config["ACCOUNT_LIMIT"], scope, key_func=tried, methods=["POST"])
    return cast(Callable[[Page], Page], limit)


def household() -> str:
    """Who may share a limit: an IPv4 address, or a network of IPv6 as one household is given it."""
    try:
        address = ip_address((request.remote_addr or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address) or address.ipv4_mapped:
        return str(getattr(address, "ipv4_mapped", None) or address)
    return f"{int(address) >> IPV6_HOUSEHOLD:x}/{IPV6_HOUSEHOLD}"


def typed_name() -> str:
    """The account whose name is in the form."""
    return name_key(request.form.get("name", "")[:LONGEST_LOOKED_AT])


def typed_email() -> str:
    return request.form.get("email", "")[:LONGEST_LOOKED_AT].strip().lower()


def own_name() -> str:
    """The account that somebody is logged in to."""
    known = who_asks()
    return name_key(known.name or "") if known else household()


def who_asks() -> Viewer | None:
    """The viewer; None while the database cannot say, which is for the page to tell, that asks it after this.

    Flask-Limiter would take it for trouble with the place where it counts.
    """
    try:
        return viewer()
    except SQLAlchemyError:
        db.session.rollback()
        return None


def digest(text: str) -> str:
    """What stands for a name where tries are counted, which may be another machine, and in the log.

    It is made with the key of the site: somebody may have typed their password where the name goes.
    """
    return hmac.digest(current_app.config["SECRET_KEY"].encode(), text.encode("utf-8", "replace"), "sha256").hex()[:32]


def seconds_to_wait() -> int:
    """Until the limit that has just been met lets somebody try again."""
    limit = limiter.current_limit
    return max(1, round(limit.reset_at - time.time())) if limit else 60
