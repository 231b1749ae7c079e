"""A letter box: a real SMTP server on loopback that keeps what is handed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask

from ranker.mail import SmtpServer
from tests.postgres import free_port

ROOT = "https://ranker.example"
SENDER = "Ranker <ranker@ranker.example>"


class LetterBox:
    def __init__(self) -> None:
        self.letters: list[Message] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def texts_to(self, address: str) -> list[str]:
        return [letter.get_content() for letter in self.letters if letter["To"] == address]  # type: ignore[attr-defined]

    def newest_link(self, address: str) -> str:
        """The path of the link in the newest letter to this address."""
        (link,) = re.findall(rf"{ROOT}(/\S+/\S+)", self.texts_to(address)[-1])
        return str(link)


@contextmanager
def letter_box(app: Flask) -> Iterator[LetterBox]:
    """The app writes letters, and they arrive here."""
    box = LetterBox()
    host, port = "127.0.0.1", free_port()
    controller = Controller(box, hostname=host, port=port)
    controller.start()
    try:
        app.config.update(SMTP=SmtpServer.at(f"smtp+plain://{host}:{port}", SENDER), PUBLIC_URL=ROOT)
        yield box
        app.extensions["post_office"].wait()
    finally:
        controller.stop()
