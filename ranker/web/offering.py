"""What a visitor finds wherever a fan's list is: what they could choose from, and the way to an account."""

from __future__ import annotations

from flask import render_template

from ranker.gate import Gate


def invitation(gate: Gate) -> str:
    return render_template("list/invite.html", rail=gate.rail, choices=gate.from_fans.moments)
