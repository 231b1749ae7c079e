"""The desk: series, episodes and moments. To anybody but an admin its addresses are unknown ones."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from ranker.actions import catalogue
from ranker.desk import Desk, DeskMoment
from ranker.exchange import SLUG, EpisodeIn, SeriesFile, SeriesFileRefused, read_series
from ranker.gate import NotHere
from ranker.web.errors import ErrorPage, on_http_error
from ranker.web.requests import words_to_numbers
from ranker.web.viewers import viewer

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

NEEDED = "Please fill this in."
TAKEN = "Another series has this address already."
ONE_LINE = Regexp(r"^[^\x00-\x1f]*$", message="Please keep this to one line.")


def stripped(text: str | None) -> str | None:
    return text.strip() or None if text else None


class SeriesForm(FlaskForm):
    title = StringField("Title", [InputRequired(NEEDED), Length(max=200), ONE_LINE], filters=[stripped])
    year = IntegerField("Year", [Optional(), NumberRange(1800, 2999)])
    network = StringField("Network", [Optional(), Length(max=80), ONE_LINE], filters=[stripped])
    ballot_size = IntegerField("Places in a list", [InputRequired(NEEDED), NumberRange(1, 50)], default=10)


class NewSeriesForm(FlaskForm):
    title = StringField("Title", [InputRequired(NEEDED), Length(max=200), ONE_LINE], filters=[stripped])
    slug = StringField(
        "Address",
        [
            InputRequired(NEEDED),
            Length(max=80),
            Regexp(SLUG, message="Use small letters and digits, with single hyphens between."),
        ],
        filters=[stripped],
    )
    year = IntegerField("Year", [Optional(), NumberRange(1800, 2999)])
    network = StringField("Network", [Optional(), Length(max=80), ONE_LINE], filters=[stripped])
    seasons = StringField("Episodes in each season", [InputRequired(NEEDED)])


class EpisodeForm(FlaskForm):
    season = IntegerField("Season", [InputRequired(NEEDED), NumberRange(1, 999)])
    number = IntegerField("Number", [InputRequired(NEEDED), NumberRange(1, 9_999)])
    title = StringField("Title", [Optional(), Length(max=200), ONE_LINE], filters=[stripped])


class MomentForm(FlaskForm):
    title = StringField("Title", [InputRequired(NEEDED), Length(max=120), ONE_LINE], filters=[stripped])
    description = TextAreaField("What happens", [Length(max=2_000)], filters=[lambda text: (text or "").strip()])
    teaser = StringField("Teaser", [Optional(), Length(max=120), ONE_LINE], filters=[stripped])
    episode = SelectField("Seen by the end of", coerce=int)


def admins_only() -> None:
    """Before anything else looks at the request, so that not even a missing token tells the desk from nothing."""
    if (request.path + "/").startswith("/admin/") and not viewer().is_admin:
        abort(404)


@blueprint.errorhandler(NotHere)
def nothing_here(error: NotHere) -> ErrorPage:
    return on_http_error(NotFound())


def desk() -> Desk:
    return Desk(viewer())


@blueprint.get("/")
def index() -> str:
    return render_template("admin/index.html", all_series=desk().all_series())


@blueprint.route("/series/new", methods=["GET", "POST"])
def new_series() -> Response | str | tuple[str, int]:
    form = NewSeriesForm()
    if request.method == "GET":
        return render_template("admin/new_series.html", form=form, problem="")
    if form.validate() and (file := series_from(form)):
        try:
            catalogue.add_series(file)
        except catalogue.SlugTaken:
            form.slug.errors = [TAKEN]
        else:
            flash(f"{file.title} is there. Now add its moments.")
            return redirect(f"/admin/series/{file.slug}", 303)
    return render_template("admin/new_series.html", form=form, problem=""), 422


def series_from(form: NewSeriesForm) -> SeriesFile | None:
    """The series the form describes; None with a word on the field when its seasons cannot be read."""
    counts = words_to_numbers(form.seasons.data or "")
    if not counts or not all(1 <= count <= 500 for count in counts) or sum(counts) > 2_000:
        form.seasons.errors = ["Write how many episodes each season has, for example: 10, 10, 8"]
        return None
    episodes = tuple(
        EpisodeIn(season=season, number=number)
        for season, count in enumerate(counts, 1)
        for number in range(1, count + 1)
    )
    return SeriesFile(
        format="ranker.series/1",
        slug=form.slug.data,
        title=form.title.data,
        year=form.year.data,
        network=form.network.data,
        episodes=episodes,
    )


@blueprint.post("/series/import")
def import_series() -> Response | tuple[str, int]:
    upload = request.files.get("file")
    try:
        file = read_series(upload.read() if upload else b"")
        catalogue.add_series(file)
    except SeriesFileRefused as refusal:
        return render_template("admin/new_series.html", form=NewSeriesForm(formdata=None), problem=str(refusal)), 422
    except catalogue.SlugTaken:
        return render_template("admin/new_series.html", form=NewSeriesForm(formdata=None), problem=TAKEN), 422
    flash(f"{file.title} is there, with {len(file.episodes)} episodes and {len(file.moments)} moments.")
    return redirect(f"/admin/series/{file.slug}", 303)


@blueprint.route("/series/<slug>", methods=["GET", "POST"])
def series(slug: str) -> Response | str | tuple[str, int]:
    card = desk().series_card(slug)
    form = SeriesForm(obj=card)
    if request.method == "GET":
        return series_page(slug, form, next_episode(slug))
    if not form.validate():
        return series_page(slug, form, next_episode(slug)), 422
    catalogue.edit_series(slug, form.title.data, form.year.data, form.network.data, form.ballot_size.data)
    flash("Saved.")
    return redirect(f"/admin/series/{slug}", 303)


@blueprint.post("/series/<slug>/episodes")
def add_episode(slug: str) -> Response | tuple[str, int]:
    card = desk().series_card(slug)
    form = EpisodeForm()
    if form.validate():
        episode = EpisodeIn(season=form.season.data, number=form.number.data, title=form.title.data)
        try:
            catalogue.add_episode(slug, episode)
        except catalogue.EpisodeTaken:
            form.number.errors = ["This season has an episode of this number already."]
        except catalogue.EpisodeNotLast:
            form.number.errors = ["A new episode comes after all the others."]
        else:
            flash(f"Season {episode.season} episode {episode.number} is there.")
            return redirect(f"/admin/series/{slug}", 303)
    return series_page(slug, SeriesForm(formdata=None, obj=card), form), 422


def series_page(slug: str, form: SeriesForm, episode_form: EpisodeForm) -> str:
    shown = desk().series(slug)
    return render_template(
        "admin/series.html",
        series=shown.series,
        seasons=shown.seasons,
        moments=shown.moments,
        form=form,
        episode_form=episode_form,
    )


def next_episode(slug: str) -> EpisodeForm:
    """The form for an episode, filled in with the one that airs next."""
    seasons = desk().seasons(slug)
    last = seasons[-1].episodes[-1].code if seasons else None
    season, number = (last.season, last.number + 1) if last else (1, 1)
    return EpisodeForm(formdata=None, season=season, number=number)


@blueprint.route("/series/<slug>/moments/new", methods=["GET", "POST"])
def new_moment(slug: str) -> Response | str | tuple[str, int]:
    form = moment_form(slug)
    if request.method == "POST" and form.validate():
        catalogue.add_moment(slug, text_of(form))
        flash(f"“{form.title.data}” is published.")
        return redirect(f"/admin/series/{slug}", 303)
    page = moment_page(slug, form, None, f"/admin/series/{slug}/moments/new")
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/moments/<public_id>", methods=["GET", "POST"])
def moment(public_id: str) -> Response | str | tuple[str, int]:
    known = desk().moment(public_id)
    form = moment_form(known.series_slug, known)
    if request.method == "POST" and form.validate():
        catalogue.edit_moment(public_id, text_of(form))
        flash("Saved.")
        return redirect(f"/admin/series/{known.series_slug}", 303)
    page = moment_page(known.series_slug, form, known, f"/admin/moments/{public_id}")
    return (page, 422) if request.method == "POST" else page


@blueprint.post("/moments/<public_id>/retire")
def retire(public_id: str) -> Response:
    known = desk().moment(public_id)
    catalogue.retire_moment(public_id)
    flash(f"“{known.title}” is retired. Lists keep their places for it, and you can restore it.")
    return redirect(f"/admin/series/{known.series_slug}", 303)


@blueprint.post("/moments/<public_id>/restore")
def restore(public_id: str) -> Response:
    known = desk().moment(public_id)
    catalogue.restore_moment(public_id)
    flash(f"“{known.title}” is back.")
    return redirect(f"/admin/series/{known.series_slug}", 303)


def moment_form(slug: str, known: DeskMoment | None = None) -> MomentForm:
    form = MomentForm(obj=known) if known else MomentForm()
    form.episode.choices = [
        (episode.code.position, f"{episode.code} {episode.title or ''}".strip())
        for season in desk().seasons(slug)
        for episode in season.episodes
    ]
    if request.method == "GET":
        form.episode.data = known.episode.position if known else len(form.episode.choices)
    return form


def moment_page(slug: str, form: MomentForm, known: DeskMoment | None, action: str) -> str:
    return render_template(
        "admin/moment.html", series=desk().series_card(slug), form=form, moment=known, form_action=action
    )


def text_of(form: MomentForm) -> catalogue.MomentText:
    return catalogue.MomentText(
        form.title.data or "", form.description.data or "", form.teaser.data, int(form.episode.data)
    )
