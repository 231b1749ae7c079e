"""One HTTP server for all browser tests. Which app answers is a matter of the test that runs."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from threading import Condition, Thread
from types import TracebackType
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def whole(body: Iterable[bytes]) -> list[bytes]:
    """The body read to its end and closed, for a browser that goes away would leave a file open."""
    try:
        return [b"".join(body)]
    finally:
        getattr(body, "close", lambda: None)()


CLOSED = Response("No test is running.", 503)


class Site:
    def __init__(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = make_server("127.0.0.1", 0, self, threaded=True)
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._app: Flask | None = None
        self._answering = 0
        self._idle = Condition()
        self.exceptions: list[BaseException] = []

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """At a name, for at a bare number browsers have no passkeys."""
        return f"http://localhost:{self._server.server_port}"

    def show(self, app: Flask) -> None:
        """From now on this app answers, once the requests to the one before are done."""
        self.close_doors()
        self._app = app
        self.exceptions.clear()

    def close_doors(self) -> None:
        with self._idle:
            self._app = None
            assert self._idle.wait_for(lambda: not self._answering, timeout=10), "a request never ended"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._idle:
            app = self._app
            self._answering += 1
        try:
            return self._answer(app, environ, start_response)
        finally:
            with self._idle:
                self._answering -= 1
                self._idle.notify_all()

    def _answer(self, app: Flask | None, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if app is None:
            return CLOSED(environ, start_response)
        try:
            return whole(app(environ, start_response))
        except Exception as error:
            self.exceptions.append(error)
            return Response("An exception that no test wants.", 500)(environ, start_response)
