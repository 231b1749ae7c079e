"""The results as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tests.benchmarks.community import EPISODES, MOMENTS
from tests.benchmarks.people import POSITION
from tests.benchmarks.rounds import Result

if TYPE_CHECKING:
    from tests.benchmarks.__main__ import Contest

MEANINGS = {
    "ranking page": "GET /series/<slug>, a visitor who has seen {position} of {episodes} episodes, masked",
    "unchanged": "what an open page asks every few seconds, answered 304: GET …/standings with If-None-Match",
    "a fan's page": "the same, asked for by a fan with a full list",
    "template": "the same template and its rows from constants, in a bare Flask app",
    "frame": "the same, the rows rendered before, as Ranker keeps them",
    "constant, hooked": "the page as a constant string, through Ranker's hooks (limiter, CSRF, headers)",
    "constant": "the same string in a bare Flask app; no faster than the client that asks",
    "save": "POST /series/<slug>/list, fans who each move one entry by one place",
    "commit, hooked": "one row by one statement to the same database, from the same form, through Ranker's hooks",
    "bare commit": "the same in a bare Flask app",
}
RATIOS = (
    ("unchanged", "ranking page"),
    ("ranking page", "template"),
    ("a fan's page", "template"),
    ("ranking page", "frame"),
    ("ranking page", "constant, hooked"),
    ("ranking page", "constant"),
    ("save", "commit, hooked"),
    ("save", "bare commit"),
    ("page while saved", "save while read"),
)
MEDIANS = tuple((page, bare) for page in ("ranking page", "a fan's page") for bare in ("template", "frame"))


def print_report(contests: Sequence[Contest]) -> None:
    print(f"{MOMENTS} moments, {EPISODES} episodes. What is asked for:")
    for name, meaning in MEANINGS.items():
        print(f"  {name:<17} {meaning.format(position=POSITION, episodes=EPISODES)}")
    for contest in contests:
        print_contest(contest)
    print("\nRates beside each other   " + "".join(f"{contest.ballots:>12,}" for contest in contests))
    for one, other in RATIOS:
        ratios = (contest.results[one].beside(contest.results[other]) for contest in contests)
        print_ratios(f"{one} / {other}", ratios)
    print("Median of a page / median of the same template from constants in a bare Flask view: at most 2 is wanted")
    for one, other in MEDIANS:
        print_ratios(
            f"{one} / {other}", (contest.results[one].slower_than(contest.results[other]) for contest in contests)
        )
    print("As many requests as with the fewest ballots")
    for name in ("ranking page", "save"):
        flatness = (contest.results[name].beside(contests[0].results[name]) for contest in contests)
        print_ratios(f"{name} / itself at {contests[0].ballots:,}", flatness)


def print_contest(contest: Contest) -> None:
    server = contest.server
    print(
        f"\n{contest.ballots:,} ballots: started in {server.seconds_to_start:.1f} s, first page"
        f" {server.seconds_to_first_page * 1000:,.0f} ms, then {contest.memory} MB in a worker"
    )
    print(f"  {'':<17}{'requests/s':>12}{'median ms':>12}{'p99 ms':>12}{'bytes':>12}{'refused':>12}")
    for name, result in contest.results.items():
        print_result(name, result)
    reads, stale = contest.reads
    print(f"  read on another worker right after a save: {stale} of {reads} stale")


def print_result(name: str, result: Result) -> None:
    middle, slow = (1000 * result.quantile(share) for share in (0.5, 0.99))
    print(
        f"  {name:<17}{result.rate:>12,.0f}{middle:>12.2f}{slow:>12.2f}{result.bytes_of_body:>12,}{result.refused:>12,}"
    )


def print_ratios(name: str, ratios: Iterable[float]) -> None:
    print(f"  {name:<30}" + "".join(f"{ratio:>12.2f}" for ratio in ratios))
