"""Episodes at the desk: added at the end, put between others after it was shown what that does, changed, taken away."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ranker.actions import episodes as actions
from ranker.actions.catalogue import UnknownEpisode
from ranker.desk.episodes import DeskEpisode, episode_named, reach_from
from ranker.domain.clearance import EpisodeCode
from ranker.exchange import EpisodeIn
from ranker.web.admin.entrance import actor, blueprint, desk
from ranker.web.admin.episode_form import EpisodeForm
from ranker.web.admin.series import SeriesForm, series_page
from ranker.words import _, later

EPISODE = "/series/<slug>/episodes/<int:season>/<int:number>"
ANSWERS = {"yes": True, "no": False}  # whether those who are beyond a new episode have seen it
TAKEN = later("This season has an episode of this number already.")
ELSEWHERE = later("With these numbers it would stand elsewhere in the story. Take it away and add it there.")
TOO_MANY = later("A series has 2,000 episodes at most, and numbers up to 9,999.")
SAY = later("Say whether those who are further on have seen it.")
CHANGED = later("The episodes have changed since this page was made. Look at it once more.")


@blueprint.post("/series/<slug>/episodes")
def add_episode(slug: str) -> Response | str | tuple[str, int]:
    """Adds the episode that airs next. One that would come between others is shown first, with what it would do."""
    card = desk().series_card(slug)
    form = EpisodeForm()
    if form.validate():
        try:
            actions.add_episode(actor(), slug, form.episode)
        except (actions.EpisodeTaken, actions.EpisodeNotLast):
            return put_between(slug, form)
        except actions.TooManyEpisodes:
            form.number.errors = [TOO_MANY]
        else:
            return done(slug, _("Season %(season)d episode %(number)d is there.", **numbers_of(form)))
    return series_page(slug, SeriesForm(formdata=None, obj=card), form), 422


def put_between(slug: str, form: EpisodeForm) -> Response | str | tuple[str, int]:
    shown = request.form.get("shown")
    if shown is None:
        return insert_page(slug, form)
    seen = ANSWERS.get(request.form.get("seen", ""))
    if shown != stamp(slug):
        return insert_page(slug, form, CHANGED), 409
    if seen is None:
        return insert_page(slug, form, SAY), 422
    try:
        actions.insert_episode(actor(), slug, form.episode, seen=seen)
    except actions.TooManyEpisodes:
        form.number.errors = [TOO_MANY]
        return series_page(slug, SeriesForm(formdata=None, obj=desk().series_card(slug)), form), 422
    words = _("Season %(season)d episode %(number)d is there, and all others have followed.", **numbers_of(form))
    return done(slug, words)


@blueprint.route(EPISODE, methods=["GET", "POST"])
def episode(slug: str, season: int, number: int) -> Response | str | tuple[str, int]:
    known = episode_named(desk(), slug, season, number)
    form = EpisodeForm(obj=known)
    if request.method == "GET":
        return episode_page(slug, known, form)
    if not form.validate():
        return episode_page(slug, known, form), 422
    if request.form.get("shown") != stamp(slug):
        return episode_page(slug, known, form, CHANGED), 409
    try:
        actions.edit_episode(actor(), slug, (season, number), form.episode)
    except (actions.EpisodeTaken, actions.EpisodeOutOfOrder) as refusal:
        form.number.errors = [TAKEN if isinstance(refusal, actions.EpisodeTaken) else ELSEWHERE]
        return episode_page(slug, known, form), 422
    return done(slug, _("Saved."))


@blueprint.post(f"{EPISODE}/delete")
def delete_episode(slug: str, season: int, number: int) -> Response | tuple[str, int]:
    known = episode_named(desk(), slug, season, number)
    if request.form.get("shown") != stamp(slug):
        return episode_page(slug, known, EpisodeForm(formdata=None, obj=known), CHANGED), 409
    try:
        actions.delete_episode(actor(), slug, (season, number), close_gap="gap" in request.form)
    except (actions.EpisodeInUse, actions.OnlyEpisode, UnknownEpisode):
        return episode_page(slug, known, EpisodeForm(formdata=None, obj=known), CHANGED), 409
    return done(slug, _("%(code)s is gone, and all others have followed.", code=known.code))


def numbers_of(form: EpisodeForm) -> dict[str, int]:
    return {"season": int(form.season.data), "number": int(form.number.data)}


def done(slug: str, words: str) -> Response:
    flash(words)
    return redirect(f"/admin/series/{slug}#episodes", 303)


def insert_page(slug: str, form: EpisodeForm, problem: str = "") -> str:
    wanted = form.episode
    codes = codes_of(slug)
    position = 1 + sum((code.season, code.number) < (wanted.season, wanted.number) for code in codes)
    return render_template(
        "admin/insert_episode.html",
        series=desk().series_card(slug),
        form=form,
        code=EpisodeCode(position, wanted.season, wanted.number),
        before=codes[position - 2] if position > 1 else None,
        after=codes[position - 1],
        higher=numbered_higher(codes, wanted),
        reach=reach_from(desk(), slug, position),
        shown=stamp(slug),
        seen=request.form.get("seen"),
        problem=problem,
    )


def numbered_higher(codes: list[EpisodeCode], wanted: EpisodeIn) -> list[tuple[int, int]]:
    """Those that would get the next number, because the new one takes theirs."""
    return actions.run_from({(code.season, code.number) for code in codes}, (wanted.season, wanted.number))


def episode_page(slug: str, known: DeskEpisode, form: EpisodeForm, problem: str = "") -> str:
    position = known.code.position
    codes = codes_of(slug)
    following = {(code.season, code.number) for code in codes}
    return render_template(
        "admin/episode.html",
        series=desk().series_card(slug),
        episode=known,
        form=form,
        only=len(codes) == 1,
        here=reach_from(desk(), slug, position, position),
        beyond=reach_from(desk(), slug, position + 1),
        lower=actions.run_from(following, (known.season, known.number + 1)),
        shown=stamp(slug),
        problem=problem,
    )


def codes_of(slug: str) -> list[EpisodeCode]:
    return [episode.code for season in desk().seasons(slug) for episode in season.episodes]


def stamp(slug: str) -> str:
    """Says which episodes were shown: after any of them has come or gone, codes may mean others."""
    return " ".join([str(desk().numbering(slug)), str(desk().series_card(slug).episode_count)])
