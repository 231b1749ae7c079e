"""What one process holds with ten series in use, and how fast it recounts one: `python -m tests.benchmarks.memory`.

The counters of a series weigh the same whatever the number of its ballots, but reading them does not. So one series has
all the ballots and is opened last, on top of nine others. All of it in a fresh process that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from flask.testing import FlaskClient

from tests.benchmarks.app import app_on, environment
from tests.benchmarks.community import EPISODES, MOMENTS, NEIGHBOURS, folder, settled, slug_of
from tests.benchmarks.counters import print_recounts
from tests.benchmarks.server import ROOT

SERIES = 10
POSITIONS = (EPISODES // 4, EPISODES // 2, EPISODES)
PAGES = ("", "?method=classic", "?method=first", "?view=sealed")


def main() -> None:
    options = parsed()
    if options.inside:
        use_them_all(options.inside)
        return
    with folder(options.keep) as place:
        home = settled(place, options.ballots, SERIES)
        print(
            f"{SERIES} series with {MOMENTS} moments and {EPISODES} episodes each. One has {options.ballots:,} ballots,"
        )
        print(f"the others {NEIGHBOURS:,} each. Load of the machine: {os.getloadavg()[0]:.1f}", flush=True)
        command = [sys.executable, "-m", "tests.benchmarks.memory", "--inside", str(home)]
        subprocess.run(command, cwd=ROOT, env=environment(home), check=True)


def use_them_all(home: Path) -> None:
    app = app_on(home)
    print_memory("before any request")
    client = app.test_client()
    for number in reversed(range(SERIES)):
        began = time.perf_counter()
        look_around(client, slug_of(number))
        if number in (SERIES - 1, 1, 0):
            print_memory(f"{SERIES - number} in use", time.perf_counter() - began)
    print_recounts(app)


def look_around(client: FlaskClient, slug: str) -> None:
    """The ranking as people at several episodes ask for it, by every method and in both views."""
    for position in POSITIONS:
        with client.session_transaction() as session:
            session["progress"] = {slug: position}
        for query in PAGES:
            assert client.get(f"/series/{slug}{query}").status_code == 200


def print_memory(when: str, seconds: float | None = None) -> None:
    lines = Path("/proc/self/status").read_text().splitlines()
    now, most = (
        next(int(line.split()[1]) // 1024 for line in lines if line.startswith(name)) for name in ("VmRSS", "VmHWM")
    )
    took = f"; its {len(POSITIONS) * len(PAGES)} pages took {seconds:.1f} s" if seconds is not None else ""
    print(f"  {when}: {now} MB, at most {most} MB so far{took}", flush=True)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.memory", description=__doc__)
    parser.add_argument("--ballots", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the communities there, and use those it has")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
