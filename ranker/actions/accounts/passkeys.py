"""Passkeys: public keys of people's own devices, each good to log in alone. The checking is py_webauthn's."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from ranker.actions.accounts.tokens import Purpose, SpentToken, issue, redeem
from ranker.database import writing
from ranker.extensions import db
from ranker.models import Passkey, User, now

MOST_PASSKEYS = 20
LONGEST_NAME = 40
LONGEST_ANSWER = 20_000  # characters of what a device answers; real ones have some hundred
VERIFIED = UserVerificationRequirement.REQUIRED


class PasskeyRefused(Exception):
    """What the device answered proves nothing: it is too late, of another site, unknown, or was used before."""


class TooManyPasskeys(Exception):
    """The account has as many as it may have."""


@dataclass(frozen=True, slots=True)
class Site:
    """The site as authenticators know it: its host, and the origin its pages are at."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What a browser needs to begin, as JSON, and the challenge its answer has to hold."""

    options: str
    challenge: str


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """A passkey as its owner is shown it."""

    public_id: str
    name: str
    made: dt.datetime
    used: dt.datetime | None


def passkeys_of(user_id: int) -> tuple[PasskeyRow, ...]:
    rows = db.session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id))
    return tuple(PasskeyRow(row.public_id, row.name, row.created_at, row.used_at) for row in rows)


def begin_adding(user: User, site: Site) -> Ceremony:
    """What a device needs to make a passkey for this account. Raises TooManyPasskeys."""
    known = db.session.scalars(select(Passkey.credential_id).where(Passkey.user_id == user.id)).all()
    if len(known) >= MOST_PASSKEYS:
        raise TooManyPasskeys
    challenge = _challenge(user.id)
    options = generate_registration_options(
        rp_id=site.host,
        rp_name="Ranker",
        user_name=user.name,
        user_id=_handle(user.id),
        challenge=challenge.encode(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=id) for id in known],
    )
    return Ceremony(options_to_json(options), challenge)


def add_passkey(user_id: int, site: Site, answer: str, challenge: str, name: str) -> None:
    """Keeps the passkey a device has made. The challenge is spent. Raises PasskeyRefused."""
    _spend(challenge, user_id)
    made = _checked_registration(site, answer, challenge)
    row = {"credential_id": made.credential_id, "public_key": made.credential_public_key, "sign_count": made.sign_count}
    try:
        with writing() as session:
            session.execute(insert(Passkey).values(user_id=user_id, name=name[:LONGEST_NAME], **row))
    except IntegrityError as error:  # somebody has it already
        raise PasskeyRefused from error


def begin_proving(site: Site, user_id: int | None = None) -> Ceremony:
    """What a device needs to show a passkey: of any account to log in, or of this one to say again who it is."""
    challenge = _challenge(user_id)
    options = generate_authentication_options(rp_id=site.host, challenge=challenge.encode(), user_verification=VERIFIED)
    return Ceremony(options_to_json(options), challenge)


def prove(site: Site, answer: str, challenge: str, user_id: int | None = None) -> User:
    """The account whose passkey the device has shown; the challenge is spent. Raises PasskeyRefused."""
    _spend(challenge, user_id)
    try:
        credential = parse_authentication_credential_json(_short(answer))
    except Exception as error:  # whatever the library trips over, it is no proof
        raise PasskeyRefused from error
    query = select(User, Passkey).join(Passkey, Passkey.user_id == User.id)
    row = db.session.execute(query.where(Passkey.credential_id == credential.raw_id, ~User.disabled)).first()
    if row is None or user_id not in (None, row.User.id) or credential.response.user_handle != row.User.passkey_handle:
        raise PasskeyRefused
    _note_use(row.Passkey, _checked_authentication(site, answer, challenge, row.Passkey).new_sign_count)
    user: User = row.User
    return user


def rename_passkey(user_id: int, public_id: str, name: str) -> None:
    with writing() as session:
        session.execute(update(Passkey).where(*_theirs(user_id, public_id)).values(name=name[:LONGEST_NAME]))


def remove_passkey(user_id: int, public_id: str) -> None:
    with writing() as session:
        session.execute(delete(Passkey).where(*_theirs(user_id, public_id)))


def _checked_registration(site: Site, answer: str, challenge: str) -> VerifiedRegistration:
    try:
        return verify_registration_response(
            credential=_short(answer),
            expected_challenge=challenge.encode(),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception as error:
        raise PasskeyRefused from error


def _checked_authentication(site: Site, answer: str, challenge: str, passkey: Passkey) -> VerifiedAuthentication:
    try:
        return verify_authentication_response(
            credential=answer,
            expected_challenge=challenge.encode(),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception as error:
        raise PasskeyRefused from error


def _short(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyRefused
    return answer


def _note_use(passkey: Passkey, sign_count: int) -> None:
    """Raises PasskeyRefused when the device's count has moved on meanwhile: then there are two of it."""
    with writing() as session:
        same = Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count
        used = update(Passkey).where(*same).values(sign_count=sign_count, used_at=now()).returning(Passkey.id)
        if session.execute(used, execution_options={"synchronize_session": False}).first() is None:
            raise PasskeyRefused


def _challenge(user_id: int | None) -> str:
    with writing() as session:
        return issue(session, Purpose.PASSKEY, user_id)


def _spend(challenge: str, user_id: int | None) -> None:
    """A challenge is good once, also for whoever keeps the cookie it was in."""
    try:
        with writing() as session:
            redeemed = redeem(session, Purpose.PASSKEY, challenge)
    except SpentToken as error:
        raise PasskeyRefused from error
    if redeemed.user_id != user_id:
        raise PasskeyRefused


def _handle(user_id: int) -> bytes:
    """What authenticators know the account by: random, the same for all its passkeys, and nothing of its owner."""
    with writing() as session:
        fresh = update(User).where(User.id == user_id, User.passkey_handle.is_(None))
        session.execute(fresh.values(passkey_handle=secrets.token_bytes(32)))
        return session.scalars(select(User.passkey_handle).where(User.id == user_id)).one() or b""


def _theirs(user_id: int, public_id: str) -> tuple[ColumnElement[bool], ...]:
    return Passkey.user_id == user_id, Passkey.public_id == public_id
