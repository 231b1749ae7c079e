"""What makes the app a worker of `ranker serve`: it says when it is ready, and listens for when it is to go."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from flask import Flask

RUNTIME = "RANKER_RUNTIME"  # the folder that a server and its workers share; for them alone
LEAVE, STOP = signal.SIGUSR1, signal.SIGUSR2


class Worker:
    """leaving: another one takes its place, so every answer sends people there. stopping: nobody will."""

    def __init__(self) -> None:
        self.leaving = self.stopping = False

    def leave(self, *signal_and_frame: object) -> None:
        self.leaving = True

    def stop(self, *signal_and_frame: object) -> None:
        self.leaving = self.stopping = True


def create_worker_app() -> Flask:
    from ranker import create_app

    app = create_app()
    worker: Worker = app.extensions["worker"]
    signal.signal(LEAVE, worker.leave)
    signal.signal(STOP, worker.stop)
    ready_file(Path(os.environ[RUNTIME]), os.getpid()).touch()
    return app


def ready_file(runtime: Path, pid: int) -> Path:
    return runtime / f"{pid}.ready"
