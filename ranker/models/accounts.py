"""Accounts, and all by which one is entered."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ranker.models.base import PUBLIC_ID_LENGTH, Base, Id, Instant, UserId, new_public_id, now


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
