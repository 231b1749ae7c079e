"""Adding, publishing, editing, retiring and restoring moments. Nobody's ballot is hurt by any of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from ranker.actions.audit import Actor, Deed, record
from ranker.actions.catalogue import episode_id_at, next_edition, series_id_of, touch
from ranker.actions.suggestions import accept_suggestion
from ranker.database import one_writer_at_a_time, writing
from ranker.models import PROPOSED, PUBLISHED, RETIRED, Episode, Moment, new_public_id


class UnknownMoment(LookupError):
    """There is no such moment."""


class NeverPublished(ValueError):
    """A draft is published, not restored. Nothing was changed."""


class NotADraft(ValueError):
    """Only a draft can be published. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class MomentText:
    """What an admin writes of a moment. `position` is that of the episode by whose end all of it has been seen."""

    title: str
    description: str
    teaser: str | None
    position: int


class EditNeedsConsent(Exception):
    """Lists would stand for something else, or a moment would be shown earlier, and nobody has confirmed it yet.

    before, after: the fields that change. lists: how many counting lists hold the moment.
    """

    def __init__(self, before: MomentText, after: MomentText, lists: int) -> None:
        super().__init__(f"{lists} lists hold it")
        self.before = before
        self.after = after
        self.lists = lists

    @property
    def earlier(self) -> bool:
        return self.after.position < self.before.position


def check_edit(before: MomentText, after: MomentText, lists: int, confirmed: MomentText | None) -> None:
    """Whether a moment that is not a draft may become `after`: freely if lists mean the same.

    New words for what `lists` hold, and an earlier episode, want `after` to be confirmed. Raises EditNeedsConsent.
    """
    reworded = (before.title, before.description) != (after.title, after.description)
    if confirmed != after and (after.position < before.position or (lists and reworded)):
        raise EditNeedsConsent(before, after, lists)


def add_moment(actor: Actor, slug: str, text: MomentText, suggestion: str | None = None) -> str:
    """Publishes a new moment, in an edition of its own, for no ballot saved before was offered it.

    A fan's suggestion it was made of is accepted with it. Raises UnknownEpisode, DecidedBefore. Returns its public id.
    """
    public_id = new_public_id()
    with writing() as session:
        one_writer_at_a_time(session)
        series_id = series_id_of(session, slug)
        edition = next_edition(session, series_id)
        moment_id = _insert(session, series_id, public_id, text, status=PUBLISHED, edition=edition)
        record(session, actor, Deed("moment.add", public_id, series_id, after=asdict(text)))
        if suggestion:
            accept_suggestion(session, actor, suggestion, series_id, moment_id)
        touch(session, series_id)
    return public_id


def draft_moment(actor: Actor, slug: str, text: MomentText, suggestion: str | None = None) -> str:
    """Keeps a moment that nobody sees but the desk. Raises UnknownEpisode, DecidedBefore. Returns its public id.

    Whoever suggested it is told when it is published.
    """
    public_id = new_public_id()
    with writing() as session:
        one_writer_at_a_time(session)
        series_id = series_id_of(session, slug)
        moment_id = _insert(session, series_id, public_id, text, status=PROPOSED)
        record(session, actor, Deed("moment.draft", public_id, series_id, after=asdict(text)))
        if suggestion:
            accept_suggestion(session, actor, suggestion, series_id, moment_id)
    return public_id


def publish_moment(actor: Actor, public_id: str, text: MomentText) -> None:
    """Publishes a draft with these words, in an edition of its own. Raises NotADraft, UnknownEpisode, UnknownMoment."""
    with writing() as session:
        one_writer_at_a_time(session)
        moment = _moment(session, public_id)
        if moment.status != PROPOSED:
            raise NotADraft
        edition = next_edition(session, moment.series_id)
        _update(session, moment, text, status=PUBLISHED, edition=edition)
        before, after = {"status": PROPOSED, **asdict(_text(moment))}, {"status": PUBLISHED, **asdict(text)}
        record(session, actor, Deed("moment.publish", public_id, moment.series_id, before, after))
        touch(session, moment.series_id)


def edit_moment(actor: Actor, public_id: str, text: MomentText) -> None:
    """Changes a moment's words or its episode. When its label moves, the series is counted anew.

    `check_edit` says what has to be confirmed first. Raises UnknownEpisode, UnknownMoment.
    """
    with writing() as session:
        one_writer_at_a_time(session)
        moment = _moment(session, public_id)
        _update(session, moment, text)
        deed = Deed("moment.edit", public_id, moment.series_id, asdict(_text(moment)), asdict(text))
        record(session, actor, deed)
        if moment.status != PROPOSED:
            touch(session, moment.series_id, recount=text.position != moment.position)


def retire_moment(actor: Actor, public_id: str) -> None:
    """Takes a moment out of rankings and pools. Ballots keep their entries for it and skip over them."""
    _set_status(actor, public_id, RETIRED, "moment.retire")


def restore_moment(actor: Actor, public_id: str) -> None:
    """Puts a retired moment back, with every vote it had; one that was merged is a moment of its own again.

    It keeps its edition. In a new one every list saved before would lose its vote for it until it is saved again, and
    nobody told its owner. The price is small: a first list saved while it was away counts as not having chosen it.
    """
    _set_status(actor, public_id, PUBLISHED, "moment.restore")


def _set_status(actor: Actor, public_id: str, status: str, action: str) -> None:
    with writing() as session:
        one_writer_at_a_time(session)
        moment = _moment(session, public_id)
        if moment.edition is None and status == PUBLISHED:
            raise NeverPublished
        apart = {"merged_into": None} if status == PUBLISHED else {}
        session.execute(update(Moment).where(Moment.id == moment.id).values(status=status, **apart))
        record(
            session,
            actor,
            Deed(action, public_id, moment.series_id, {"status": moment.status}, {"status": status}),
        )
        touch(session, moment.series_id)


def _insert(session: Session, series_id: int, public_id: str, text: MomentText, **more: Any) -> int:
    """Returns its internal id."""
    statement = insert(Moment).values(
        series_id=series_id,
        episode_id=episode_id_at(session, series_id, text.position),
        public_id=public_id,
        title=text.title,
        description=text.description,
        teaser=text.teaser,
        **more,
    )
    id: int = session.execute(statement.returning(Moment.id)).scalar_one()
    return id


def _update(session: Session, moment: Row[*tuple[Any, ...]], text: MomentText, **more: Any) -> None:
    episode_id = episode_id_at(session, moment.series_id, text.position)
    session.execute(
        update(Moment)
        .where(Moment.id == moment.id)
        .values(title=text.title, description=text.description, teaser=text.teaser, episode_id=episode_id, **more)
    )


def _text(moment: Row[*tuple[Any, ...]]) -> MomentText:
    return MomentText(moment.title, moment.description, moment.teaser, moment.position)


def _moment(session: Session, public_id: str) -> Row[*tuple[Any, ...]]:
    query = (
        select(
            Moment.id,
            Moment.series_id,
            Moment.status,
            Moment.edition,
            Moment.title,
            Moment.description,
            Moment.teaser,
            Episode.position,
        )
        .join(Episode, Episode.id == Moment.episode_id)
        .where(Moment.public_id == public_id)
    )
    moment = session.execute(query).first()
    if moment is None:
        raise UnknownMoment
    return moment
