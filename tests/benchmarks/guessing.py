"""The ranking page while somebody guesses passwords, beside itself in peace: `python -m tests.benchmarks.guessing`.

Fifty failed log-ins a second, first from one address and then each from another one, at `ranker serve` as it is.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from tests.benchmarks.app import app_on
from tests.benchmarks.client import AGENT, Connection, Measured, Repeat, drive
from tests.benchmarks.community import folder, settled
from tests.benchmarks.people import views
from tests.benchmarks.rounds import Result
from tests.served import Served, served

READERS, GUESSERS = 4, 24  # connections
NAMES = 400
Guess = Callable[[int], bytes]


def main() -> None:
    options = parsed()
    pool = ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))
    with folder(options.keep) as home, TemporaryDirectory() as logs, pool as executor:
        data = settled(home, options.ballots)
        page = views(app_on(data))["ranking page"]
        with served(Path(logs), RANKER_DATA_DIR=str(data), RANKER_PROXY_HOPS="1") as site:
            site.get("/login")
            guesses = {"in peace": None, "guessed at from one address": one_address, "from many": many_addresses}
            results = {name: Result() for name in guesses}
            answers = {name: Counter[int]() for name in guesses}
            for _ in range(options.rounds):
                for name, guess in guesses.items():
                    measured = read(executor, site, page, options.seconds, name, guess and answers[name])
                    results[name].add([measured])
    report(results, answers)


def read(
    executor: Executor, site: Served, page: bytes, seconds: float, name: str, answers: Counter[int] | None
) -> Measured:
    """One round of readers, and beside them one of guessers whose answers are counted, if there are any."""
    guessing: Future[Counter[int]] | None = None
    if answers is not None:
        form = urlencode({"password": "not the right one", "csrf_token": site.token})
        cookie = "; ".join(f"{key}={value}" for key, value in site.cookies.items())
        forged = partial(one_address if "one" in name else many_addresses, form, cookie)
        guessing = executor.submit(guess, site.port, forged, seconds)
    measured = executor.submit(take_pages, site.port, page, seconds).result()
    if guessing is not None and answers is not None:
        answers.update(guessing.result())
    return measured


def take_pages(port: int, page: bytes, seconds: float) -> Measured:
    return drive([Connection(port) for _ in range(READERS)], [Repeat(page)] * READERS, seconds)


def guess(port: int, forged: Guess, seconds: float, per_second: int = 50) -> Counter[int]:
    """Sends so many log-ins a second, whether or not the ones before have been answered."""
    free: SimpleQueue[Connection] = SimpleQueue()
    for _ in range(GUESSERS):
        free.put(Connection(port))
    began, seen = time.perf_counter(), Counter[int]()

    def send(number: int) -> None:
        connection = free.get()
        seen[connection.exchange(forged(number)).status] += 1
        free.put(connection)

    with ThreadPoolExecutor(GUESSERS) as pool:
        for number in range(int(seconds * per_second)):
            time.sleep(max(0.0, began + number / per_second - time.perf_counter()))
            pool.submit(send, number)
    return seen


def one_address(form: str, cookie: str, number: int) -> bytes:
    return log_in(form, cookie, number, "203.0.113.1")


def many_addresses(form: str, cookie: str, number: int) -> bytes:
    moment = time.time_ns()
    return log_in(form, cookie, moment, f"198.{18 + moment % 2}.{moment // 2 % 250}.{moment // 500 % 250}")


def log_in(form: str, cookie: str, number: int, address: str) -> bytes:
    body = f"{form}&name=fan{number % 100_000_007}"
    return (
        f"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {AGENT}\r\nCookie: {cookie}\r\n"
        f"X-Forwarded-For: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def report(results: dict[str, Result], answers: dict[str, Counter[int]]) -> None:
    print(f"{'The ranking page':<30}{'requests/s':>12}{'median ms':>12}{'p95 ms':>12}   log-ins answered")
    for name, result in results.items():
        middle, slow = (1000 * result.quantile(share) for share in (0.5, 0.95))
        counted = ", ".join(f"{status}: {count}" for status, count in sorted(answers[name].items())) or "none"
        print(f"{name:<30}{result.rate:>12,.0f}{middle:>12.2f}{slow:>12.2f}   {counted}")
    peace = results["in peace"]
    print("Beside itself in peace; a rate of at least 0.5 and a median of at most 1.5 are wanted")
    for name, result in list(results.items())[1:]:
        print(f"  {name:<28} rate {result.beside(peace):.2f}, median {result.slower_than(peace):.2f}")


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.guessing", description=__doc__)
    parser.add_argument("--ballots", type=int, default=1_000, help="size of the community")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of a round")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the community there, and use the one it has")
    return parser.parse_args()


if __name__ == "__main__":
    main()
