"""The part of the gate that reads what a fan has suggested and reported, and what they can say something about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, case, func, select

from ranker.domain.clearance import EpisodeCode
from ranker.domain.finding import alike
from ranker.domain.from_fans import (
    LockedSuggestion,
    OwnNameReport,
    OwnReport,
    OwnSuggestion,
    ReportKind,
    ReportState,
    SuggestionState,
)
from ranker.domain.values import EpisodeRow, FanNote, VisibleMoment
from ranker.extensions import db
from ranker.gate.reception import Reception
from ranker.models import PROPOSED, Episode, Note, Report, Series, Suggestion
from ranker.models import Moment as MomentRow

if TYPE_CHECKING:
    from ranker.gate import Gate
    from ranker.gate.stands import Query


@dataclass(frozen=True)
class FromFans:
    """What one fan says of a series beyond their list, read through the gate that is open for them."""

    gate: Gate

    # What they can say something about

    @property
    def seen_episodes(self) -> tuple[EpisodeRow, ...]:
        """Every episode the viewer has seen, the newest first."""
        episodes = [episode for season in self.gate.rail.seasons for episode in season.episodes if episode.seen]
        return tuple(reversed(episodes))

    def later_episodes(self, moment: VisibleMoment) -> tuple[EpisodeRow, ...]:
        """The episodes the viewer has seen after that of the moment, the next one first."""
        later = (episode for episode in self.seen_episodes if episode.position > moment.episode.position)
        return tuple(reversed(tuple(later)))

    @property
    def moments(self) -> tuple[VisibleMoment, ...]:
        """The moments this viewer can see, in story order."""
        return tuple(sorted(self.gate.visible_moments().values(), key=_in_story_order))

    def alike(self, title: str) -> tuple[VisibleMoment, ...]:
        """The moments with nearly this title that this viewer can see. Nothing else is looked at."""
        return alike(title, self.moments)

    def note(self, note_id: str) -> tuple[VisibleMoment, FanNote] | None:
        """A note the viewer can read on a moment's page, with its moment; None for any other, be it known or not."""
        named = select(Note.moment_id).where(Note.public_id == note_id, Note.label <= self._reached)
        for id, moment in self.gate.visible_moments(MomentRow.id == named.scalar_subquery()).items():
            if note := Reception(self.gate, id).note(note_id):
                return moment, note
        return None

    # What they have said

    def suggestions(self) -> tuple[OwnSuggestion | LockedSuggestion, ...]:
        """The fan's suggestions, newest first, but for those they took back and, sealed, those from further on."""
        rows = db.session.execute(self._suggestions()).all()
        became = self._moments([row.moment_id for row in rows])
        return tuple(self._suggestion(row, became) for row in rows)

    def is_waiting(self, public_id: str) -> bool:
        """Whether this is a suggestion of theirs that waits, for all they know."""
        mine = (one for one in self.suggestions() if isinstance(one, OwnSuggestion))
        return any(one.public_id == public_id and one.state is SuggestionState.WAITING for one in mine)

    def reports(self) -> tuple[OwnReport, ...]:
        """The fan's reports on what they can see now, newest first."""
        query = (
            select(Report.kind, Report.text, Report.state, Report.applied, Report.moment_id)
            .where(Report.user_id == self.gate.viewer.user_id, Report.series_id == self.gate.state.id)
            .where(Report.label <= self._reached, Report.moment_id.is_not(None))
            .order_by(Report.created_at.desc(), Report.public_id)
        )
        rows = db.session.execute(query).all()
        moments = self._moments([row.moment_id for row in rows])
        return tuple(
            OwnReport(ReportKind(row.kind), moments[row.moment_id], row.text, ReportState(row.state), row.applied)
            for row in rows
            if row.moment_id in moments
        )

    def name_reports(self) -> tuple[OwnNameReport, ...]:
        """The fan's reports on names they read at lists of this series, as far as they have come now, newest first."""
        query = (
            select(Report.kind, Report.name, Report.text, Report.state)
            .where(Report.user_id == self.gate.viewer.user_id, Report.series_id == self.gate.state.id)
            .where(Report.label <= self._reached, Report.named_id.is_not(None))
            .order_by(Report.created_at.desc(), Report.public_id)
        )
        return tuple(
            OwnNameReport(ReportKind(row.kind), row.name or "", row.text, row.state != ReportState.OPEN)
            for row in db.session.execute(query)
        )

    def has_reported_name(self, named_id: int, kind: ReportKind) -> bool:
        """Whether the fan has said so of this account's name, as far as they know it now, and nobody has looked yet."""
        query = select(Report.id).where(
            Report.user_id == self.gate.viewer.user_id,
            Report.named_id == named_id,
            Report.series_id.in_(select(Series.id).where(Series.is_open)),
            Report.kind == kind,
            Report.state == ReportState.OPEN,
            Report.label <= self._reached,
        )
        return db.session.execute(query).first() is not None

    def has_reported(self, moment_id: int, kind: ReportKind, note_id: str | None = None) -> bool:
        """Whether the fan has said so before, as far as they know it now, and nobody has looked yet."""
        query = select(Report.id).where(
            Report.user_id == self.gate.viewer.user_id,
            Report.moment_id == moment_id,
            Report.note_id == note_id if note_id else Report.note_id.is_(None),
            Report.kind == kind,
            Report.state == ReportState.OPEN,
            Report.label <= self._reached,
        )
        return db.session.execute(query).first() is not None

    def moved_by_reports(self) -> int:
        """How many moments of the series that this viewer can see were moved by reports nobody has looked at yet."""
        query = (
            select(func.count())
            .select_from(Report)
            .join(MomentRow, MomentRow.id == Report.moment_id)
            .join(Episode, Episode.id == MomentRow.episode_id)
            .where(Report.series_id == self.gate.state.id, Report.applied, Report.state == ReportState.OPEN)
            .where(Report.label <= self._reached, Episode.position <= self._reached)
        )
        return db.session.scalar(query) or 0

    # How it is read

    @property
    def _reached(self) -> int:
        return self.gate.clearance.position

    def _suggestions(self) -> Query:
        """Title, words and reason of what lies ahead are not loaded; nor is what became of a moment that does."""
        seen = Suggestion.label <= self._reached
        outcome = (
            select(Episode.position)
            .join(MomentRow, MomentRow.episode_id == Episode.id)
            .where(MomentRow.id == Suggestion.moment_id, MomentRow.status != PROPOSED)
            .correlate(Suggestion)
            .scalar_subquery()
        )
        columns = {
            "title": case((seen, Suggestion.title)),
            "text": case((seen, Suggestion.text)),
            "reason": case((seen, Suggestion.reason)),
            "settled": func.coalesce(outcome <= self._reached, False),
        }
        query = (
            select(
                Suggestion.public_id,
                Suggestion.label,
                Suggestion.state,
                Suggestion.moment_id,
                Episode.position,
                Episode.season,
                Episode.number,
                *(column.label(name) for name, column in columns.items()),
            )
            .join(Episode, Episode.id == Suggestion.episode_id)
            .where(Suggestion.user_id == self.gate.viewer.user_id, Suggestion.series_id == self.gate.state.id)
            .where(Suggestion.state != SuggestionState.WITHDRAWN)
            .order_by(Suggestion.created_at.desc(), Suggestion.public_id)
        )
        return query.where(seen) if self.gate.sealed else query

    def _suggestion(self, row: Row[Any], became: Mapping[int, VisibleMoment]) -> OwnSuggestion | LockedSuggestion:
        if not self.gate.clearance.permits(row.label):
            return LockedSuggestion(self.gate.codes[row.label])
        state = SuggestionState(row.state)
        if state in (SuggestionState.ACCEPTED, SuggestionState.MERGED) and not row.settled:
            state = SuggestionState.WAITING
        code = EpisodeCode(row.position, row.season, row.number)
        moment = became.get(row.moment_id) if row.settled else None
        return OwnSuggestion(row.public_id, row.title, row.text, code, state, row.reason, moment)

    def _moments(self, ids: list[int | None]) -> Mapping[int, VisibleMoment]:
        known = [id for id in ids if id is not None]
        only: ColumnElement[bool] = MomentRow.id.in_(known)
        return self.gate.visible_moments(only) if known else {}


def _in_story_order(moment: VisibleMoment) -> tuple[object, ...]:
    return moment.episode.position, moment.title, moment.public_id
