"""`ranker score`: the ranking of the ballots in one JSON file, without a database.

The file is {"moments": [{"id": "reunion", "label": 3}], "ballots": [{"progress": 4, "order": ["reunion"]}]}. A
ballot was offered every moment with label ≤ its progress; its optional "count" says how often it was cast. An
optional "ballot_size" (10) sets the points of classic Borda. Further keys are left alone.
"""

import gc
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, repeat
from operator import itemgetter
from typing import Any, Literal, NoReturn, TypeAlias, TypedDict, TypeGuard

import numpy as np

from ranker.domain.ballot import BALLOT_SIZE
from ranker.domain.borda import INDIFFERENCE, Scores, classic, competition_ranks, fair
from ranker.domain.tally import Catalogue, IntArray, Tally

Method: TypeAlias = Literal["fair", "classic"]

# The bounds keep every product of counts inside 64 bits, and a table of pairs inside the memory of a laptop.
LARGEST_NUMBER = 2**31 - 1
MOST_MOMENTS = 5_000
UNKNOWN = -1


class ScoringRefused(ValueError):
    """A file that cannot be scored; the message says where it is wrong."""


class StandingRow(TypedDict):
    """One row of a ranking; `score` is a fraction 0..1 (fair) or points (classic), `margin` its ± or None."""

    rank: int
    id: str
    score: float
    margin: float | None
    offered: int


@dataclass(frozen=True)
class Rules:
    """What a ballot of the file has to fit: `labels` by moment id, and the `longest` order if there is a limit."""

    labels: Mapping[str, int]
    longest: int | None


@dataclass(frozen=True, eq=False)
class BallotTable:
    """n ballots as int64 arrays: `progress`, `counts` and `lengths` are (n,), `entries` all orders end to end.

    An entry is an index into the moments of the file, UNKNOWN where it names none of them.
    """

    progress: IntArray
    counts: IntArray
    lengths: IntArray
    entries: IntArray

    def by_length(self) -> Iterator[tuple[IntArray, IntArray]]:
        """For each length k that occurs: the (m,) ballots of that length and their (m, k) orders."""
        starts = np.cumsum(self.lengths) - self.lengths
        for length in np.unique(self.lengths):
            chosen = np.flatnonzero(self.lengths == length)
            yield chosen, self.entries[starts[chosen, None] + np.arange(length)]


def score_file(
    text: bytes | str, horizon: int | None = None, method: Method = "fair", tau: float = INDIFFERENCE
) -> list[StandingRow]:
    """Rank the moments with label ≤ `horizon` (all if None), by rank, then label, then id.

    Raises ScoringRefused, naming the first ballot at fault, if the file is not as described above, and
    ValueError for a negative `horizon` or a `tau` that is not a finite number ≥ 0.
    """
    if not 0 <= tau < math.inf:
        raise ValueError("tau must be a finite number, 0 or more")
    if horizon is not None and horizon < 0:
        raise ValueError("the horizon must be 0 or more")
    with _collector_paused():
        document = _parsed(text)
        labels, size = _labels(document), _ballot_size(document)
        rules = Rules(labels, longest=size if method == "classic" else None)
        tally = _counted(_checked(_list_in(document, "ballots"), rules), labels)
    ranked = _within(labels, horizon)
    counts = tally.counts(ranked)
    scores = fair(counts, tau) if method == "fair" else classic(counts, size)
    rows = _rows([list(labels)[index] for index in ranked], scores)
    return sorted(rows, key=lambda row: (row["rank"], labels[row["id"]], row["id"]))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Spare the cycle collector from walking millions of parsed values: 4 seconds of 5, measured."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _parsed(text: bytes | str) -> dict[str, Any]:
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ScoringRefused("not a file of ballots: it is nested too deeply") from None
    except ValueError as error:
        raise ScoringRefused(f"not valid JSON: {error}") from error
    if not isinstance(document, dict):
        raise ScoringRefused('the file must be an object with "moments" and "ballots"')
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _list_in(document: Mapping[str, Any], key: str) -> list[Any]:
    found = document.get(key)
    if not isinstance(found, list):
        raise ScoringRefused(f'"{key}" must be a list')
    return found


def _labels(document: Mapping[str, Any]) -> dict[str, int]:
    moments = _list_in(document, "moments")
    if len(moments) > MOST_MOMENTS:
        raise ScoringRefused(f"there are {len(moments)} moments; at most {MOST_MOMENTS} can be ranked at once")
    labels: dict[str, int] = {}
    for number, moment in enumerate(moments, start=1):
        fault = _fault_of_moment(moment, labels)
        if fault:
            raise ScoringRefused(f"moment {number} (counting from 1): {fault}")
        labels[moment["id"]] = moment["label"]
    return labels


def _fault_of_moment(moment: object, before: Mapping[str, int]) -> str | None:
    if not isinstance(moment, dict):
        return 'it must be an object with "id" and "label"'
    name = moment.get("id")
    if not isinstance(name, str) or not name:
        return '"id" must be a text that is not empty'
    if name in before:
        return f"the id {_quoted(name)} is taken by an earlier moment"
    if not _is_whole(moment.get("label"), least=1):
        return f'"label" must be a whole number from 1 to {LARGEST_NUMBER}'
    return None


def _ballot_size(document: Mapping[str, Any]) -> int:
    size = document.get("ballot_size", BALLOT_SIZE)
    if not _is_whole(size, least=1):
        raise ScoringRefused(f'"ballot_size" must be a whole number from 1 to {LARGEST_NUMBER}')
    return size


def _checked(ballots: list[Any], rules: Rules) -> BallotTable:
    """The ballots as a table, tested all at once; only when one is at fault are they looked at one by one."""
    table = _table(ballots, rules.labels)
    if table is None or not _keeps(table, rules):
        _refuse_first_fault(ballots, rules)
    return table


def _table(ballots: list[Any], labels: Mapping[str, int]) -> BallotTable | None:
    """The ballots as arrays, or None if one of them has not the shape of a ballot."""
    index_of = {name: index for index, name in enumerate(labels)}
    try:
        progress = list(map(itemgetter("progress"), ballots))
        orders = list(map(itemgetter("order"), ballots))
        counts = [ballot.get("count", 1) for ballot in ballots]
        if not (_all_whole(progress, 0) and _all_whole(counts, 1) and set(map(type, orders)) <= {list}):
            return None
        entries = map(index_of.get, chain.from_iterable(orders), repeat(UNKNOWN))
        return BallotTable(
            progress=np.array(progress, np.int64),
            counts=np.array(counts, np.int64),
            lengths=np.fromiter(map(len, orders), np.int64, len(orders)),
            entries=np.fromiter(entries, np.int64),
        )
    except (AttributeError, KeyError, TypeError):
        return None


def _keeps(table: BallotTable, rules: Rules) -> bool:
    # An UNKNOWN entry reads the last label, which lies beyond every progress.
    labels = np.array([*rules.labels.values(), LARGEST_NUMBER + 1], np.int64)
    beyond = labels[table.entries] > np.repeat(table.progress, table.lengths)
    too_long = rules.longest is not None and (table.lengths > rules.longest).any()
    too_many = table.counts.sum() > LARGEST_NUMBER
    return not (beyond.any() or too_long or too_many or any(map(_repeats, table.by_length())))


def _repeats(group: tuple[IntArray, IntArray]) -> bool:
    ordered = np.sort(group[1], axis=1)
    return bool((ordered[:, 1:] == ordered[:, :-1]).any())


def _refuse_first_fault(ballots: list[Any], rules: Rules) -> NoReturn:
    for number, ballot in enumerate(ballots, start=1):
        fault = _fault_of_ballot(ballot, rules)
        if fault:
            raise ScoringRefused(f"ballot {number} (counting from 1): {fault}")
    raise ScoringRefused(f"the ballots were cast more than {LARGEST_NUMBER} times in all")


def _fault_of_ballot(ballot: object, rules: Rules) -> str | None:
    if not isinstance(ballot, dict):
        return 'it must be an object with "progress" and "order"'
    if not _is_whole(ballot.get("progress"), least=0):
        return f'"progress" must be a whole number from 0 to {LARGEST_NUMBER}'
    if not _is_whole(ballot.get("count", 1), least=1):
        return f'"count" must be a whole number from 1 to {LARGEST_NUMBER}'
    if not isinstance(ballot.get("order"), list):
        return '"order" must be a list of moment ids'
    return _fault_of_order(ballot["order"], ballot["progress"], rules)


def _fault_of_order(order: list[Any], progress: int, rules: Rules) -> str | None:
    if rules.longest is not None and len(order) > rules.longest:
        return f"its order has {len(order)} entries, a ballot of this file has {rules.longest} places"
    before: set[str] = set()
    for entry in order:
        if not isinstance(entry, str):
            return "its order holds something that is not a moment id"
        if entry not in rules.labels:
            return f"its order names {_quoted(entry)}, which is no moment of this file"
        if entry in before:
            return f"its order names {_quoted(entry)} twice"
        if rules.labels[entry] > progress:
            return f"its order names {_quoted(entry)}, which lies beyond its progress"
        before.add(entry)
    return None


def _counted(table: BallotTable, labels: Mapping[str, int]) -> Tally:
    label = np.array(list(labels.values()), np.int64)
    tally = Tally(Catalogue(np.arange(len(label)), label, np.zeros_like(label)))
    progress = _last_label_reached(table.progress, label)
    for chosen, orders in table.by_length():
        tally.add_many(progress[chosen], np.zeros_like(chosen), orders, table.counts[chosen])
    return tally


def _last_label_reached(progress: IntArray, labels: IntArray) -> IntArray:
    """The same offers with the fewest distinct numbers, for a tally keeps a row of counters for each offer."""
    steps = np.unique(np.append(labels, 0))
    return steps[np.searchsorted(steps, progress, side="right") - 1]


def _within(labels: Mapping[str, int], horizon: int | None) -> IntArray:
    seen = [index for index, label in enumerate(labels.values()) if horizon is None or label <= horizon]
    return np.array(seen, np.int64)


def _rows(names: Sequence[str], scores: Scores) -> list[StandingRow]:
    ranks = competition_ranks(scores.score)
    columns = zip(ranks, names, scores.score, scores.margin, scores.offered, strict=True)
    return [
        StandingRow(rank=int(rank), id=name, score=float(score), margin=_or_none(margin), offered=int(offered))
        for rank, name, score, margin, offered in columns
    ]


def _or_none(margin: np.float64) -> float | None:
    return None if np.isnan(margin) else float(margin)


def _is_whole(number: object, least: int) -> TypeGuard[int]:
    return type(number) is int and least <= number <= LARGEST_NUMBER


def _all_whole(numbers: list[Any], least: int) -> bool:
    return not numbers or (
        set(map(type, numbers)) == {int} and least <= min(numbers) and max(numbers) <= LARGEST_NUMBER
    )


def _quoted(name: str) -> str:
    """An id as JSON writes it, cut short: it may hold anything, and goes to a terminal."""
    return json.dumps(name if len(name) <= 60 else name[:60] + "…")
