"""Puts a world into an app's database, over whatever was there."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import shutil
from typing import Any

import numpy as np
from flask import Flask
from sqlalchemy import delete, insert, update

from ranker.actions.accounts.tokens import hashed
from ranker.actions.counting import digest_of, rules_in_force
from ranker.actions.holds import held_columns
from ranker.actions.upkeep import Upkeep
from ranker.database import writing
from ranker.domain.counting import Hold, Reason
from ranker.extensions import limiter
from ranker.models import (
    Base,
    Episode,
    Moment,
    Note,
    Picture,
    PrivateFeed,
    Progress,
    Report,
    SavedBallot,
    Series,
    SharedList,
    StandingSnapshot,
    Suggestion,
    TakenName,
    User,
    UserSession,
    now,
)
from ranker.pictures import SIZES, PictureStore
from ranker.tallies import Tallies
from ranker.web.duels import attach as forget_boards
from ranker.web.feeds import attach as forget_feeds
from ranker.web.moments import attach as forget_receptions
from ranker.web.pages import RenderedRankings
from ranker.web.rows import RenderedRows
from tests.worlds.world import (
    BallotW,
    FanW,
    MomentW,
    NoteW,
    ReportW,
    SeriesW,
    SnapshotW,
    SuggestionW,
    World,
)

THEN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TODAY = dt.datetime.combine(dt.datetime.now(dt.UTC), dt.time(), dt.UTC)
A_DAY = dt.timedelta(days=1)
NEVER = dt.datetime(2226, 1, 1, tzinfo=dt.UTC)


def build(app: Flask, world: World) -> dict[str, int]:
    """Makes the world real in `app` and returns its fans' internal ids by name.

    Internal ids, the order of rows and the revisions depend on the world's salt: they differ between twins, so that
    a response that lets any of them show differs too.
    """
    chance = random.Random(world.salt)
    app.extensions["tallies"] = Tallies()
    app.extensions["upkeep"] = Upkeep()
    app.extensions["rendered_rankings"] = RenderedRankings()
    app.extensions["rendered_rows"] = RenderedRows()
    forget_boards(app)
    forget_receptions(app)
    forget_feeds(app)
    limiter.reset()
    store = PictureStore(app.config["DATA_DIR"] / "pictures")
    shutil.rmtree(store.folder, ignore_errors=True)
    with app.app_context(), writing() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
        ids = chance.sample(range(1, 100_000), len(world.fans))
        users = {fan.name: id for fan, id in zip(world.fans, ids, strict=True)}
        if users:
            session.execute(insert(User), [_user(fan, users[fan.name]) for fan in world.fans])
        if taken := [_taken(fan, users[fan.name]) for fan in world.fans if fan.taken]:
            session.execute(insert(TakenName), taken)
        for number, series in enumerate(world.series, 1):
            moments = _moment_ids(series, chance)
            session.execute(insert(Series), [_series(series, number, chance)])
            session.execute(insert(Episode), _episodes(series, number))
            if moments:
                session.execute(insert(Moment), _moments(series, number, moments))
            if pictures := [_picture(one, moments, store, chance) for one in series.moments if one.picture]:
                session.execute(insert(Picture), pictures)
            for one in series.moments:
                if one.merged_into:
                    led_on = update(Moment).where(Moment.id == moments[one.public_id])
                    session.execute(led_on.values(merged_into=moments[one.merged_into]))
            ballots = [
                _ballot(users[fan.name], number, ballot, ballot is newest, moments)
                for fan in world.fans
                for newest in [max(fan.ballots.get(series.slug, ()), key=lambda one: one.version, default=None)]
                for ballot in fan.ballots.get(series.slug, ())
            ]
            chance.shuffle(ballots)
            if ballots:
                session.execute(insert(SavedBallot), ballots)
            progress = [
                {
                    "user_id": users[fan.name],
                    "series_id": number,
                    "position": fan.progress[series.slug],
                    "greeted": fan.greeted.get(series.slug, 0),
                    "furthest": fan.progress[series.slug],
                    "since": THEN,
                }
                for fan in world.fans
                if series.slug in fan.progress
            ]
            if progress:
                session.execute(insert(Progress), progress)
            if shared := [
                {"user_id": users[fan.name], "series_id": number, "cap": fan.shared[series.slug]}
                for fan in world.fans
                if series.slug in fan.shared
            ]:
                session.execute(insert(SharedList), shared)
            if feeds := [_feed(fan, users[fan.name], series, number) for fan in world.fans if series.slug in fan.feeds]:
                session.execute(insert(PrivateFeed), feeds)
            if notes := [note for fan in world.fans for note in _notes(fan, users[fan.name], series.slug, moments)]:
                session.execute(insert(Note), notes)
            for fan in world.fans:
                for one in fan.suggestions:
                    if one.slug == series.slug:
                        session.execute(insert(Suggestion).values(_suggestion(one, users[fan.name], number, moments)))
                for report in fan.reports:
                    if report.slug == series.slug:
                        session.execute(
                            insert(Report).values(_report(report, users, fan.name, number, moments, chance))
                        )
            for snapshot in series.snapshots:
                session.execute(insert(StandingSnapshot).values(_snapshot(snapshot, number, moments)))
    return users


def take_out_of_time(app: Flask) -> None:
    """Sessions that show the same dates in both worlds, and last for as long as somebody walks."""
    with app.app_context(), writing() as session:
        session.execute(update(UserSession).values(created_at=NEVER, seen_at=NEVER, confirmed_at=NEVER))


def _user(fan: FanW, id: int) -> dict[str, Any]:
    return {
        "id": id,
        "name": fan.name,
        "name_key": fan.name.casefold(),
        "reveals_singly": fan.reveals_singly,
        "created_at": THEN,
    }


def _taken(fan: FanW, user_id: int) -> dict[str, Any]:
    name = fan.taken or ""
    return {
        "user_id": user_id,
        "name_key": name.casefold(),
        "name": name,
        "given": fan.name,
        "taken_at": THEN,
    }


def _notes(fan: FanW, user_id: int, slug: str, ids: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "user_id": user_id,
            "moment_id": ids[note.moment],
            "label": note.label,
            "text": note.text,
            "written": number,
            "hidden": note.hidden,
            "public_id": note_id(fan, note),
        }
        for number, note in enumerate(fan.notes)
        if note.slug == slug
    ]


def note_id(fan: FanW, note: NoteW) -> str:
    """The public id of a note: the same in both worlds, and nothing that could be guessed."""
    return _public_id(f"note {fan.name} {note.moment} {note.label}")


def feed_secret(fan: str, slug: str) -> str:
    """What the address of a fan's feed ends with: the same in both worlds."""
    return hashlib.sha256(f"feed {fan} {slug}".encode()).hexdigest()


def _feed(fan: FanW, user_id: int, series: SeriesW, series_id: int) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "series_id": series_id,
        "token_hash": hashed(feed_secret(fan.name, series.slug)),
        "public_id": _public_id(f"feed {fan.name} {series.slug}"),
        "cap": fan.feeds[series.slug],
        "created_at": THEN,
    }


def suggestion_id(one: SuggestionW) -> str:
    return _public_id(f"suggestion {one.slug} {one.name}")


def _public_id(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def _suggestion(one: SuggestionW, user_id: int, series_id: int, ids: dict[str, int]) -> dict[str, Any]:
    return {
        "public_id": suggestion_id(one),
        "user_id": user_id,
        "series_id": series_id,
        "episode_id": series_id * 1_000 + one.episode,
        "label": one.label,
        "title": one.title,
        "text": one.text,
        "state": one.state,
        "moment_id": ids[one.moment] if one.moment else None,
        "reason": one.reason,
        "created_at": THEN + one.order * A_DAY,
    }


def _report(
    one: ReportW, users: dict[str, int], name: str, series_id: int, ids: dict[str, int], chance: random.Random
) -> dict[str, Any]:
    return {
        "id": chance.randrange(1_000_000_000),
        "user_id": users[name],
        "named_id": users[one.named] if one.named else None,
        "name": one.named,
        "name_key": one.named.casefold() if one.named else None,
        "series_id": series_id,
        "kind": one.kind,
        "moment_id": ids[one.moment] if one.moment else None,
        "label": one.label,
        "text": one.text,
        "state": one.state,
        "applied": one.applied,
        "created_at": THEN + one.order * A_DAY,
        "decided_at": now() - A_DAY if one.state != "open" else None,
    }


def _series(series: SeriesW, id: int, chance: random.Random) -> dict[str, Any]:
    revision = chance.randrange(10, 10_000)
    return {
        "id": id,
        "slug": series.slug,
        "title": f"The story of {series.slug}",
        "episode_count": series.episodes,
        "edition": series.edition,
        "revision": revision,
        "catalogue_revision": revision,
        "recount_revision": revision,
        "ballot_size": series.ballot_size,
        # The first visitor finds it due. Not where there are rules: they look at whole lists, which twins do not have.
        "next_release_at": None if rules_in_force().on else TODAY - A_DAY,
    }


def _episodes(series: SeriesW, series_id: int) -> list[dict[str, Any]]:
    codes = [(season, number) for season, count in enumerate(series.seasons, 1) for number in range(1, count + 1)]
    return [
        {
            "id": series_id * 1_000 + position,
            "series_id": series_id,
            "position": position,
            "season": season,
            "number": number,
            "title": series.title_at(position),
        }
        for position, (season, number) in enumerate(codes, 1)
    ]


def _moment_ids(series: SeriesW, chance: random.Random) -> dict[str, int]:
    """Internal ids by public id: any distinct numbers, in any order."""
    ids = chance.sample(range(1, 100_000), len(series.moments))
    return {moment.public_id: id for moment, id in zip(series.moments, ids, strict=True)}


def _moments(series: SeriesW, series_id: int, ids: dict[str, int]) -> list[dict[str, Any]]:
    rows = [
        {
            "id": ids[moment.public_id],
            "series_id": series_id,
            "episode_id": series_id * 1_000 + moment.label,
            "public_id": moment.public_id,
            "title": moment.title,
            "description": moment.description,
            "teaser": moment.teaser,
            "status": moment.status,
            "edition": moment.edition,
            "settled": moment.settled,
        }
        for moment in series.moments
    ]
    return sorted(rows, key=lambda row: row["id"])


def _picture(moment: MomentW, ids: dict[str, int], store: PictureStore, chance: random.Random) -> dict[str, Any]:
    files = {size: f"{size} {moment.picture}".encode() for size in SIZES}
    row = {"moment_id": ids[moment.public_id], "name": store.keep(files), "alt": moment.picture, "current": True}
    return {"id": chance.randrange(1_000_000_000), **row}


def _snapshot(snapshot: SnapshotW, series_id: int, ids: dict[str, int]) -> dict[str, Any]:
    return {
        "series_id": series_id,
        "day": (now() - dt.timedelta(days=snapshot.days_ago)).date(),
        "method": snapshot.method,
        "moments": tuple(ids[moment] for moment in snapshot.ranks),
        "ranks": np.array(list(snapshot.ranks.values()), np.int64).reshape(len(snapshot.ranks), -1).T
        if snapshot.ranks
        else np.zeros((1, 0), np.int64),
    }


def _ballot(user_id: int, series_id: int, ballot: BallotW, counting: bool, ids: dict[str, int]) -> dict[str, Any]:
    order = tuple(ids[moment] for moment in ballot.order)
    return {
        "user_id": user_id,
        "series_id": series_id,
        "progress": ballot.progress,
        "moments": order,
        "edition": ballot.edition,
        "version": ballot.version,
        "counting": counting,
        "past": tuple(tuple(ids[moment] for moment in order) for order in ballot.past),
        "future": (),
        "saved_at": THEN,
        "digest": digest_of(order),
        **held_columns(_hold(ballot)),
    }


def _hold(ballot: BallotW) -> Hold | None:
    if ballot.held is None:
        return None
    reason, days = ballot.held
    until = None if days is None else TODAY + days * A_DAY
    return Hold(Reason(reason), THEN, until)
