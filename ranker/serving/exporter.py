"""The metrics in Prometheus' text format, at an address of their own that no proxy leads to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from socket import AF_INET, AF_INET6

from ranker.environment import Address
from ranker.serving.counters import BOUNDS, AreaCounts, read_counters

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Exporter:
    """Answers GET /metrics in a thread of the server's own process."""

    def __init__(self, address: Address, folder: Path) -> None:
        self._address = address
        self._folder = folder
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        folder = self._folder

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = self.path == "/metrics"
                content = exposition(folder).encode() if found else b"The metrics are at /metrics\n"
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", CONTENT_TYPE if found else "text/plain")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *words: object) -> None:
                """Nobody wants to read that the metrics were asked for."""

        class Server(ThreadingHTTPServer):
            address_family = AF_INET6 if ":" in self._address.host else AF_INET

        self._server = Server((self._address.host, self._address.port), Handler)
        threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()


def exposition(folder: Path) -> str:
    counts = read_counters(folder)
    lines = [*_info(folder), *_requests(counts), *_seconds(counts)]
    return "\n".join(lines) + "\n"


def _info(folder: Path) -> Iterator[str]:
    yield "# HELP ranker_info What is running.\n# TYPE ranker_info gauge"
    yield f'ranker_info{{version="{version("ranker")}"}} 1'
    alive = [pid for path in folder.glob("*.ready") if (pid := Path("/proc") / path.stem).exists()]
    yield "# HELP ranker_workers Worker processes.\n# TYPE ranker_workers gauge"
    yield f"ranker_workers {len(alive)}"


def _requests(counts: dict[str, AreaCounts]) -> Iterator[str]:
    yield "# HELP ranker_requests_total Requests that were answered.\n# TYPE ranker_requests_total counter"
    for area, counted in counts.items():
        for number, total in enumerate(counted.statuses):
            if total:
                yield f'ranker_requests_total{{area="{area}",status="{number}xx"}} {total:.0f}'


def _seconds(counts: dict[str, AreaCounts]) -> Iterator[str]:
    name = "ranker_request_seconds"
    yield f"# HELP {name} How long the answers took to make.\n# TYPE {name} histogram"
    for area, counted in counts.items():
        sums = list(accumulate(counted.buckets))
        for bound, total in zip((*map(str, BOUNDS), "+Inf"), sums, strict=True):
            yield f'{name}_bucket{{area="{area}",le="{bound}"}} {total:.0f}'
        yield f'{name}_sum{{area="{area}"}} {counted.seconds:.6f}'
        yield f'{name}_count{{area="{area}"}} {sums[-1]:.0f}'
