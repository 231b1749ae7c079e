import json
import math
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.ballot import Ballot
from ranker.domain.borda import fair
from ranker.scoring import Method, ScoringRefused, StandingRow, score_file
from ranker.scoring_command import score
from tests.domain.strategies import Poll, catalogue_of, polls, taus

NAMES = ("train", "wedding", "reunion")
MOMENTS = [{"id": "train", "label": 1}, {"id": "wedding", "label": 2}, {"id": "reunion", "label": 3}]
BALLOT = {"progress": 3, "order": ["reunion", "train"]}
HOSTILE_NUMBERS = [None, True, -1, 1.0, "1", [], {}, 2**31, 10**40, 1e999]


def scored(
    ballots: object,
    moments: object = MOMENTS,
    horizon: int | None = None,
    method: Method = "fair",
    tau: float = 5.0,
    **further: object,
) -> list[StandingRow]:
    return score_file(json.dumps({"moments": moments, "ballots": ballots, **further}), horizon, method, tau)


def refusal(*arguments: Any, **options: Any) -> str:
    with pytest.raises(ScoringRefused) as caught:
        scored(*arguments, **options)
    return str(caught.value)


def ids(rows: list[StandingRow]) -> list[str]:
    return [row["id"] for row in rows]


def test_a_file_of_ballots_becomes_a_ranking() -> None:
    rows = scored([BALLOT, {"progress": 2, "order": ["train"], "count": 2}], tau=0)
    assert rows == [
        {"rank": 1, "id": "reunion", "score": 1.0, "margin": 0.0, "offered": 1},
        {"rank": 2, "id": "train", "score": 0.5, "margin": 0.0, "offered": 3},
        {"rank": 3, "id": "wedding", "score": 0.0, "margin": 0.0, "offered": 3},
    ]
    assert list(rows[0]) == ["rank", "id", "score", "margin", "offered"]


@given(polls(), taus)
def test_a_file_scores_as_its_ballots_do(poll: Poll, tau: float) -> None:
    labels = dict(zip(poll.catalogue.ids.tolist(), poll.catalogue.labels.tolist(), strict=True))
    seen = [cut_to_seen(ballot, labels) for ballot in poll.ballots]
    rows = scored(
        [{"progress": ballot.progress, "order": list(map(str, ballot.order))} for ballot in seen],
        [{"id": str(moment), "label": label} for moment, label in labels.items()],
        tau=tau,
    )
    published = Poll(catalogue_of(*((moment, label, 1) for moment, label in labels.items())), tuple(seen))
    expected = dict(zip(map(str, labels), fair(published.counts(), tau).score.tolist(), strict=True))
    assert {row["id"]: row["score"] for row in rows} == expected
    assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)


def cut_to_seen(ballot: Ballot, labels: dict[int, int]) -> Ballot:
    seen = tuple(moment for moment in ballot.order if labels.get(moment, math.inf) <= ballot.progress)
    return Ballot(ballot.progress, 1, seen)


def test_a_tie_is_ordered_by_label_and_then_by_id() -> None:
    rows = scored([], [{"id": "z", "label": 1}, {"id": "b", "label": 2}, {"id": "a", "label": 2}])
    assert ids(rows) == ["z", "a", "b"]
    assert [row["rank"] for row in rows] == [1, 1, 1]


def test_at_a_horizon_only_what_was_seen_by_then_is_ranked() -> None:
    assert ids(scored([BALLOT], horizon=2)) == ["train", "wedding"]
    assert ids(scored([BALLOT], horizon=0)) == []
    assert scored([BALLOT], horizon=99) == scored([BALLOT])


def test_classic_points_are_numbered_anew_at_a_horizon_and_have_no_margin() -> None:
    rows = scored([BALLOT], horizon=2, method="classic", ballot_size=4)
    assert [(row["id"], row["score"], row["margin"]) for row in rows] == [("train", 4, None), ("wedding", 0, None)]


def test_a_count_stands_for_that_many_ballots() -> None:
    assert scored([{**BALLOT, "count": 3}, BALLOT]) == scored([BALLOT] * 4)


def test_further_keys_are_left_alone() -> None:
    ballots = [{**BALLOT, "voter": "ada"}]
    assert scored(ballots, [{**moment, "title": "?"} for moment in MOMENTS], made_by="cy") == scored([BALLOT])


def test_a_file_may_hold_no_moments_and_no_ballots() -> None:
    assert scored([], []) == []
    assert [row["score"] for row in scored([])] == [0.5] * 3


def test_bytes_and_text_are_the_same_file() -> None:
    text = json.dumps({"moments": [{"id": "été", "label": 1}], "ballots": []}, ensure_ascii=False)
    assert score_file(text.encode()) == score_file(text)


@pytest.mark.parametrize(
    ("order", "fault"),
    [
        (["train", "finale"], 'names "finale", which is no moment'),
        (["train", "train"], 'names "train" twice'),
        (["train", "reunion"], 'names "reunion", which lies beyond its progress'),
        (["train", 1], "not a moment id"),
        ([["train"]], "not a moment id"),
        ([None], "not a moment id"),
        ("train", "must be a list"),
        (None, "must be a list"),
        (["x" * 999], 'xxx\\u2026", which is no moment'),
    ],
)
def test_an_order_that_cannot_be_counted_is_refused_by_the_number_of_its_ballot(order: object, fault: str) -> None:
    message = refusal([BALLOT, BALLOT, {"progress": 2, "order": order}, BALLOT])
    assert message.startswith("ballot 3 (counting from 1): ")
    assert fault in message


def test_of_several_ballots_at_fault_the_first_is_named() -> None:
    twice, shapeless = {"progress": 3, "order": ["train", "train"]}, {"progress": -1}
    assert refusal([BALLOT, twice, shapeless]).startswith("ballot 2 ")
    assert refusal([shapeless, twice]).startswith("ballot 1 ")


@pytest.mark.parametrize("number", HOSTILE_NUMBERS)
def test_a_number_that_is_not_whole_or_out_of_range_is_refused(number: object) -> None:
    text = json.dumps({"moments": MOMENTS, "ballots": [BALLOT]})
    number_as_json = "1e999" if number == math.inf else json.dumps(number)
    for whole, where in (('"progress": 3', "ballot 1"), ('"label": 3', "moment 3")):
        key = whole.split(":")[0]
        with pytest.raises(ScoringRefused, match=where):
            score_file(text.replace(whole, f"{key}: {number_as_json}"))
    with pytest.raises(ScoringRefused, match="ballot 1"):
        score_file(text.replace('"progress": 3', f'"progress": 3, "count": {number_as_json}'))
    with pytest.raises(ScoringRefused, match="ballot_size"):
        score_file(text.replace('"moments"', f'"ballot_size": {number_as_json}, "moments"'))


def test_a_label_and_a_count_begin_at_one() -> None:
    assert "label" in refusal([], [{"id": "train", "label": 0}])
    assert "count" in refusal([{**BALLOT, "count": 0}])


@pytest.mark.parametrize("ballot", [{}, {"progress": 3}, {"order": []}, [], None, "ballot", 7])
def test_a_ballot_of_another_shape_is_refused(ballot: object) -> None:
    assert refusal([BALLOT, ballot]).startswith("ballot 2 (counting from 1): ")


@pytest.mark.parametrize("moment", [{}, {"id": "x"}, {"label": 1}, {"id": 7, "label": 1}, {"id": "", "label": 1}, []])
def test_a_moment_of_another_shape_is_refused(moment: object) -> None:
    assert refusal([], [*MOMENTS, moment]).startswith("moment 4 (counting from 1): ")


def test_two_moments_with_one_id_are_refused() -> None:
    assert 'moment 4 (counting from 1): the id "train" is taken' in refusal([], [*MOMENTS, MOMENTS[0]])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"moments": []}',
        '{"moments": {}, "ballots": []}',
        '{"moments": [], "ballots": "none"}',
        '{"moments": [], "ballots": NaN}',
        '{"moments": [{"id": "x", "label": Infinity}], "ballots": []}',
        '{"moments": [], "ballots": [{"progress": ' + "9" * 5000 + ', "order": []}]}',
        "[" * 100_000,
        b"\xff\xfe\xfa",
        b"\x80",
    ],
)
def test_a_file_of_another_shape_is_refused(text: bytes | str) -> None:
    with pytest.raises(ScoringRefused):
        score_file(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 4) | st.floats() | st.sampled_from(NAMES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["progress", "order", "count"]), inner),
    max_leaves=6,
)


@given(st.lists(json_values | st.fixed_dictionaries({"progress": st.integers(0, 4), "order": json_values}), max_size=4))
def test_any_list_of_ballots_is_scored_or_refused_with_its_number(ballots: list[object]) -> None:
    try:
        outcome = str(len(scored(ballots)))
    except ScoringRefused as refused:
        outcome = str(refused)
    assert outcome.startswith(("3", "ballot ", "not valid JSON"))


def test_more_ballots_than_can_be_counted_exactly_are_refused() -> None:
    scored([{**BALLOT, "count": 2**31 - 1}])
    assert "in all" in refusal([{**BALLOT, "count": 2**31 - 1}, BALLOT])


def test_more_moments_than_a_table_of_pairs_can_hold_are_refused() -> None:
    assert "at most 5000" in refusal([], [{"id": str(number), "label": 1} for number in range(5001)])


def test_an_order_longer_than_the_ballot_has_no_classic_points() -> None:
    long = {"progress": 3, "order": list(NAMES)}
    assert len(scored([long], ballot_size=2)) == 3
    message = refusal([BALLOT, long], method="classic", ballot_size=2)
    assert message.startswith("ballot 2 (counting from 1): ")


@pytest.mark.parametrize("tau", [-1.0, math.nan, math.inf])
def test_indifference_is_a_finite_number_from_zero(tau: float) -> None:
    with pytest.raises(ValueError, match="tau"):
        scored([], tau=tau)


def test_a_horizon_is_not_negative() -> None:
    with pytest.raises(ValueError, match="horizon"):
        scored([], horizon=-1)


@pytest.fixture
def ballot_file(tmp_path: Path) -> Path:
    path = tmp_path / "ballots.json"
    path.write_text(json.dumps({"moments": MOMENTS, "ballots": [BALLOT]}), encoding="utf-8")
    return path


def test_the_command_prints_an_aligned_table(ballot_file: Path) -> None:
    result = CliRunner().invoke(score, [str(ballot_file), "--tau", "0"])
    assert result.output.splitlines() == [
        "rank  moment   beats %  ± %  offered",
        "   1  reunion    100.0  0.0        1",
        "   2  train       50.0  0.0        1",
        "   3  wedding      0.0  0.0        1",
    ]


def test_the_command_prints_the_rows_as_json_at_full_precision(ballot_file: Path) -> None:
    arguments = ["-", "--json", "--method", "fair", "--horizon", "2", "--tau", "0.3"]
    result = CliRunner().invoke(score, arguments, input=ballot_file.read_bytes())
    assert json.loads(result.output) == score_file(ballot_file.read_bytes(), 2, "fair", 0.3)


def test_classic_has_no_column_of_margins(ballot_file: Path) -> None:
    result = CliRunner().invoke(score, [str(ballot_file), "--method", "classic"])
    assert result.output.splitlines()[:2] == ["rank  moment   points  offered", "   1  reunion      10        1"]


def test_an_id_that_could_steer_the_terminal_is_printed_as_json_writes_it() -> None:
    text = json.dumps({"moments": [{"id": "\x1b[2J\ud800", "label": 1}], "ballots": []})
    result = CliRunner().invoke(score, ["-"], input=text)
    assert result.exit_code == 0
    assert r'"\u001b[2J\ud800"' in result.output


def test_a_refused_file_ends_with_one_sentence_and_status_one() -> None:
    result = CliRunner().invoke(score, ["-"], input='{"moments": [], "ballots": [3]}')
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ballot 1 (counting from 1): ")


@pytest.mark.parametrize(
    "options", [["--tau", "-1"], ["--tau", "nan"], ["--tau", "inf"], ["--horizon", "-1"], ["--method", "elo"]]
)
def test_a_wrong_option_ends_with_status_two(ballot_file: Path, options: list[str]) -> None:
    assert CliRunner().invoke(score, [str(ballot_file), *options]).exit_code == 2


def test_a_missing_file_ends_with_status_two(tmp_path: Path) -> None:
    assert CliRunner().invoke(score, [str(tmp_path / "nowhere.json")]).exit_code == 2
