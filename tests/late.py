"""A save that takes its time, for whoever has to wait for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest

from ranker.actions.change_log import log_change
from tests.cast import Cast


@contextmanager
def late_save(cast: Cast, patch: pytest.MonkeyPatch, name: str, *numbers: int) -> Iterator[None]:
    """In here the fan's save of these moments has written its list and has not ended; afterwards it has."""
    begun = Event()

    def late(*change: Any) -> None:
        begun.set()
        time.sleep(0.3)
        log_change(*change)

    patch.setattr("ranker.actions.ballots.log_change", late)
    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(cast.rank, name, *numbers)
        assert begun.wait(10)
        yield
        saving.result()
