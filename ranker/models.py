"""The tables. Columns that can spoil are deferred and refuse to load by themselves: only the gate selects them."""

from __future__ import annotations

import datetime as dt
import secrets
import zlib
from itertools import islice
from typing import Annotated, Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from ranker.domain.ballot import Ballot

PUBLISHED, RETIRED, PROPOSED = "published", "retired", "proposed"
PUBLIC_ID_LENGTH = 12
PACKED_ID = np.dtype("<u4")
PACKED_RANK = np.dtype("<u2")

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_public_id() -> str:
    """12 characters that say nothing: not when a moment was made, nor after which."""
    return secrets.token_hex(PUBLIC_ID_LENGTH // 2)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Instant(TypeDecorator[dt.datetime]):
    """A moment in time, always in UTC, also on SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return value.astimezone(dt.UTC) if value is not None else None

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=dt.UTC)


class MomentOrder(TypeDecorator[tuple[int, ...]]):
    """An order of moments as one value: their ids, best first, four bytes each."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> bytes | None:
        return None if value is None else np.asarray(value, dtype=PACKED_ID).tobytes()

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[int, ...] | None:
        return None if value is None else tuple(np.frombuffer(value, dtype=PACKED_ID).tolist())


class MomentOrders(TypeDecorator[tuple[tuple[int, ...], ...]]):
    """Several orders as one value, oldest first: each is its length and then its ids, four bytes each."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: tuple[tuple[int, ...], ...] | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return np.asarray([number for order in value for number in (len(order), *order)], dtype=PACKED_ID).tobytes()

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[tuple[int, ...], ...] | None:
        if value is None:
            return None
        numbers = iter(np.frombuffer(value, dtype=PACKED_ID).tolist())
        return tuple(tuple(islice(numbers, length)) for length in numbers)


class PackedBallot(TypeDecorator[Ballot]):
    """A whole ballot as one value: its progress, its edition, then its order."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Ballot | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return np.asarray((value.progress, value.edition, *value.order), dtype=PACKED_ID).tobytes()

    def process_result_value(self, value: Any, dialect: Dialect) -> Ballot | None:
        if value is None:
            return None
        progress, edition, *order = np.frombuffer(value, dtype=PACKED_ID).tolist()
        return Ballot(progress, edition, tuple(order))


class PackedRanks(TypeDecorator[Any]):
    """Ranks as an int64 array (horizons, m); kept with their number m in front, two bytes each, compressed."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return zlib.compress(np.append(value.shape[1], value.T).astype(PACKED_RANK).tobytes())

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        numbers = np.frombuffer(zlib.decompress(value), dtype=PACKED_RANK).astype(np.int64)
        return numbers[1:].reshape(numbers[0], -1).T if numbers[0] else np.zeros((1, 0), np.int64)


class PackedBallots(TypeDecorator[tuple[Ballot, ...]]):
    """Several whole ballots as one value, packed as `MomentOrders` packs orders."""

    impl = LargeBinary
    cache_ok = True
    _rows = MomentOrders()

    def process_bind_param(self, value: tuple[Ballot, ...] | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return self._rows.process_bind_param(tuple((one.progress, one.edition, *one.order) for one in value), dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Ballot, ...] | None:
        rows = self._rows.process_result_value(value, dialect)
        return None if rows is None else tuple(Ballot(row[0], row[1], row[2:]) for row in rows)


Id = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]
UserId = Annotated[int, mapped_column(ForeignKey("users.id", ondelete="CASCADE"))]
SeriesId = Annotated[int, mapped_column(ForeignKey("series.id"))]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class User(Base):
    """Somebody with an account. Without a password hash nobody can log in to it."""

    __tablename__ = "users"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(30))
    name_key: Mapped[str] = mapped_column(String(30), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_admin: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    # How many series they look after as a curator: whether there is a desk for them, without asking.
    curates: Mapped[int] = mapped_column(default=0, server_default="0")
    view: Mapped[str] = mapped_column(String(10), default="masked", server_default="masked")
    reveals_singly: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    # None leaves it to the browser.
    language: Mapped[str | None] = mapped_column(String(8))
    session_epoch: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)
    disabled: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    # Of a disabled one: since when, and why, for those at the desk.
    disabled_at: Mapped[dt.datetime | None] = mapped_column(Instant, deferred=True)
    disabled_note: Mapped[str | None] = mapped_column(String(200), deferred=True)
    # As it was typed; looked up by its key. Only a confirmed one can bring a lost password back.
    email: Mapped[str | None] = mapped_column(String(254), deferred=True)
    email_key: Mapped[str | None] = mapped_column(String(254), index=True, deferred=True)
    email_confirmed: Mapped[bool] = mapped_column(default=False, server_default=text("false"), deferred=True)
    # What authenticators know the account by; made with its first passkey.
    passkey_handle: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class UserSession(Base):
    """A place where somebody is logged in. The cookie there holds a token, this row only its hash; no row, no entry.

    `epoch` is the account's when the session began: when the account's moves on, the session is over.
    """

    __tablename__ = "sessions"
    __table_args__ = ({"sqlite_with_rowid": False},)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=new_public_id)
    user_id: Mapped[UserId] = mapped_column(index=True)
    epoch: Mapped[int]
    kept: Mapped[bool]
    device: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)
    seen_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)
    # When whoever sits there last said again who they are.
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Passkey(Base):
    """A public key of an authenticator that can log in to an account alone."""

    __tablename__ = "passkeys"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=new_public_id)
    user_id: Mapped[UserId] = mapped_column(index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)
    used_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class RecoveryCode(Base):
    """The hash of a code that sets a new password once. A used one is gone."""

    __tablename__ = "recovery_codes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)


class OneTimeToken(Base):
    """The hash of a secret that is good once, for one purpose, for a while: a link in a letter, a passkey's challenge.

    `email` is the address a link was sent to.
    """

    __tablename__ = "one_time_tokens"
    __table_args__ = ({"sqlite_with_rowid": False},)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(10))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    expires_at: Mapped[dt.datetime] = mapped_column(Instant, index=True)


class ApiToken(Base):
    """What a program shows to act for a fan. Only its hash is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=new_public_id)
    user_id: Mapped[UserId] = mapped_column(index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    name: Mapped[str] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(String(5))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)
    used_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Invite(Base):
    """A link with which so many people may make an account. Only its hash is kept."""

    __tablename__ = "invites"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=new_public_id)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    label: Mapped[str] = mapped_column(String(60))
    uses: Mapped[int]
    used: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)
    revoked: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class Series(Base):
    """A series. `revision` grows by one with each change that touches its ranking and never leaves the server."""

    __tablename__ = "series"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    year: Mapped[int | None]
    network: Mapped[str | None] = mapped_column(String(80))
    attribution: Mapped[str | None] = mapped_column(String(200))
    ballot_size: Mapped[int] = mapped_column(default=10, server_default="10")
    episode_count: Mapped[int] = mapped_column(default=0, server_default="0")
    edition: Mapped[int] = mapped_column(default=0, server_default="0")
    revision: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    catalogue_revision: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    recount_revision: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    # How often its episodes were numbered anew (`Renumbering`): positions kept elsewhere say of which time they are.
    numbering: Mapped[int] = mapped_column(default=0, server_default="0")
    # The day (UTC) of the newest snapshot of its standings.
    snapshot_day: Mapped[dt.date | None]
    # When the first of the lists that wait begins to count.
    next_release_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    # The log of what counts holds every change after this revision; and that at which the counters were last kept.
    log_from: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    compacted_revision: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class Episode(Base):
    """An episode; its `position` counts 1..E across the seasons of its series. Its title is labelled by it."""

    __tablename__ = "episodes"
    __table_args__ = (
        UniqueConstraint("series_id", "position"),
        UniqueConstraint("series_id", "season", "number"),
        CheckConstraint("position >= 1", name="position"),
    )

    id: Mapped[Id]
    series_id: Mapped[SeriesId]
    position: Mapped[int]
    season: Mapped[int]
    number: Mapped[int]
    title: Mapped[str | None] = mapped_column(String(200), deferred=True, deferred_raiseload=True)
    airdate: Mapped[dt.date | None]
    runtime: Mapped[int | None]


class Renumbering(Base):
    """An episode that came between others or went from between them: what it made of the positions of before.

    See `domain/renumbering.py`. `numbering` is that of the series from then on.
    """

    __tablename__ = "renumberings"
    __table_args__ = ({"sqlite_with_rowid": False},)

    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    numbering: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    shift: Mapped[int | None]


class Moment(Base):
    """A titled scene. Its label is the position of the episode by whose end all of it has been seen."""

    __tablename__ = "moments"
    __table_args__ = (
        CheckConstraint("status in ('proposed', 'published', 'retired')", name="status"),
        Index("ix_moments_series_id_status", "series_id", "status"),
    )

    id: Mapped[Id]
    series_id: Mapped[SeriesId]
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"), index=True)
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=new_public_id)
    title: Mapped[str] = mapped_column(String(120), deferred=True, deferred_raiseload=True)
    description: Mapped[str] = mapped_column(Text, default="", deferred=True, deferred_raiseload=True)
    teaser: Mapped[str | None] = mapped_column(String(120), deferred=True, deferred_raiseload=True)
    status: Mapped[str] = mapped_column(String(10), default=PROPOSED)
    edition: Mapped[int | None]
    # The moment this one turned out to be the same as; it is retired then.
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("moments.id"), index=True)
    # The desk has decided where it belongs after a fan said it was shown too early: reports only ask from then on.
    settled: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class Picture(Base):
    """A picture of a moment; `name` is that of its files. The former ones are kept so that they can be brought back."""

    __tablename__ = "pictures"
    __table_args__ = (
        Index(
            "uq_pictures_current",
            "moment_id",
            unique=True,
            sqlite_where=text("current"),
            postgresql_where=text("current"),
        ),
    )

    id: Mapped[Id]
    moment_id: Mapped[int] = mapped_column(ForeignKey("moments.id"), index=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    alt: Mapped[str] = mapped_column(String(200), deferred=True, deferred_raiseload=True)
    current: Mapped[bool]
    added_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)


class Progress(Base):
    """The position a fan has declared for a series, and what the counting rules ask of how they came there.

    since: when they first declared one, as far as was written down. jumped_at: when they last went on by more than one
    episode at once, beyond the furthest they had been.
    """

    __tablename__ = "progress"
    __table_args__ = (CheckConstraint("position >= 0", name="position"), {"sqlite_with_rowid": False})

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    position: Mapped[int]
    # Up to here the fan has been told what they unlocked.
    greeted: Mapped[int] = mapped_column(default=0, server_default="0")
    furthest: Mapped[int] = mapped_column(default=0, server_default="0")
    since: Mapped[dt.datetime | None] = mapped_column(Instant, default=now)
    jumped_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class MetMoment(Base):
    """A moment a fan has been shown by itself after unlocking it, and left in the pool."""

    __tablename__ = "met_moments"
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    moment_id: Mapped[int] = mapped_column(ForeignKey("moments.id"), primary_key=True)


class Note(Base):
    """A sentence by a fan on a moment. Its label is the larger of the moment's and the author's progress at writing.

    A fan who writes again further on, or further back, overwrites nothing: of the notes they may see, the one written
    furthest on counts. An empty one says that there is none.
    """

    __tablename__ = "notes"
    __table_args__ = (
        Index("ix_notes_moment_id_label", "moment_id", "label"),  # for those who read what fans wrote on a moment
        Index("uq_notes_public_id", "public_id", unique=True),
        {"sqlite_with_rowid": False},
    )

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    moment_id: Mapped[int] = mapped_column(ForeignKey("moments.id"), primary_key=True)
    label: Mapped[int] = mapped_column(primary_key=True)
    # What a report names it by, for notes are shown without names.
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), default=new_public_id)
    # Taken off the moment's page by the desk; its author still reads it in their list.
    hidden: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    text: Mapped[str] = mapped_column(String(280), deferred=True, deferred_raiseload=True)
    written: Mapped[int]


class SharedList(Base):
    """A list that its owner shows to anybody, up to the episode `cap` (0: nothing but places, locks and teasers)."""

    __tablename__ = "shared_lists"
    __table_args__ = (CheckConstraint("cap >= 0", name="cap"), {"sqlite_with_rowid": False})

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    cap: Mapped[int]


class PrivateFeed(Base):
    """An address with which a feed reader follows a series for a fan, up to the episode `cap`. Only its hash is kept.

    It tells no more than the fan may see themselves; `public_id` is what its entries are known by.
    """

    __tablename__ = "private_feeds"
    __table_args__ = (CheckConstraint("cap >= 0", name="cap"), {"sqlite_with_rowid": False})

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=new_public_id)
    cap: Mapped[int]
    created_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)


class Suggestion(Base):
    """A moment a fan would like to see ranked. Nobody but them and the desk ever reads it.

    Its label is the larger of its episode's position and the author's progress when they wrote it. `moment_id` is the
    moment it became (accepted), or that it is the same as (merged); `reason` is what the author is told when declined.
    """

    __tablename__ = "suggestions"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'accepted', 'merged', 'declined', 'withdrawn')", name="state"),
        Index("ix_suggestions_series_id_state", "series_id", "state"),
    )

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=new_public_id)
    user_id: Mapped[UserId] = mapped_column(index=True)
    series_id: Mapped[SeriesId]
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"))
    label: Mapped[int]
    title: Mapped[str] = mapped_column(String(120), deferred=True, deferred_raiseload=True)
    text: Mapped[str] = mapped_column(String(500), deferred=True, deferred_raiseload=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    reason: Mapped[str | None] = mapped_column(String(280), deferred=True, deferred_raiseload=True)
    moment_id: Mapped[int | None] = mapped_column(ForeignKey("moments.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Report(Base):
    """What a fan says is not right, until the desk has looked; and what was done about it.

    Its subject is what is set: the fan whose name it is about, the note, else the moment. Its label is the reporter's
    progress when they wrote it. Of one that says "too early", the episodes are where the moment stood and where it
    should wait; `applied` is whether it moved at once. Of one on a name, `name` is what was read, at a list of the
    series, and `applied` whether the desk has given another for it. The reporter is None when their account is gone.
    """

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("kind in ('early', 'wrong', 'duplicate', 'spoils', 'unkind')", name="kind"),
        CheckConstraint("state in ('open', 'upheld', 'dismissed', 'reverted')", name="state"),
        Index("ix_reports_series_id_state", "series_id", "state"),
    )

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=new_public_id)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    series_id: Mapped[SeriesId]
    kind: Mapped[str] = mapped_column(String(10))
    moment_id: Mapped[int | None] = mapped_column(ForeignKey("moments.id"), index=True)
    note_id: Mapped[str | None] = mapped_column(ForeignKey("notes.public_id", ondelete="CASCADE"), index=True)
    named_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str | None] = mapped_column(String(30))
    name_key: Mapped[str | None] = mapped_column(String(30))
    label: Mapped[int]
    applied: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    text: Mapped[str] = mapped_column(String(280), deferred=True, deferred_raiseload=True)
    from_episode_id: Mapped[int | None] = mapped_column(ForeignKey("episodes.id"))
    to_episode_id: Mapped[int | None] = mapped_column(ForeignKey("episodes.id"))
    same_as: Mapped[int | None] = mapped_column(ForeignKey("moments.id"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    created_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class TakenName(Base):
    """A name that the desk has taken from an account, and the neutral one it has given for it.

    Its owner cannot choose it again. It opens the account as long as that is called as it was given.
    """

    __tablename__ = "taken_names"
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    name_key: Mapped[str] = mapped_column(String(30), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(String(30))
    given: Mapped[str] = mapped_column(String(30))
    taken_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)


class SavedBallot(Base):
    """A fan's list as it stood at one progress. The newest of a fan's rows for a series is the one that counts.

    A held one counts nowhere, not even the newest: whoever counts asks for `COUNTED` too.
    """

    __tablename__ = "ballots"
    __table_args__ = (
        Index(
            "uq_ballots_counting",
            "user_id",
            "series_id",
            unique=True,
            sqlite_where=text("counting"),
            postgresql_where=text("counting"),
        ),
        # Both stay small: few lists are held, and only a site that asks for it keeps digests.
        Index(
            "ix_ballots_held",
            "series_id",
            "held_until",
            sqlite_where=text("held is not null"),
            postgresql_where=text("held is not null"),
        ),
        Index(
            "ix_ballots_digest",
            "series_id",
            "digest",
            sqlite_where=text("digest is not null"),
            postgresql_where=text("digest is not null"),
        ),
        {"sqlite_with_rowid": False},
    )

    # The series first: a recount reads one series in one sweep.
    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    progress: Mapped[int] = mapped_column(primary_key=True)
    moments: Mapped[tuple[int, ...]] = mapped_column(MomentOrder)
    edition: Mapped[int]
    version: Mapped[int]
    counting: Mapped[bool]
    past: Mapped[tuple[tuple[int, ...], ...]] = mapped_column(MomentOrders, default=())
    future: Mapped[tuple[tuple[int, ...], ...]] = mapped_column(MomentOrders, default=())
    saved_at: Mapped[dt.datetime] = mapped_column(Instant, default=now)
    # Why it is held, if it is (`domain/counting.Reason`), since when, until when, and what an admin wrote about it.
    held: Mapped[str | None] = mapped_column(String(10))
    held_since: Mapped[dt.datetime | None] = mapped_column(Instant)
    held_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    held_note: Mapped[str | None] = mapped_column(String(200))
    # An admin has looked at this fan's list: no rule holds it any more.
    vouched: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    # What finds identical lists, where the site has a rule for them.
    digest: Mapped[int | None] = mapped_column(BigInteger)


COUNTED = SavedBallot.counting & SavedBallot.held.is_(None)


class BallotChange(Base):
    """One line of the log the live tally follows: what counted before a change, and what counts after it.

    path: only of a fan who had gone back, the lists that stood until then, as `path_from` gives them, but for `before`.
    Where a list is held or let go, it is all of the path until then, and path_after all of it from then on.
    """

    __tablename__ = "ballot_changes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    before: Mapped[Ballot | None] = mapped_column(PackedBallot)
    after: Mapped[Ballot | None] = mapped_column(PackedBallot)
    path: Mapped[tuple[Ballot, ...] | None] = mapped_column(PackedBallots)
    path_after: Mapped[tuple[Ballot, ...] | None] = mapped_column(PackedBallots)


class TallySnapshot(Base):
    """The counters of a series as they were at one revision, so that a cold process need not count all ballots.

    kind: which counters. content: them, as `tallies/packing.py` packs them in this `format`. checksum: over all of it.
    """

    __tablename__ = "tally_snapshots"
    __table_args__ = ({"sqlite_with_rowid": False},)

    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    format: Mapped[int]
    revision: Mapped[int] = mapped_column(BigInteger)
    recount_revision: Mapped[int] = mapped_column(BigInteger)
    checksum: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Curator(Base):
    """Somebody who looks after one series at the desk without being an admin."""

    __tablename__ = "curators"
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)


class WaitingImport(Base):
    """A file somebody has uploaded into a series, until they have seen what it would do and said yes or no."""

    __tablename__ = "waiting_imports"
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)


class WaitingSeries(Base):
    """A file of a new series that an admin has uploaded, until they have seen what is in it and said yes or no."""

    __tablename__ = "waiting_series"
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)


class AuditEntry(Base):
    """One thing done at the desk. `actor` keeps the name for when the account is gone; it can spoil as a whole.

    person_id: the account it was done to, where it was done to one.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_series_id_id", "series_id", "id"),
        Index("ix_audit_entries_actor_id_id", "actor_id", "id"),
        Index("ix_audit_entries_person_id_id", "person_id", "id"),
    )

    id: Mapped[Id]
    at: Mapped[dt.datetime] = mapped_column(Instant, default=now)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    actor: Mapped[str] = mapped_column(String(30))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[str] = mapped_column(String(80))
    before: Mapped[str | None] = mapped_column(Text, deferred=True, deferred_raiseload=True)
    after: Mapped[str | None] = mapped_column(Text, deferred=True, deferred_raiseload=True)


class StandingSnapshot(Base):
    """The ranks of a series as they were on one day (UTC), at every horizon.

    `ranks` is (horizons, m): row h belongs to horizon h, column i to `moments[i]`; 0 where there is no rank.
    """

    __tablename__ = "standing_snapshots"
    __table_args__ = ({"sqlite_with_rowid": False},)

    series_id: Mapped[SeriesId] = mapped_column(primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    method: Mapped[str] = mapped_column(String(10), primary_key=True)
    moments: Mapped[tuple[int, ...]] = mapped_column(MomentOrder)
    ranks: Mapped[Any] = mapped_column(PackedRanks)
