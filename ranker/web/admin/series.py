"""Series and episodes at the desk."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NoneOf, NumberRange, Optional, Regexp

from ranker.actions import series as actions
from ranker.desk.counting import Shown, totals
from ranker.desk.from_fans import waiting
from ranker.desk.moments import statuses
from ranker.exchange import RESERVED, SLUG, EpisodeIn, SeriesFile
from ranker.exchange.series import LONGEST_SLUG, address_of
from ranker.web.admin.entrance import actor, blueprint, desk, for_admins
from ranker.web.admin.episode_form import EpisodeForm, next_episode
from ranker.web.admin.fields import NEEDED, ONE_LINE, stripped
from ranker.web.requests import words_to_numbers
from ranker.words import _, later

TAKEN = later("Another series has this address already.")


class SeriesForm(FlaskForm):
    title = StringField(later("Title"), [DataRequired(NEEDED), Length(max=200), ONE_LINE], filters=[stripped])
    year = IntegerField(later("Year"), [Optional(), NumberRange(1800, 2999)])
    network = StringField(later("Network"), [Optional(), Length(max=80), ONE_LINE], filters=[stripped])
    ballot_size = IntegerField(later("Places in a list"), [InputRequired(NEEDED), NumberRange(1, 50)], default=10)


class NewSeriesForm(FlaskForm):
    title = StringField(later("Title"), [DataRequired(NEEDED), Length(max=200), ONE_LINE], filters=[stripped])
    slug = StringField(
        later("Address"),
        [
            DataRequired(NEEDED),
            Length(max=LONGEST_SLUG),
            Regexp(SLUG, message=later("Use small letters and digits, with single hyphens between.")),
            NoneOf(RESERVED, message=later("That is an address of the desk itself. Choose another one.")),
        ],
        filters=[stripped],
    )
    year = IntegerField(later("Year"), [Optional(), NumberRange(1800, 2999)])
    network = StringField(later("Network"), [Optional(), Length(max=80), ONE_LINE], filters=[stripped])
    seasons = StringField(later("Episodes in each season"), [DataRequired(NEEDED)])


@blueprint.get("/")
def index() -> str:
    return render_template("admin/index.html", all_series=desk().all_series(), waiting=waiting(desk()))


@blueprint.route("/series/new", methods=["GET", "POST"])
@for_admins
def new_series() -> Response | str | tuple[str, int]:
    form = NewSeriesForm()
    if request.method == "GET":
        return new_series_page(form)
    form.slug.data = form.slug.data or address_of(form.title.data or "")
    if form.validate() and (file := series_from(form)):
        try:
            actions.add_series(actor(), file, draft=True)
        except actions.SlugTaken:
            form.slug.errors = [TAKEN]
        else:
            flash(_("%(title)s is there, as a draft. Now add its moments.", title=file.title))
            return redirect(f"/admin/series/{file.slug}", 303)
    return new_series_page(form), 422


def new_series_page(form: NewSeriesForm, problem: str = "") -> str:
    return render_template("admin/new_series.html", form=form, problem=problem)


def series_from(form: NewSeriesForm) -> SeriesFile | None:
    """The series the form describes; None with a word on the field when its seasons cannot be read."""
    counts = words_to_numbers(form.seasons.data or "")
    if not counts or not all(1 <= count <= 500 for count in counts) or sum(counts) > 2_000:
        form.seasons.errors = [_("Write how many episodes each season has, for example: 10, 10, 8")]
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


@blueprint.route("/series/<slug>", methods=["GET", "POST"])
def series(slug: str) -> Response | str | tuple[str, int]:
    card = desk().series_card(slug)
    form = SeriesForm(obj=card)
    if request.method == "GET":
        return series_page(slug, form, next_episode(slug))
    if not form.validate():
        return series_page(slug, form, next_episode(slug)), 422
    facts = actions.SeriesFacts(form.title.data or "", form.year.data, form.network.data, int(form.ballot_size.data))
    actions.edit_series(actor(), slug, facts)
    flash(_("Saved."))
    return redirect(f"/admin/series/{slug}", 303)


def series_page(slug: str, form: SeriesForm, episode_form: EpisodeForm) -> str:
    return render_template(
        "admin/series.html",
        series=desk().series_card(slug),
        seasons=desk().seasons(slug),
        moments=statuses(desk(), slug),
        waiting=waiting(desk()).get(slug, 0),
        held=totals(desk(), slug)[Shown.HELD],
        form=form,
        episode_form=episode_form,
    )
