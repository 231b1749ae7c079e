"""A small HTTP client over raw sockets: keep-alive, one request in flight per connection."""

from __future__ import annotations

import selectors
import socket
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

AGENT = "ranker-benchmark"
BUFFER = 1 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    @property
    def refused(self) -> bool:
        return not 200 <= self.status < 400


@dataclass(slots=True)
class Measured:
    """What one process saw in one round; latencies in seconds."""

    seconds: float = 0.0
    refused: int = 0
    bytes_of_body: int = 0
    latencies: array[float] = field(default_factory=lambda: array("d"))


class Script(Protocol):
    """What one connection asks for, one request after the other."""

    def request(self) -> bytes: ...

    def answered(self, status: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same request over and over."""

    content: bytes

    def request(self) -> bytes:
        return self.content

    def answered(self, status: int) -> None:
        pass


class Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self._missing = -1  # bytes of the body still to come; -1 while the head is not complete

    def close(self) -> None:
        self.socket.close()

    def exchange(self, request: bytes) -> Answer:
        self.send(request)
        while (answer := self.receive()) is None:
            pass
        return answer

    def send(self, request: bytes) -> None:
        self._received, self._missing = b"", -1
        self.socket.sendall(request)

    def receive(self) -> Answer | None:
        """What has come; the answer once it is complete."""
        chunk = self.socket.recv(BUFFER)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self._received += chunk
        self._missing = self._missing - len(chunk) if self._missing >= 0 else self._missing_after_head()
        if self._missing != 0:
            return None
        head, _, body = self._received.partition(b"\r\n\r\n")
        return Answer(int(head[9:12]), body)

    def _missing_after_head(self) -> int:
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return -1
        if head[9:12] == b"304":
            return 0
        _, _, rest = head.lower().partition(b"content-length:")
        return int(rest.partition(b"\r\n")[0]) - len(body)


def drive(connections: Sequence[Connection], scripts: Sequence[Script], seconds: float) -> Measured:
    """Keeps every connection busy with its script for so long; the first answer of each is not timed."""
    measured = Measured()
    sent: dict[Connection, float] = {}
    plan = dict(zip(connections, scripts, strict=True))
    for connection, script in plan.items():
        first = connection.exchange(script.request())
        measured.refused += first.refused
        script.answered(first.status)
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for connection, script in plan.items():
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            sent[connection] = time.perf_counter()
            connection.send(script.request())
        while sent:
            for key, _ in selector.select():
                connection = key.data
                answer = connection.receive()
                if answer is None:
                    continue
                now = time.perf_counter()
                measured.latencies.append(now - sent.pop(connection))
                measured.refused += answer.refused
                measured.bytes_of_body = len(answer.body)
                plan[connection].answered(answer.status)
                if now - began < seconds:
                    sent[connection] = now
                    connection.send(plan[connection].request())
    measured.seconds = time.perf_counter() - began
    return measured


def get(path: str, cookie: str = "", **headers: str) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {AGENT}\r\nCookie: {cookie}\r\n{more}\r\n".encode()


def post(path: str, cookie: str, form: str) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {AGENT}\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n{form}"
    ).encode()
