"""What a ceremony with a passkey needs of a request: the site as the browser sees it, and the challenge in between."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request, session

from ranker.actions.accounts.passkeys import Ceremony, Site
from ranker.words import later

CHALLENGE = "challenge"
NOT_PROVEN = later("That passkey did not work here. Please try again, or use your password.")


def site() -> Site:
    address = urlsplit(request.host_url)
    return Site(address.hostname or "", f"{address.scheme}://{address.netloc}")


def passkeys_work() -> bool:
    """Whether browsers let pages of this address have passkeys: not at a bare number, and not without TLS."""
    host = site().host
    with suppress(ValueError):
        ip_address(host)
        return False
    return request.is_secure or host == "localhost" or host.endswith(".localhost")


def keep_challenge(ceremony: Ceremony) -> Ceremony:
    """Ties the ceremony to this browser."""
    session[CHALLENGE] = ceremony.challenge
    return ceremony


def taken_challenge() -> str:
    """The challenge of the ceremony this browser has begun, out of its session."""
    challenge = session.pop(CHALLENGE, "")
    return challenge if isinstance(challenge, str) else ""
