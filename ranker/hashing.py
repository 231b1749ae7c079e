"""The work that passwords take, done beside the requests: one at a time in a process, and behind everything else.

A password costs as much work as a hundred pages. Whoever sends many must not take the processors away from those who
read, so there is a short line for it, and whoever comes to a full one is asked to come again in a moment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore, get_native_id
from typing import Any, TypeVar

from flask import Flask, current_app

NICENESS = 10

Result = TypeVar("Result")


class TooMuchHashing(Exception):
    """The line is full: another password would have to wait too long, and keep a thread from serving pages."""


class HashingLine:
    """Works through what is handed in, one after the other; at most `places` stand in line or are worked on."""

    def __init__(self, places: int) -> None:
        self._places = BoundedSemaphore(places)
        self._worker = ThreadPoolExecutor(1, "hashing", initializer=step_back)

    def wait_for(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """What `work` returns or raises. Raises TooMuchHashing at once when the line is full."""
        if not self._places.acquire(blocking=False):
            raise TooMuchHashing
        try:
            return self._worker.submit(work, *arguments).result()
        finally:
            self._places.release()


def attach(app: Flask) -> None:
    app.extensions["hashing"] = HashingLine(app.config["PASSWORD_LINE"])


def in_line(work: Callable[..., Result], *arguments: Any) -> Result:
    line: HashingLine = current_app.extensions["hashing"]
    return line.wait_for(work, *arguments)


def step_back() -> None:
    """On Linux a thread can be nicer than its process: it gets what the others leave."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, get_native_id(), NICENESS)
