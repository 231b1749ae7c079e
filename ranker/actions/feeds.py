"""Following a series in a feed reader, by an address that nobody can guess and only its hash is kept of."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from ranker.actions.accounts.tokens import hashed, new_secret
from ranker.actions.catalogue import expect_numbering
from ranker.actions.sharing import CapTooFar
from ranker.database import insert, writing
from ranker.domain.clearance import View
from ranker.extensions import db
from ranker.gate import Gate, Viewer
from ranker.models import PrivateFeed, Series, User, new_public_id, now


@dataclass(frozen=True, slots=True)
class FollowedSeries:
    """What an address is for: whoever follows, which series, up to which episode, and what its entries are known by."""

    viewer: Viewer
    slug: str
    cap: int
    public_id: str


def make_feed(gate: Gate, cap: int) -> str:
    """A new address for the fan, up to the episode `cap`; its secret is in no place but this answer.

    The one they had before ends. Raises CapTooFar, EpisodesRenumbered.
    """
    if not gate.clearance.permits(cap):
        raise CapTooFar
    secret = new_secret()
    key = {"user_id": gate.viewer.user_id, "series_id": gate.state.id}
    values = {"token_hash": hashed(secret), "public_id": new_public_id(), "cap": cap, "created_at": now()}
    keys = [PrivateFeed.user_id, PrivateFeed.series_id]
    with writing() as session:
        row = insert(PrivateFeed).values(**key, **values)
        session.execute(row.on_conflict_do_update(index_elements=keys, set_=values))
        expect_numbering(session, gate.state)
    return secret


def end_feed(gate: Gate) -> None:
    """From now on the address answers as if it had never been one."""
    with writing() as session:
        mine = PrivateFeed.user_id == gate.viewer.user_id, PrivateFeed.series_id == gate.state.id
        session.execute(delete(PrivateFeed).where(*mine))


def followed_by(secret: str) -> FollowedSeries | None:
    """What this address is for; None for one that is not known, of a draft, or whose owner's account is closed."""
    query = (
        select(User.id, User.name, User.view, Series.slug, PrivateFeed.cap, PrivateFeed.public_id)
        .join(PrivateFeed, PrivateFeed.user_id == User.id)
        .join(Series, Series.id == PrivateFeed.series_id)
        .where(PrivateFeed.token_hash == hashed(secret), ~User.disabled, Series.is_open)
    )
    row = db.session.execute(query).first()
    if row is None:
        return None
    return FollowedSeries(Viewer(row.id, row.name, view=View(row.view)), row.slug, row.cap, row.public_id)
