"""The form for one episode."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from ranker.exchange import EpisodeIn
from ranker.exchange.series import HIGHEST_NUMBER
from ranker.web.admin.entrance import desk
from ranker.web.admin.fields import NEEDED, ONE_LINE, stripped
from ranker.words import later


class EpisodeForm(FlaskForm):
    season = IntegerField(later("Season"), [InputRequired(NEEDED), NumberRange(1, 999)])
    number = IntegerField(later("Number"), [InputRequired(NEEDED), NumberRange(1, HIGHEST_NUMBER)])
    title = StringField(later("Title"), [Optional(), Length(max=200), ONE_LINE], filters=[stripped])
    airdate = DateField(later("First shown"), [Optional()])
    runtime = IntegerField(later("Minutes"), [Optional(), NumberRange(1, 10_000)])

    @property
    def episode(self) -> EpisodeIn:
        """What a valid form says."""
        return EpisodeIn.model_validate({name: self[name].data for name in EpisodeIn.model_fields})


def next_episode(slug: str) -> EpisodeForm:
    """The form filled in with the episode that airs next."""
    seasons = desk().seasons(slug)
    last = seasons[-1].episodes[-1].code if seasons else None
    season, number = (last.season, last.number + 1) if last else (1, 1)
    return EpisodeForm(formdata=None, season=season, number=number)
