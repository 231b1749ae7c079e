"""What fans suggest and report, at the desk: one queue, and what is decided about each."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions.accounts.names import NameTaken
from ranker.actions.accounts.taken_names import NameChosen
from ranker.actions.audit import Actor
from ranker.actions.name_verdicts import give_another_name, let_name_stay, reopen_name_report
from ranker.actions.suggestions import (
    LONGEST_REASON,
    DecidedBefore,
    NotTheSame,
    decline_suggestion,
    merge_suggestion,
    reopen_suggestion,
)
from ranker.actions.verdicts import dismiss_report, reopen_report, uphold_report
from ranker.desk.from_fans import DeskSuggestion, Part, is_on_a_name, queue, report, suggestion
from ranker.desk.moments import Asked, Sort, moment_table
from ranker.domain.from_fans import SuggestionState
from ranker.models import PUBLISHED
from ranker.web.accounts.letters import tell_of_name
from ranker.web.admin.entrance import actor, blueprint, desk
from ranker.web.admin.verdict_words import decided
from ranker.web.requests import came_from, whole_number
from ranker.web.viewers import tallies
from ranker.words import _, later

QUEUE = "/admin/queue"
PUBLIC_ID = re.compile(r"[0-9a-f]{12}")
DECIDED = later("Somebody else has decided that meanwhile, or it was taken back. Nothing was changed.")
NO_REASON = later("Write why it is declined: whoever suggested it reads that.")
TOO_LONG = later("A reason holds %(most)d characters. Please make it shorter.", most=LONGEST_REASON)
NOT_THE_SAME = later("Choose a published moment of the same series.")
NAME_CHOSEN = later("Its owner has chosen another name since. Nothing was changed.")
NAME_GONE = later("Somebody else has that name by now. Nothing was changed.")


@blueprint.get("/queue")
def from_fans() -> str:
    return queue_page()


@blueprint.route("/suggestions/<suggestion_id>", methods=["GET", "POST"])
def one_suggestion(suggestion_id: str) -> Response | str | tuple[str, int]:
    """A suggestion by itself: for choosing which moment it is the same as, and for declining."""
    if request.method == "GET":
        return suggestion_page(suggestion_id)
    known = suggestion(desk(), suggestion_id)
    decision, reason = request.form.get("decision"), " ".join(request.form.get("reason", "").split())
    try:
        if decision == "decline":
            if not reason or len(reason) > LONGEST_REASON:
                return suggestion_page(suggestion_id, TOO_LONG if reason else NO_REASON), 422
            decline_suggestion(actor(), suggestion_id, reason)
            done = _("“%(title)s” is declined. %(name)s reads why.", title=known.title, name=known.name)
        elif decision == "merge":
            merge_suggestion(actor(), suggestion_id, request.form.get("into", ""))
            done = _(
                "“%(title)s” is said to be the same. %(name)s is led to it, when they may see it.",
                title=known.title,
                name=known.name,
            )
        elif decision == "reopen":
            reopen_suggestion(actor(), suggestion_id)
            return back_to(waits_again(known))
        else:
            abort(422)
    except NotTheSame:
        return suggestion_page(suggestion_id, NOT_THE_SAME), 422
    except DecidedBefore:
        return queue_page(DECIDED), 409
    return back_to(done, f"/admin/suggestions/{suggestion_id}")


def waits_again(known: DeskSuggestion) -> str:
    words = _("“%(title)s” waits again.", title=known.title)
    stays = _("The moment that was made of it stays, and is retired by itself if it should go.")
    return f"{words} {stays}" if known.state is SuggestionState.ACCEPTED else words


@blueprint.post("/reports/<report_id>")
def verdict(report_id: str) -> Response | tuple[str, int]:
    verdicts = NAME_VERDICTS if is_on_a_name(desk(), report_id) else VERDICTS
    decision = request.form.get("decision", "")
    if decision not in verdicts:
        abort(422)
    try:
        words = verdicts[decision](actor(), report_id)
    except DecidedBefore:
        return queue_page(DECIDED), 409
    except NameChosen:
        return queue_page(NAME_CHOSEN), 409
    except NameTaken:
        return queue_page(NAME_GONE), 409
    words = words or decided(report(desk(), report_id))
    return back_to(words, f"/admin/reports/{report_id}" if decision != "reopen" else "")


def replace_name(actor: Actor, report_id: str) -> str | None:
    renamed = give_another_name(actor, report_id)
    if renamed is None:
        return None
    tell_of_name(renamed.user_id, renamed.old, renamed.new)
    return _("It is %(name)s from now on. The account’s own page says so, and why.", name=renamed.new)


def bring_name_back(actor: Actor, report_id: str) -> str | None:
    renamed = reopen_name_report(actor, report_id)
    if renamed is None:
        return None
    return _("It is %(name)s again, and the report waits as before.", name=renamed.new)


# What a verdict says itself is said afterwards, or else the words for the report as it is then.
Verdict = Callable[[Actor, str], str | None]
VERDICTS: dict[str, Verdict] = {"uphold": uphold_report, "dismiss": dismiss_report, "reopen": reopen_report}
NAME_VERDICTS: dict[str, Verdict] = {"uphold": replace_name, "dismiss": let_name_stay, "reopen": bring_name_back}


def back_to(words: str, undo: str = "") -> Response:
    """To the part of the queue this came from, at the one after it; `undo` is where the decision can be taken back."""
    flash(words, f"undo {undo}" if undo else "message")
    next_one = request.form.get("next", "")
    anchor = f"#item-{next_one}" if PUBLIC_ID.fullmatch(next_one) else ""
    return redirect(came_from(QUEUE, QUEUE) + anchor, 303)


def queue_page(problem: str = "") -> str:
    asked = request.args.get("show")
    slug = request.args.get("series") or None
    part = Part(asked) if asked in set(Part) else Part.WAITING
    page = queue(desk(), part, slug, whole_number(request.args.get("page")) or 1)
    return render_template("admin/queue.html", queue=page, all_series=desk().all_series(), chosen=slug, problem=problem)


def suggestion_page(suggestion_id: str, problem: str = "") -> str:
    known = suggestion(desk(), suggestion_id)
    table = moment_table(desk(), known.series_slug, Asked(status=PUBLISHED, sort=Sort.STORY), tallies())
    return render_template(
        "admin/suggestion.html",
        one=known,
        series=table.series,
        choices=[row.moment for row in table.rows],
        into=request.form.get("into", ""),
        reason=request.form.get("reason", ""),
        problem=problem,
    )
