"""The part of the gate that hands a fan all they have put here, as far as they may see it now, for a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select, union

from ranker.domain.feed import OwnFeed
from ranker.domain.from_fans import OwnSuggestion
from ranker.domain.values import LockedMoment, Moment
from ranker.extensions import db
from ranker.gate import Gate, Viewer, open_gate
from ranker.gate.feed import own_feed
from ranker.gate.public_lists import own_cap
from ranker.models import PUBLISHED, RETIRED, Episode, Note, Progress, Report, SavedBallot, Series
from ranker.models import Moment as MomentRow
from ranker.tallies import Tallies

Entry = dict[str, Any]


def own_archive(viewer: Viewer, tallies: Tallies) -> list[Entry]:
    """For every series a fan has said anything of: how far they are, their list at each episode, and what they wrote.

    As JSON can hold it. A locked moment keeps its place, without its words, or is not there at all when sealed; notes,
    suggestions and reports from further on are left out.
    """
    return [_series(open_gate(viewer, slug, tallies)) for slug in _slugs(viewer)]


def _slugs(viewer: Viewer) -> list[str]:
    mine = union(
        select(Progress.series_id).where(Progress.user_id == viewer.user_id),
        select(SavedBallot.series_id).where(SavedBallot.user_id == viewer.user_id),
        # A name can be read, and reported, before anything is watched.
        select(Report.series_id).where(
            Report.user_id == viewer.user_id, Report.named_id.is_not(None), Report.label == 0
        ),
    )
    return list(
        db.session.scalars(select(Series.slug).where(Series.id.in_(mine), Series.is_open).order_by(Series.slug))
    )


def _series(gate: Gate) -> Entry:
    moments = gate.moments_by_id()
    return {
        "series": gate.series.slug,
        "title": gate.series.title,
        "seen_up_to": _code(gate, gate.clearance.position),
        "shared": _shared(own_cap(gate), gate),
        "feed": _feed(own_feed(gate), gate),
        "lists": list(_lists(gate, moments)),
        "notes": list(_notes(gate, moments)),
        "suggestions": list(_suggestions(gate)),
        "reports": list(_reports(gate)),
    }


def _shared(cap: int | None, gate: Gate) -> Entry | None:
    return None if cap is None else {"up_to": _code(gate, cap)}


def _feed(feed: OwnFeed | None, gate: Gate) -> Entry | None:
    return None if feed is None else {"up_to": _code(gate, feed.cap), "made": feed.made.isoformat()}


def _lists(gate: Gate, moments: Mapping[int, Moment]) -> Iterator[Entry]:
    """The list as it was last saved at each episode; the newest of them is the list of today, the one that counts.

    Sealed, what was saved further on stands where the fan is now, as if they had never been there.
    """
    query = (
        select(SavedBallot.progress, SavedBallot.moments, SavedBallot.saved_at)
        .where(SavedBallot.user_id == gate.viewer.user_id, SavedBallot.series_id == gate.state.id)
        .order_by(SavedBallot.version)
    )
    furthest = gate.horizon
    rows = db.session.execute(query).all()
    saved = {min(row.progress, furthest): row for row in rows}
    for position, row in sorted(saved.items()):
        shown = [moments[id] for id in row.moments if id in moments]
        entries = [{"place": place, **_moment(moment)} for place, moment in enumerate(shown, 1)]
        at = {"at": _code(gate, position), "saved": row.saved_at.isoformat(), "counts": row is rows[-1]}
        yield {**at, "moments": entries}


def _notes(gate: Gate, moments: Mapping[int, Moment]) -> Iterator[Entry]:
    """Every note the fan may read now; of a moment that is retired there is only the note."""
    query = (
        select(Note.moment_id, Note.label, Note.text)
        .join(MomentRow, MomentRow.id == Note.moment_id)
        .join(Episode, Episode.id == MomentRow.episode_id)
        .where(Note.user_id == gate.viewer.user_id, MomentRow.series_id == gate.state.id, Note.text != "")
        .where(Note.label <= gate.clearance.position, Episode.position <= gate.clearance.position)
        .where(MomentRow.status.in_((PUBLISHED, RETIRED)))
        .order_by(Note.label, MomentRow.public_id)
    )
    for moment_id, label, text in db.session.execute(query):
        moment = moments.get(moment_id)
        yield {"at": _code(gate, label), "moment": _moment(moment) if moment else None, "note": text}


def _suggestions(gate: Gate) -> Iterator[Entry]:
    for one in gate.from_fans.suggestions():
        if isinstance(one, OwnSuggestion):
            became = _moment(one.moment) if one.moment else None
            said = {"title": one.title, "episode": str(one.episode), "text": one.text}
            yield {**said, "state": one.state, "reason": one.reason, "moment": became}


def _reports(gate: Gate) -> Iterator[Entry]:
    for one in gate.from_fans.reports():
        yield {"moment": _moment(one.moment), "kind": one.kind, "text": one.text, "state": one.state}
    for name in gate.from_fans.name_reports():
        state = "looked at" if name.looked_at else "open"
        yield {"name": name.name, "kind": name.kind, "text": name.text, "state": state}


def _moment(moment: Moment) -> Entry:
    if isinstance(moment, LockedMoment):
        return {"locked_until": str(moment.unlocks), "teaser": moment.teaser}
    return {"id": moment.public_id, "title": moment.title, "episode": str(moment.episode)}


def _code(gate: Gate, position: int) -> str | None:
    code = gate.codes.get(position)
    return str(code) if code else None
