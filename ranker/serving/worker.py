"""What makes the app a worker of `ranker serve`: it says when it is ready, and listens for when it is to go."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

RUNTIME = "RANKER_RUNTIME"  # the folder that a server and its workers share; for them alone
LEAVE, STOP, END = TOLD = signal.SIGUSR1, signal.SIGUSR2, signal.SIGQUIT  # what the server tells its workers
FOR_THE_SERVER = signal.SIGTERM, signal.SIGINT, signal.SIGHUP  # what others tell all of a group, or each of it
LOOK_S = 0.5


class Worker:
    """leaving: another one takes its place, so every answer sends people there. stopping: nobody will."""

    def __init__(self) -> None:
        self.leaving = self.stopping = False

    def leave(self) -> None:
        self.leaving = True
        stop_listening()

    def stop(self) -> None:
        self.leaving = self.stopping = True

    def obey(self) -> None:
        """Does what the server tells, until it tells to end.

        A thread of its own hears it, for what interrupts the main one may come just as that goes to sleep, and then
        nobody hears it.
        """
        deeds = {LEAVE: self.leave, STOP: self.stop, END: end}
        while True:
            deeds[signal.Signals(signal.sigwait(TOLD))]()


def create_worker_app() -> Flask:
    from ranker import create_app
    from ranker.installation import outdated_revisions

    app = create_app()
    with app.app_context():
        outdated_revisions()
    obey_the_server_alone(app.extensions["worker"])
    ready_file(Path(os.environ[RUNTIME]), os.getpid()).touch()
    return app


@contextmanager
def deaf() -> Iterator[None]:
    """Every thread of a process that is started inside leaves all these signals waiting, from its first moment on."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {*TOLD, *FOR_THE_SERVER})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def obey_the_server_alone(worker: Worker) -> None:
    """What a terminal or a supervisor tells every process is for the server, which lets its workers finish first.

    So a worker, which was started `deaf`, is in a group of its own; and it ends by itself with a server that is killed.
    """
    os.setpgid(0, 0)
    threading.Thread(target=worker.obey, name="obey", daemon=True).start()
    threading.Thread(target=end_with, args=(os.getppid(),), name="server", daemon=True).start()


def end_with(server: int) -> None:
    while os.getppid() == server:
        time.sleep(LOOK_S)
    end()


def end() -> None:
    """Ends as granian does when it is told to, which lets requests end; again and again, for it may not listen yet."""
    while True:
        told_to_end = signal.getsignal(signal.SIGTERM)
        if callable(told_to_end):
            told_to_end(signal.SIGTERM, None)
        time.sleep(LOOK_S)


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
