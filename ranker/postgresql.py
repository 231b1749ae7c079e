"""Patience with a PostgreSQL server that has gone, or that is there and says nothing.

A server that stopped answers its connections no more, and need not close them either: its machine may even go on
acknowledging what it is sent. Whoever waits for it would wait for ever, and soon nobody would be left to serve a page.
So a request waits so long for the next byte and no longer, and while a server is known to be silent everybody is told
so at once, but for one request at a time, which asks again. Commands wait for as long as their work takes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from typing import Any, TypeVar

from flask import has_request_context
from psycopg import Connection, Error, OperationalError
from psycopg.errors import ConnectionTimeout
from sqlalchemy import Engine, event

from ranker.database import HURRY

Answer = TypeVar("Answer")
Waiting = Generator[Any, Any, Answer]  # of psycopg: yields what it waits for, is sent what has come

ANSWER_S = 15.0  # so long a request waits in silence; however long an answer is, while it arrives it is none
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


class NothingHeard(OperationalError):
    """The server has said nothing for too long."""


class Patient(Connection[Any]):
    """A connection by which a request does not wait for ever."""

    silence: Silence

    def wait(self, gen: Waiting[Answer], *how: Any, **named: Any) -> Answer:
        seconds = HURRY.get() or (ANSWER_S if has_request_context() else None)
        if seconds is not None and self.silence.turns_away():
            raise NothingHeard(SILENT)
        try:
            answer = super().wait(gen if seconds is None else until_silent(gen, seconds), *how, **named)
        except NothingHeard:
            self.silence.goes_on()
            self.pgconn.finish()  # what it would still answer is no answer to the next question
            raise
        except Error:
            self.silence.is_over()
            raise
        self.silence.is_over()
        return answer


def until_silent(gen: Waiting[Answer], seconds: float) -> Waiting[Answer]:
    """The same, unless nothing comes for so long; psycopg says ten times a second that nothing has."""
    heard = time.monotonic()
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if ready:
                heard = time.monotonic()
            elif time.monotonic() - heard > seconds:
                raise NothingHeard(SILENT)
            wanted = gen.send(ready)
    except StopIteration as end:
        answer: Answer = end.value
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
