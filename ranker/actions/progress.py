"""Declaring how far one has watched, and how one wants to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, case, select, update

from ranker.actions.ballots import offer_again
from ranker.actions.catalogue import expect_numbering
from ranker.database import insert, one_writer_at_a_time, writing
from ranker.domain.clearance import Clearance, View
from ranker.extensions import db
from ranker.gate import Gate
from ranker.gate.renumbering import positions_now
from ranker.models import Progress, Series, User, now


class NoSuchEpisode(ValueError):
    """The series has no episode at that position."""


class JumpNeedsConsent(Exception):
    """A jump of more than one episode ahead, not yet confirmed. `episodes` is how many would be unlocked."""

    def __init__(self, position: int, episodes: int) -> None:
        super().__init__(f"{episodes} episodes at once")
        self.position = position
        self.episodes = episodes


def check_progress(gate: Gate, position: int, confirmed: int | None) -> None:
    """Whether a viewer may move to `position`: one step ahead and any step back freely, a jump once confirmed.

    Raises NoSuchEpisode, JumpNeedsConsent.
    """
    if not 0 <= position <= gate.series.episode_count:
        raise NoSuchEpisode
    ahead = position - gate.clearance.position
    if ahead > 1 and confirmed != position:
        raise JumpNeedsConsent(position, ahead)


def declare_progress(gate: Gate, position: int, confirmed: int | None = None) -> None:
    """Keeps a fan's new position in the series.

    Raises as `check_progress` does, and EpisodesRenumbered, and then keeps the old one.
    """
    check_progress(gate, position, confirmed)
    row = _first_word(gate.viewer.user_id, gate.state.id, position)
    moved = {
        "position": position,
        "furthest": case((Progress.furthest < position, position), else_=Progress.furthest),
        "jumped_at": case((Progress.furthest + 1 < position, now()), else_=Progress.jumped_at),
    }
    with writing() as session:
        session.execute(
            insert(Progress)
            .values(**row)
            .on_conflict_do_update(index_elements=[Progress.user_id, Progress.series_id], set_=moved)
        )
        expect_numbering(session, gate.state)
    offer_again(replace(gate, clearance=Clearance(position)))


def adopt_progress(user_id: int, declared: Mapping[str, int], numbered: Mapping[str, int]) -> None:
    """Takes over what a visitor declared before logging in, for the series the account says nothing of yet.

    declared, numbered: as a `Viewer` has them.
    """
    if not declared:
        return
    with writing() as session:
        one_writer_at_a_time(session)
        positions = positions_now(declared, numbered)
        known = select(Series.id, Series.slug, Series.episode_count).where(Series.slug.in_(declared), Series.is_open)
        for series_id, slug, episodes in session.execute(known).all():
            row = _first_word(user_id, series_id, min(positions[slug], episodes))
            session.execute(insert(Progress).values(**row).on_conflict_do_nothing())


def _first_word(user_id: int | None, series_id: int, position: int) -> dict[str, Any]:
    """The row of somebody who has said nothing of this series before: from the beginning, this may be a jump."""
    return {
        "user_id": user_id,
        "series_id": series_id,
        "position": position,
        "greeted": _already_known(position),
        "furthest": position,
        "jumped_at": now() if position > 1 else None,
    }


def unknown_progress(user_id: int, declared: Mapping[str, int]) -> dict[str, int]:
    """What of it would unlock anything: positions in series that the account says nothing of yet."""
    said = {slug: position for slug, position in declared.items() if position > 0}
    query = (
        select(Series.slug)
        .outerjoin(Progress, and_(Progress.series_id == Series.id, Progress.user_id == user_id))
        .where(Series.slug.in_(said), Series.is_open, Progress.position.is_(None))
    )
    return {slug: said[slug] for slug in db.session.scalars(query.order_by(Series.slug))}


def _already_known(position: int) -> int:
    """Up to where nothing is new to somebody who declares for the first time: they have not unlocked it just now."""
    return position if position > 1 else 0


def choose_view(user_id: int, view: View) -> None:
    with writing() as session:
        session.execute(update(User).where(User.id == user_id).values(view=view.value))
