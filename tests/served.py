"""`ranker serve` itself, with its worker processes, for the length of a test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.postgres import free_port

PATIENCE = 60.0


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Served:
    """A server, and one browser of it; each request has a connection of its own, to whichever worker takes it."""

    port: int
    log: Path
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, form: Mapping[str, str], **headers: str) -> Reply:
        body = urlencode({**form, "csrf_token": self.token})
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def ask(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, {"Cookie": cookie, **(headers or {})})
        answer = connection.getresponse()
        reply = Reply(answer.status, dict(answer.getheaders()), answer.read().decode())
        connection.close()
        self._remember(reply)
        return reply

    def _remember(self, reply: Reply) -> None:
        if cookie := reply.headers.get("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if token := re.search(r'name="csrf_token" value="([^"]+)"', reply.text):
            self.token = token[1]


@contextmanager
def served(folder: Path, workers: int = 2, **settings: str) -> Iterator[Served]:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "flask",
        "--app",
        "ranker",
        "serve",
        "--port",
        str(port),
        "--workers",
        str(workers),
    ]
    others = {name: value for name, value in os.environ.items() if not name.startswith("RANKER_")}
    environment = {**others, "RANKER_DATA_DIR": str(folder / "instance"), **settings}
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    site = Served(port, folder / "server.log")
    try:
        wait_for(site, process)
        yield site
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def wait_for(site: Served, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            site.get("/login")
            return
        except OSError:
            assert process.poll() is None, site.log.read_text()
            assert time.monotonic() < deadline, site.log.read_text()
            time.sleep(0.05)
