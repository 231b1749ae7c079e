"""One moment at the desk: written, looked at as others will see it, published, changed, retired and restored."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from ranker.actions import moments as actions
from ranker.actions.suggestions import LONGEST_TITLE, DecidedBefore
from ranker.desk import DeskMoment
from ranker.desk.from_fans import DeskSuggestion, suggestion, there_already
from ranker.desk.moments import lists_holding
from ranker.gate import NotHere
from ranker.web.admin.entrance import actor, blueprint, desk
from ranker.web.admin.fields import NEEDED, ONE_LINE, stripped
from ranker.web.admin.preview import UNNAMED, asked_preview, is_stamp, preview_of, stamp, was_seen
from ranker.web.requests import whole_number
from ranker.web.viewers import tallies
from ranker.words import _, later

Answer = Response | str | tuple[str, int]

LOOK_FIRST = later("This is how others will see it. Look at it once more, then publish.")
LOOK_AT_THE_TEASER = later(
    "Everybody will read the teaser at once, and see it like this. Look at it once more, then save."
)
CHANGED_MEANWHILE = later("Somebody has changed this moment since you opened it. Yours is not lost, and not saved yet.")
TEASER_OR_NONE = later("Write a teaser, or say that it has none.")
DECIDED = later(
    "The suggestion has been decided meanwhile. Nothing is published; press again to add the moment all the same."
)
ONE_OR_THE_OTHER = later("There is a teaser and the box says that there is none. Keep one of them.")


class MomentForm(FlaskForm):
    title = StringField(later("Title"), [DataRequired(NEEDED), Length(max=120), ONE_LINE], filters=[stripped])
    description = TextAreaField(later("What happens"), [Length(max=2_000)], filters=[lambda text: (text or "").strip()])
    episode = SelectField(later("Seen by the end of"), coerce=int)
    teaser = StringField(later("Teaser"), [Optional(), Length(max=120), ONE_LINE], filters=[stripped])
    no_teaser = BooleanField(later("No teaser: only that it is locked is shown"))

    def code(self, position: int) -> str:
        """What the field calls the episode at a position."""
        return str(dict(self.episode.choices)[position])

    def settles_the_teaser(self) -> bool:
        """Whether there is a teaser or an explicit none; a word on the field if not."""
        if bool(self.teaser.data) is self.no_teaser.data:
            self.teaser.errors = [ONE_OR_THE_OTHER if self.teaser.data else TEASER_OR_NONE]
            return False
        return True


@blueprint.route("/series/<slug>/moments/new", methods=["GET", "POST"])
def new_moment(slug: str) -> Answer:
    wish = asked_suggestion(slug)
    form = moment_form(slug)
    if request.method == "GET":
        return moment_page(slug, filled_in(form, wish), wish=wish)
    if not form.validate():
        return moment_page(slug, form, wish=wish), 422
    if wanted("preview"):
        return moment_page(slug, form, wish=wish)
    try:
        return add(slug, form, wish)
    except DecidedBefore:
        return moment_page(slug, form, problem=DECIDED), 409


def add(slug: str, form: MomentForm, wish: DeskSuggestion | None) -> Answer:
    """Keeps the moment as a draft or publishes it. Raises DecidedBefore for a suggestion that waits no more."""
    made_of = wish.public_id if wish else None
    if not wanted("publish"):
        public_id = actions.draft_moment(actor(), slug, text_of(form), made_of)
        flash(_("“%(title)s” is kept as a draft. Nobody but the desk sees it.", title=form.title.data))
        return redirect(f"/admin/moments/{public_id}", 303)
    if problem := why_not_yet(slug, form):
        return moment_page(slug, form, problem=problem, wish=wish), 422
    actions.add_moment(actor(), slug, text_of(form), made_of)
    flash(_("“%(title)s” is published.", title=form.title.data))
    return redirect("/admin/queue" if wish else f"/admin/series/{slug}/moments", 303)


def asked_suggestion(slug: str) -> DeskSuggestion | None:
    """The fan's suggestion of this series that the moment is to be made of, if the request names one."""
    asked = request.values.get("suggestion")
    wish = suggestion(desk(), asked) if asked else None
    if wish and wish.series_slug != slug:
        raise NotHere(asked)
    return wish


def filled_in(form: MomentForm, wish: DeskSuggestion | None) -> MomentForm:
    """The form with what the fan wrote."""
    if wish:
        form.title.data, form.description.data = wish.title, wish.text
        form.episode.data = wish.episode.position
    return form


@blueprint.route("/moments/<public_id>", methods=["GET", "POST"])
def moment(public_id: str) -> Answer:
    known = desk().moment(public_id)
    form = moment_form(known.series_slug, known)
    if request.method == "GET":
        return moment_page(known.series_slug, form, known)
    if not form.validate():
        return moment_page(known.series_slug, form, known), 422
    if wanted("preview"):
        return moment_page(known.series_slug, form, known)
    if not is_as_it_was_read(known):
        return moment_page(known.series_slug, form, known, CHANGED_MEANWHILE, read=""), 409
    if known.is_draft and wanted("publish"):
        return publish(known, form)
    return edit(known, form)


@blueprint.post("/series/<slug>/moments/alike")
def alike_moments(slug: str) -> str:
    """The fragment that points out published moments with nearly this title while one types."""
    found = there_already(desk(), slug, request.form.get("title", "")[:LONGEST_TITLE])
    return render_template("admin/_alike.html", slug=slug, alike=found)


def publish(known: DeskMoment, form: MomentForm) -> Answer:
    if problem := why_not_yet(known.series_slug, form):
        return moment_page(known.series_slug, form, known, problem), 422
    actions.publish_moment(actor(), known.public_id, text_of(form))
    flash(_("“%(title)s” is published.", title=form.title.data))
    return redirect(f"/admin/series/{known.series_slug}/moments", 303)


def edit(known: DeskMoment, form: MomentForm) -> Answer:
    text = text_of(form)
    given = request.form.get("confirmed")
    confirmed = text if is_stamp(given, "edit", known.series_slug, text, known.public_id) else None
    if not known.is_draft:
        if problem := why_no_such_teaser(known, form):
            return moment_page(known.series_slug, form, known, problem), 422
        before = text_as_kept(known)
        try:
            actions.check_edit(before, text, lists_holding(desk(), known.public_id, tallies()), confirmed)
        except actions.EditNeedsConsent as change:
            return moment_page(known.series_slug, form, known, change=change)
    actions.edit_moment(actor(), known.public_id, text)
    flash(_("Saved."))
    return redirect(f"/admin/moments/{known.public_id}", 303)


@blueprint.post("/moments/<public_id>/retire")
def retire(public_id: str) -> Response:
    known = desk().moment(public_id)
    actions.retire_moment(actor(), public_id)
    words = _("“%(title)s” is retired. Lists keep their places for it, and you can restore it.", title=known.title)
    flash(words)
    return redirect(f"/admin/moments/{public_id}", 303)


@blueprint.post("/moments/<public_id>/restore")
def restore(public_id: str) -> Response | tuple[str, int]:
    known = desk().moment(public_id)
    try:
        actions.restore_moment(actor(), public_id)
    except actions.NeverPublished:
        return moment_page(known.series_slug, moment_form(known.series_slug, known), known), 422
    flash(_("“%(title)s” is back, with the places it has in lists.", title=known.title))
    return redirect(f"/admin/moments/{public_id}", 303)


def wanted(what: str) -> bool:
    """Which button of the form was pressed."""
    return request.form.get("do") == what


def why_not_yet(slug: str, form: MomentForm) -> str:
    """What still has to be done before the moment in the form may be published; '' if nothing."""
    if not form.settles_the_teaser():
        return TEASER_OR_NONE
    return "" if was_seen(slug, text_of(form)) else LOOK_FIRST


def why_no_such_teaser(known: DeskMoment, form: MomentForm) -> str:
    """What is to be done before the public line of a published moment may change; '' if nothing, or if it does not."""
    if form.teaser.data == known.teaser:
        return ""
    if not form.settles_the_teaser():
        return TEASER_OR_NONE
    return "" if was_seen(known.series_slug, text_of(form)) else LOOK_AT_THE_TEASER


def is_as_it_was_read(known: DeskMoment) -> bool:
    """Whether the moment is still what it was when its form was made, if the request says so."""
    given = request.form.get("read")
    return given is None or is_stamp(given, "read", known.series_slug, text_as_kept(known), known.public_id)


def moment_form(slug: str, known: DeskMoment | None = None) -> MomentForm:
    form = MomentForm(obj=known) if known else MomentForm()
    form.episode.choices = [
        (episode.code.position, f"{episode.code} {episode.title or ''}".strip())
        for season in desk().seasons(slug)
        for episode in season.episodes
    ]
    if request.method == "GET":
        form.episode.data = known.episode.position if known else len(form.episode.choices)
        form.no_teaser.data = known is not None and not known.is_draft and known.teaser is None
    return form


def moment_page(
    slug: str,
    form: MomentForm,
    known: DeskMoment | None = None,
    problem: str = "",
    change: actions.EditNeedsConsent | None = None,
    wish: DeskSuggestion | None = None,
    read: str | None = None,
) -> str:
    """The page of a moment. `problem` says why it is not published yet, `change` what has to be confirmed, `wish` which
    fan's suggestion it is made of; `read` is the stamp of the moment as it was when the form was made, '': of now."""
    read = request.form.get("read", "") if read is None else read
    if request.method == "GET":
        preview = (
            preview_of(slug, text_of(form), public_id=known.public_id if known else UNNAMED) if known or wish else None
        )
    else:
        preview = asked_preview(slug, known.public_id if known else "")
    return render_template(
        "admin/moment.html",
        series=desk().series_card(slug),
        form=form,
        moment=known,
        wish=wish,
        lists=lists_holding(desk(), known.public_id, tallies()) if known else 0,
        form_action=f"/admin/moments/{known.public_id}" if known else f"/admin/series/{slug}/moments/new",
        preview=preview,
        alike=there_already(desk(), slug, form.title.data or ""),
        at=whole_number(request.form.get("at")),
        problem=problem,
        stale=problem is CHANGED_MEANWHILE,
        change=change,
        read=read or (stamp("read", slug, text_as_kept(known), known.public_id) if known else ""),
        confirmed=stamp("edit", slug, change.after, known.public_id) if known and change else "",
    )


def text_as_kept(known: DeskMoment) -> actions.MomentText:
    return actions.MomentText(known.title, known.description, known.teaser, known.episode.position)


def text_of(form: MomentForm) -> actions.MomentText:
    return actions.MomentText(
        form.title.data or "", form.description.data or "", form.teaser.data, int(form.episode.data)
    )
