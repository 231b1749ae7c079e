"""My top 10. The whole order is posted each time; a press of a button is an order with one move in it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Blueprint, abort, flash, redirect, render_template, request, session
from werkzeug.wrappers import Response

from ranker.actions.ballots import NothingToUndo, StaleBallot, redo, save_ballot, undo
from ranker.actions.unlocked import NoteTooLong, choose_reveal, greet, meet, write_note
from ranker.domain.ballot import BallotRefused
from ranker.domain.finding import unnamed
from ranker.domain.values import MyList, PoolOrder
from ranker.gate import Gate, NotHere
from ranker.web.accounts import posts_are_for_fans
from ranker.web.again import Again, move_again
from ranker.web.list_words import about_note, added_words, arrival, full_list_words, left_to_look_at, reason
from ranker.web.moves import (
    Move,
    UnknownMove,
    after_move,
    announcement,
    pushed_out,
    read_drag,
    read_move,
    what_changed,
    words_if_taken_out,
)
from ranker.web.offering import invitation
from ranker.web.requests import asked_words, came_from, from_htmx, whole_number
from ranker.web.viewers import forget_viewer, gate_to, take_step
from ranker.words import _, later

blueprint = Blueprint("lists", __name__, url_prefix="/series/<slug>/list")

POOL_ORDER = "pool_order"
STALE = later(
    "Your list was changed in another tab or on another device, so your change was not made. This is the newest."
)
LOGGED_OUT = later(
    "You are not logged in here any more, so your change was not saved. Log in, and you are back at your list."
)
Answer = Response | str | tuple[str, int]


posts_are_for_fans(blueprint, lambda slug: list_address(slug), LOGGED_OUT)


@blueprint.get("")
def show(slug: str) -> str:
    gate = gate_to(slug)
    if not gate.viewer.is_fan:
        return invitation(gate)
    my = read_list(gate)
    return page(gate, arrived=arrival(gate, my, take_step(slug, gate.clearance.position)) if from_htmx() else "", my=my)


@blueprint.post("")
def save(slug: str) -> Answer:
    gate, tokens = gate_to(slug), request.form.getlist("entry")
    version = asked_version()
    try:
        move = read_move(request.form)
        order = after_move(tokens, move)
        done = move or read_drag(request.form, tokens)
        out = pushed_out(order, done, gate.series.ballot_size)
        order = [token for token in order if token != out]
        save_ballot(gate, order, version)
    except StaleBallot:
        return stale(slug, move, tokens)
    except (BallotRefused, UnknownMove) as refusal:
        return page(gate_to(slug), problem=reason(refusal, gate)), 422
    full = full_list_words(gate, out)
    can_undo = _("You can undo this.") if full else ""
    return saved(
        slug,
        lambda my: " ".join(filter(None, (announcement(order, done, my), full, can_undo))),
        notice=lambda my: full or words_if_taken_out(order, done, my),
        elsewhere=added_words(len(order), out),
        at=done.token if done else "",
    )


@blueprint.post("/undo", endpoint="undo")
def take_back(slug: str) -> Answer:
    return step(slug, undo, _("Undone."), _("There is nothing to undo."))


@blueprint.post("/redo", endpoint="redo")
def take_again(slug: str) -> Answer:
    return step(slug, redo, _("Done again."), _("There is nothing to do again."))


@blueprint.post("/notes")
def note(slug: str) -> Answer:
    gate = gate_to(slug)
    try:
        write_note(gate, request.form.get("moment", ""), request.form.get("note", ""))
    except NoteTooLong:
        return page(gate, problem=_("A note holds 280 characters. Please make it shorter; nothing was changed.")), 422
    except NotHere:
        return page(gate, problem=_("That is not a moment you can note something on. Nothing was changed.")), 422
    token = request.form.get("moment", "")
    return saved(slug, lambda my: about_note(my, token, request.form.get("note", "")), at=token)


@blueprint.post("/unlocked")
def greeted(slug: str) -> Answer:
    """All new moments have been seen, or the one that is named."""
    gate = gate_to(slug)
    token = request.form.get("moment")
    try:
        meet(gate, token) if token else greet(gate)
    except NotHere:
        return page(gate, problem=_("That is not a moment of yours. Nothing was changed.")), 422
    return saved(slug, lambda my: left_to_look_at(my.unlocked))


@blueprint.post("/settings")
def settings(slug: str) -> Answer:
    """How the pool is sorted, and whether new moments are shown one at a time."""
    gate = gate_to(slug)
    if "sort" in request.form:
        try:
            session[POOL_ORDER] = PoolOrder(request.form["sort"]).value
        except ValueError:
            abort(422)
    if "reveal" in request.form:
        choose_reveal(gate.viewer.user_id, request.form["reveal"] == "one")
        forget_viewer()
    return saved(slug, lambda my: "")


@blueprint.get("/story")
def story(slug: str) -> str:
    gate = gate_to(slug)
    if not gate.viewer.is_fan:
        return invitation(gate)
    stages = gate.own_list.story()
    asked = whole_number(request.args.get("at"))
    chosen = next((stage for stage in reversed(stages) if asked is None or stage.position <= asked), None)
    return render_template("list/story.html", rail=gate.rail, stages=stages, chosen=chosen)


def step(slug: str, take: Callable[[Gate, int], None], done: str, nothing: str) -> Answer:
    gate = gate_to(slug)
    before = read_list(gate)
    try:
        take(gate, asked_version())
    except StaleBallot:
        return stale(slug, None, [])
    except NothingToUndo:
        return page(gate_to(slug), problem=nothing), 422
    return saved(slug, lambda my: f"{done} {what_changed(before, my)}".strip(), elsewhere=done)


def saved(
    slug: str,
    said: Callable[[MyList], str],
    notice: Callable[[MyList], str] = lambda my: "",
    elsewhere: str = "",
    at: str = "",
) -> Answer:
    """The page after a change: its fragment for htmx, else the way back to it, to the row whose token is `at`.

    A moment's page that sent it says what happened, in the words `elsewhere`. They go by way of a cookie: no titles.
    """
    if not from_htmx():
        back = came_from(list_address(slug), f"/series/{slug}/moments")
        if back == list_address(slug):
            return redirect(f"{back}#entry-{quote(at)}" if at else back, 303)
        if elsewhere:
            flash(elsewhere, "listed")
        return redirect(back, 303)
    gate = gate_to(slug)
    my = read_list(gate)
    return page(gate, said=said(my), my=my, notice=notice(my))


def stale(slug: str, move: Move | None, tokens: list[str]) -> Answer:
    gate = gate_to(slug)
    my = read_list(gate)
    late = move or read_drag(request.form, tokens)
    return page(gate, problem=STALE, my=my, again=move_again(late, my)), 409


def page(
    gate: Gate,
    said: str = "",
    problem: str = "",
    my: MyList | None = None,
    again: Again | None = None,
    notice: str = "",
    arrived: str = "",
) -> str:
    """The list: `said` is read out, `notice` is shown with an undo, `problem` is both.

    `arrived` is read out like `said`, and not shown, for the page shows it.
    """
    my, words = my or read_list(gate), asked_words()
    return render_template(
        "list/show.html",
        rail=gate.rail,
        my=my,
        words=words,
        unnamed=unnamed([entry.moment for entry in my.pool], words),
        said=said,
        problem=problem,
        again=again,
        notice=notice,
        arrived=arrived,
    )


def read_list(gate: Gate) -> MyList:
    return gate.own_list.read(PoolOrder(session.get(POOL_ORDER, PoolOrder.STORY)))


def asked_version() -> int:
    version = whole_number(request.form.get("version"))
    return version if version is not None else abort(422)


def list_address(slug: str) -> str:
    return f"/series/{slug}/list"
