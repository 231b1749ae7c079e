"""Puts a world into an app's database, over whatever was there."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from flask import Flask
from sqlalchemy import delete, insert

from ranker.database import writing
from ranker.extensions import limiter
from ranker.models import (
    BallotChange,
    Base,
    Episode,
    MetMoment,
    Moment,
    Note,
    Progress,
    SavedBallot,
    Series,
    User,
)
from ranker.tallies import Tallies
from ranker.web.pages import RenderedRankings
from tests.worlds.world import FanW, SeriesW, World

THEN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TABLES: tuple[type[Base], ...] = (BallotChange, SavedBallot, Progress, MetMoment, Note, Moment, Episode, Series, User)


def build(app: Flask, world: World) -> dict[str, int]:
    """Makes the world real in `app` and returns its fans' internal ids by name.

    Internal ids, the order of rows and the revisions depend on the world's salt: they differ between twins, so that
    a response that lets any of them show differs too.
    """
    chance = random.Random(world.salt)
    app.extensions["tallies"] = Tallies()
    app.extensions["rendered_rankings"] = RenderedRankings()
    limiter.reset()
    with app.app_context(), writing() as session:
        for table in TABLES:
            session.execute(delete(table))
        users = {fan.name: number for number, fan in enumerate(world.fans, 1)}
        if users:
            session.execute(insert(User), [_user(fan, users[fan.name]) for fan in world.fans])
        for number, series in enumerate(world.series, 1):
            moments = _moment_ids(series, chance)
            session.execute(insert(Series), [_series(series, number, chance)])
            session.execute(insert(Episode), _episodes(series, number))
            if moments:
                session.execute(insert(Moment), _moments(series, number, moments))
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
                }
                for fan in world.fans
                if series.slug in fan.progress
            ]
            if progress:
                session.execute(insert(Progress), progress)
            if notes := [note for fan in world.fans for note in _notes(fan, users[fan.name], series.slug, moments)]:
                session.execute(insert(Note), notes)
    return users


def _user(fan: FanW, id: int) -> dict[str, Any]:
    return {
        "id": id,
        "name": fan.name,
        "name_key": fan.name.casefold(),
        "reveals_singly": fan.reveals_singly,
        "created_at": THEN,
    }


def _notes(fan: FanW, user_id: int, slug: str, ids: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"user_id": user_id, "moment_id": ids[note.moment], "label": note.label, "text": note.text, "written": number}
        for number, note in enumerate(fan.notes)
        if note.slug == slug
    ]


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
        }
        for moment in series.moments
    ]
    return sorted(rows, key=lambda row: row["id"])


def _ballot(user_id: int, series_id: int, ballot: Any, counting: bool, ids: dict[str, int]) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "series_id": series_id,
        "progress": ballot.progress,
        "moments": tuple(ids[moment] for moment in ballot.order),
        "edition": ballot.edition,
        "version": ballot.version,
        "counting": counting,
        "past": tuple(tuple(ids[moment] for moment in order) for order in ballot.past),
        "future": (),
        "saved_at": THEN,
    }
