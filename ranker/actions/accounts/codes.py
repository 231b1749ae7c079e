"""Recovery codes: for whoever has lost their password. Shown once, kept as hashes, each good once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select

from ranker.actions.accounts.changes import put_password
from ranker.actions.accounts.passwords import check_password, hashed_password
from ranker.actions.accounts.taken_names import account_called
from ranker.actions.accounts.tokens import hashed
from ranker.database import writing
from ranker.extensions import db
from ranker.models import RecoveryCode, User

CODES, FEW_CODES = 8, 2
# Crockford's digits: none is taken for another. 16 of them are 80 bits: too many to guess, even from the hash.
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 16, 4
MISREAD = str.maketrans("OIL", "011")


class WrongCode(Exception):
    """No account has this name and recovery code; which of the two is wrong is not said."""


def make_codes(user_id: int) -> tuple[str, ...]:
    """New codes for this account; the old ones are worth nothing from now on."""
    codes = tuple(_new_code() for _ in range(CODES))
    with writing() as session:
        session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
        session.execute(insert(RecoveryCode), [{"user_id": user_id, "code_hash": _hash(code)} for code in codes])
    return codes


def codes_left(user_id: int) -> int:
    return db.session.scalar(select(func.count()).where(RecoveryCode.user_id == user_id)) or 0


def recover_with_code(name: str, code: str, password: str) -> User:
    """Sets a new password and ends all sessions, for a code that is spent by it.

    Takes the same work for a name nobody has. Raises PasswordRefused before it looks, and WrongCode.
    """
    check_password(password, name)
    password_hash = hashed_password(password)
    with writing() as session:
        user = account_called(name)
        user_id = user.id if user is not None and not user.disabled else None
        spent = delete(RecoveryCode).where(
            RecoveryCode.user_id == (user_id or 0), RecoveryCode.code_hash == _hash(code)
        )
        if session.execute(spent.returning(RecoveryCode.user_id)).first() is None or user_id is None:
            raise WrongCode
        return put_password(session, user_id, password_hash)


def _new_code() -> str:
    digits = "".join(secrets.choice(DIGITS) for _ in range(LENGTH))
    return "-".join(_groups(digits))


def _groups(digits: str) -> Sequence[str]:
    return [digits[start : start + GROUP] for start in range(0, LENGTH, GROUP)]


def _hash(code: str) -> bytes:
    """Of the digits alone: however somebody wrote them down, and whatever they took an O for."""
    digits = code.upper().translate(MISREAD)
    return hashed("".join(digit for digit in digits if digit in DIGITS))
