"""Declaring how far one has watched, and how one wants to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select, update

from ranker.actions.ballots import offer_again
from ranker.database import insert, writing
from ranker.domain.clearance import Clearance, View
from ranker.gate import Gate
from ranker.models import Progress, Series, User


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
    """Keeps a fan's new position in the series. Raises as `check_progress` does, and then keeps the old one."""
    check_progress(gate, position, confirmed)
    with writing() as session:
        row = {"user_id": gate.viewer.user_id, "series_id": gate.state.id, "position": position}
        statement = insert(Progress).values(**row, greeted=_already_known(position))
        session.execute(
            statement.on_conflict_do_update(
                index_elements=[Progress.user_id, Progress.series_id], set_={"position": position}
            )
        )
    offer_again(replace(gate, clearance=Clearance(position)))


def adopt_progress(user_id: int, declared: Mapping[str, int]) -> None:
    """Takes over what a visitor declared before logging in, for the series the account says nothing of yet."""
    if not declared:
        return
    with writing() as session:
        known = select(Series.id, Series.slug, Series.episode_count).where(Series.slug.in_(declared))
        for series_id, slug, episodes in session.execute(known).all():
            row = {"user_id": user_id, "series_id": series_id, "position": min(declared[slug], episodes)}
            row["greeted"] = _already_known(row["position"])
            session.execute(insert(Progress).values(**row).on_conflict_do_nothing())


def _already_known(position: int) -> int:
    """Up to where nothing is new to somebody who declares for the first time: they have not unlocked it just now."""
    return position if position > 1 else 0


def choose_view(user_id: int, view: View) -> None:
    with writing() as session:
        session.execute(update(User).where(User.id == user_id).values(view=view.value))
