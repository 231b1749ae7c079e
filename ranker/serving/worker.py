"""What makes the app a worker of `ranker serve`: it says when it is ready, and listens for when it is to go."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

from flask import Flask

RUNTIME = "RANKER_RUNTIME"  # the folder that a server and its workers share; for them alone
LEAVE, STOP, END = signal.SIGUSR1, signal.SIGUSR2, signal.SIGQUIT  # what the server tells its workers
FOR_THE_SERVER = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}  # what others tell all of a group, or each of it
LOOK_S = 0.5


class Worker:
    """leaving: another one takes its place, so every answer sends people there. stopping: nobody will."""

    def __init__(self) -> None:
        self.leaving = self.stopping = False

    def leave(self, *signal_and_frame: object) -> None:
        self.leaving = True
        stop_listening()

    def stop(self, *signal_and_frame: object) -> None:
        self.leaving = self.stopping = True


def create_worker_app() -> Flask:
    from ranker import create_app
    from ranker.installation import outdated_revisions

    app = create_app()
    with app.app_context():
        outdated_revisions()
    worker: Worker = app.extensions["worker"]
    signal.signal(LEAVE, worker.leave)
    signal.signal(STOP, worker.stop)
    obey_the_server_alone()
    ready_file(Path(os.environ[RUNTIME]), os.getpid()).touch()
    return app


def obey_the_server_alone() -> None:
    """What a terminal or a supervisor tells every process is for the server, which lets its workers finish first.

    So a worker is in a group of its own, and leaves such signals waiting; and it ends by itself with a server that was
    killed.
    """
    os.setpgid(0, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, FOR_THE_SERVER)
    signal.signal(END, end)
    threading.Thread(target=end_with, args=(os.getppid(),), name="server", daemon=True).start()


def end(*signal_and_frame: object) -> None:
    """Ends as granian does, which lets requests end."""
    os.kill(os.getpid(), signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, FOR_THE_SERVER)


def end_with(server: int) -> None:
    while os.getppid() == server:
        time.sleep(LOOK_S)
    os.kill(os.getpid(), END)


def stop_listening() -> None:
    """Whoever comes now is for the other workers, which listen at the same socket; who is here already is answered.

    The socket is not closed, for the server would take that for an error: one nobody knows of gets its number.
    On other systems than Linux people come in until the worker ends.
    """
    if sys.platform != "linux":
        return
    with socket.socket(socket.AF_UNIX) as nobodys:
        nobodys.bind("")  # a name that the system chooses, of no file
        nobodys.listen()
        nobodys.setblocking(False)
        for number in map(int, os.listdir("/proc/self/fd")):
            if is_listening(number):
                os.dup2(nobodys.fileno(), number)


def is_listening(number: int) -> bool:
    """Whether an open file is a socket at which connections come in."""
    try:
        with socket.socket(fileno=os.dup(number)) as one:
            return one.family != socket.AF_UNIX and bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    except OSError:
        return False


def ready_file(runtime: Path, pid: int) -> Path:
    return runtime / f"{pid}.ready"
