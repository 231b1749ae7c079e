"""Letters by e-mail, written and sent behind the request's back: no answer's time tells whether one was."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import Self
from urllib.parse import unquote, urlsplit

from flask import Flask

TIMEOUT = 20  # seconds
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
logger = logging.getLogger(__name__)


class UnknownScheme(ValueError):
    """The address does not say how to speak to the server; the message lists how one can."""


@dataclass(frozen=True, slots=True)
class Letter:
    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where letters are handed in.

    scheme: smtps (TLS from the first byte), smtp (STARTTLS, or nothing is sent) or smtp+plain, for a server on the
    same machine or in the same private network.
    """

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None
    sender: str

    @classmethod
    def at(cls, url: str, sender: str) -> Self:
        """The server at `smtps://user:password@host:465`. Raises UnknownScheme."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise UnknownScheme(", ".join(f"{scheme}://" for scheme in PORTS))
        user, password = (unquote(text) if text else None for text in (parts.username, parts.password))
        return cls(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme], user, password, sender)

    def send(self, letter: Letter) -> None:
        """Hands the letter in. Raises OSError or SMTPException."""
        with self.connection() as connection:
            connection.send_message(self._message(letter))

    @contextmanager
    def connection(self) -> Iterator[smtplib.SMTP]:
        """Known to the server, and over TLS unless it may be plain. Raises OSError or SMTPException."""
        with self._connect() as connection:
            if self.scheme == "smtp":
                connection.starttls(context=ssl.create_default_context())
            if self.user:
                connection.login(self.user, self.password or "")
            yield connection

    def _connect(self) -> smtplib.SMTP:
        if self.scheme == "smtps":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=ssl.create_default_context())
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)

    @property
    def _domain(self) -> str:
        return parseaddr(self.sender)[1].rpartition("@")[2]

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, letter.to, letter.subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self._domain)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


class PostOffice:
    """Does what has to do with letters one after the other, in a thread of its own."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="letters")
        self._under_way: set[Future[None]] = set()

    @property
    def is_open(self) -> bool:
        """Whether letters can be sent at all."""
        return self._app.config["SMTP"] is not None

    def post(self, write: Callable[[], list[Letter]]) -> None:
        """Writes the letters and sends them, soon. Nobody waits; what goes wrong is in the log."""
        future = self._thread.submit(self._write_and_send, write)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)

    def wait(self) -> None:
        """Until every letter is sent."""
        wait(set(self._under_way))

    def _write_and_send(self, write: Callable[[], list[Letter]]) -> None:
        server: SmtpServer = self._app.config["SMTP"]
        try:
            with self._app.app_context():
                letters = write()
            for letter in letters:
                server.send(letter)
        except Exception:  # this thread has nobody else to tell
            logger.exception("A letter could not be sent")


def attach(app: Flask) -> None:
    app.extensions["post_office"] = PostOffice(app)
