"""Accounts: making one, getting in, getting back in, changing it, and leaving. A module per noun."""

from __future__ import annotations

from ranker.actions.accounts.registering import add_silent_account, register

__all__ = ["add_silent_account", "register"]
