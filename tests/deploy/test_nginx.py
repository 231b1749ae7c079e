"""Debian's nginx with our example before `ranker serve`: what people get through it, and when nobody is behind it."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.conftest import Databases
from tests.operation.running import Answer, Running, running, wait_until
from tests.postgres import free_port
from tests.test_architecture import ROOT

HOST = "ranker.example.org"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
AROUND = """daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1; {user}
events {{}}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  include {folder}/site.conf;
}}
"""


@dataclass
class Proxied:
    """A site behind nginx, asked as browsers ask."""

    app: Running
    secure: int
    plain: int

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("GET", path, headers)

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        come_from: str = "127.0.0.1",
    ) -> Answer:
        trusting = ssl._create_unverified_context()
        connection = HTTPSConnection(
            "127.0.0.1", self.secure, timeout=60, context=trusting, source_address=(come_from, 0)
        )
        try:
            connection.request(method, path, body, {"Host": HOST, **(headers or {})})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    folder = tmp_path_factory.mktemp("proxied")
    settings = {
        "RANKER_PROXY_HOPS": "1",
        "RANKER_PUBLIC_URL": f"https://{HOST}",
        "RANKER_TRUSTED_HOSTS": HOST,
        "RANKER_LOG": "json",
        "RANKER_LOGIN_LIMIT": "2 per minute",
    }
    served = running(databases.fresh(folder), folder, "--workers", "1", **settings)
    with served as app, nginx(folder, app.port) as (secure, plain):
        yield Proxied(app, secure, plain)


@contextmanager
def nginx(folder: Path, app: int) -> Iterator[tuple[int, int]]:
    secure, plain = free_port(), free_port()
    certificate(folder)
    own = {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{secure} ssl http2;",
        "127.0.0.1:8000 ": f"127.0.0.1:{app} ",
        "/etc/ssl/ranker/": f"{folder}/",
        "/var/cache/nginx/ranker": f"{folder}/cache",
    }
    example = (ROOT / "deploy" / "nginx.conf").read_text()
    for there, here in own.items():
        assert there in example, there
        example = example.replace(there, here)
    (folder / "site.conf").write_text(example)
    user = "user root;" if Path("/proc/self").stat().st_uid == 0 else ""
    whole = folder / "nginx.conf"
    whole.write_text(AROUND.format(folder=folder, user=user))
    process = subprocess.Popen([NGINX, "-c", whole, "-e", folder / "error.log"], stderr=subprocess.PIPE)
    try:
        wait_until(lambda: process.poll() is not None or listens(plain))
        assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
        yield secure, plain
    finally:
        process.terminate()
        process.communicate(timeout=60)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def certificate(folder: Path) -> None:
    subject = ("-subj", f"/CN={HOST}", "-days", "2", "-nodes")
    files = ("-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    subprocess.run([*command, *subject, *files], check=True, capture_output=True)


def test_plain_http_is_sent_to_https(site: Proxied) -> None:
    connection = HTTPConnection("127.0.0.1", site.plain, timeout=30)
    connection.request("GET", "/login?next=/", headers={"Host": HOST})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/login?next=/")
    connection.close()


def test_people_get_the_app_over_https_with_its_own_headers_once(site: Proxied) -> None:
    answer = site.get("/login")
    assert answer.status == 200
    assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]  # type: ignore[attr-defined]
    assert answer.headers["Server"] == "nginx"
    assert "__Host-session=" in answer.headers["Set-Cookie"]
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_pages_are_compressed_on_the_way_and_answers_for_programs_keep_their_validators(site: Proxied) -> None:
    zipped = {"Accept-Encoding": "gzip"}
    page = site.get("/counting", zipped)
    assert page.headers["Content-Encoding"] == "gzip"
    assert b"<html" in gzip.decompress(page.body)
    answer = site.get("/api/v1/openapi.json", zipped)
    assert answer.status == 200
    assert "Content-Encoding" not in answer.headers


def test_a_host_that_is_not_ours_is_not_served(site: Proxied) -> None:
    assert site.get("/login", {"Host": "evil.example"}).status in (400, 421)


def test_the_id_that_nginx_gives_a_request_is_in_the_log(site: Proxied) -> None:
    sent = site.get("/login").headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", sent)
    wait_until(lambda: sent in site.app.log.read_text())
    lines = [json.loads(line) for line in site.app.log.read_text().splitlines() if sent in line]
    assert [line["route"] for line in lines] == ["/login"]


def test_limits_go_by_where_people_come_from_whatever_they_claim(site: Proxied) -> None:
    page = site.get("/login")
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page.body)
    assert token

    def log_in(claimed: str, come_from: str) -> int:
        form = urlencode({"name": "nobody", "password": "no password", "csrf_token": token[1].decode()}).encode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": cookie,
            "Referer": f"https://{HOST}/login",
            "X-Forwarded-For": claimed,
        }
        return site.ask("POST", "/login", headers, form, come_from).status

    statuses = [log_in(f"203.0.113.{number}", "127.0.0.1") for number in range(3)]
    assert statuses[0] != 429
    assert statuses[2] == 429
    assert log_in("203.0.113.9", "127.0.0.2") != 429


def test_a_body_beyond_what_ranker_takes_stops_at_nginx(site: Proxied) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(11 * 1024 * 1024)}
    assert site.ask("POST", "/login", headers, b"").status == 413


def test_while_ranker_is_away_files_still_come_and_pages_say_to_come_back(site: Proxied) -> None:
    address = re.search(rb'href="(/style/[^"]+)"', site.get("/login").body)
    assert address
    style = site.get(address[1].decode())
    assert "max-age=31536000" in style.headers["Cache-Control"]
    site.app.process.terminate()
    site.app.stopped()
    away = site.get("/login")
    assert (away.status, away.headers["Retry-After"], away.headers["Cache-Control"]) == (503, "5", "no-store")
    assert b"Nothing you saved is lost" in away.body
    assert away.headers["Strict-Transport-Security"]
    assert site.get(address[1].decode()).body == style.body
