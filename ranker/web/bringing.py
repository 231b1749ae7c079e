"""Bringing a list along: pasted or in a file, shown as it would become before it is saved like any other order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions.ballots import StaleBallot, save_ballot
from ranker.domain.ballot import BallotRefused
from ranker.domain.bringing import Brought, Fate, matched
from ranker.domain.values import Moment, VisibleMoment
from ranker.exchange.brought import TOO_LARGE, ListRefused, another_series, read_lines, text_of_file
from ranker.gate import Gate
from ranker.web.accounts import posts_are_for_fans
from ranker.web.accounts.entrance import ask_to_log_in
from ranker.web.list_words import reason
from ranker.web.lists import asked_version, list_address
from ranker.web.offering import invitation
from ranker.web.requests import where_too_large
from ranker.web.viewers import gate_to
from ranker.words import _, later

blueprint = Blueprint("bringing", __name__, url_prefix="/series/<slug>/list/bring")

STALE = later(
    "Your list was changed in another tab or on another device meanwhile, so nothing was saved. "
    "This is what it would become now: look once more, then save."
)
NONE_CHOSEN = later(
    "Nothing of what you brought is chosen, so nothing would be left in your list. Nothing was changed: say below "
    "what you mean, or leave your list as it is."
)

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list as it would become: a moment, or a line that may mean one of several."""

    moment: Moment | None = None
    unsure: Brought | None = None
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What the list would become.

    over: the lines for which it has no place. leaving: what is in it now, and would not be any more. another: the
    other series that the file says it is a list of.
    """

    version: int
    rows: tuple[Row, ...]
    over: tuple[Brought, ...]
    lines: tuple[Brought, ...]
    leaving: tuple[VisibleMoment, ...]
    another: str | None

    def of(self, fate: str) -> list[Brought]:
        return [one for one in self.lines if one.fate == fate]

    @property
    def can_be_saved(self) -> bool:
        return any(one.fate in (Fate.FOUND, Fate.UNSURE) for one in self.lines)


posts_are_for_fans(blueprint, lambda slug: address(slug))


@blueprint.get("")
def show(slug: str) -> str:
    gate = gate_to(slug)
    return page(gate) if gate.viewer.is_fan else invitation(gate)


def too_large(slug: str) -> Answer:
    gate = gate_to(slug)
    return (page(gate, problem=TOO_LARGE), 413) if gate.viewer.is_fan else ask_to_log_in(address(slug))


@blueprint.post("")
@where_too_large(too_large)
def preview(slug: str) -> Answer:
    gate, text = gate_to(slug), request.form.get("text", "")
    try:
        file = request.files.get("file")
        text = text_of_file(file.read()) if file and file.filename else text
        return page(gate, text, previewed(gate, text))
    except ListRefused as refusal:
        return page(gate, text, problem=str(refusal)), 422


@blueprint.post("/save")
def save(slug: str) -> Answer:
    gate, version = gate_to(slug), asked_version()
    tokens = [token for token in request.form.getlist("entry") if token]
    if not tokens:
        return once_more(slug, NONE_CHOSEN), 422
    try:
        save_ballot(gate, gate.own_list.around_locked(tokens), version)
    except StaleBallot:
        return once_more(slug, STALE), 409
    except BallotRefused as refusal:
        return once_more(slug, reason(refusal, gate)), 422
    flash(_("Your list is saved as you brought it. Undo takes it back."), "good")
    return redirect(list_address(slug), 303)


def once_more(slug: str, problem: str) -> str:
    """The preview of the same text, for the list as it is now and with what was chosen."""
    gate, text = gate_to(slug), request.form.get("text", "")
    try:
        return page(gate, text, previewed(gate, text, request.form.getlist("entry")), problem)
    except ListRefused:
        return page(gate, text, problem=problem)


def previewed(gate: Gate, text: str, chosen: Collection[str] = ()) -> Preview:
    """What the text would make of the list. chosen: public ids that were confirmed already. Raises ListRefused."""
    own = gate.own_list
    lines = matched(read_lines(text), own.may_choose)
    placed = {_token(place, one): one for place, one in enumerate(lines) if one.fate in (Fate.FOUND, Fate.UNSURE)}
    kept = {entry.token: entry.moment for entry in own.shown}
    room = gate.series.ballot_size - sum(moment.locked for moment in kept.values())
    order = own.around_locked([*placed][:room])
    return Preview(
        version=own.stored.version,
        rows=tuple(_row(token, placed, kept, chosen) for token in order if token in placed or token in kept),
        over=tuple(placed.values())[room:],
        lines=lines,
        leaving=tuple(
            moment for token, moment in kept.items() if isinstance(moment, VisibleMoment) and token not in order
        ),
        another=another_series(text, gate.series.slug, gate.series.title),
    )


def _token(place: int, one: Brought) -> str:
    return one.moment.public_id if one.moment else f"line-{place}"


def _row(token: str, placed: Mapping[str, Brought], kept: Mapping[str, Moment], chosen: Collection[str]) -> Row:
    if token not in placed:
        return Row(kept[token])
    one = placed[token]
    confirmed = (choice.public_id for choice in one.choices if choice.public_id in chosen)
    return Row(one.moment) if one.moment else Row(unsure=one, chosen=next(confirmed, ""))


def page(gate: Gate, text: str = "", shown: Preview | None = None, problem: str = "") -> str:
    return render_template("list/bring.html", rail=gate.rail, text=text, preview=shown, problem=problem)


def address(slug: str) -> str:
    return f"/series/{slug}/list/bring"
