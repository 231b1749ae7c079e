"""Patience with a PostgreSQL server that has gone, or that is there and says nothing.

A server that stopped answers its connections no more, and need not close them either: its machine may even go on
acknowledging what it is sent. Whoever waits for it would wait for ever, and soon nobody would be left to serve a page.
So a request waits for one answer so long and no longer, and while a server is known to be silent everybody is told so
at once, but for one request at a time, which asks again. Commands wait for as long as their work takes.
"""

from __future__ import annotations

import threading
import time
from typing import Any, TypeVar

from flask import has_request_context
from psycopg import Connection, Error, OperationalError
from psycopg.abc import PQGen
from psycopg.errors import ConnectionTimeout, _WaitTimeout
from sqlalchemy import Engine, event

Answer = TypeVar("Answer")

ANSWER_S = 15.0  # so long a request waits for one answer
REST_S = 2.0  # so long a silent server is left alone
# libpq's: for a server that cannot be reached, and for one whose machine has gone while it was asked.
LIMITS = {"connect_timeout": 3, "tcp_user_timeout": 5_000, "keepalives_idle": 5, "keepalives_interval": 2}
SILENT = "the server does not answer"


class Silence:
    """Whether the server says nothing, as one process knows it. Threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0  # of the monotonic clock; 0 while it answers

    def turns_away(self) -> bool:
        """Whether whoever comes now should not even ask. Where nobody has for a while, the next one may."""
        if not self._until:
            return False
        with self._lock:
            now = time.monotonic()
            if now < self._until:
                return True
            self._until = now + ANSWER_S
            return False

    def goes_on(self) -> None:
        with self._lock:
            self._until = time.monotonic() + REST_S

    def is_over(self) -> None:
        self._until = 0.0


class Patient(Connection[Any]):
    """A connection by which a request does not wait for ever."""

    silence: Silence

    def wait(self, gen: PQGen[Answer], interval: float = 0.1, timeout: float | None = None) -> Answer:
        in_request = has_request_context()
        if in_request and self.silence.turns_away():
            raise OperationalError(SILENT)
        try:
            answer = super().wait(gen, interval, timeout or (ANSWER_S if in_request else None))
        except _WaitTimeout as error:
            self.silence.goes_on()
            self.pgconn.finish()  # what it would still answer is no answer to the next question
            raise OperationalError(SILENT) from error
        except Error:
            self.silence.is_over()
            raise
        self.silence.is_over()
        return answer


def teach_patience(engine: Engine) -> None:
    """Lets an engine connect by patient connections, which share what they know of their server."""
    silence = Silence()

    def connect(dialect: object, record: object, arguments: tuple[Any, ...], options: dict[str, Any]) -> Patient:
        if has_request_context() and silence.turns_away():
            raise OperationalError(SILENT)
        try:
            made = Patient.connect(*arguments, **{**LIMITS, **options})
        except ConnectionTimeout:
            silence.goes_on()
            raise
        made.silence = silence
        silence.is_over()
        return made

    event.listen(engine, "do_connect", connect)
