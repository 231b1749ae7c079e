"""`ranker serve`: workers of granian that can be stopped and replaced without dropping a request."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from ranker.config import THREADS
from ranker.environment import Address, BadSetting
from ranker.logs import configuration
from ranker.serving.exporter import Exporter
from ranker.serving.worker import END, LEAVE, RUNTIME, STOP, deaf, ready_file

WAITING = 256  # requests a worker accepts before it lets the others wait in line
PATIENCE_S = 30  # for a request under way when its worker is to stop
BIRTH_S = 120  # for a new worker to be ready
AGAIN_S = 5  # until a place is tried again for which no new worker got ready

log = logging.getLogger(__name__)


def serve(place: Address, workers: int, drain: float, metrics: Address | None, lines: str | None) -> None:
    """Serves until it is told to stop: SIGTERM lets requests end and people find their way, SIGINT is at once.

    SIGHUP replaces one worker after the other by one with the code and the files as they are now.
    """
    with tempfile.TemporaryDirectory(prefix="ranker-") as runtime:
        os.environ[RUNTIME] = runtime
        exporter = Exporter(metrics, Path(runtime)) if metrics else None
        Server(
            "ranker.serving.worker:create_worker_app",
            factory=True,
            interface=Interfaces.WSGI,
            address=place.host,
            port=place.port,
            workers=workers,
            blocking_threads=THREADS,
            backpressure=WAITING,
            websockets=False,
            log_access=False,
            log_level=LogLevels.info if lines else LogLevels.warning,
            log_dictconfig=configuration(lines),
            workers_kill_timeout=PATIENCE_S,
            respawn_failed_workers=True,
        ).start(Path(runtime), drain, exporter)


class Server(MPServer):
    """Granian, which tells its workers before it stops them and waits until a new one is there.

    It builds on methods of granian that are not documented; so the version is pinned, and tests hold what is promised.
    """

    def start(self, runtime: Path, drain: float, exporter: Exporter | None) -> None:
        self._runtime = runtime
        self._drain = drain
        self._exporter = exporter
        self._at_once = False
        self.serve()

    def _init_shared_socket(self) -> None:
        """One for all workers. On Linux granian has one for each, and loses with it what waits at one that leaves."""
        super()._init_shared_socket()
        if spec := self._ssp:
            self._shd: Any = spec.build()
            self._sso = socket.socket(fileno=self._shd.get_fd())
            self._sso.set_inheritable(True)
            self._ssp = None

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        with deaf():
            super()._spawn_workers(spawn_target, target_loader)

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        super().startup(spawn_target, target_loader)
        # The first workers share the memory of this process. The later ones begin anew, with the code as it is then.
        multiprocessing.set_start_method("spawn", force=True)
        if self._exporter:
            self._exporter.start()

    def signal_handler_interrupt(self, *signal_and_frame: Any) -> None:
        self._at_once = signal_and_frame[:1] == (signal.SIGINT,)
        super().signal_handler_interrupt(*signal_and_frame)

    def shutdown(self, exit_code: int = 0) -> None:
        if not self._at_once:
            self._tell_all(STOP)
            time.sleep(self._drain)
        if self._exporter:
            self._exporter.stop()
        self._tell_all(END)
        super().shutdown(exit_code)

    def _tell_all(self, what: signal.Signals) -> None:
        for worker in self.wrks:
            tell(worker, what)

    def _reload(self, spawn_target: Any, target_loader: Any) -> None:
        # Before it is done, for whoever tells it again meanwhile may mean code that has come since.
        self.reload_signal = False
        self.main_loop_interrupt.clear()
        if is_set_up_anew():
            self.respawned_wrks.clear()
            self._respawn_workers(list(range(self.workers)), spawn_target, target_loader)
        else:
            log.error("`ranker setup` failed with the code as it is now. Nothing was replaced: the workers go on")

    def _respawn_workers(self, workers: list[int], spawn_target: Any, target_loader: Any, delay: float = 0) -> None:
        for number in workers:
            if self.interrupt_signal:
                return
            old = self.wrks[number]
            new = self._spawn_worker(idx=number, target=spawn_target, callback_loader=target_loader)
            if not self._comes_up(new):
                self._do_without(number)
                return
            self.respawned_wrks[number] = time.monotonic()
            self.wrks[number] = new
            self._dismiss(old)
        self._metrics.incr_spawn(len(workers))

    def _comes_up(self, new: Any) -> bool:
        """Whether the new worker is ready to take over."""
        new.interrupt_by_parent = True  # granian would end us all for a new one that ends
        resource_tracker.ensure_running()  # or it would be for the first one, and then signals are heard again
        with deaf():
            new.start()
        self._wait_for(new)
        new.interrupt_by_parent = False
        if new.is_alive() and ready_file(self._runtime, new.inner.pid).exists():
            return True
        new.kill()
        return False

    def _do_without(self, number: int) -> None:
        """No new worker takes this place: the old one goes on, or the others do; with none left, all ends."""
        left = any(worker.is_alive() for worker in self.wrks)
        then = "No more is replaced: the others go on" if left else "There is no other: all ends"
        log.error("A new worker did not get ready with the code as it is now. %s", then)
        if not left:
            self.respawned_wrks[number] = time.monotonic()  # which is how granian knows of it
            self._call_for(number)
        elif not self.wrks[number].is_alive():
            again = threading.Timer(AGAIN_S, self._call_for, [number])
            again.daemon = True
            again.start()

    def _call_for(self, number: int) -> None:
        """Has the loop put a worker into this place, unless there is one by now."""
        if not self.wrks[number].is_alive():
            self.interrupt_children.append(number)
            self.main_loop_interrupt.set()

    def _dismiss(self, old: Any) -> None:
        if tell(old, LEAVE):
            time.sleep(self._drain)
        tell(old, END)
        old.terminate()
        old.join(PATIENCE_S)
        if old.is_alive():
            old.kill()

    def _wait_for(self, worker: Any) -> None:
        ready, until = ready_file(self._runtime, worker.inner.pid), time.monotonic() + BIRTH_S
        while worker.is_alive() and not (ready.exists() or self.interrupt_signal) and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.25)  # it listens just after it has said so


def is_set_up_anew() -> bool:
    """Before the workers are replaced: what newer code has to change in the database, done by that code."""
    return subprocess.run([sys.executable, "-m", "ranker", "setup"]).returncode == 0


def free_place(place: Address, setting: str) -> Address:
    """The place with its host as a number, as granian wants it. Raises BadSetting where nobody can listen.

    Granian itself shares a port even with another server, which nobody meant.
    """
    try:
        family, kind, protocol, _, found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(found)
    except OSError as error:
        raise BadSetting(f"{setting}: cannot listen at {place.host}, port {place.port}: {error.strerror}") from error
    return Address(str(found[0]), place.port)


def tell(worker: Any, what: signal.Signals) -> bool:
    """Whether the worker was there to be told."""
    if not worker.is_alive():
        return False
    os.kill(worker.inner.pid, what)
    return True
