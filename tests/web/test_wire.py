"""What goes over the wire at `ranker serve`: no answer names the server, and what is no request is refused."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pytest

from tests.served import Served, served

NAMES = re.compile(r"granian|hyper|flask|werkzeug|python|rust", re.I)
ODD = {
    "no request at all": b"HELO ranker\r\n\r\n",
    "a path that is no text": b"GET /\xff\xfe?q=\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a NUL in a path": b"GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a NUL in a header": b"GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: a\0b\r\n\r\n",
    "a header that is no text": b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: session=\xff\xfe\r\n\r\n",
    "a host that is no text": b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two lengths": b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a length and chunks": b"POST /login HTTP/1.1\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a length that is none": b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "headers without end": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 2_000 + b"\r\n",
    "one long header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n",
    "a trace": b"TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a method there is not": b"FLY / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a connection to elsewhere": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "a whole address": b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("wire"), workers=1) as site:
        yield site


def answer_to(site: Served, request: bytes) -> bytes:
    """The beginning of what comes back; nothing when the connection is simply closed, or nothing more is waited for."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=5) as connection:
        try:
            connection.sendall(request)
            return connection.recv(65_536)
        except (ConnectionError, TimeoutError):
            return b""


@pytest.mark.parametrize("request_line", ODD.values(), ids=ODD.keys())
def test_what_is_no_good_request_is_never_our_mistake(site: Served, request_line: bytes) -> None:
    answer = answer_to(site, request_line)
    assert re.match(rb"HTTP/1\.1 [24]\d\d ", answer), answer[:80]
    assert not NAMES.search(answer.partition(b"\r\n\r\n")[0].decode("latin-1"))
    assert site.get("/healthz").status == 200


def test_the_server_does_not_name_itself(site: Served) -> None:
    for path in ("/", "/nothing", "/healthz", "/static/favicon.svg"):
        assert site.get(path).headers["server"] == "Ranker"


def test_the_trace_method_answers_nothing_of_what_was_sent(site: Served) -> None:
    answer = answer_to(site, b"TRACE / HTTP/1.1\r\nHost: localhost\r\nX-Secret: abc123\r\n\r\n")
    assert b"abc123" not in answer
    assert answer.startswith(b"HTTP/1.1 405")
