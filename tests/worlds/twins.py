"""The two promises as functions from a world to its twin. `horizon` gives the viewer's position in each series."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from tests.worlds.world import (
    VIEWER,
    BallotW,
    FanW,
    Horizon,
    MomentW,
    ReportW,
    SeriesW,
    SnapshotW,
    SuggestionW,
    World,
)


def redact(world: World, horizon: Horizon) -> World:
    """The masked promise's twin: other titles, texts, names and ids beyond the horizon, all else the same.

    Idempotent, for what is redacted is made from what is left alone: the place of a moment in its series.
    """
    new_ids = {
        moment.public_id: _public_id(series.slug, number)
        for series in world.series
        for number, moment in enumerate(series.moments)
        if moment.label > horizon.get(series.slug, 0)
    }
    return World(
        tuple(_redacted_series(series, horizon.get(series.slug, 0), new_ids) for series in world.series),
        tuple(_redacted_fan(fan, new_ids, horizon) for fan in world.fans),
        salt=1,
    )


def _redacted_series(series: SeriesW, position: int, new_ids: dict[str, str]) -> SeriesW:
    return replace(
        series,
        moments=tuple(
            replace(
                _redacted(moment, new_ids[moment.public_id]) if moment.label > position else moment,
                merged_into=new_ids.get(moment.merged_into or "", moment.merged_into),
            )
            for moment in series.moments
        ),
        episode_titles=tuple(
            f"Other title {number}" if number > position else series.title_at(number)
            for number in range(1, series.episodes + 1)
        ),
        snapshots=tuple(
            replace(one, ranks={new_ids.get(moment, moment): ranks for moment, ranks in one.ranks.items()})
            for one in series.snapshots
        ),
    )


def _redacted(moment: MomentW, public_id: str) -> MomentW:
    others = {"title": f"Other {public_id}", "description": f"Something else {public_id}"}
    return replace(moment, public_id=public_id, picture=f"Another picture {public_id}", **others)


def _redacted_fan(fan: FanW, new_ids: dict[str, str], horizon: Horizon) -> FanW:
    return replace(
        fan,
        ballots={slug: tuple(_renamed(one, new_ids) for one in ballots) for slug, ballots in fan.ballots.items()},
        notes=tuple(
            replace(note, moment=new_ids.get(note.moment, note.moment), text=f"Something else of {number}")
            if note.label > horizon.get(note.slug, 0)
            else note
            for number, note in enumerate(fan.notes)
        ),
        suggestions=tuple(_redacted_suggestion(fan, one, new_ids, horizon) for one in fan.suggestions),
        reports=tuple(
            replace(
                one,
                moment=new_ids.get(one.moment or "", one.moment),
                text=one.text if _may_read(fan, one, horizon) else f"Something else {one.order}",
            )
            for one in fan.reports
            if fan.name == VIEWER or one.named is None
        ),
    )


def _may_read(fan: FanW, one: SuggestionW | ReportW, horizon: Horizon) -> bool:
    """Whether the viewer may read what a fan has put before the desk: only their own, from where they have been."""
    return fan.name == VIEWER and one.label <= horizon.get(one.slug, 0)


def _redacted_suggestion(fan: FanW, one: SuggestionW, new_ids: dict[str, str], horizon: Horizon) -> SuggestionW:
    """What became of it is in the twin what the viewer may know: while they cannot see the moment, nothing."""
    became = replace(one, moment=new_ids.get(one.moment or "", one.moment))
    if _may_read(fan, one, horizon):
        return became
    return replace(became, title=f"Other {one.order}", text="Something else", reason=one.reason and "Another reason")


def _renamed(ballot: BallotW, new_ids: dict[str, str]) -> BallotW:
    orders = [tuple(new_ids.get(moment, moment) for moment in order) for order in (ballot.order, *ballot.past)]
    return replace(ballot, order=orders[0], past=tuple(orders[1:]))


def _public_id(slug: str, number: int) -> str:
    return hashlib.sha256(f"redacted {slug} {number}".encode()).hexdigest()[:12]


def purge(world: World, horizon: Horizon) -> World:
    """The sealed promise's twin: nothing beyond the horizon was ever there, and each ballot is cut to what is left."""
    return _purged(world, horizon, beyond=0)


def purge_but_first_watch(world: World, horizon: Horizon) -> World:
    """The same for pages that show first watch: of each fan it keeps the bit whether a list was saved further on.

    That list stands one episode beyond the horizon then, cut to what is left like every other.
    """
    return _purged(world, horizon, beyond=1)


def _purged(world: World, horizon: Horizon, beyond: int) -> World:
    return World(
        tuple(_purged_series(series, horizon.get(series.slug, 0)) for series in world.series),
        tuple(_purged_fan(fan, world, horizon, beyond) for fan in world.fans),
        salt=2,
    )


def _purged_series(series: SeriesW, position: int) -> SeriesW:
    left = {moment.public_id for moment in series.moments if moment.label <= position}
    return replace(
        series,
        moments=tuple(
            replace(moment, merged_into=moment.merged_into if moment.merged_into in left else None)
            for moment in series.moments
            if moment.label <= position
        ),
        episode_titles=tuple(
            series.title_at(number) if number <= position else None for number in range(1, series.episodes + 1)
        ),
        snapshots=tuple(_cut_snapshot(snapshot, series, position) for snapshot in series.snapshots),
    )


def _cut_snapshot(snapshot: SnapshotW, series: SeriesW, position: int) -> SnapshotW:
    """Without the moments and the horizons beyond the position."""
    left = {moment.public_id for moment in series.moments if moment.label <= position}
    ranks = {moment: ranks[: position + 1] for moment, ranks in snapshot.ranks.items() if moment in left}
    return replace(snapshot, ranks=ranks)


def _purged_fan(fan: FanW, world: World, horizon: Horizon, beyond: int) -> FanW:
    ballots = {}
    for series in world.series:
        position = horizon.get(series.slug, 0)
        left = {moment.public_id for moment in series.moments if moment.label <= position}
        cut = [_cut(ballot, position + beyond, left) for ballot in fan.ballots.get(series.slug, ())]
        if cut:
            ballots[series.slug] = _newest_at_each_progress(cut)
    progress = {slug: min(reached, horizon.get(slug, 0)) for slug, reached in fan.progress.items()}
    greeted = {slug: min(reached, horizon.get(slug, 0)) for slug, reached in fan.greeted.items()}
    notes = tuple(note for note in fan.notes if note.label <= horizon.get(note.slug, 0))
    caps = {
        "shared": {slug: min(cap, horizon.get(slug, 0)) for slug, cap in fan.shared.items()},
        "feeds": {slug: min(cap, horizon.get(slug, 0)) for slug, cap in fan.feeds.items()},
    }
    left = {
        one.public_id for series in world.series for one in series.moments if one.label <= horizon.get(series.slug, 0)
    }
    said = {
        "suggestions": tuple(_purged_suggestion(one, left) for one in fan.suggestions if _may_read(fan, one, horizon)),
        "reports": tuple(one for report in fan.reports if (one := _purged_report(fan, report, left, horizon))),
    }
    return replace(fan, progress=progress, ballots=ballots, greeted=greeted, notes=notes, **caps, **said)


def _purged_suggestion(one: SuggestionW, left: set[str]) -> SuggestionW:
    """One that became a moment which is not there has not become it."""
    return replace(one, state="waiting", moment=None) if one.moment and one.moment not in left else one


def _purged_report(fan: FanW, one: ReportW, left: set[str], horizon: Horizon) -> ReportW | None:
    """Of the viewer's own from further on the fact alone is left; of the others', what may be known is how many."""
    there = (one.named is not None or one.moment in left) and one.label <= horizon.get(one.slug, 0)
    if fan.name == VIEWER:
        return one if there else replace(one, moment=None, named=None, label=0, text="")
    return replace(one, text="") if there and one.named is None else None


def _cut(ballot: BallotW, furthest: int, left: set[str]) -> BallotW:
    orders = [tuple(moment for moment in order if moment in left) for order in (ballot.order, *ballot.past)]
    return replace(ballot, progress=min(ballot.progress, furthest), order=orders[0], past=tuple(orders[1:]))


def _newest_at_each_progress(ballots: list[BallotW]) -> tuple[BallotW, ...]:
    newest = {ballot.progress: ballot for ballot in sorted(ballots, key=lambda ballot: ballot.version)}
    return tuple(sorted(newest.values(), key=lambda ballot: ballot.version))
