"""Accounts: making one, getting in, getting back in, one's own page, and leaving."""

from __future__ import annotations

from ranker.web.accounts import (
    api_tokens,
    confirming,
    entrance,
    leaving,
    logging_in,
    own_page,
    passkeys,
    recovery,
    registering,
    sessions,
    watched,
)
from ranker.web.accounts.entrance import ask_to_log_in, blueprint, posts_are_for_fans
from ranker.web.accounts.registering import setup_link

__all__ = [
    "api_tokens",
    "ask_to_log_in",
    "blueprint",
    "confirming",
    "entrance",
    "leaving",
    "logging_in",
    "own_page",
    "passkeys",
    "posts_are_for_fans",
    "recovery",
    "registering",
    "sessions",
    "setup_link",
    "watched",
]
