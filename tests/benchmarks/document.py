"""The results as docs/benchmark.md: what was asked, by which command, on what kind of day."""

from __future__ import annotations

import datetime as dt
import os
import platform
import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tests.benchmarks.community import EPISODES, MOMENTS
from tests.benchmarks.rounds import Result
from tests.benchmarks.server import ROOT

if TYPE_CHECKING:
    from tests.benchmarks.__main__ import Contest, Findings

PLACE = ROOT / "docs" / "benchmark.md"
NOTE = "<!-- The note below is written by hand and kept. -->"
FANS_PAGE = "a fan's page"
PAGES = {
    "ranking page": "ranking page of a visitor",
    FANS_PAGE: "ranking page of a fan",
    "unchanged": "live check of an open page (304)",
    "template": "same template and rows from constants",
    "constant": "same bytes from a bare view",
}


def write(found: Findings) -> None:
    kept = PLACE.read_text().partition(NOTE)[2] if PLACE.exists() else "\n"
    PLACE.write_text("\n\n".join(parts(found)) + f"\n\n{NOTE}{kept}")


def parts(found: Findings) -> list[str]:
    command = shlex.join(["python", "-m", "tests.benchmarks", *sys.argv[1:]])
    loads = " → ".join(f"{load:.1f}" for load in (found.load_before, os.getloadavg()[0]))
    return [
        "# The benchmark",
        f"`{command}` (`make bench`) on {dt.date.today():%-d %B %Y}: {os.cpu_count()} processors, Python"
        f" {platform.python_version()}, two workers, client and server on one machine. Load of the machine: {loads}."
        f" Each figure is the median of {found.rounds} rounds of {found.seconds:g} s; each ratio is the median of the"
        " ratios within a round, for what a busy machine does to one it does to its neighbour.",
        f"## 1. The ranking page ({MOMENTS} moments, {EPISODES} episodes)",
        table([row for contest in found.contests for row in pages(contest)]),
        table([ratios(contest, found.contests[0]) for contest in found.contests]),
        "## 2. Saving a list",
        table([row for crowds in found.crowds for row in crowds.rows()]),
        f"## 3. Mixed load: 95 % pages, 5 % saves, {found.mixed_seconds:g} s, two workers",
        table([mixed_row(*found.mixed)]),
        "## 4. Counting everything anew",
        table(found.aggregation),
        "## 5. Memory and disk",
        table([weight(contest) for contest in found.contests]),
    ]


def weight(contest: Contest) -> Mapping[str, object]:
    return {
        "ballots": f"{contest.ballots:,}",
        "MB in a worker": contest.memory,
        "bytes on disk per ballot": contest.disk,
    }


def pages(contest: Contest) -> list[Mapping[str, object]]:
    return [
        {"ballots": f"{contest.ballots:,}", "what": words, **measured(contest.results[name])}
        for name, words in PAGES.items()
    ]


def measured(result: Result) -> dict[str, object]:
    return {
        "requests/s": f"{result.rate:,.0f}",
        "median": f"{1000 * result.quantile(0.5):.2f} ms",
        "p99": f"{1000 * result.quantile(0.99):.2f} ms",
        "refused": result.refused,
    }


def ratios(contest: Contest, first: Contest) -> Mapping[str, object]:
    of = contest.results
    return {
        "ballots": f"{contest.ballots:,}",
        "page / template": f"{of['ranking page'].beside(of['template']):.2f}",
        "fan's page / template": f"{of[FANS_PAGE].beside(of['template']):.2f}",
        "live check / template": f"{of['unchanged'].beside(of['template']):.2f}",
        "live check / page": f"{of['unchanged'].beside(of['ranking page']):.2f}",
        "page / bare view": f"{of['ranking page'].beside(of['constant']):.2f}",
        f"page / page at {first.ballots:,}": f"{of['ranking page'].beside(first.results['ranking page']):.2f}",
    }


def mixed_row(alone: Result, together: Result) -> Mapping[str, object]:
    median, slow = alone.quantile(0.5), together.quantile(0.99)
    return {
        "median of a page alone": f"{1000 * median:.2f} ms",
        "requests/s": f"{together.rate:,.0f}",
        "p99": f"{1000 * slow:.2f} ms",
        "p99 / median alone": f"{slow / median:.1f}",
        "refused": together.refused,
    }


def table(rows: Sequence[Mapping[str, object]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, ["---"] * len(names), *([str(row.get(name, "")) for name in names] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
